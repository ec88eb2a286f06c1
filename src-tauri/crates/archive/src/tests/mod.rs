//! Promises of the format as a whole.

mod cobblestone;
mod damage;
mod press;
mod round_trip;
