//! Whether a token does, now, what shares and approvals will need of it.

use p256::SecretKey;
use p256::elliptic_curve::Generate as _;
use rand_core::CryptoRng;
use subtle::ConstantTimeEq as _;

use crate::hpke::diffie_hellman;
use crate::{Enrolled, Pin, PublicKey, Slot, Token, TokenError, Touch};
use crate::{sign_approval, verify_approval};

/// What a self-test lets the token sign, before 32 random bytes (envelope-1 E23).
const STATEMENT: &[u8] = b"strongroom/self-test/1\0";

/// Uses both keys of `enrolled` once, each with PIN and touch, and checks what comes out against
/// the public halves: a key that is attested is not yet one that works.
///
/// # Errors
///
/// What the token reports, or [`TokenError::WrongKey`] if a result is another key's.
pub fn self_test(
    token: &mut dyn Token,
    enrolled: &Enrolled,
    (pin, touch): (&Pin<'_>, &mut dyn FnMut(Touch)),
    rng: &mut dyn CryptoRng,
) -> Result<(), TokenError> {
    let serial = enrolled.identity.serial;
    let wrong = |slot| Err(TokenError::WrongKey { serial, slot });
    let own = SecretKey::generate_from_rng(rng);
    let nonsense = TokenError::Nonsense { doing: "agree on a key" };
    let expected = diffie_hellman(&own, &enrolled.key_agreement).ok_or(nonsense)?;
    let agreed = token.agree(&PublicKey::of(&own), pin, touch)?;
    if !bool::from(agreed.expose().ct_eq(expected.expose())) {
        return wrong(Slot::KeyAgreement);
    }
    let mut statement = [STATEMENT, &[0; 32]].concat();
    rng.fill_bytes(&mut statement[STATEMENT.len()..]);
    let signature = sign_approval(token, &statement, pin, touch)?;
    let is_own = verify_approval(&enrolled.signature, &statement, &signature);
    if is_own { Ok(()) } else { wrong(Slot::Signature) }
}
