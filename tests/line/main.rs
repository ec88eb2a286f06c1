//! The line through the command line: ceremony, seal, quorum, restore, evidence.
//!
//! These tests belong to the package of the command line (its `Cargo.toml` names this file), so
//! that Cargo builds the program they drive.

#![allow(clippy::unwrap_used, clippy::panic)]

mod anchors;
mod approvals;
mod attacks;
mod break_glass;
mod catalogue;
mod cosignatures;
mod custody;
mod damage;
mod devices;
mod enrolment;
mod health;
mod hostile_media;
mod identify;
mod kit;
mod lock;
mod lost_index;
mod lost_pages;
mod media;
mod messages;
mod names;
mod output;
mod parity;
mod program;
mod record;
mod refresh;
mod refusals;
mod rotation;
mod seated;
mod sheets_only;
mod shown;
mod states;
mod stations;
mod terminal;
mod test_print;
mod transcripts;
mod whole_line;
