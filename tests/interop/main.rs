//! Other software reads what ours writes, and ours reads what other software writes.
//!
//! The peers are pinned in `tests/peers` and installed by `cargo xtask setup`. Where they are
//! absent a test counts as skipped, unless `STRONGROOM_PEERS=required`.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod age;
mod age_vectors;
mod capsule;
mod decoder;
mod kit;
mod peers;
