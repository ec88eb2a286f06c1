//! A share as a text file: `key: value` lines, the words among them.

use std::str::FromStr;

use secret::SecretText;
use terms::{Environment, KeyName, Problem};
use zeroize::Zeroizing;

use crate::record::SALT_BYTES;
use crate::slip39::WordsError;
use crate::{Place, QuorumError, ShareRecord, ShareWords, SplitFacts};

/// The longest share file that is looked at (share-1 S16).
const TEXT_MAX_BYTES: usize = 16 * 1024;

/// The keys in the order in which they are written (share-1 S15).
const KEYS: [&str; 17] = [
    "strongroom-share",
    "environment",
    "key",
    "fingerprint",
    "vault",
    "split",
    "created",
    "identifier",
    "group",
    "group-name",
    "groups-needed",
    "member",
    "holder",
    "members-needed",
    "salt",
    "commitment",
    "words",
];
/// The key whose value is secret.
const WORDS: &str = "words";

/// Why a text is no share file; nothing here repeats what the text says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShareTextError {
    /// The text is longer than any share file.
    #[error("the text is longer than a share file can be")]
    TooLong,
    /// A line is no `key: value`, or its key is none of a share file.
    #[error("line {line} is no line of a share file")]
    Line {
        /// Counts from 1.
        line: usize,
    },
    /// A key is there twice.
    #[error("the line \"{key}\" is there twice")]
    Repeated {
        /// The key.
        key: &'static str,
    },
    /// A key is missing.
    #[error("the line \"{key}\" is missing")]
    Missing {
        /// The key.
        key: &'static str,
    },
    /// A value is none of its key.
    #[error("the line \"{key}\" is not {expected}")]
    Value {
        /// The key.
        key: &'static str,
        /// What would have been accepted.
        expected: &'static str,
    },
    /// The lines contradict each other or state what cannot be.
    #[error("the lines are no share record: {0}")]
    Record(#[from] QuorumError),
}

impl Problem for ShareTextError {
    fn code(&self) -> &'static str {
        match self {
            Self::TooLong => "SR-QUORUM-TEXT-TOO-LONG",
            Self::Line { .. } => "SR-QUORUM-TEXT-LINE",
            Self::Repeated { .. } => "SR-QUORUM-TEXT-REPEATED",
            Self::Missing { .. } => "SR-QUORUM-TEXT-MISSING",
            Self::Value { .. } => "SR-QUORUM-TEXT-VALUE",
            Self::Record(_) => "SR-QUORUM-TEXT-RECORD",
        }
    }

    fn remedy(&self) -> String {
        "Compare the file with the sheet, or leave only the line with the words: it is enough."
            .to_owned()
    }
}

/// Writes a share file.
pub(crate) fn write(record: &ShareRecord, words: &ShareWords) -> SecretText {
    let (facts, place) = (record.facts(), record.place());
    let one_of = |number: u8, count: u8| format!("{} of {count}", u16::from(number) + 1);
    let mut text = Zeroizing::new(String::with_capacity(4096));
    text.push_str("# A share of a Strongroom key. Whoever reads the words holds the share.\n");
    for key in KEYS {
        let value = match key {
            "strongroom-share" => "1".to_owned(),
            "environment" => facts.key.environment.to_string(),
            "key" => facts.key.to_string(),
            "fingerprint" => facts.recipient_fingerprint.to_string(),
            "vault" => match facts.vault {
                Some(vault) => vault.to_string(),
                None => continue,
            },
            "split" => facts.split.to_string(),
            "created" => facts.created.to_string(),
            "identifier" => record.identifier().to_string(),
            "group" => one_of(place.group, place.group_count),
            "group-name" => place.group_name.clone(),
            "groups-needed" => place.group_threshold.to_string(),
            "member" => one_of(place.member, place.member_count),
            "holder" => place.holder.clone(),
            "members-needed" => place.member_threshold.to_string(),
            "salt" => record.salt().iter().map(|byte| format!("{byte:02x}")).collect(),
            "commitment" => record.commitment().to_string(),
            _ => String::new(),
        };
        text.push_str(key);
        text.push_str(": ");
        text.push_str(if key == WORDS { "" } else { &value });
        if key == WORDS {
            text.push_str(words.to_text().expose());
        }
        text.push('\n');
    }
    SecretText::from_exposed(&text)
}

