//! What one entry of the log says.

use std::fmt;
use std::str::FromStr;

use minicbor::{Decode, Encode};
use terms::{Canonical, Digest, Environment, ParseError, Timestamp};

use crate::{AuditError, Phase};

/// The longest encoding of an event (log-1 L6).
pub const MAX_EVENT_BYTES: usize = 64 * 1024;

/// The longest text in an event, in bytes (log-1 L6).
const MAX_TEXT_BYTES: usize = 1024;

/// Something that happens, not yet numbered (log-1 L4).
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Event {
    /// The time as claimed by the machine; order comes from the sequence alone.
    #[n(0)]
    pub time: Timestamp,
    /// The vault's environment.
    #[n(1)]
    pub environment: Environment,
    /// Who asked for it: a person of the registry, or a program by its name.
    #[n(2)]
    pub actor: String,
    /// What is done.
    #[n(3)]
    pub operation: Operation,
    /// Whether it is about to be done, or was.
    #[n(4)]
    pub phase: Phase,
    /// What it is done to, each as `kind:name`, for example `archive:0123…` or `key:drill/1`.
    #[n(5)]
    pub objects: Vec<String>,
    /// SHA-256 over everything that people were shown before, in canonical encoding.
    #[n(6)]
    pub parameters: Option<Digest>,
    /// How many of what, by name in ascending order (see [`Event::with_count`]).
    #[n(7)]
    pub counts: Vec<Count>,
    /// The registry change that was committed together with this event.
    #[n(8)]
    pub act: Option<ActMark>,
    /// One sentence for people: the reason of a change, or what was recovered.
    #[n(9)]
    pub remark: Option<String>,
    /// The program and its version.
    #[n(10)]
    pub app: String,
}

/// A number with its name, for example `files` 120.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Count {
    /// What was counted.
    #[n(0)]
    pub name: String,
    /// How many.
    #[n(1)]
    pub number: u64,
}

/// Binds an event to the act that changed the registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct ActMark {
    /// The act's number, from 1 without gaps.
    #[n(0)]
    pub number: u64,
    /// The digest of the registry's whole content after the act.
    #[n(1)]
    pub state: Digest,
}

/// An event with its place in the log; its canonical encoding is the leaf of the tree (log-1 L3).
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Entry {
    /// The number of entries before this one.
    #[n(0)]
    pub sequence: u64,
    /// What happened.
    #[n(1)]
    pub event: Event,
}

impl Canonical for Event {
    const NAME: &'static str = "an audit event";
}

impl Canonical for Entry {
    const NAME: &'static str = "an audit entry";
}

impl Event {
    /// An event without objects, parameters, counts, act and remark.
    pub fn new(
        time: Timestamp,
        environment: Environment,
        actor: &str,
        operation: Operation,
        phase: Phase,
        app: &str,
    ) -> Self {
        Self {
            time,
            environment,
            actor: actor.to_owned(),
            operation,
            phase,
            objects: Vec::new(),
            parameters: None,
            counts: Vec::new(),
            act: None,
            remark: None,
            app: app.to_owned(),
        }
    }

    /// Adds what is counted; a count of the same name is replaced.
    pub fn with_count(mut self, name: &str, number: u64) -> Self {
        let count = Count { name: name.to_owned(), number };
        match self.counts.binary_search_by(|other| other.name.as_str().cmp(name)) {
            Ok(place) => self.counts[place] = count,
            Err(place) => self.counts.insert(place, count),
        }
        self
    }

    /// Refuses what log-1 L6 refuses: long or empty texts, control characters, disorder.
    pub(crate) fn check(&self) -> Result<(), AuditError> {
        let refused = |reason| Err(AuditError::EventRefused { reason });
        let remark = self.remark.as_deref();
        let names = self.counts.iter().map(|count| count.name.as_str());
        let objects = self.objects.iter().map(String::as_str);
        let mut texts = [self.actor.as_str(), self.app.as_str()]
            .into_iter()
            .chain(objects)
            .chain(names)
            .chain(self.phase.result())
            .chain(remark);
        if texts.any(|text| text.is_empty() || text.len() > MAX_TEXT_BYTES) {
            return refused("a text is empty or longer than 1024 bytes");
        }
        let mut texts = [self.actor.as_str(), self.app.as_str()]
            .into_iter()
            .chain(self.objects.iter().map(String::as_str))
            .chain(self.phase.result())
            .chain(remark);
        if texts.any(|text| text.chars().any(char::is_control)) {
            return refused("a text contains a control character");
        }
        if !self.counts.is_sorted_by(|a, b| a.name < b.name) {
            return refused("the counts are not in ascending order of their names");
        }
        if terms::encode(self).len() > MAX_EVENT_BYTES {
            return refused("it is longer than 64 KiB");
        }
        Ok(())
    }
}

/// The name of an operation, for example `archive.seal`: lower-case words, dots and hyphens.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Operation(String);

impl Operation {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Operation {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let word = |part: &str| {
            part.starts_with(|c: char| c.is_ascii_lowercase())
                && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        };
        if text.len() <= 64 && text.split('.').all(word) {
            Ok(Self(text.to_owned()))
        } else {
            Err(ParseError::new(text, "the name of an operation such as archive.seal"))
        }
    }
}

impl<C> Encode<C> for Operation {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.str(&self.0)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Operation {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        let text = d.str()?;
        text.parse().map_err(|_| minicbor::decode::Error::message("not an operation's name"))
    }
}
