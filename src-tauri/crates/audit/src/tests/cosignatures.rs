//! Heads that tokens signed too: frozen notes, made by other software, and policies.

use p256::ecdsa::SigningKey;
use p256::ecdsa::signature::hazmat::PrehashSigner as _;
use serde_json::Value;
use terms::{Digest, Problem as _, Timestamp};

use super::{VAULT, key, log_of};
use crate::{AuditError, Cosigned, CosignerKey, LogPublicKey, Policy, cosigner_name};

/// Made with Python's `cryptography`, which knows nothing of this crate.
const VECTORS: &str = include_str!("../../vectors/cosignatures.json");

const SPEC: &str = include_str!("../../../../../docs/spec/log-1.md");

fn vectors() -> Value {
    serde_json::from_str(VECTORS).unwrap()
}

fn parsed<T: std::str::FromStr<Err: std::fmt::Debug>>(value: &Value) -> T {
    value.as_str().unwrap().parse().unwrap()
}

/// The names of the keys that a note counts for, or the code of what is wrong with it.
fn read(note: &str, log: &LogPublicKey, keys: &[CosignerKey]) -> Result<Vec<String>, AuditError> {
    let cosigned = Cosigned::read(note.as_bytes(), log)?;
    let signers = cosigned.check(keys)?;
    Ok(signers.into_iter().map(|key| key.name().to_owned()).collect())
}

#[test]
fn every_frozen_note_counts_for_whom_it_says_or_fails_as_it_says() {
    let vectors = vectors();
    let log: LogPublicKey = parsed(&vectors["log"]);
    let keys: Vec<CosignerKey> = vectors["keys"].as_array().unwrap().iter().map(parsed).collect();
    let cases = vectors["cases"].as_array().unwrap();
    assert_eq!((cases.len(), keys.len()), (47, 2));
    for case in cases {
        let note = case["note"].as_str().unwrap();
        match (read(note, &log, &keys), case["code"].as_str()) {
            (Ok(signers), None) => {
                let expected: Vec<String> =
                    case["signers"].as_array().unwrap().iter().map(parsed).collect();
                assert_eq!(signers, expected, "{}: {}", case["name"], case["why"]);
            }
            (Err(error), Some(code)) => {
                assert_eq!(error.code(), code, "{}: {}", case["name"], case["why"]);
            }
            (found, _) => panic!("{}: {}: {found:?}", case["name"], case["why"]),
        }
    }
}

#[test]
fn the_cosigned_note_of_the_specification_is_the_frozen_one() {
    let vectors = vectors();
    let case = vectors["cases"].as_array().unwrap().iter().find(|case| case["name"] == "valid-one");
    let (key, note) = (vectors["keys"][0].as_str().unwrap(), &case.unwrap()["note"]);
    let (_, block) = SPEC.split_once("```cosigned\n").unwrap();
    let (block, _) = block.split_once("```").unwrap();
    assert_eq!(block, format!("key  {key}\n\n{}", note.as_str().unwrap()));
}

#[test]
fn a_verifier_key_of_a_token_has_one_text() {
    let vectors = vectors();
    for key in vectors["keys"].as_array().unwrap() {
        let parsed: CosignerKey = parsed(key);
        assert_eq!(parsed.to_string(), key.as_str().unwrap());
    }
    for (name, text) in vectors["bad_keys"].as_object().unwrap() {
        assert!(text.as_str().unwrap().parse::<CosignerKey>().is_err(), "{name} was accepted");
    }
}

/// A token's key, and the key that cosigners are checked with.
fn token(serial: u32) -> (SigningKey, CosignerKey) {
    let bytes = [u8::try_from(serial).unwrap(); 32];
    let signing = SigningKey::from_slice(&bytes).unwrap();
    let point = signing.verifying_key().to_sec1_point(false);
    (signing, CosignerKey::new(VAULT, serial, point.as_bytes()).unwrap())
}

/// What a token answers: ECDSA over the digest, `s` as it falls.
fn signed(signing: &SigningKey, digest: &Digest) -> [u8; 64] {
    let signature: p256::ecdsa::Signature = signing.sign_prehash(digest.as_bytes()).unwrap();
    signature.to_bytes().into()
}

fn head(pairs: u64) -> Cosigned {
    let note = log_of(pairs).signed_checkpoint();
    Cosigned::read(note.as_bytes(), key().public()).unwrap()
}

