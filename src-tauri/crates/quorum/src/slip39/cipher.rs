//! The passphrase layer: four Feistel rounds of PBKDF2-HMAC-SHA256.

use pbkdf2::pbkdf2_hmac;
use secret::{SecretBytes, SecretText};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::Header;

const ROUNDS: [u8; 4] = [0, 1, 2, 3];
/// HMAC iterations of one round at exponent 0.
const ITERATIONS: u32 = 2500;

/// Encrypts a master secret; its length is even.
pub(super) fn encrypt(
    secret: &SecretBytes,
    header: &Header,
    passphrase: &SecretText,
) -> SecretBytes {
    feistel(secret, header, passphrase, ROUNDS.iter())
}

/// Decrypts what [`super::recover`] combined. A wrong passphrase gives another secret silently.
pub(crate) fn decrypt(
    encrypted: &SecretBytes,
    header: &Header,
    passphrase: &SecretText,
) -> SecretBytes {
    feistel(encrypted, header, passphrase, ROUNDS.iter().rev())
}

fn feistel<'a>(
    input: &SecretBytes,
    header: &Header,
    passphrase: &SecretText,
    rounds: impl Iterator<Item = &'a u8>,
) -> SecretBytes {
    let half = input.len() / 2;
    let mut left = SecretBytes::from_slice(&input.expose()[..half]);
    let mut right = SecretBytes::from_slice(&input.expose()[half..]);
    for round in rounds {
        let mask = round_mask(*round, header, passphrase, &right);
        for (byte, mask) in left.expose_mut().iter_mut().zip(mask.expose()) {
            *byte ^= mask;
        }
        std::mem::swap(&mut left, &mut right);
    }
    SecretBytes::from_fill(input.len(), |out| {
        out[..half].copy_from_slice(right.expose());
        out[half..].copy_from_slice(left.expose());
    })
}

fn round_mask(
    round: u8,
    header: &Header,
    passphrase: &SecretText,
    right: &SecretBytes,
) -> SecretBytes {
    let password = Zeroizing::new([&[round], passphrase.expose().as_bytes()].concat());
    // An extendable share's identifier is no salt: the same secret can be split again.
    let identifier = header.identifier.to_be_bytes();
    let prefix: [&[u8]; 2] = if header.extendable { [b"", b""] } else { [b"shamir", &identifier] };
    let salt = Zeroizing::new([prefix[0], prefix[1], right.expose()].concat());
    let iterations = ITERATIONS << header.iteration_exponent;
    SecretBytes::from_fill(right.len(), |out| {
        pbkdf2_hmac::<Sha256>(&password, &salt, iterations, out);
    })
}
