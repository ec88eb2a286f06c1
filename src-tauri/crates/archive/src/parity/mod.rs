//! Parity over ciphertext: media mend without a key (archive-1 A30, A33 to A35).
//!
//! [`Protector`] is the writer's side: it takes the frames as they are written and gives the parity
//! shards of every full window. [`Mender`] is the reader's: it works a damaged frame out of what is
//! left of its window. The writer's side holds two windows, one of which another thread works on;
//! the reader's holds one.

mod code;
mod layout;
mod map;
mod mender;
mod protector;
mod window;

#[cfg(test)]
pub(crate) use code::Encoder;
pub use layout::Parity;
pub(crate) use mender::Mender;
pub(crate) use protector::{Protector, Shard};
