//! What the window asks for.

use minicbor::{Decode, Decoder, Encode, Encoder};
use quorum::slip39::SHARE_WORDS;

use crate::{FrameError, Line};

/// The most characters a range may allow (entry-1 E6).
const RANGE_MAX: u16 = 400;
/// The fewest words that prove that a share was written down (entry-1 E8).
const PLACES_MIN: usize = 3;
/// The most wrong entries a token can have left.
const TRIES_MAX: u8 = 15;

/// What is asked for (entry-1 E7).
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Form {
    /// The PIN of a token.
    #[n(0)]
    Pin {
        /// The token, as people call it.
        #[n(0)]
        device: Line,
        /// Wrong entries left before the PIN is blocked.
        #[n(1)]
        tries_left: Tries,
        /// Fewest and most characters.
        #[n(2)]
        range: Range,
    },
    /// A new PIN, typed twice.
    #[n(1)]
    NewPin {
        /// The token, as people call it.
        #[n(0)]
        device: Line,
        /// Fewest and most characters.
        #[n(1)]
        range: Range,
    },
    /// A passphrase.
    #[n(2)]
    Passphrase {
        /// Fewest and most characters; none is a passphrase if the range begins at 0.
        #[n(0)]
        range: Range,
        /// It is made now, so it is typed twice.
        #[n(1)]
        is_new: bool,
    },
    /// The words of a share.
    #[n(3)]
    Words {
        /// The sheet they stand on, as people call it.
        #[n(0)]
        sheet: Line,
    },
    /// Rolls of a six-sided die.
    #[n(4)]
    Dice {
        /// Fewest and most rolls.
        #[n(0)]
        range: Range,
    },
    /// A share is shown once; some of its words, or all, are typed back.
    #[n(5)]
    Show {
        /// The words that are typed back.
        #[n(0)]
        places: Places,
    },
    /// A new PUK, typed twice; or nothing, and then one is to be drawn and forgotten (entry-1 E9).
    #[n(6)]
    NewPuk {
        /// The token, as people call it.
        #[n(0)]
        device: Line,
        /// Fewest and most characters of one that is chosen.
        #[n(1)]
        range: Range,
    },
}

/// Fewest and most characters or rolls, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    least: u16,
    most: u16,
}

impl Range {
    /// From the fewest to the most (entry-1 E6).
    ///
    /// # Errors
    ///
    /// [`FrameError::Range`] if the most is fewer than the fewest, or beyond 400.
    pub fn new(least: u16, most: u16) -> Result<Self, FrameError> {
        let is_range = least <= most && (1..=RANGE_MAX).contains(&most);
        is_range.then_some(Self { least, most }).ok_or(FrameError::Range { least, most })
    }

    /// The fewest.
    pub fn least(self) -> usize {
        usize::from(self.least)
    }

    /// The most.
    pub fn most(self) -> usize {
        usize::from(self.most)
    }
}

/// Wrong entries that a token has left: 1 to 15 (entry-1 E7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tries(u8);

impl Tries {
    /// Accepts what a token says that still takes a PIN.
    ///
    /// # Errors
    ///
    /// [`FrameError::Tries`] if none is left, or more than a token can have.
    pub fn new(left: u8) -> Result<Self, FrameError> {
        (1..=TRIES_MAX).contains(&left).then_some(Self(left)).ok_or(FrameError::Tries { left })
    }

    /// How many are left.
    pub fn left(self) -> u8 {
        self.0
    }
}

/// Places of words of a share, counted from 1, in rising order (entry-1 E8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places(Vec<u8>);

impl Places {
    /// Chosen places; whoever asks chooses them at random.
    ///
    /// # Errors
    ///
    /// [`FrameError::Places`] if they are fewer than three, beyond 33, or not in rising order.
    pub fn new(places: &[u8]) -> Result<Self, FrameError> {
        let is_rising = places.is_sorted_by(|a, b| a < b);
        let is_inside = places.iter().all(|place| (1..=SHARE_WORDS).contains(&usize::from(*place)));
        let is_proof = places.len() >= PLACES_MIN && is_rising && is_inside;
        is_proof.then(|| Self(places.to_vec())).ok_or(FrameError::Places)
    }

    /// Every word of the share.
    pub fn all() -> Self {
        Self((1..).take(SHARE_WORDS).collect())
    }

    /// The places, counted from 1.
    pub fn as_slice(&self) -> &[u8] {
        &self.0
    }
}

/// Encodes and decodes a type as the value it was made from, through its constructor.
macro_rules! as_value {
    ($name:ident, $value:ty, $from:expr, $to:expr) => {
        impl<C> Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                e: &mut Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                let to: fn(&Self) -> $value = $to;
                e.encode(to(self))?.ok()
            }
        }

        impl<'b, C> Decode<'b, C> for $name {
            fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
                let from: fn($value) -> Result<Self, FrameError> = $from;
                from(d.decode()?).map_err(minicbor::decode::Error::custom)
            }
        }
    };
}

as_value!(Tries, u8, Self::new, |tries| tries.0);
as_value!(Range, (u16, u16), |(least, most)| Self::new(least, most), |range| {
    (range.least, range.most)
});
as_value!(Places, Vec<u8>, |places| Self::new(&places), |places| places.0.clone());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_tries_and_places_are_checked_where_they_are_made() {
        assert!(Range::new(6, 8).is_ok());
        assert!(Range::new(0, 1).is_ok());
        assert!(Range::new(9, 8).is_err() && Range::new(0, 0).is_err());
        assert!(Range::new(1, 401).is_err());
        assert!(Tries::new(0).is_err() && Tries::new(16).is_err() && Tries::new(1).is_ok());
        assert!(Places::new(&[1, 17, 33]).is_ok());
        for places in [&[1, 2][..], &[0, 1, 2], &[3, 2, 1], &[1, 1, 2], &[1, 2, 34]] {
            assert!(Places::new(places).is_err(), "{places:?}");
        }
        assert_eq!(Places::all().as_slice().len(), 33);
    }
}
