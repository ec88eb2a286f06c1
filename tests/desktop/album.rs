//! The pictures of the guides, and the figures of the start; no promise is tested here.
//!
//! It stands on what the window tests stand on, and uses a part of it.

#![allow(dead_code, reason = "the window tests use the rest")]
#![allow(clippy::panic, clippy::print_stdout, clippy::print_stderr)]

mod furnished;
mod harness;
mod pictures;
mod room;
mod start;

fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("pictures") => pictures::take(),
        Some("figures") => start::measure(),
        _ => eprintln!("Run cargo xtask pictures, or cargo xtask figures."),
    }
}
