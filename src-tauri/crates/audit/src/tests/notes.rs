use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use terms::{Digest, Problem as _};

use super::{VAULT, key, log_of};
use crate::{Checkpoint, LogKey, LogPublicKey};

/// The example of golang.org/x/mod/sumdb/note, which C2SP signed-note describes.
const VERIFIER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const SIGNER: &str = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const TEXT: &str = "If you think cryptography is the answer to your problem,\n\
                    then you don't know what your problem is.\n";
const NOTE: &str = "If you think cryptography is the answer to your problem,\n\
    then you don't know what your problem is.\n\n\u{2014} PeterNeumann \
    x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

#[test]
fn the_published_note_is_made_and_opened_byte_for_byte() {
    let seed = STANDARD.decode(SIGNER).unwrap()[1..].try_into().unwrap();
    let signer = LogKey::from_seed("PeterNeumann", &seed).unwrap();
    assert_eq!(signer.public().to_string(), VERIFIER);
    assert_eq!(signer.sign(TEXT), NOTE);
    let verifier: LogPublicKey = VERIFIER.parse().unwrap();
    assert_eq!(verifier.open(NOTE), Some(TEXT));
}

#[test]
fn a_note_with_any_byte_changed_does_not_open() {
    let verifier: LogPublicKey = VERIFIER.parse().unwrap();
    for place in 0..NOTE.len() {
        let mut bytes = NOTE.as_bytes().to_vec();
        bytes[place] ^= 0x01;
        let opened = std::str::from_utf8(&bytes).ok().and_then(|note| verifier.open(note));
        assert_eq!(opened, None, "byte {place}");
    }
}

#[test]
fn signatures_of_other_keys_are_passed_over() {
    let other = LogKey::from_seed("EnochRoot", &[9; 32]).unwrap();
    let line = other.sign(TEXT).rsplit_once("\n\n").unwrap().1.to_owned();
    let verifier: LogPublicKey = VERIFIER.parse().unwrap();
    assert_eq!(verifier.open(&format!("{NOTE}{line}")), Some(TEXT));
    assert_eq!(verifier.open(&other.sign(TEXT)), None);
    // The same name with another key is another key.
    let namesake = LogKey::from_seed("PeterNeumann", &[9; 32]).unwrap();
    assert_eq!(verifier.open(&namesake.sign(TEXT)), None);
}

#[test]
fn a_verifier_key_has_one_text() {
    let texts = [
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3",
    ];
    for text in texts {
        assert!(text.parse::<LogPublicKey>().is_err(), "{text} was accepted");
    }
}

#[test]
fn a_checkpoint_has_one_text() {
    let head = log_of(2).checkpoint();
    let text = head.to_text();
    assert_eq!(Checkpoint::from_text(&text).unwrap(), head);
    let root = STANDARD.encode(head.root.as_bytes());
    for other in [
        format!("{}\n04\n{root}\n", head.origin),
        format!("{}\n+4\n{root}\n", head.origin),
        format!("{}\n4\n{root}\nextension\n", head.origin),
        format!("{}\n4\n{}\n", head.origin, &root[..40]),
        format!("\n4\n{root}\n"),
        text.trim_end().to_owned(),
        format!("{text}\n"),
    ] {
        let error = Checkpoint::from_text(&other).unwrap_err();
        assert_eq!(error.code(), "SR-LOG-CHECKPOINT", "{other:?}");
    }
}

#[test]
fn a_checkpoint_of_another_log_is_not_this_logs() {
    let head = Checkpoint {
        origin: "strongroom/other".to_owned(),
        size: 1,
        root: Digest::from_bytes([1; 32]),
    };
    let note = head.sign(&key());
    let error = Checkpoint::open(note.as_bytes(), key().public()).unwrap_err();
    assert_eq!(error.code(), "SR-LOG-CHECKPOINT");
    assert_eq!(key().public().name(), format!("strongroom/{VAULT}"));
}

#[test]
fn a_log_key_is_not_printed() {
    let text = format!("{:?}", key());
    assert!(text.contains("strongroom/") && !text.contains("0707"), "{text}");
}
