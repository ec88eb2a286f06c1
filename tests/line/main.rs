//! The line through the command line: ceremony, seal, quorum, restore, evidence.
//!
//! These tests belong to the package of the command line (its `Cargo.toml` names this file), so
//! that Cargo builds the program they drive.

#![allow(clippy::unwrap_used, clippy::panic)]

mod approvals;
mod break_glass;
mod damage;
mod messages;
mod program;
mod refusals;
mod seated;
mod terminal;
mod whole_line;
