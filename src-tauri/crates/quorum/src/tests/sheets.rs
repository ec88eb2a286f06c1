//! The text file: it reads back, strictly, and says nothing secret in errors.

use terms::Problem;

use super::made;
use crate::{OfferedShare, ShareTextError};

#[test]
fn a_sheet_reads_back_as_record_and_words() {
    let (_, made) = made(1);
    for share in &made.shares {
        let text = share.to_text();
        let read = OfferedShare::parse("sheet", text.expose()).unwrap();
        assert_eq!(read.record(), Some(&share.record));
        assert_eq!(read.words(), Ok(&share.words));
    }
}

#[test]
fn order_comments_spaces_and_line_ends_do_not_matter() {
    let (_, made) = made(1);
    let text = made.shares[1].to_text();
    let turned: Vec<String> =
        text.expose().lines().rev().map(|line| format!("  {}\r\n\r\n", line)).collect();
    let turned = format!("\u{feff}# note\r\n{}", turned.concat());
    let read = OfferedShare::parse("sheet", &turned).unwrap();
    assert_eq!(read.record(), Some(&made.shares[1].record));
    assert_eq!(read.words(), Ok(&made.shares[1].words));
}

#[test]
fn every_line_that_is_missing_or_doubled_is_named() {
    let (_, made) = made(1);
    let text = made.shares[0].to_text();
    let lines: Vec<&str> = text.expose().lines().skip(1).collect();
    assert_eq!(lines.len(), 17);
    for (at, line) in lines.iter().enumerate() {
        let key = line.split(':').next().unwrap();
        let mut without = lines.clone();
        without.remove(at);
        let read = OfferedShare::parse("sheet", &without.join("\n"));
        match key {
            "vault" => assert_eq!(read.unwrap().record().unwrap().facts().vault, None),
            _ => match read.unwrap_err() {
                ShareTextError::Missing { key: named } => assert_eq!(named, key),
                other => panic!("{key}: {other}"),
            },
        }
        let doubled = format!("{}\n{line}", lines.join("\n"));
        match OfferedShare::parse("sheet", &doubled).unwrap_err() {
            ShareTextError::Repeated { key: named } => assert_eq!(named, key),
            other => panic!("{key}: {other}"),
        }
    }
}

#[test]
fn words_alone_are_enough_with_their_key_or_without() {
    let (_, made) = made(1);
    let words = made.shares[2].words.to_text();
    for text in [format!("words: {}", words.expose()), words.expose().to_owned()] {
        let read = OfferedShare::parse("typed", &text).unwrap();
        assert_eq!(read.record(), None);
        assert_eq!(read.words(), Ok(&made.shares[2].words));
    }
}

#[test]
fn no_error_about_a_text_repeats_what_it_says() {
    for text in ["hush: hush", "words: hush\nhush", "split: hush\nwords: hush", "hush :\n# hush"] {
        let error = match OfferedShare::parse("typed", text) {
            Err(error) => format!("{error} {error:?} {}", error.remedy()),
            Ok(offered) => format!("{:?}", offered.words()),
        };
        assert!(!error.contains("hush"), "{error}");
    }
}

#[test]
fn a_long_text_is_refused_before_it_is_read() {
    let refused = OfferedShare::parse("typed", &"acid ".repeat(4000)).unwrap_err();
    assert_eq!(refused, ShareTextError::TooLong);
}
