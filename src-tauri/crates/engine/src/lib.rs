//! The operations: one meaning of "seal", "verify" and "restore", whoever asks.
//!
//! The engine is the only crate that touches files. It takes its clock, its randomness, its tokens
//! and whoever watches as arguments, and knows neither windows nor hardware nor an environment.

pub mod approval;
pub mod cat;
pub mod conduct;
pub mod cosign;
pub mod custody;
pub mod desk;
pub mod enrolment;
mod error;
pub mod estimate;
pub mod files;
pub mod genesis;
pub mod health;
pub mod inspect;
pub mod key_state;
pub mod kit;
pub mod list;
pub mod machine;
pub mod manner;
pub mod media;
pub mod names;
mod numbers;
pub mod observer;
pub mod pace;
pub mod plan;
pub mod preview;
pub mod reading;
pub mod recorded;
pub mod recovery;
pub mod repair;
pub mod restore;
mod run;
pub mod seal;
pub mod selection;
pub mod stages;
pub mod station;
pub mod threshold;
pub mod tokens;
pub mod transcript;
pub mod unlock;
pub mod vault;
pub mod verify;

pub use error::EngineError;
pub use terms::plain;

#[cfg(test)]
mod tests;
