//! The operations: one meaning of "seal", "restore" and "ceremony", whoever asks.

pub mod vault;
