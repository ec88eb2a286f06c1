//! Sealing and restoring real files.

mod approvals;
pub(crate) mod desk;
mod interrupted;
mod links;
mod media;
mod one_drive;
mod refusals;
mod round_trip;
mod targets;
