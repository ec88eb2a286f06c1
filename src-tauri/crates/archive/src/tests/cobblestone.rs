//! The published vectors of C2SP chunked-encryption with AES-256-GCM.

use std::io::Read;
use std::path::Path;

use secret::Secret;
use serde_json::Value;

use crate::aead::{Aes256Gcm, Bulk, Reference};
use crate::chunked::{open, seal};

fn bytes(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap();
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

/// Ciphertexts are stored zlib-compressed.
fn inflated(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    flate2::read::ZlibDecoder::new(&bytes(value)[..]).read_to_end(&mut out).unwrap();
    out
}

fn run<A: Aes256Gcm>(test: &Value) {
    let name = &test["comment"];
    let Some(key) = Secret::from_slice(&bytes(&test["key"])) else {
        assert_eq!(test["result"], "invalid", "{name}");
        return;
    };
    let (context, sealed) = (bytes(&test["ctx"]), inflated(&test["ct"]));
    let mut text = Vec::new();
    let opened = open::<A>(&key, &context, &sealed, &mut text);
    assert_eq!(opened.is_ok(), test["result"] == "valid", "{name}");
    if opened.is_err() {
        assert!(text.is_empty(), "{name} left text behind");
        return;
    }
    assert_eq!(text.len() as u64, test["msgLength"].as_u64().unwrap(), "{name}");
    let mut again = Vec::new();
    seal::<A>(&key, sealed[..24].try_into().unwrap(), &context, &text, &mut again);
    assert!(again == sealed, "{name} does not seal to the same bytes");
}

#[test]
fn the_published_vectors_hold_for_both_backends() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../../shared/data/wycheproof/c2sp_chunked_encryption_aes_256_gcm_test.json");
    let Ok(file) = std::fs::read_to_string(path) else {
        strongroom_skip("the_published_vectors_hold_for_both_backends");
        return;
    };
    let vectors: Value = serde_json::from_str(&file).unwrap();
    let tests = vectors["testGroups"].as_array().unwrap().iter();
    let tests: Vec<_> = tests.flat_map(|group| group["tests"].as_array().unwrap()).collect();
    assert_eq!(tests.len(), 35);
    for test in tests {
        run::<Bulk>(test);
        run::<Reference>(test);
    }
}

/// Says that a test found nothing to test; see `tests/support`.
fn strongroom_skip(test: &str) {
    if let Some(path) = std::env::var_os("STRONGROOM_SKIPS") {
        let mut file = std::fs::OpenOptions::new().append(true).create(true).open(path).unwrap();
        std::io::Write::write_all(&mut file, format!("{test}: no public vectors\n").as_bytes())
            .unwrap();
    }
}

/// The shortest vector of the same publication, so that something holds everywhere.
#[test]
fn a_short_published_vector_holds_everywhere() {
    let key = Secret::from_fill(|key| key.copy_from_slice(b"YELLOW SUBMARINE YELLOW SUBMARIN"));
    let sealed = bytes(&Value::from(EMPTY_MESSAGE));
    let sealed = {
        let mut out = Vec::new();
        flate2::read::ZlibDecoder::new(&sealed[..]).read_to_end(&mut out).unwrap();
        out
    };
    let mut text = vec![1];
    open::<Bulk>(&key, &[], &sealed, &mut text).unwrap();
    assert!(text.is_empty());
    let mut again = Vec::new();
    seal::<Bulk>(&key, sealed[..24].try_into().unwrap(), &[], &[], &mut again);
    assert_eq!(again, sealed);
}

const EMPTY_MESSAGE: &str = "78da004800b7ff43a2e39431cbae0389d3fc86adf46f7c3a24de88d9311617e53f31\
64cc1d5dc738a66b97f0bf786565c31799c2f463d50a7e10046011dc6fc3c939e3a5db7affb6191551669554fb010000\
ffff4bc124df";
