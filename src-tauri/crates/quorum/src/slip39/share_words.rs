//! One share as words.

use secret::{SecretBytes, SecretText};
use zeroize::Zeroizing;

use super::{COUNT_MAX, EXPONENT_MAX, WordsError, checksum, list};

/// Words before the value: identifier and flags, then groups and members.
const HEADER_WORDS: usize = 4;
/// Words of a share, with the bytes of its value: 256 bits, and 128 for what others made.
const SIZES: [(usize, usize); 2] = [(33, 32), (20, 16)];
const WORD_BITS: usize = 10;

/// What a share says about itself and its split; none of it is secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Names the split, 15 bits.
    pub identifier: u16,
    /// The identifier is no salt, so the same secret can be split again.
    pub extendable: bool,
    /// Key stretching: 10 000 shifted left by this.
    pub iteration_exponent: u8,
    /// The group's number, from 0.
    pub group: u8,
    /// How many groups combine.
    pub group_threshold: u8,
    /// How many groups there are.
    pub group_count: u8,
    /// The member's number within the group, from 0.
    pub member: u8,
    /// How many members of this group combine.
    pub member_threshold: u8,
}

impl Header {
    /// Whether two shares may come from one split: all but group and member agree.
    pub fn same_split(&self, other: &Self) -> bool {
        self.split_fields() == other.split_fields()
    }

    pub(super) fn split_fields(&self) -> [u16; 5] {
        let flags = [u16::from(self.extendable), u16::from(self.iteration_exponent)];
        let groups = [u16::from(self.group_threshold), u16::from(self.group_count)];
        [self.identifier, flags[0], flags[1], groups[0], groups[1]]
    }

    fn to_words(self) -> [u16; HEADER_WORDS] {
        let flags = u16::from(self.extendable) << 4 | u16::from(self.iteration_exponent);
        let first = u32::from(self.identifier) << 5 | u32::from(flags);
        let places = [
            self.group,
            self.group_threshold - 1,
            self.group_count - 1,
            self.member,
            self.member_threshold - 1,
        ];
        let second = places.iter().fold(0, |bits, place| bits << 4 | u32::from(*place));
        [ten(first >> 10), ten(first), ten(second >> 10), ten(second)]
    }

    fn from_words(words: &[u16]) -> Self {
        let twenty = |at: usize| u32::from(words[at]) << 10 | u32::from(words[at + 1]);
        let (first, second) = (twenty(0), twenty(2));
        let nibble = |bits: u32, at: u32| ((bits >> at) & 0xf) as u8;
        Self {
            identifier: ((first >> 5) & 0x7fff) as u16,
            extendable: first >> 4 & 1 == 1,
            iteration_exponent: nibble(first, 0),
            group: nibble(second, 16),
            group_threshold: nibble(second, 12) + 1,
            group_count: nibble(second, 8) + 1,
            member: nibble(second, 4),
            member_threshold: nibble(second, 0) + 1,
        }
    }

    fn check(&self) -> Result<(), WordsError> {
        if self.iteration_exponent > EXPONENT_MAX {
            return Err(WordsError::Exponent { exponent: self.iteration_exponent });
        }
        if self.group_threshold > self.group_count {
            let reason = "it needs more groups than there are";
            return Err(WordsError::Malformed { reason });
        }
        if self.group >= self.group_count {
            return Err(WordsError::Malformed { reason: "its group is beyond the last" });
        }
        Ok(())
    }
}

/// The words of one share, parsed: a public header and a secret value.
#[derive(Debug, PartialEq, Eq)]
pub struct ShareWords {
    header: Header,
    value: SecretBytes,
}

impl ShareWords {
    /// Reads words separated by white space, capitals ignored (share-1 S3 to S6).
    ///
    /// # Errors
    ///
    /// Says which word is not on the list, or that the words do not belong together. No error
    /// repeats a word, and none suggests another.
    pub fn parse(text: &str) -> Result<Self, WordsError> {
        let words = text.split_whitespace();
        let found = words.clone().count();
        let size = SIZES.iter().find(|(count, _)| *count == found);
        let &(_, value_bytes) = size.ok_or(WordsError::Count { found })?;
        let mut indices = Zeroizing::new(Vec::with_capacity(found));
        for (at, word) in words.enumerate() {
            let index = list::index_of(word);
            indices.push(index.ok_or(WordsError::UnknownWord { position: at + 1 })?);
        }
        let header = Header::from_words(&indices);
        if !checksum::verifies(&indices, header.extendable) {
            return Err(WordsError::Checksum);
        }
        header.check()?;
        let value = unpack(&indices[HEADER_WORDS..found - checksum::WORDS], value_bytes)?;
        Ok(Self { header, value })
    }

    /// A share from its parts; the caller keeps the limits of the header.
    pub(crate) fn new(header: Header, value: SecretBytes) -> Self {
        debug_assert!(header.group_count <= COUNT_MAX && header.member < COUNT_MAX);
        Self { header, value }
    }

    /// What the share says about itself.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The point of the polynomials that the share is.
    pub(crate) fn value(&self) -> &SecretBytes {
        &self.value
    }

    /// How many words the share has.
    pub fn word_count(&self) -> usize {
        HEADER_WORDS + checksum::WORDS + (self.value.len() * 8).div_ceil(WORD_BITS)
    }

    /// The words, lower case, separated by single spaces.
    pub fn to_text(&self) -> SecretText {
        let mut text = Zeroizing::new(String::with_capacity(9 * self.word_count()));
        for index in self.indices().iter() {
            if !text.is_empty() {
                text.push(' ');
            }
            let letters = list::word_at(*index);
            text.extend(letters.iter().filter(|l| **l != 0).map(|l| char::from(*l)));
        }
        SecretText::from_exposed(&text)
    }

    fn indices(&self) -> Zeroizing<Vec<u16>> {
        let mut indices = Zeroizing::new(Vec::with_capacity(self.word_count()));
        indices.extend(self.header.to_words());
        pack(self.value.expose(), &mut indices);
        let sum = checksum::of(&indices, self.header.extendable);
        indices.extend(sum);
        indices
    }
}

/// Appends bytes as words, with zero bits in front so that the last word is full.
fn pack(bytes: &[u8], words: &mut Vec<u16>) {
    let mut held = Zeroizing::new(0_u32);
    let mut bits = (bytes.len() * 8).next_multiple_of(WORD_BITS) - bytes.len() * 8;
    for byte in bytes {
        *held = *held << 8 | u32::from(*byte);
        bits += 8;
        if bits >= WORD_BITS {
            bits -= WORD_BITS;
            words.push(ten(*held >> bits));
        }
    }
}

/// The bytes of words; the bits in front that no byte needs are zero.
fn unpack(words: &[u16], bytes: usize) -> Result<SecretBytes, WordsError> {
    let padding = words.len() * WORD_BITS - bytes * 8;
    if words.first().is_none_or(|first| first >> (WORD_BITS - padding) != 0) {
        return Err(WordsError::Malformed { reason: "its padding is not zero" });
    }
    let (mut held, mut bits) = (Zeroizing::new(0_u32), 0);
    let mut word = words.iter();
    Ok(SecretBytes::from_fill(bytes, |out| {
        bits -= i32::try_from(padding).unwrap_or_default();
        for byte in out {
            while bits < 8 {
                *held = *held << WORD_BITS | word.next().map_or(0, |word| u32::from(*word));
                bits += 10;
            }
            bits -= 8;
            *byte = (*held >> bits & 0xff) as u8;
        }
    }))
}

fn ten(bits: u32) -> u16 {
    (bits & 0x3ff) as u16
}
