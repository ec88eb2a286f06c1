//! Drills: the real engine on keys and data that are worth nothing.
//!
//! A drill has a folder of its own with a vault of the drill environment, so its keys carry another
//! label in every derivation and its tokens are virtual. Nothing here knows hardware. Damage is
//! done to real volumes, and what a restore brings back is compared with what was there.

mod damage;
mod error;
mod guide;
mod sample;

pub use damage::{Damage, Flipped, flip};
pub use error::DrillError;
pub use guide::{Debrief, Guide, Stage, TEAM};
pub use sample::{Portrait, Sample, make};

#[cfg(test)]
mod tests;
