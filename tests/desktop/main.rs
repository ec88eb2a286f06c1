//! Promises of the real window: the built program, real WebKit, a display without a screen.
//!
//! `cargo xtask desktop` builds both programs and runs these tests.

#![allow(clippy::panic, reason = "a window that cannot be opened has failed")]
#![allow(dead_code, reason = "the album of pictures and figures uses the rest of the harness")]

mod accessibility;
mod custody;
mod egress;
mod first_screen;
mod furnished;
mod genesis_trouble;
mod guided_drill;
mod harness;
mod keyboard;
mod media;
mod memory;
mod one_drive;
mod own_archive;
mod problems;
mod process;
mod projector;
mod resume;
mod room;
