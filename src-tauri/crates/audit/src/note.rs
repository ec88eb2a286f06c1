//! Signed notes with Ed25519 keys, as in C2SP signed-note.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};
use terms::ParseError;

/// The signature type of Ed25519 in signed notes.
const ED25519: u8 = 0x01;

/// The longest note that is read, in bytes; room for sixteen large signatures.
pub(crate) const MAX_NOTE_BYTES: usize = 100 * 1024;

/// The key that signs a log's checkpoints, with the name that it signs under.
///
/// It is no secret of the quorum: it says "this installation wrote it", nothing more (log-1 L14).
pub struct LogKey {
    key: SigningKey,
    public: LogPublicKey,
}

impl LogKey {
    /// The key whose Ed25519 seed (RFC 8032) is `seed`, drawn and kept by the caller.
    ///
    /// # Errors
    ///
    /// When `name` is empty or contains a space, a plus or a control character.
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<Self, ParseError> {
        let key = SigningKey::from_bytes(seed);
        let public = LogPublicKey::new(name, key.verifying_key())?;
        Ok(Self { key, public })
    }

    /// The half that verifies.
    pub const fn public(&self) -> &LogPublicKey {
        &self.public
    }

    /// The note of `text`, which ends in a newline, with this key's signature line.
    pub(crate) fn sign(&self, text: &str) -> String {
        let signature = self.key.sign(text.as_bytes()).to_bytes();
        format!("{text}\n{}", line(&self.public.name, self.public.id(), &signature))
    }
}

impl fmt::Debug for LogKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LogKey({})", self.public)
    }
}

/// The public half of a log's key; its text is a C2SP verifier key, `name+id+key`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogPublicKey {
    name: String,
    key: VerifyingKey,
}

impl LogPublicKey {
    fn new(name: &str, key: VerifyingKey) -> Result<Self, ParseError> {
        if !is_name(name) {
            return Err(ParseError::new(name, "the name of a note key"));
        }
        Ok(Self { name: name.to_owned(), key })
    }

    /// The name that the key signs under.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key id: the first four bytes of SHA-256 over name, newline, type and key.
    pub fn id(&self) -> [u8; 4] {
        let mut hash = Sha256::new();
        hash.update(self.name.as_bytes());
        hash.update([b'\n', ED25519]);
        hash.update(self.key.as_bytes());
        let digest: [u8; 32] = hash.finalize().into();
        [digest[0], digest[1], digest[2], digest[3]]
    }

    /// The text of `note`, if this key signed it; its other signatures are not looked at.
    ///
    /// `None` also for a note that is malformed: nothing of it can be trusted then.
    pub(crate) fn open<'n>(&self, note: &'n str) -> Option<&'n str> {
        let (text, lines) = read(note)?;
        let mut signed = false;
        for line in lines {
            if line.name == self.name && line.id == self.id() {
                let signature = Signature::from_slice(&line.signature).ok()?;
                self.key.verify_strict(text.as_bytes(), &signature).ok()?;
                signed = true;
            }
        }
        signed.then_some(text)
    }
}

/// A signature line of a note, not yet judged.
#[derive(Debug)]
pub(crate) struct Line<'n> {
    /// The name of the key that it says it is of.
    pub(crate) name: &'n str,
    /// That key's id.
    pub(crate) id: [u8; 4],
    /// What follows the id.
    pub(crate) signature: Vec<u8>,
}

/// The text of a note and its signature lines; `None` when it is not one (C2SP signed-note).
pub(crate) fn read(note: &str) -> Option<(&str, Vec<Line<'_>>)> {
    let bad = |c: char| c.is_ascii_control() && c != '\n';
    if note.len() > MAX_NOTE_BYTES || note.contains(bad) {
        return None;
    }
    let (text, signatures) = note.rsplit_once("\n\n")?;
    let text = &note[..=text.len()];
    let lines = signatures.strip_suffix('\n')?.split('\n').map(read_line);
    Some((text, lines.collect::<Option<_>>()?))
}

fn read_line(line: &str) -> Option<Line<'_>> {
    let (name, encoded) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
    let mut bytes = STANDARD.decode(encoded).ok().filter(|bytes| bytes.len() > 4)?;
    let signature = bytes.split_off(4);
    Some(Line { name, id: bytes.try_into().ok()?, signature })
}

/// The signature line of a note, with its line end.
pub(crate) fn line(name: &str, id: [u8; 4], signature: &[u8]) -> String {
    format!("\u{2014} {name} {}\n", STANDARD.encode([&id, signature].concat()))
}

/// Whether signed-note allows the name of a key.
pub(crate) fn is_name(name: &str) -> bool {
    let bad = |c: char| c.is_whitespace() || c.is_control() || c == '+';
    !name.is_empty() && !name.contains(bad)
}

impl fmt::Display for LogPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut encoded = vec![ED25519];
        encoded.extend_from_slice(self.key.as_bytes());
        let id = u32::from_be_bytes(self.id());
        write!(f, "{}+{id:08x}+{}", self.name, STANDARD.encode(encoded))
    }
}

impl FromStr for LogPublicKey {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let error = || ParseError::new(text, "a verifier key, name+id+key");
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(_), Some(encoded)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err(error());
        };
        let bytes = STANDARD.decode(encoded).map_err(|_| error())?;
        let (kind, key) = bytes.split_first().ok_or_else(error)?;
        let key = <[u8; 32]>::try_from(key).map_err(|_| error())?;
        let key = VerifyingKey::from_bytes(&key).map_err(|_| error())?;
        let parsed = Self::new(name, key).map_err(|_| error())?;
        // The id is derived, so the only right text is the one that would be printed.
        if *kind == ED25519 && parsed.to_string() == text { Ok(parsed) } else { Err(error()) }
    }
}
