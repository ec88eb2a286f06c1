//! The header of an age file: who may read it.

use std::io::{BufRead, Read, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use hpke::aead::ChaCha20Poly1305;
use rand_core::CryptoRng;
use secret::Secret;
use sha2::Sha256;

use super::AgeError;
use super::stream::{NONCE_BYTES, Reader, Writer};
use crate::suite::ENCAPSULATED_BYTES;
use crate::{KeysError, MasterKey, Recipient};

/// The longest header that is read: room for some six hundred recipients (keys-1 K14).
pub const HEADER_MAX_BYTES: u64 = 1 << 20;
/// The stanza of our recipients, and the label in its seal.
const KIND: &str = "mlkem768x25519";
const LABEL: &[u8] = b"age-encryption.org/mlkem768x25519";
/// Characters of base64 in a full line of a stanza's body.
const COLUMNS: usize = 64;
/// Bytes of a sealed file key: 16 and a tag of 16.
const BODY_BYTES: usize = 32;

/// The key of one age file.
#[derive(Debug, PartialEq, Eq)]
pub struct FileKey(Secret<16>);

/// One recipient's part of a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stanza {
    /// Its kind, then what the kind needs.
    pub arguments: Vec<String>,
    /// The wrapped file key.
    pub body: Vec<u8>,
}

/// A header that reads as the format says; whether it is genuine, only its file key tells.
#[derive(Debug)]
pub struct Header {
    stanzas: Vec<Stanza>,
    /// Everything up to and including the mark `---`.
    authenticated: Vec<u8>,
    code: Vec<u8>,
}

impl Header {
    /// Reads the header and leaves `source` at the payload.
    ///
    /// # Errors
    ///
    /// The header is malformed, too long, or the source fails.
    pub fn read(source: &mut impl BufRead) -> Result<Self, AgeError> {
        let mut lines = Lines { source, left: HEADER_MAX_BYTES, seen: Vec::new() };
        if lines.next()? != "age-encryption.org/v1" {
            return refuse("it does not begin as age files of version 1 do");
        }
        let mut stanzas = Vec::new();
        loop {
            let line = lines.next()?;
            if let Some(arguments) = line.strip_prefix("-> ") {
                let arguments = arguments.split(' ').map(str::to_owned).collect();
                stanzas.push(Stanza { arguments, body: body(&mut lines)? });
            } else if let Some(code) = line.strip_prefix("--- ") {
                let code = decoded(code)?;
                let mark = lines.seen.len() - line.len() - 1 + "---".len();
                let authenticated = lines.seen[..mark].to_vec();
                return Self { stanzas, authenticated, code }.checked();
            } else {
                return refuse("a line of its header is neither stanza nor end");
            }
        }
    }

    /// The stanzas, in their order.
    pub fn stanzas(&self) -> &[Stanza] {
        &self.stanzas
    }

    /// Finds and checks the file key (keys-1 K13).
    ///
    /// # Errors
    ///
    /// No stanza is for this master key, or the header was altered.
    pub fn unwrap(&self, master: &MasterKey) -> Result<FileKey, AgeError> {
        let mut wrapped = Vec::new();
        for stanza in self.stanzas.iter().filter(|stanza| stanza.arguments[0] == KIND) {
            wrapped.push(stanza.wrapped()?);
        }
        for (encapsulated, body) in wrapped {
            if let Some(opened) = master.open::<ChaCha20Poly1305>(LABEL, &encapsulated, &body) {
                let key = Secret::from_slice(opened.expose()).map(FileKey);
                let key = key.ok_or(AgeError::Header { reason: "its file key is too long" })?;
                return self.check(&key).map(|()| key);
            }
        }
        Err(AgeError::OtherKey)
    }

    /// Checks the header's authentication code under `key`, in constant time.
    ///
    /// # Errors
    ///
    /// The header is not the one that was written with this key.
    pub fn check(&self, key: &FileKey) -> Result<(), AgeError> {
        let mac = key.authenticate(&self.authenticated);
        mac.verify_slice(&self.code).map_err(|_| AgeError::HeaderAltered)
    }

    fn checked(self) -> Result<Self, AgeError> {
        let kinds = || self.stanzas.iter().map(|stanza| stanza.arguments[0].as_str());
        if self.stanzas.is_empty() {
            return refuse("it names no recipient");
        }
        if self.code.len() != 32 {
            return refuse("its authentication code has another length");
        }
        // A passphrase tells its reader who wrote the file; other recipients would break that.
        if kinds().any(|kind| kind == "scrypt") && self.stanzas.len() > 1 {
            return refuse("it mixes a passphrase with other recipients");
        }
        Ok(self)
    }
}

impl Stanza {
    /// Encapsulated key and sealed file key, of exactly the lengths they must have.
    fn wrapped(&self) -> Result<([u8; ENCAPSULATED_BYTES], [u8; BODY_BYTES]), AgeError> {
        let [_, encapsulated] = self.arguments.as_slice() else {
            return refuse("a stanza of ours has one argument");
        };
        let wrong = |_| AgeError::Header { reason: "a stanza of ours has another length" };
        let encapsulated: [u8; ENCAPSULATED_BYTES] =
            decoded(encapsulated)?.as_slice().try_into().map_err(wrong)?;
        if crate::suite::is_low_order(&encapsulated) {
            return refuse("a stanza of ours has no X25519 half");
        }
        Ok((encapsulated, self.body.as_slice().try_into().map_err(wrong)?))
    }
}

