//! What a token looks like, as its attestation says.

use std::fmt;

/// In the byte of the form: a token of the series that is certified to FIPS 140.
const FIPS: u8 = 0x80;
/// In the byte of the form: a Security Key.
const SECURITY_KEY: u8 = 0x40;

/// The form of a token: one byte in its attestation (Yubico's extension .3.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form(Option<u8>);

impl Form {
    /// From the extension's value; a token that does not say has an unknown form.
    pub(super) fn of(value: Option<&[u8]>) -> Self {
        match value {
            Some([form]) => Self(Some(*form)),
            _ => Self(None),
        }
    }

    /// Whether it is of the series that is certified to FIPS 140.
    pub fn is_fips(self) -> bool {
        self.0.is_some_and(|form| form & FIPS != 0)
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shape = match self.0.map(|form| form & !(FIPS | SECURITY_KEY)) {
            Some(1) => "USB-A",
            Some(2) => "USB-A, nano",
            Some(3) => "USB-C",
            Some(4) => "USB-C, nano",
            Some(5) => "USB-C and Lightning",
            Some(6) => "USB-A, with a fingerprint reader",
            Some(7) => "USB-C, with a fingerprint reader",
            _ => "of unknown form",
        };
        f.write_str(shape)?;
        if self.is_fips() { f.write_str(", FIPS series") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_byte_names_shape_and_series() {
        let shown = |value: Option<&[u8]>| Form::of(value).to_string();
        assert_eq!(shown(Some(&[1])), "USB-A");
        assert_eq!(shown(Some(&[0x83])), "USB-C, FIPS series");
        assert_eq!(shown(Some(&[0x42])), "USB-A, nano");
        for silent in [None, Some(&[][..]), Some(&[1, 2][..]), Some(&[9][..])] {
            assert_eq!(shown(silent), "of unknown form");
        }
        assert!(Form::of(Some(&[0x81])).is_fips() && !Form::of(Some(&[1])).is_fips());
    }
}
