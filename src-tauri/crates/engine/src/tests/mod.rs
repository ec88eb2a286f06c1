//! Sealing and restoring real files.

mod desk;
mod links;
mod refusals;
mod round_trip;
