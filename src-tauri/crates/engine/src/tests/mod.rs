//! Sealing and restoring real files.

mod desk;
mod refusals;
mod round_trip;
