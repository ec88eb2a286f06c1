//! Promises of the format as a whole.

mod cobblestone;
mod damage;
mod forge;
mod golden;
pub(crate) mod press;
mod round_trip;
mod spec;
mod vectors;
