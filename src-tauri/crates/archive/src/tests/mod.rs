//! Promises of the format as a whole.

mod cobblestone;
mod damage;
pub(crate) mod press;
mod round_trip;
mod spec;
