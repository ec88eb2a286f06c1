//! What a token can prove of its keys, and the numbers of those that prove nothing.

use sha2::{Digest as _, Sha256};

use crate::Serial;

/// What the number of a PKCS#11 token is worked out from, besides the token's own words
/// (envelope-1 E15).
const LABEL: &[u8] = b"strongroom/pkcs11-token/1\0";
/// The first number of PKCS#11 tokens.
const FIRST: u32 = 0x8000_0000;
/// The bits in which their numbers differ.
const VARIED: u32 = 0x3fff_ffff;

/// What stands for a token's word about its keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assurance {
    /// Certificates of its maker prove that its keys were made in it and are used only with PIN
    /// and touch. They count once [`crate::attestation::verify`] has seen them.
    Attested,
    /// Nothing: a PKCS#11 module says that the keys were made in the token and cannot leave it. The
    /// PIN alone guards them (envelope-1 E17).
    Claimed,
}

impl Assurance {
    /// What people must be told wherever the token is named to them; none if there is nothing.
    pub fn remark(self) -> Option<&'static str> {
        match self {
            Self::Attested => None,
            Self::Claimed => {
                Some("not attested: only its module says where its keys are; no touch")
            }
        }
    }
}

impl Serial {
    /// The number of a PKCS#11 token that says this of itself in `CK_TOKEN_INFO` (envelope-1 E15).
    pub fn of_pkcs11(manufacturer: &str, model: &str, serial: &str) -> Self {
        let mut hash = Sha256::new().chain_update(LABEL);
        for (text, width) in [(manufacturer, 32), (model, 16), (serial, 16)] {
            hash.update(text);
            hash.update(vec![b' '; width - text.len().min(width)]);
        }
        let digest = hash.finalize();
        let number = digest.iter().take(4).fold(0, |number, byte| number << 8 | u32::from(*byte));
        Self(FIRST | (number & VARIED))
    }

    /// Whether the number is one of those of PKCS#11 tokens; no other token may have it.
    pub const fn is_of_pkcs11(self) -> bool {
        self.0 & !VARIED == FIRST
    }

    /// What a token of this number can prove.
    pub const fn assurance(self) -> Assurance {
        if self.is_of_pkcs11() { Assurance::Claimed } else { Assurance::Attested }
    }

    /// The number as records show it to people: with what must be said of the token
    /// (envelope-1 E17).
    pub fn with_remark(self) -> String {
        remarked(&self.to_string())
    }
}

/// What must be said of the token whose number a record keeps as the text `serial`; none if there
/// is nothing (envelope-1 E17).
pub fn remark_on(serial: &str) -> Option<&'static str> {
    Serial(serial.parse().ok()?).assurance().remark()
}

/// The number that a record keeps as the text `serial`, with what must be said of the token.
pub fn remarked(serial: &str) -> String {
    match remark_on(serial) {
        Some(remark) => format!("{serial} ({remark})"),
        None => serial.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::virtual_yubikey;

    #[test]
    fn the_number_of_a_pkcs11_token_is_the_one_in_the_specification() {
        let serial = Serial::of_pkcs11("SoftHSM project", "SoftHSM v2", "5d6ee1b42c0f9a37");
        assert_eq!(serial, Serial(3_021_710_670), "envelope-1 E15");
        let padded = Serial::of_pkcs11("SoftHSM project ", "SoftHSM v2", "5d6ee1b42c0f9a37");
        assert_eq!(padded, serial, "padding is no difference");
        let moved = Serial::of_pkcs11("SoftHSM project", "SoftHSM v25", "d6ee1b42c0f9a37");
        assert_ne!(moved, serial, "each text has its own place");
    }

    #[test]
    fn numbers_of_pkcs11_tokens_are_nobody_elses() {
        for serial in 0..1000 {
            assert!(Serial::of_pkcs11("a", "b", &serial.to_string()).is_of_pkcs11());
        }
        assert!(Serial(FIRST).is_of_pkcs11() && Serial(FIRST + VARIED).is_of_pkcs11());
        assert!(!Serial(FIRST - 1).is_of_pkcs11() && !Serial(FIRST + VARIED + 1).is_of_pkcs11());
        for other in [Serial(12_345_678), virtual_yubikey::serial(0).unwrap()] {
            assert_eq!(other.assurance(), Assurance::Attested);
            assert_eq!(other.with_remark(), other.to_string());
        }
        assert!(Serial(FIRST).with_remark().contains("not attested"));
    }
}
