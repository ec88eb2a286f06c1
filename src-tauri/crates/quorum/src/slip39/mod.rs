//! SLIP-39: Shamir's secret sharing with words, a checksum and two levels of groups.
//!
//! The standard's text is <https://github.com/satoshilabs/slips/blob/master/slip-0039.md> (status
//! Final). Everything that touches a share's value runs in constant time: the field has no tables,
//! the word list is scanned as a whole, and no branch or index depends on a secret. The numbers in
//! a share's header (its group, its member, the thresholds) are not secret.

mod checksum;
mod cipher;
mod error;
mod field;
mod list;
mod set;
mod shamir;
mod share_words;

#[cfg(test)]
mod tests;

pub use error::{SetError, WordsError};
pub use list::{Completion, LETTERS_MAX, complete};
pub use set::{combine, split};
pub use share_words::{Header, ShareWords};

pub(crate) use cipher::decrypt;
pub(crate) use set::{Made, encrypt_and_split, recover};
pub(crate) use shamir::{Point, value_at};

/// Words of a share of 256 bits, as Strongroom makes them.
pub const SHARE_WORDS: usize = 33;
/// The largest iteration exponent that is accepted: 320 000 rounds of HMAC, well below a second.
///
/// An exponent of 15 would be 327 million rounds, and anybody can write one on a share.
pub const EXPONENT_MAX: u8 = 5;
/// The most groups in a split, and the most members in a group.
pub const COUNT_MAX: u8 = 16;
