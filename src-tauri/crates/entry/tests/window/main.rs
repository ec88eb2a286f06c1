//! The real program on a real display, with the keys of a person.
//!
//! `STRONGROOM_PICTURES=DIR` keeps pictures of the forms, to be looked at.

#![allow(clippy::unwrap_used, clippy::panic, clippy::disallowed_methods)]

mod asked;
mod endings;
mod forms;
mod memory;
mod screen;