/// What a text held: the record if it had one, and the words or what is wrong with them.
type Parsed = (Option<ShareRecord>, Result<ShareWords, WordsError>);

/// Reads a share file, or words alone.
pub(crate) fn parse(text: &str) -> Result<Parsed, ShareTextError> {
    if text.len() > TEXT_MAX_BYTES {
        return Err(ShareTextError::TooLong);
    }
    let text = text.trim_start_matches('\u{feff}');
    if !text.contains(':') && !text.contains('#') {
        return Ok((None, ShareWords::parse(text)));
    }
    let lines = Lines::read(text)?;
    let words = ShareWords::parse(lines.raw(WORDS)?);
    let is_bare = lines.0.iter().all(|(key, _)| *key == WORDS);
    let record = if is_bare { None } else { Some(lines.record()?) };
    Ok((record, words))
}

/// The lines of a share file, each key at most once.
struct Lines<'a>(Vec<(&'static str, &'a str)>);

impl<'a> Lines<'a> {
    fn read(text: &'a str) -> Result<Self, ShareTextError> {
        let mut lines = Self(Vec::with_capacity(KEYS.len()));
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let unknown = ShareTextError::Line { line: at + 1 };
            let (key, value) = line.split_once(':').ok_or(unknown.clone())?;
            let key = *KEYS.iter().find(|known| **known == key.trim()).ok_or(unknown)?;
            if lines.0.iter().any(|(other, _)| *other == key) {
                return Err(ShareTextError::Repeated { key });
            }
            lines.0.push((key, value.trim()));
        }
        Ok(lines)
    }

    fn record(&self) -> Result<ShareRecord, ShareTextError> {
        if self.raw("strongroom-share")? != "1" {
            return Err(ShareTextError::Value { key: "strongroom-share", expected: "1" });
        }
        let key: KeyName = self.value("key", "a key such as production/3")?;
        let environment: Environment = self.value("environment", "an environment")?;
        if environment != key.environment {
            return Err(ShareTextError::Value { key: "environment", expected: "the key's own" });
        }
        let (group, group_count) = self.one_of("group")?;
        let (member, member_count) = self.one_of("member")?;
        let place = Place {
            group,
            group_name: self.raw("group-name")?.to_owned(),
            group_count,
            group_threshold: self.value("groups-needed", "a number")?,
            member,
            holder: self.raw("holder")?.to_owned(),
            member_count,
            member_threshold: self.value("members-needed", "a number")?,
        };
        let vault = match self.raw("vault") {
            Ok(_) => Some(self.value("vault", "32 hexadecimal digits")?),
            Err(_) => None,
        };
        let facts = SplitFacts {
            vault,
            key,
            recipient_fingerprint: self.value("fingerprint", "40 hexadecimal digits")?,
            split: self.value("split", "32 hexadecimal digits")?,
            created: self.value("created", "a time such as 2026-11-24T15:04:05Z")?,
        };
        let identifier = self.value("identifier", "a number")?;
        // A salt and a digest have the same length and the same digits.
        let salt: terms::Digest = self.value("salt", "64 hexadecimal digits")?;
        let salt: [u8; SALT_BYTES] = *salt.as_bytes();
        let commitment = self.value("commitment", "64 hexadecimal digits")?;
        Ok(ShareRecord::from_parts(facts, identifier, place, salt, commitment)?)
    }

    fn raw(&self, key: &'static str) -> Result<&'a str, ShareTextError> {
        let line = self.0.iter().find(|(known, _)| *known == key);
        line.map(|(_, value)| *value).ok_or(ShareTextError::Missing { key })
    }

    fn value<T: FromStr>(
        &self,
        key: &'static str,
        expected: &'static str,
    ) -> Result<T, ShareTextError> {
        self.raw(key)?.parse().map_err(|_| ShareTextError::Value { key, expected })
    }

    /// `2 of 3` as a number from 0 and a count.
    fn one_of(&self, key: &'static str) -> Result<(u8, u8), ShareTextError> {
        let error = ShareTextError::Value { key, expected: "written as in \"2 of 3\"" };
        let (number, count) = self.raw(key)?.split_once(" of ").ok_or(error.clone())?;
        let number: u8 = number.trim().parse().map_err(|_| error.clone())?;
        let count = count.trim().parse().map_err(|_| error.clone())?;
        Ok((number.checked_sub(1).ok_or(error)?, count))
    }
}
