//! What the documents promise.

use std::fs;
use std::path::Path;

use terms::{Environment, Problem};

use crate::samples::{self, LOG_HEAD, RECORD, WORDS};
use crate::{PaperError, record_of_share_code, share_code};

mod rendered;

/// Writes every sample into the folder that `STRONGROOM_LOOK` names, for a person to look at.
#[test]
fn every_kind_of_document_is_made() {
    let folder = std::env::var("STRONGROOM_LOOK").ok();
    let words = samples::words();
    let put = |name: &str, pdf: &[u8]| {
        assert!(pdf.starts_with(b"%PDF-1.7"), "{name}");
        if let Some(folder) = &folder {
            fs::write(Path::new(folder).join(name), pdf).unwrap();
        }
    };
    put("share-drill.pdf", &shared(Environment::Drill));
    put("share-staging.pdf", &shared(Environment::Staging));
    put("minutes.pdf", &samples::minutes(60).render().unwrap());
    put("evidence.pdf", &samples::evidence().render().unwrap());
    put("recipient.pdf", &samples::recipient_sheet().render().unwrap());
    put("passport.pdf", &samples::token_passport().render().unwrap());
    put("test-print.pdf", &samples::test_print().render().unwrap());
    put("long-share.pdf", samples::long_share_sheet(&words).render().unwrap().expose());
    put("long-minutes.pdf", &samples::long_minutes().render().unwrap());
    put("long-evidence.pdf", &samples::long_evidence().render().unwrap());
}

fn shared(environment: Environment) -> Vec<u8> {
    let words = samples::words();
    samples::share_sheet(environment, &words).render().unwrap().expose().to_vec()
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    assert_eq!(shared(Environment::Production), shared(Environment::Production));
    assert_ne!(shared(Environment::Production), shared(Environment::Drill));
    assert_eq!(samples::minutes(9).render(), samples::minutes(9).render());
    assert_ne!(samples::minutes(9).render(), samples::minutes(8).render());
    assert_eq!(samples::evidence().render(), samples::evidence().render());
    assert_eq!(samples::recipient_sheet().render(), samples::recipient_sheet().render());
    assert_eq!(samples::token_passport().render(), samples::token_passport().render());
    assert_eq!(samples::test_print().render(), samples::test_print().render());
}

#[test]
fn a_share_sheet_takes_33_words_and_no_other_number() {
    let short = secret::SecretText::from_exposed("duckling enlarge academic");
    let error = samples::share_sheet(Environment::Drill, &short).render().unwrap_err();
    assert_eq!(error, PaperError::WordCount { expected: 33, found: 3 });
}

#[test]
fn a_refused_word_is_named_by_its_place_and_never_repeated() {
    let wrong = WORDS.replace("fridge", "fri\u{202e}dge");
    let wrong = secret::SecretText::take(wrong);
    let error = samples::share_sheet(Environment::Drill, &wrong).render().unwrap_err();
    assert_eq!(error, PaperError::Word { position: 9 });
    let said = format!("{error:?} {error} {}", error.remedy());
    assert!(!said.contains("fri"), "{said}");
}

#[test]
fn a_share_code_gives_its_record_back() {
    for len in 0..12 {
        let record: Vec<u8> = (0..len).map(|byte: u8| byte.wrapping_mul(37) ^ 0xff).collect();
        assert_eq!(record_of_share_code(&share_code(&record)), Ok(record));
    }
    // RFC 4648 section 10.
    assert_eq!(share_code(b"foobar"), "STRONGROOM:SHARE:1:MZXW6YTBOI");
}

#[test]
fn a_share_code_that_was_changed_is_refused() {
    let code = share_code(&RECORD[..7]);
    let refused = |text: &str| {
        let error = record_of_share_code(text).unwrap_err();
        assert_eq!(error.code(), "SR-PAPER-NOT-A-CODE");
    };
    refused("");
    refused(&code[1..]);
    refused(&code.to_lowercase());
    refused(&format!("{code}="));
    // The last letter carries unused bits: only one of its spellings is read.
    let (body, last) = code.split_at(code.len() - 1);
    let spelled = |letter: char| format!("{body}{letter}");
    let read = ('A'..='Z').chain('2'..='7').map(spelled);
    let read = read.filter(|text| record_of_share_code(text).is_ok()).count();
    assert!(read < 32 && !last.is_empty(), "{read}");
}

#[test]
fn the_code_of_a_share_sheet_holds_the_record_and_not_the_words() {
    let code = share_code(&RECORD);
    assert_eq!(rendered::read_code(&crate::code::Code::new(&code).unwrap()), code);
    assert!(WORDS.split(' ').all(|word| !code.to_lowercase().contains(word)));
}

#[test]
fn the_code_of_the_minutes_holds_ceremony_and_checkpoint() {
    let text = crate::minutes::head_code("ceremony 6d6d", LOG_HEAD);
    assert_eq!(rendered::read_code(&crate::code::Code::new(&text).unwrap()), text);
    assert_eq!(text.split_once("\n\n").unwrap(), ("ceremony 6d6d", LOG_HEAD));
}

#[test]
fn more_than_a_code_holds_is_refused() {
    let words = samples::words();
    let record = vec![0; 4000];
    let mut sheet = samples::share_sheet(Environment::Drill, &words);
    sheet.record = &record;
    let error = sheet.render().unwrap_err();
    assert!(matches!(error, PaperError::CodeTooLong { .. }), "{error:?}");
}