impl FileKey {
    /// Draws the key of a new file.
    pub fn generate(rng: &mut dyn CryptoRng) -> Self {
        Self(Secret::from_fill(|bytes| rng.fill_bytes(bytes)))
    }

    /// Takes a file key that was had otherwise.
    pub fn from_secret(secret: Secret<16>) -> Self {
        Self(secret)
    }

    /// Reads the payload behind a header; each chunk is authenticated before a byte of it is given.
    ///
    /// # Errors
    ///
    /// The payload has no nonce, or the source fails. Later, `Read` gives an
    /// [`std::io::Error`] around [`AgeError::Payload`] at the first damaged chunk.
    pub fn reader<R: BufRead>(&self, mut source: R) -> Result<Reader<R>, AgeError> {
        let mut nonce = [0; NONCE_BYTES];
        match source.read_exact(&mut nonce) {
            Ok(()) => Ok(Reader::new(source, &self.derive(&nonce, b"payload"))),
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                refuse("it ends before its payload")
            }
            Err(error) => Err(error.into()),
        }
    }

    pub(super) fn writer<W: Write>(
        &self,
        mut sink: W,
        nonce: [u8; NONCE_BYTES],
    ) -> std::io::Result<Writer<W>> {
        sink.write_all(&nonce)?;
        Ok(Writer::new(sink, &self.derive(&nonce, b"payload")))
    }

    /// HKDF-SHA256 as age uses it.
    pub(super) fn derive(&self, salt: &[u8], info: &[u8]) -> Secret<32> {
        let extracted = Hkdf::<Sha256>::new(Some(salt), self.0.expose());
        Secret::from_fill(|key| match extracted.expand(info, key) {
            Ok(()) => (),
            Err(_) => unreachable!("32 bytes are within HKDF's limit"),
        })
    }

    fn authenticate(&self, header: &[u8]) -> Hmac<Sha256> {
        let key = self.derive(&[], b"header");
        match <Hmac<Sha256> as KeyInit>::new_from_slice(key.expose()) {
            Ok(mac) => mac.chain_update(header),
            Err(_) => unreachable!("HMAC takes keys of any length"),
        }
    }
}

/// The header of a file with `key` for one recipient.
pub(super) fn written(
    key: &FileKey,
    recipient: &Recipient,
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, KeysError> {
    let (encapsulated, sealed) = recipient.seal::<ChaCha20Poly1305>(LABEL, key.0.expose(), rng)?;
    let encode = |bytes: &[u8]| STANDARD_NO_PAD.encode(bytes);
    let mut header = format!(
        "age-encryption.org/v1\n-> {KIND} {}\n{}\n---",
        encode(&encapsulated),
        encode(&sealed),
    )
    .into_bytes();
    let code = key.authenticate(&header).finalize().into_bytes();
    header.extend(format!(" {}\n", encode(&code)).into_bytes());
    Ok(header)
}

/// Lines of a header, each ended by LF, of printable ASCII and single spaces.
struct Lines<'a, R> {
    source: &'a mut R,
    left: u64,
    seen: Vec<u8>,
}

impl<R: BufRead> Lines<'_, R> {
    fn next(&mut self) -> Result<String, AgeError> {
        let start = self.seen.len();
        let read = Read::take(&mut *self.source, self.left).read_until(b'\n', &mut self.seen)?;
        self.left -= read as u64;
        let Some((b'\n', line)) = self.seen[start..].split_last() else {
            return refuse("its header ends too early or is too long");
        };
        let is_printable = line.iter().all(|byte| matches!(byte, b' '..=b'~'));
        let is_spaced = !line.ends_with(b" ") && !line.windows(2).any(|pair| pair == b"  ");
        match String::from_utf8(line.to_vec()) {
            Ok(line) if is_printable && is_spaced => Ok(line),
            _ => refuse("a line of its header holds what none may hold"),
        }
    }
}

/// A stanza's body: full lines, then one that is shorter and may be empty.
fn body<R: BufRead>(lines: &mut Lines<'_, R>) -> Result<Vec<u8>, AgeError> {
    let mut text = String::new();
    loop {
        let line = lines.next()?;
        if line.len() > COLUMNS {
            return refuse("a line of a stanza is too long");
        }
        text.push_str(&line);
        if line.len() < COLUMNS {
            return decoded(&text);
        }
    }
}

/// Canonical base64 without padding.
fn decoded(text: &str) -> Result<Vec<u8>, AgeError> {
    STANDARD_NO_PAD
        .decode(text)
        .map_err(|_| AgeError::Header { reason: "its base64 is not canonical" })
}

fn refuse<T>(reason: &'static str) -> Result<T, AgeError> {
    Err(AgeError::Header { reason })
}
