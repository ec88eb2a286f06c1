//! Promises of tokens in readers: the system's own pcscd, virtual tokens behind virtual readers.
//!
//! Every test runs in namespaces of its own, with its own loopback and its own service, so no token
//! or service of the machine is touched. `cargo xtask test --pcsc` runs these alone.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a service that does not start has failed")]
#![allow(clippy::print_stdout, reason = "what a test inside prints is passed on")]

mod ceremony;
mod fixture;
mod inside;
mod interruptions;
mod life;
mod module;
mod oracles;
mod pins;
mod plug;
mod program;
mod readers;
mod rivals;
mod second_driver;
mod service;
