//! Secret text: a PIN, a passphrase, the words of a share.

use std::fmt;
use std::str::Utf8Error;

use crate::SecretBytes;

/// Text that must not be kept; wiped with the bytes that hold it.
#[derive(PartialEq, Eq)]
pub struct SecretText(SecretBytes);

impl SecretText {
    /// Moves text into protected memory and wipes the string it came from.
    pub fn take(source: String) -> Self {
        Self(SecretBytes::take(source.into_bytes()))
    }

    /// Copies text out of a string that its owner wipes.
    pub fn from_exposed(source: &str) -> Self {
        Self(SecretBytes::from_slice(source.as_bytes()))
    }

    /// Takes bytes that were typed or decrypted.
    ///
    /// # Errors
    ///
    /// The bytes are not UTF-8; they are wiped.
    pub fn from_utf8(bytes: SecretBytes) -> Result<Self, Utf8Error> {
        std::str::from_utf8(bytes.expose())?;
        Ok(Self(bytes))
    }

    /// The text, for the one computation that needs it.
    pub fn expose(&self) -> &str {
        match std::str::from_utf8(self.0.expose()) {
            Ok(text) => text,
            Err(_) => unreachable!("every constructor takes UTF-8 only"),
        }
    }

    /// The number of bytes, which is not secret.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing was typed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        assert!(SecretText::from_utf8(SecretBytes::from_slice(&[0xff])).is_err());
    }

    #[test]
    fn text_is_redacted() {
        assert_eq!(format!("{:?}", SecretText::take("123456".into())), "SecretText(redacted)");
    }
}
