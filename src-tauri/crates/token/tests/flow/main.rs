//! What people do with a token, from the outside: enrol, open, approve; and everything that
//! interrupts them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "the fixtures are test code, too")]

mod approvals;
mod fixture;
mod interruptions;
mod persistence;
mod pins;
mod preparing;
