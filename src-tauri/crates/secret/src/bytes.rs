//! Secret bytes of fixed and of any length.

use std::fmt;

use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroize;

use crate::pages::Pages;

/// Exactly `N` secret bytes: a key, a seed, a shared secret.
pub struct Secret<const N: usize>(Pages);

impl<const N: usize> Secret<N> {
    /// Lets `fill` write the secret straight into protected memory.
    pub fn from_fill(fill: impl FnOnce(&mut [u8; N])) -> Self {
        let mut pages = Pages::zeroed(N);
        if let Ok(bytes) = pages.bytes_mut().try_into() {
            fill(bytes);
        }
        Self(pages)
    }

    /// As [`Self::from_fill`], for a `fill` that can fail.
    ///
    /// # Errors
    ///
    /// Whatever `fill` returns; what it had written is wiped.
    pub fn try_from_fill<E>(fill: impl FnOnce(&mut [u8; N]) -> Result<(), E>) -> Result<Self, E> {
        let mut outcome = Ok(());
        let secret = Self::from_fill(|bytes| outcome = fill(bytes));
        outcome.map(|()| secret)
    }

    /// Moves a secret into protected memory and wipes the place it came from.
    pub fn take(source: &mut [u8; N]) -> Self {
        let secret = Self::from_fill(|bytes| bytes.copy_from_slice(source));
        source.zeroize();
        secret
    }

    /// Copies a secret out of a slice that its owner wipes; none if the length is not `N`.
    pub fn from_slice(source: &[u8]) -> Option<Self> {
        (source.len() == N).then(|| Self::from_fill(|bytes| bytes.copy_from_slice(source)))
    }

    /// The bytes, for the one computation that needs them.
    pub fn expose(&self) -> &[u8; N] {
        match self.0.bytes().try_into() {
            Ok(bytes) => bytes,
            Err(_) => unreachable!("the pages were made with N bytes"),
        }
    }
}

impl<const N: usize> ConstantTimeEq for Secret<N> {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.bytes().ct_eq(other.0.bytes())
    }
}

impl<const N: usize> PartialEq for Secret<N> {
    fn eq(&self, other: &Self) -> bool {
        self.ct_eq(other).into()
    }
}

impl<const N: usize> Eq for Secret<N> {}

impl<const N: usize> fmt::Debug for Secret<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(redacted)")
    }
}

/// Secret bytes of any length: an encoded share, a decrypted envelope. The length is not secret.
pub struct SecretBytes(Pages);

impl SecretBytes {
    /// Lets `fill` write `len` bytes straight into protected memory.
    pub fn from_fill(len: usize, fill: impl FnOnce(&mut [u8])) -> Self {
        let mut pages = Pages::zeroed(len);
        fill(pages.bytes_mut());
        Self(pages)
    }

    /// Moves secret bytes into protected memory and wipes the vector they came from.
    pub fn take(mut source: Vec<u8>) -> Self {
        let secret = Self::from_slice(&source);
        source.zeroize();
        secret
    }

    /// Copies a secret out of a slice that its owner wipes.
    pub fn from_slice(source: &[u8]) -> Self {
        Self::from_fill(source.len(), |bytes| bytes.copy_from_slice(source))
    }

    /// The number of bytes.
    pub fn len(&self) -> usize {
        self.0.bytes().len()
    }

    /// Whether there is not one byte.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes, for the one computation that needs them.
    pub fn expose(&self) -> &[u8] {
        self.0.bytes()
    }

    /// The bytes for changing in place, such as decryption where they lie.
    pub fn expose_mut(&mut self) -> &mut [u8] {
        self.0.bytes_mut()
    }
}

impl PartialEq for SecretBytes {
    fn eq(&self, other: &Self) -> bool {
        self.expose().ct_eq(other.expose()).into()
    }
}

impl Eq for SecretBytes {}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretBytes(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taking_a_secret_wipes_its_source() {
        let mut source = [7; 32];
        let secret = Secret::take(&mut source);
        assert_eq!(source, [0; 32]);
        assert_eq!(secret.expose(), &[7; 32]);
    }

    #[test]
    fn a_secret_says_nothing_about_itself() {
        let secret = Secret::<4>::from_fill(|bytes| bytes.copy_from_slice(b"1234"));
        assert_eq!(format!("{secret:?}"), "Secret(redacted)");
        assert_eq!(format!("{:?}", SecretBytes::from_slice(b"1234")), "SecretBytes(redacted)");
    }

    #[test]
    fn equality_is_that_of_all_bytes() {
        let secret = |last| Secret::<32>::from_fill(|bytes| bytes[31] = last);
        assert_eq!(secret(1), secret(1));
        assert_ne!(secret(1), secret(2));
        assert_ne!(SecretBytes::from_slice(b"a"), SecretBytes::from_slice(b"ab"));
    }

    #[test]
    fn a_secret_of_the_wrong_length_is_not_made() {
        assert!(Secret::<32>::from_slice(&[0; 31]).is_none());
    }

    #[test]
    fn a_failed_fill_gives_no_secret() {
        assert_eq!(Secret::<1>::try_from_fill(|_| Err("no")), Err("no"));
    }
}
