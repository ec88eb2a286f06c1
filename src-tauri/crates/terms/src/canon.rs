//! Canonical encoding of records: deterministic CBOR (RFC 8949 section 4.2).
//!
//! A record has exactly one encoding. The decoder accepts it and nothing else: it decodes, encodes
//! what it understood, and compares. Longer integers, indefinite lengths, unknown fields, keys out
//! of order and trailing bytes all differ from that and are refused.

use minicbor::{Decode, Encode};

/// Bytes that are not the canonical encoding of the record they were read as.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CanonError {
    /// The bytes do not hold a record of this kind.
    #[error("{record} is malformed: {reason}")]
    Malformed {
        /// What was read, as a noun phrase.
        record: &'static str,
        /// Where and why decoding stopped.
        reason: String,
    },
    /// The bytes hold the record in another than its one encoding.
    #[error("{record} is not in canonical encoding")]
    NotCanonical {
        /// What was read, as a noun phrase.
        record: &'static str,
    },
}

/// A record that is stored or signed in canonical encoding.
pub trait Canonical: Sized {
    /// What the record is called in errors, as a noun phrase such as `a capsule`.
    const NAME: &'static str;
}

/// Encodes `record` in its one encoding.
pub fn encode<T: Canonical + Encode<()>>(record: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    match minicbor::encode(record, &mut bytes) {
        Ok(()) => bytes,
        // Writing to a vector cannot fail, and no record refuses its own encoding.
        Err(error) => unreachable!("{} does not encode: {error}", T::NAME),
    }
}

/// Decodes a record and refuses every encoding but the canonical one.
///
/// # Errors
///
/// [`CanonError`] says whether the bytes are malformed or only encoded otherwise.
pub fn decode<'b, T>(bytes: &'b [u8]) -> Result<T, CanonError>
where
    T: Canonical + Encode<()> + Decode<'b, ()>,
{
    let record = minicbor::decode::<T>(bytes)
        .map_err(|e| CanonError::Malformed { record: T::NAME, reason: e.to_string() })?;
    if encode(&record) == bytes {
        Ok(record)
    } else {
        Err(CanonError::NotCanonical { record: T::NAME })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Environment, KeyName};

    impl Canonical for KeyName {
        const NAME: &'static str = "a key name";
    }

    const NAME: KeyName = KeyName { environment: Environment::Drill, version: 3 };

    #[test]
    fn a_record_has_one_encoding() {
        assert_eq!(encode(&NAME), b"\x82\x65drill\x03");
        assert_eq!(decode::<KeyName>(b"\x82\x65drill\x03"), Ok(NAME));
    }

    #[test]
    fn every_other_encoding_is_refused() {
        for bytes in [
            &b"\x82\x65drill\x18\x03"[..], // a longer integer than needed
            &b"\x82\x78\x05drill\x03"[..], // a longer length than needed
            &b"\x82\x65drill\x03\x00"[..], // a trailing byte
            &b"\x83\x65drill\x03\x00"[..], // an unknown field
            &b"\x9f\x65drill\x03\xff"[..], // an indefinite length
            &b"\x82\x65drill"[..],         // a truncated record
        ] {
            assert!(decode::<KeyName>(bytes).is_err(), "{bytes:02x?} was accepted");
        }
    }
}
