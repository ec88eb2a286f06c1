//! Sealing and restoring real files.

mod approvals;
mod desk;
mod links;
mod refusals;
mod round_trip;
mod targets;
