//! Files of the age format, version 1 (C2SP `age.md`), opened and sealed with a master key.
//!
//! Whoever can run `age` can write files for a recipient of ours; with this the quorum opens them.
//! Only the stanza `mlkem768x25519` is understood (keys-1 K13). Reading and writing are streams of
//! 64 KiB chunks: memory does not grow with the file.
//!
//! ```text
//! let key = Header::read(&mut source)?.unwrap(&master)?; // who may read it
//! let mut plain = key.reader(source)?; // a `Read` that gives authenticated bytes only
//! ```

mod error;
mod header;
mod stream;

pub use error::AgeError;
pub use header::{FileKey, HEADER_MAX_BYTES, Header, Stanza};
pub use stream::{CHUNK_BYTES, Reader, Writer};

use std::io::Write;

use rand_core::CryptoRng;

use crate::Recipient;

/// Begins an age file for `recipient`; what is written to the result is sealed, up to
/// [`Writer::finish`]. Without that call the file is truncated, and every reader says so.
///
/// # Errors
///
/// The sink fails, or the recipient's public key is one that no key pair has.
pub fn seal<W: Write>(
    recipient: &Recipient,
    mut sink: W,
    rng: &mut dyn CryptoRng,
) -> Result<Writer<W>, AgeError> {
    let key = FileKey::generate(rng);
    sink.write_all(&header::written(&key, recipient, rng)?)?;
    let mut nonce = [0; stream::NONCE_BYTES];
    rng.fill_bytes(&mut nonce);
    Ok(key.writer(sink, nonce)?)
}

#[cfg(test)]
mod tests;
