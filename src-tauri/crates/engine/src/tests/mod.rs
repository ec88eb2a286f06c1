//! Sealing and restoring real files.

mod approvals;
pub(crate) mod desk;
mod interrupted;
mod links;
mod refusals;
mod round_trip;
mod targets;
