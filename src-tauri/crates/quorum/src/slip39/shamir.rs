//! One level of Shamir's scheme: points of polynomials over GF(256), and the digest share.

use hmac::{Hmac, KeyInit, Mac};
use rand_core::CryptoRng;
use secret::SecretBytes;
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::SetError;
use super::field::{invert, mul};

/// Where the secret lies.
const SECRET_X: u8 = 255;
/// Where the digest of the secret lies.
const DIGEST_X: u8 = 254;
/// Bytes of the digest; the rest of the digest share is the random key of its HMAC.
const DIGEST_BYTES: usize = 4;

/// A point of the polynomials: its place, and one value per byte of the secret.
pub(crate) type Point<'a> = (u8, &'a SecretBytes);

/// The values of `count` points at 0, 1, 2 and so on, of which any `threshold` give the secret.
pub(super) fn split(
    secret: &SecretBytes,
    threshold: u8,
    count: u8,
    rng: &mut dyn CryptoRng,
) -> Vec<SecretBytes> {
    if threshold == 1 {
        return (0..count).map(|_| copy(secret)).collect();
    }
    // No coefficient is drawn: the first points are random, and the others follow from them.
    let random_count = threshold - 2;
    let draw = |_| SecretBytes::from_fill(secret.len(), |bytes| rng.fill_bytes(bytes));
    let random: Vec<SecretBytes> = (0..=random_count).map(draw).collect();
    let (mut values, mut digest_share) = (random, SecretBytes::from_fill(secret.len(), |_| ()));
    if let Some(key) = values.pop() {
        digest_share = key;
    }
    let digest = digest_of(secret, &digest_share.expose()[DIGEST_BYTES..]);
    digest_share.expose_mut()[..DIGEST_BYTES].copy_from_slice(&digest);

    let base: Vec<Point<'_>> = (0..random_count)
        .zip(&values)
        .chain([(DIGEST_X, &digest_share), (SECRET_X, secret)])
        .collect();
    let rest: Vec<_> = (random_count..count).map(|x| value_at(&base, x)).collect();
    values.extend(rest);
    values
}

/// The secret of exactly as many points as the threshold.
///
/// # Errors
///
/// Two points have one place, or the digest does not match.
pub(super) fn recover(threshold: u8, points: &[Point<'_>]) -> Result<SecretBytes, SetError> {
    if points.len() != usize::from(threshold) {
        let reason = "as many points as the threshold combine";
        return Err(SetError::Parameters { reason });
    }
    let unique = |(at, point): (usize, &Point<'_>)| points[..at].iter().all(|p| p.0 != point.0);
    if !points.iter().enumerate().all(unique) {
        return Err(SetError::Parameters { reason: "every point has a place of its own" });
    }
    let secret = value_at(points, SECRET_X);
    // With a threshold of 1 the value is the secret itself, and there is no digest.
    if threshold == 1 {
        return Ok(secret);
    }
    let digest_share = value_at(points, DIGEST_X);
    let (digest, key) = digest_share.expose().split_at(DIGEST_BYTES);
    let matches = bool::from(digest_of(&secret, key).ct_eq(digest));
    if matches { Ok(secret) } else { Err(SetError::Digest) }
}

/// The values at `x` of the polynomials through `points`, by Lagrange's formula.
pub(crate) fn value_at(points: &[Point<'_>], x: u8) -> SecretBytes {
    let len = points.first().map_or(0, |(_, value)| value.len());
    SecretBytes::from_fill(len, |out| {
        for (at, (place, value)) in points.iter().enumerate() {
            let others = points.iter().enumerate().filter(|(other, _)| *other != at);
            // Places are public, so is this coefficient.
            let weight = others.fold(1, |weight, (_, (other, _))| {
                mul(weight, mul(x ^ other, invert(place ^ other)))
            });
            for (sum, byte) in out.iter_mut().zip(value.expose()) {
                *sum ^= mul(*byte, weight);
            }
        }
    })
}

fn digest_of(secret: &SecretBytes, key: &[u8]) -> [u8; DIGEST_BYTES] {
    let mut digest = [0; DIGEST_BYTES];
    // HMAC takes keys of every length.
    if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) {
        mac.update(secret.expose());
        digest.copy_from_slice(&mac.finalize().into_bytes()[..DIGEST_BYTES]);
    }
    digest
}

fn copy(secret: &SecretBytes) -> SecretBytes {
    SecretBytes::from_slice(secret.expose())
}
