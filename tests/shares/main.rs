//! Shares across implementations: the standard's vectors, ours, and foreign software both ways.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up has failed")]

mod official;
mod peers;
mod vectors;
