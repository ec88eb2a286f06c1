//! Sealing and restoring real files.

mod approvals;
pub(crate) mod desk;
mod dressing;
pub(crate) mod dying;
mod enrolled_locks;
mod enrolments;
mod interrupted;
mod limits;
mod links;
mod media;
mod new_folders;
mod one_drive;
mod one_pass;
mod plans;
mod preview;
mod refusals;
mod round_trip;
mod second_read;
mod sidecars;
mod signed_lock;
mod targets;
mod threshold;
mod threshold_vectors;
mod transcripts;
mod what_limits;
