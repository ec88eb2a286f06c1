//! Promises of the format as a whole.

mod cobblestone;
mod damage;
mod every_bit;
mod forge;
mod golden;
mod limits;
mod lost_index;
mod lost_pages;
mod parity;
pub(crate) mod press;
mod repairs;
mod round_trip;
mod spec;
mod vectors;
