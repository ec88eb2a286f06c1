//! Promises of tokens behind a PKCS#11 module, kept with SoftHSM.
//!
//! Every test has tokens of its own, in a folder that only it knows: no token of the machine is
//! touched. `cargo xtask test --pcsc` runs these too.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a token that is not there has failed")]
#![allow(clippy::print_stdout, reason = "what a test inside prints is passed on")]

mod ceremony;
mod driver;
mod hsm;
mod program;
