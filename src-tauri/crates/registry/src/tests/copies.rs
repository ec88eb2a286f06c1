use terms::Environment;

use super::{NOW, change, effective_split, refusal, registry, split_id};
use crate::{EnvelopeRow, Proof, Registry, ShareCopy, TokenKind, TokenRow, WhyRetired};

/// A registry in which Ben, member 1 of split 1, has two tokens.
fn with_tokens() -> (tempfile::TempDir, Registry) {
    let (dir, mut registry) = registry(Environment::Drill);
    effective_split(&mut registry, 1);
    for serial in ["101", "102"] {
        let token = TokenRow {
            serial: serial.to_owned(),
            kind: TokenKind::Virtual,
            model: "virtual".to_owned(),
            firmware: "5.7.4".to_owned(),
            person: "Ben".to_owned(),
            agreement_key: vec![4; 65],
            signing_key: vec![5; 65],
            attestation: None,
            enrolled_at: NOW,
            retired_at: None,
        };
        change(&mut registry, |act| act.add_token(&token)).unwrap();
    }
    (dir, registry)
}

fn envelope(member: u8, token: &str) -> EnvelopeRow {
    EnvelopeRow {
        split: split_id(1),
        group: 0,
        member,
        token: token.to_owned(),
        envelope: vec![7; 30],
        sealed_at: NOW,
    }
}

#[test]
fn each_copy_of_a_share_has_a_proof_of_its_own() {
    let (_dir, mut registry) = with_tokens();
    let copies = [ShareCopy::Token("101".to_owned()), ShareCopy::Sheet];
    for copy in &copies {
        change(&mut registry, |act| act.prove_copy(split_id(1), (0, 1), copy)).unwrap();
        change(&mut registry, |act| act.prove_copy(split_id(1), (0, 1), copy)).unwrap();
    }
    let proof =
        |copy: &ShareCopy| Proof { group: 0, member: 1, copy: copy.clone(), proved_at: NOW };
    assert_eq!(registry.read().proofs(split_id(1)).unwrap(), copies.each_ref().map(proof));
    let nobody =
        change(&mut registry, |act| act.prove_copy(split_id(1), (0, 9), &ShareCopy::Sheet));
    assert!(nobody.is_err());
}

#[test]
fn a_share_is_sealed_only_to_a_token_in_use_of_its_own_holder() {
    let (_dir, mut registry) = with_tokens();
    change(&mut registry, |act| act.add_envelope(&envelope(1, "101"))).unwrap();
    let rule = "a share is sealed to a token in use of its own holder";
    assert_eq!(refusal(&mut registry, |act| act.add_envelope(&envelope(0, "101"))), rule);
    change(&mut registry, |act| act.retire_token("102", WhyRetired::Stolen)).unwrap();
    assert_eq!(refusal(&mut registry, |act| act.add_envelope(&envelope(1, "102"))), rule);
}

#[test]
fn a_retired_token_stays_retired_and_keeps_its_reason() {
    let (_dir, mut registry) = with_tokens();
    assert_eq!(registry.read().why_retired("101").unwrap(), None);
    change(&mut registry, |act| act.retire_token("101", WhyRetired::Lost)).unwrap();
    assert_eq!(registry.read().why_retired("101").unwrap(), Some(WhyRetired::Lost));
    assert!(change(&mut registry, |act| act.retire_token("101", WhyRetired::Broken)).is_err());
    assert_eq!(registry.read().why_retired("101").unwrap(), Some(WhyRetired::Lost));
    assert!(change(&mut registry, |act| act.retire_token("103", WhyRetired::Lost)).is_err());
}
