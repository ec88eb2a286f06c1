//! Bech32 as age uses it (BIP-173 without its limit of length).

use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Checksum, Hrp};

/// Why a text is not what it should be; the sentences fit behind "it".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BechError {
    Checksum,
    Prefix,
}

/// `bytes` as lower-case text behind `prefix`.
pub(crate) fn encode(prefix: &str, bytes: &[u8]) -> String {
    match bech32::encode_lower::<LongBech32>(Hrp::parse_unchecked(prefix), bytes) {
        Ok(text) => text,
        Err(error) => unreachable!("what keys encode is within the limit: {error}"),
    }
}

/// The bytes of a text of one case, behind `prefix` in lower case.
pub(crate) fn decode(prefix: &str, text: &str) -> Result<Vec<u8>, BechError> {
    let checked = CheckedHrpstring::new::<LongBech32>(text).map_err(|_| BechError::Checksum)?;
    if checked.hrp().to_lowercase() == prefix {
        Ok(checked.byte_iter().collect())
    } else {
        Err(BechError::Prefix)
    }
}

/// The checksum of BIP-173 over longer texts: age lifts the limit of 90 characters.
enum LongBech32 {}

impl Checksum for LongBech32 {
    type MidstateRepr = u32;
    const CODE_LENGTH: usize = 4096;
    const CHECKSUM_LENGTH: usize = <bech32::Bech32 as Checksum>::CHECKSUM_LENGTH;
    const GENERATOR_SH: [u32; 5] = <bech32::Bech32 as Checksum>::GENERATOR_SH;
    const TARGET_RESIDUE: u32 = <bech32::Bech32 as Checksum>::TARGET_RESIDUE;
    type CorrectionField = <bech32::Bech32 as Checksum>::CorrectionField;
    const ROOT_GENERATOR: Self::CorrectionField = <bech32::Bech32 as Checksum>::ROOT_GENERATOR;
    const ROOT_EXPONENTS: std::ops::RangeInclusive<usize> =
        <bech32::Bech32 as Checksum>::ROOT_EXPONENTS;
}
