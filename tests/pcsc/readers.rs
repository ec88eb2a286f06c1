//! Which readers and tokens are there, and what comes and goes.

use std::time::Duration;

use p256::ecdsa::signature::hazmat::PrehashVerifier;
use p256::ecdsa::{Signature, VerifyingKey};
use p256::elliptic_curve::sec1::ToSec1Point;
use p256::{PublicKey as Point, SecretKey};
use reader::{Change, HardwareToken, Holds};
use token::attestation::{AttestationError, Claim, Trust, verify};
use token::{Firmware, Pin, PublicKey, Start, Token, TokenError};

use crate::fixture::{DIGEST, PIN, enrol, factory, sign, text};
use crate::inside::{inside, inside_without_service};
use crate::service::{SLOTS, wait_for, watch_at_rest};

#[test]
fn without_the_service_every_question_says_so() {
    inside_without_service("readers::without_the_service_every_question_says_so", || {
        assert_eq!(reader::readers(), Err(TokenError::NoService));
        assert_eq!(reader::tokens(), Err(TokenError::NoService));
        let (_, mut token) = factory(1);
        assert_eq!(token.pin_state(), Err(TokenError::NoService));
    });
}

#[test]
fn readers_without_a_token_are_named_and_a_token_that_is_not_there_is_absent() {
    let name = "readers::readers_without_a_token_are_named_and_a_token_that_is_not_there_is_absent";
    inside(name, |_| {
        let readers = reader::readers().unwrap();
        assert_eq!(readers.len(), usize::from(SLOTS));
        assert!(readers.iter().all(|reader| reader.holds == Holds::Nothing));
        assert!(reader::tokens().unwrap().is_empty());
        let (_, mut token) = factory(1);
        let serial = token.serial();
        assert_eq!(token.pin_state(), Err(TokenError::Absent { serial }));
    });
}

#[test]
fn five_tokens_are_enrolled_used_and_told_apart() {
    inside("readers::five_tokens_are_enrolled_used_and_told_apart", |service| {
        let mut tokens: Vec<_> = (1..=5).map(factory).collect();
        let plugs: Vec<_> =
            (0..).zip(&tokens).map(|(slot, (card, _))| service.insert(slot, card)).collect();
        let seen = reader::tokens().unwrap();
        let serials: Vec<_> = seen.into_iter().map(|s| s.identity.unwrap().serial).collect();
        let wanted: Vec<_> = tokens.iter().map(|(card, _)| card.serial()).collect();
        assert_eq!(serials, wanted);
        for (card, token) in &mut tokens {
            let enrolled = enrol(token, Start::Fresh).unwrap();
            assert_eq!(enrolled.identity.serial, card.serial());
            let key = enrolled.key_agreement;
            let claim = Claim { serial: card.serial(), key, minimum: Firmware::MINIMUM };
            let chain = enrolled.key_agreement_chain.as_ref().unwrap();
            assert_eq!(verify(chain, &claim, Trust::Drill).unwrap().key(), &key);
            let production = verify(chain, &claim, Trust::Production);
            assert_eq!(production, Err(AttestationError::DrillOnly));
            assert_signs(token, &enrolled.signature);
            assert_agrees(token, &key);
        }
        // They keep apart what they are, whatever reader they are in.
        drop(plugs);
        let plug = service.insert(5, &tokens[0].0);
        assert_eq!(tokens[0].1.pin_state().unwrap().tries_left, 3);
        let (found, expected) = (wanted[0], wanted[1]);
        assert_eq!(tokens[1].1.pin_state(), Err(TokenError::WrongToken { expected, found }));
        drop(plug);
    });
}

fn assert_signs(token: &mut HardwareToken, key: &PublicKey) {
    let signature = Signature::from_slice(&sign(token).unwrap()).unwrap();
    let key = VerifyingKey::from_sec1_bytes(key.as_bytes()).unwrap();
    key.verify_prehash(&DIGEST, &signature).unwrap();
}

/// What the token agrees on is what the other side computes with its own secret.
fn assert_agrees(token: &mut HardwareToken, key: &PublicKey) {
    let ours = SecretKey::from_slice(&[3; 32]).unwrap();
    let peer = ours.public_key().to_sec1_point(false);
    let peer = PublicKey::from_bytes(peer.as_bytes()).unwrap();
    let agreed = token.agree(&peer, &Pin::new(&text(PIN)), &mut |_| ()).unwrap();
    let theirs = Point::from_sec1_bytes(key.as_bytes()).unwrap();
    let shared = p256::ecdh::diffie_hellman(ours.to_nonzero_scalar(), theirs.as_affine());
    assert_eq!(agreed.expose()[..], shared.raw_secret_bytes()[..]);
}

#[test]
fn insertions_and_removals_are_seen_as_they_happen() {
    inside("readers::insertions_and_removals_are_seen_as_they_happen", |service| {
        let (card, _) = factory(1);
        let mut watch = watch_at_rest();
        assert!(watch.changes(Duration::ZERO).unwrap().is_empty());
        for _ in 0..3 {
            let plug = service.insert(2, &card);
            let change = wait_for(&mut watch, |_| true);
            let Change::Inserted { reader } = change else { panic!("{change:?}") };
            assert_eq!(reader.holds, Holds::YubiKey);
            service.remove(plug);
            let change = wait_for(&mut watch, |_| true);
            assert_eq!(change, Change::Removed { reader: reader.name });
        }
    });
}
