//! Preparing a token: keys made in it, read back and proved.
//!
//! Its administrator has initialised it and set a user PIN; nothing of that is changed. An
//! enrolment that is interrupted takes away what it made. If it cannot, whoever administers the
//! token removes the two keys: nothing here destroys keys that somebody else may have made.

use cryptoki::mechanism::Mechanism;
use cryptoki::object::Attribute;
use cryptoki::session::Session;
use p256::SecretKey;
use p256::ecdsa::signature::hazmat::PrehashVerifier;
use p256::ecdsa::{Signature, VerifyingKey};
use rand_core::CryptoRng;
use secret::Secret;
use token::{Enrolled, Enrolment, Pin, PublicKey, Slot, TokenError};

use crate::failure::{failed, nonsense};
use crate::keys::{self, P256, label};
use crate::use_of_keys::{Pkcs11Token, agree, sign};

const MAKING: &str = "make a key";
const PROVING: &str = "use the key that it made";

impl Pkcs11Token {
    /// Makes both keys. PUK and firmware of `enrolment` do not concern such a token.
    pub(crate) fn enrol_with(
        &self,
        enrolment: &Enrolment<'_>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Enrolled, TokenError> {
        let seen = self.seen()?;
        if !seen.is_ready {
            return Err(nonsense("take a PIN", "its administrator has set none yet"));
        }
        // What is public is looked at first: a token in use does not cost a try.
        let (session, _) = self.open()?;
        demand_none(&session)?;
        drop(session);
        // The last try is never for an enrolment: a new token is easier to get than this one back.
        self.unlocked(&Pin::new(enrolment.pin), |session| {
            demand_none(session)?;
            let made = make_and_prove(session, rng);
            if made.is_err() {
                remove(session);
            }
            let (key_agreement, signature) = made?;
            Ok(Enrolled {
                identity: seen.identity,
                key_agreement,
                signature,
                key_agreement_chain: None,
                signature_chain: None,
            })
        })
    }
}

fn demand_none(session: &Session) -> Result<(), TokenError> {
    for slot in Slot::ALL {
        if !keys::all(session, slot)?.is_empty() {
            return Err(TokenError::NotFactoryNew { what: "it holds a key" });
        }
    }
    Ok(())
}

fn make_and_prove(
    session: &Session,
    rng: &mut dyn CryptoRng,
) -> Result<(PublicKey, PublicKey), TokenError> {
    for slot in Slot::ALL {
        generate(session, slot)?;
    }
    let key_agreement = keys::made(session, Slot::KeyAgreement)?;
    let signature = keys::made(session, Slot::Signature)?;
    prove_agreement(session, &key_agreement, rng)?;
    prove_signature(session, &signature, rng)?;
    Ok((key_agreement, signature))
}

/// Both objects of a key (envelope-1 E16).
fn generate(session: &Session, slot: Slot) -> Result<(), TokenError> {
    let (may_derive, may_sign) = (slot == Slot::KeyAgreement, slot == Slot::Signature);
    let public = [
        Attribute::Token(true),
        Attribute::Private(false),
        Attribute::Label(label(slot)),
        Attribute::Id(label(slot)),
        Attribute::EcParams(P256.to_vec()),
        Attribute::Derive(may_derive),
        Attribute::Verify(may_sign),
    ];
    let private = [
        Attribute::Token(true),
        Attribute::Private(true),
        Attribute::Label(label(slot)),
        Attribute::Id(label(slot)),
        Attribute::Sensitive(true),
        Attribute::Extractable(false),
        Attribute::Derive(may_derive),
        Attribute::Sign(may_sign),
    ];
    let made = session.generate_key_pair(&Mechanism::EccKeyPairGen, &public, &private);
    made.map(drop).map_err(|error| failed(MAKING, error))
}

/// The token agrees with a key of ours on what we compute with its public key.
fn prove_agreement(
    session: &Session,
    key: &PublicKey,
    rng: &mut dyn CryptoRng,
) -> Result<(), TokenError> {
    let private = keys::private(session, Slot::KeyAgreement)?;
    let bad = |reason| nonsense(PROVING, reason);
    let own = Secret::<32>::from_fill(|bytes| rng.fill_bytes(bytes));
    let own = SecretKey::from_slice(own.expose()).map_err(|_| bad("the random number is none"))?;
    let point = p256::Sec1Point::from(own.public_key());
    let peer = PublicKey::from_bytes(point.as_bytes()).ok_or_else(|| bad("the point is none"))?;
    let theirs = p256::PublicKey::from_sec1_bytes(key.as_bytes());
    let theirs = theirs.map_err(|_| bad("its key is no point"))?;
    let wanted = own.diffie_hellman(&theirs);
    let shared = agree(session, private, &peer)?;
    let is_same = wanted.raw_secret_bytes().as_slice() == shared.expose();
    is_same.then_some(()).ok_or_else(|| bad("its key agreement is not that of its public key"))
}

/// Its signature over a random digest verifies under its public key.
fn prove_signature(
    session: &Session,
    key: &PublicKey,
    rng: &mut dyn CryptoRng,
) -> Result<(), TokenError> {
    let private = keys::private(session, Slot::Signature)?;
    let mut digest = [0; 32];
    rng.fill_bytes(&mut digest);
    let signature = sign(session, private, &digest)?;
    let verified = VerifyingKey::from_sec1_bytes(key.as_bytes()).and_then(|key| {
        let signature = Signature::from_slice(&signature)?;
        key.verify_prehash(&digest, &signature)
    });
    verified.map_err(|_| nonsense(PROVING, "its signature is not that of its public key"))
}

/// Takes away what an enrolment made that failed; what cannot be removed is named the next time.
fn remove(session: &Session) {
    for slot in Slot::ALL {
        for object in keys::all(session, slot).unwrap_or_default() {
            let _ = session.destroy_object(object);
        }
    }
}
