//! Other software reads what ours writes, and ours reads what other software writes.
//!
//! The peers are pinned in `tests/peers` and installed by `cargo xtask setup`. Where they are
//! absent a test counts as skipped, unless `STRONGROOM_PEERS=required`.

mod age;
mod age_vectors;
mod capsule;
mod peers;