#[test]
fn what_tokens_sign_is_read_back_and_signed_once() {
    let keys: Vec<_> = (1..=16).map(token).collect();
    let mut cosigned = head(3);
    for (signing, key) in &keys {
        let signature = signed(signing, &cosigned.digest());
        cosigned = cosigned.with(key, &signature).unwrap();
    }
    let known: Vec<_> = keys.iter().map(|(_, key)| key.clone()).collect();
    let again = Cosigned::read(cosigned.as_str().as_bytes(), key().public()).unwrap();
    assert_eq!(again.check(&known).unwrap(), known.iter().collect::<Vec<_>>());
    assert_eq!(again.head(), head(3).head());
    let signature = signed(&keys[4].0, &cosigned.digest());
    let error = cosigned.with(&keys[4].1, &signature).unwrap_err();
    assert_eq!(error.code(), "SR-LOG-COSIGNATURE");
    assert_eq!(known[0].name(), cosigner_name(VAULT, 1));
    assert_eq!(known[0].name(), format!("strongroom/{VAULT}/token/1"));
}

#[test]
fn a_signature_of_another_head_or_another_token_is_not_taken() {
    let ((one, key), (other, _)) = (token(1), token(2));
    for signature in
        [signed(&one, &head(2).digest()), signed(&other, &head(3).digest()), [0; 64], [0xff; 64]]
    {
        let error = head(3).with(&key, &signature).unwrap_err();
        assert_eq!(error.code(), "SR-LOG-COSIGNATURE");
    }
}

#[test]
fn a_cosigned_note_with_any_bit_changed_counts_for_nobody() {
    let (signing, own) = token(1);
    let cosigned = head(2);
    let signature = signed(&signing, &cosigned.digest());
    let note = cosigned.with(&own, &signature).unwrap().as_str().to_owned();
    for place in 0..note.len() {
        for bit in [0x01, 0x10, 0x80] {
            let mut bytes = note.clone().into_bytes();
            bytes[place] ^= bit;
            let opened = Cosigned::read(&bytes, key().public());
            let keys = [own.clone()];
            let signers = opened.as_ref().ok().and_then(|opened| opened.check(&keys).ok());
            assert!(signers.is_none_or(|signers| signers.is_empty()), "byte {place}, {bit}");
        }
    }
}

const DAY: u64 = 24 * 60 * 60;

fn judged(policy: &Policy, cosigned: &[(&str, u64)], now: u64) -> (bool, Vec<String>) {
    let cosigned: Vec<_> = cosigned
        .iter()
        .map(|(person, time)| ((*person).to_owned(), Timestamp::from_unix(*time)))
        .collect();
    let judgement = policy.judge(&cosigned, Timestamp::from_unix(now));
    (judgement.is_met(), judgement.missing)
}

#[test]
fn a_policy_counts_people_once_and_only_while_their_heads_are_young() {
    let text = r#"{"at_least": 2, "of": ["Ada", "Bruno", "Cora"], "days": 30}"#;
    let policy = Policy::from_json(text).unwrap();
    let now = 1000 * DAY;
    let old = now - 30 * DAY;
    let none: (bool, Vec<String>) = (false, ["Ada", "Bruno", "Cora"].map(str::to_owned).to_vec());
    assert_eq!(judged(&policy, &[], now), none);
    assert!(judged(&policy, &[("Ada", now), ("Cora", old)], now).0, "thirty days are young");
    let found = judged(&policy, &[("Ada", now), ("Cora", old - 1)], now);
    assert_eq!(found, (false, vec!["Bruno".to_owned(), "Cora".to_owned()]));
    assert!(!judged(&policy, &[("Ada", now), ("Ada", now - 1)], now).0, "one person is one");
    assert!(!judged(&policy, &[("Ada", now), ("Mallory", now)], now).0, "of others nobody asked");
    assert!(!judged(&policy, &[("Ada", now), ("Cora", now + 2 * DAY)], now).0, "not of the future");
    let again = [("Ada", now), ("Cora", old - DAY), ("Cora", now - DAY)];
    assert!(judged(&policy, &again, now).0, "a newer cosignature counts beside an old one");
}

#[test]
fn a_policy_that_means_nothing_is_refused() {
    for text in [
        "",
        "[]",
        "{}",
        r#"{"at_least": 0, "of": ["Ada"], "days": 1}"#,
        r#"{"at_least": 2, "of": ["Ada"], "days": 1}"#,
        r#"{"at_least": 1, "of": [], "days": 1}"#,
        r#"{"at_least": 1, "of": ["Ada", "Ada"], "days": 1}"#,
        r#"{"at_least": 1, "of": ["Ada"], "days": 0}"#,
        r#"{"at_least": 1, "of": ["Ada"], "days": 36526}"#,
        r#"{"at_least": 1, "of": ["Ada"], "days": -1}"#,
        r#"{"at_least": 1, "of": ["Ada"]}"#,
        r#"{"at_least": 1, "of": ["Ada"], "days": 1, "unless": "holiday"}"#,
        r#"{"at_least": 1, "at_least": 1, "of": ["Ada"], "days": 1}"#,
        r#"{"at_least": 1, "of": ["Ada"], "days": 1} and more"#,
    ] {
        let error = Policy::from_json(text).unwrap_err();
        assert_eq!(error.code(), "SR-LOG-POLICY", "{text}");
    }
}
