//! The transcript of a ceremony: what its journal says, field by field, under one root that the
//! signed log names. Fields can be withheld, and the rest still proves itself (transcript-1).

mod error;
mod export;
mod fields;
mod verify;

use audit::{Tree, leaf_hash};
use minicbor::{Decode, Encode};
use rand_core::CryptoRng;
use terms::{Canonical, Digest};
use unicode_normalization::UnicodeNormalization as _;

pub use error::TranscriptError;
pub use export::export;
pub(crate) use fields::{About, fields};
pub use verify::{Expected, Verified, verify};

/// The longest transcript that is read, in bytes (transcript-1 R5).
pub const BYTES_MAX: usize = 16 << 20;
const LABEL: &str = "strongroom/transcript";
const VERSION: u8 = 1;
/// The kind of the vault's document.
pub const KIND: &str = "transcript";

/// A field with the salt that hides it where it is withheld (transcript-1 R1).
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
struct Field {
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    salt: [u8; 16],
    #[n(1)]
    path: String,
    #[n(2)]
    value: String,
}

/// Where the log says what the root is (transcript-1 R6).
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
struct Closing {
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    entry: Vec<u8>,
    #[n(1)]
    path: Vec<Digest>,
    #[n(2)]
    checkpoint: String,
    #[n(3)]
    key: String,
}

/// A transcript, as it lies in the vault or as a copy of it (transcript-1 R5).
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Transcript {
    #[n(0)]
    label: String,
    #[n(1)]
    version: u8,
    #[n(2)]
    digests: Vec<Digest>,
    #[n(3)]
    fields: Vec<Option<Field>>,
    #[n(4)]
    closing: Option<Closing>,
}

impl Canonical for Field {
    const NAME: &'static str = "a field of a transcript";
}

impl Canonical for Transcript {
    const NAME: &'static str = "a transcript";
}

impl Field {
    fn digest(&self) -> Digest {
        leaf_hash(&terms::encode(self))
    }
}

impl Transcript {
    /// Of these fields, each with a salt of its own.
    pub(crate) fn of(fields: Vec<(String, String)>, rng: &mut dyn CryptoRng) -> Self {
        let fields: Vec<_> = fields
            .into_iter()
            .map(|(path, value)| {
                let mut salt = [0; 16];
                rng.fill_bytes(&mut salt);
                Field { salt, path, value }
            })
            .collect();
        Self {
            label: LABEL.to_owned(),
            version: VERSION,
            digests: fields.iter().map(Field::digest).collect(),
            fields: fields.into_iter().map(Some).collect(),
            closing: None,
        }
    }

    /// What the log names (transcript-1 R4).
    pub fn root(&self) -> Digest {
        let mut tree = Tree::default();
        self.digests.iter().for_each(|digest| tree.push(*digest));
        tree.root()
    }

    /// How the closing entry names it: root and number of fields. Without the number somebody
    /// could put the root of a subtree in place of the fields below it (transcript-1 R6).
    pub(crate) fn object(&self) -> String {
        format!("transcript:{}:{}", self.root(), self.digests.len())
    }

    /// Its canonical bytes.
    pub fn encode(&self) -> Vec<u8> {
        terms::encode(self)
    }

    /// Reads a transcript; nothing of it is believed yet.
    ///
    /// # Errors
    ///
    /// It is none, longer than [`BYTES_MAX`], or of another version.
    pub fn decode(bytes: &[u8]) -> Result<Self, TranscriptError> {
        let malformed = |what: &str| TranscriptError::Malformed { what: what.to_owned() };
        if bytes.len() > BYTES_MAX {
            return Err(malformed("it is longer than 16 MiB"));
        }
        let read: Self = terms::decode(bytes).map_err(|error| malformed(&error.to_string()))?;
        if read.label != LABEL {
            return Err(malformed("it does not call itself a transcript"));
        }
        if read.version != VERSION {
            return Err(malformed(&format!("its version is {}", read.version)));
        }
        if read.digests.len() != read.fields.len() {
            return Err(malformed("it has another number of fields than of digests"));
        }
        Ok(read)
    }

    /// Takes out every field whose value has one of `texts`, in whatever letters, and all lines as
    /// a whole: each carries the digest of the one before it, by which a name could be guessed
    /// (transcript-1 R9).
    ///
    /// # Errors
    ///
    /// A text is in no field: whoever mistypes a name gives it away.
    pub fn withhold(&mut self, texts: &[String]) -> Result<(), TranscriptError> {
        let folded = |text: &str| text.nfc().flat_map(char::to_lowercase).collect::<String>();
        let mut gone = vec![false; self.fields.len()];
        for text in texts {
            let single: Vec<_> = text.split_whitespace().collect();
            let wanted = folded(&single.join(" "));
            let has = |slot: &Option<Field>| {
                slot.as_ref().is_some_and(|field| folded(&field.value).contains(&wanted))
            };
            let found: Vec<bool> = self.fields.iter().map(has).collect();
            if wanted.is_empty() || !found.contains(&true) {
                return Err(TranscriptError::Nowhere { text: text.clone() });
            }
            gone.iter_mut().zip(found).for_each(|(gone, found)| *gone |= found);
        }
        for (slot, gone) in self.fields.iter_mut().zip(gone) {
            let is_line = slot.as_ref().is_some_and(|field| is_line(&field.path));
            if gone || (is_line && !texts.is_empty()) {
                *slot = None;
            }
        }
        Ok(())
    }

    /// How many fields there are, withheld ones included.
    pub fn fields(&self) -> usize {
        self.fields.len()
    }

    /// How many fields are withheld.
    pub fn withheld(&self) -> usize {
        self.fields.iter().filter(|field| field.is_none()).count()
    }

    /// The value of a field that is there.
    fn value(&self, path: &str) -> Option<&str> {
        let mut there = self.fields.iter().flatten();
        there.find(|field| field.path == path).map(|field| field.value.as_str())
    }
}

/// Whether a field is a whole line of the journal.
fn is_line(path: &str) -> bool {
    path.strip_prefix("line/").is_some_and(|rest| !rest.contains('/'))
}
