//! The vectors of names-1, and reading names back by a rule that is written here anew.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use archive::EntryPath;

use super::alike::Names;
use super::map::{Line, head, lines, plain_path};
use super::{NamePolicy, NameRules, NameText};

struct Vector {
    name: String,
    rules: NameRules,
    /// Own paths, and what is written for each.
    pairs: Vec<(EntryPath, Vec<u8>)>,
}

fn vectors() -> Vec<Vector> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/vectors/names");
    let files = fs::read_dir(folder).unwrap();
    files.map(|file| parsed(&fs::read_to_string(file.unwrap().path()).unwrap())).collect()
}

fn parsed(text: &str) -> Vector {
    let mut lines = text.lines().map(|line| line.split_once(": ").unwrap());
    assert_eq!(lines.next().map(|(key, _)| key), Some("strongroom vector"));
    let name = lines.next().unwrap().1.to_owned();
    let rules = rules(lines.next().unwrap().1);
    let mut pairs = Vec::new();
    while let (Some(("own", own)), Some(("written", written))) = (lines.next(), lines.next()) {
        pairs.push((EntryPath::new(bytes(own)).unwrap(), bytes(written)));
    }
    Vector { name, rules, pairs }
}

fn rules(text: &str) -> NameRules {
    match text {
        "plain" => NameRules::PLAIN,
        "portable" => NameRules::PORTABLE,
        "ascii" => NameRules { text: NameText::Ascii, ..NameRules::PORTABLE },
        "basic" => NameRules { text: NameText::Basic, ..NameRules::PORTABLE },
        "colon" => NameRules { refused: 1 << b':', ..NameRules::PLAIN },
        "case" => NameRules { tells_case: false, ..NameRules::PLAIN },
        "forms" => NameRules { tells_forms: false, ..NameRules::PLAIN },
        longest => NameRules { longest: longest.parse().unwrap(), ..NameRules::PLAIN },
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().collect();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(byte).collect()
}

fn names_of(rules: &NameRules, paths: &[EntryPath]) -> Names {
    let mut sorted = paths.to_vec();
    sorted.sort();
    Names::among(rules, |visit| sorted.iter().for_each(&mut *visit))
}

/// The own name of what is written, without a map (names-1 N11); none for what was cut.
fn read_back(written: &[u8]) -> Option<Vec<u8>> {
    let mut text = written.to_vec();
    if let Some(at) = text.windows(2).position(|two| two == b"%~") {
        let digits = text[at + 2..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 {
            return None;
        }
        text.drain(at..at + 2 + digits);
    }
    let (mut own, mut at) = (Vec::new(), 0);
    while at < text.len() {
        let digits = text.get(at + 1..at + 3).filter(|digits| {
            text[at] == b'%' && digits.iter().all(|d| matches!(d, b'0'..=b'9' | b'A'..=b'F'))
        });
        match digits {
            Some(digits) => own.extend(bytes(std::str::from_utf8(digits).unwrap())),
            None => own.push(text[at]),
        }
        at += if digits.is_some() { 3 } else { 1 };
    }
    Some(own)
}

#[test]
fn every_vector_is_written_as_it_says() {
    let vectors = vectors();
    assert!(vectors.len() >= 40, "{}", vectors.len());
    for Vector { name, rules, pairs } in vectors {
        let paths: Vec<EntryPath> = pairs.iter().map(|(own, _)| own.clone()).collect();
        let names = names_of(&rules, &paths);
        for (own, written) in pairs {
            let found = names.path(&own).unwrap();
            assert_eq!(found.as_bytes(), written, "{name}: {own} as {found}");
            assert_eq!(names.translates(&own), own.as_bytes() != written, "{name}: {own}");
        }
    }
}

#[test]
fn what_is_written_reads_back_and_can_stand() {
    for Vector { name, rules, pairs } in vectors() {
        for (own, written) in pairs {
            if !rules.is_plain() {
                let parts = own.parts().zip(written.split(|byte| *byte == b'/'));
                for (own, written) in parts {
                    assert!(read_back(written).is_none_or(|read| read == own), "{name}: {own:?}");
                }
            }
            let again = names_of(&rules, std::slice::from_ref(&own));
            let path = again.path(&own).unwrap();
            let text = String::from_utf8_lossy(path.as_bytes()).into_owned();
            let is_refused = |c: char| c != '/' && !rules.takes(c);
            assert!(!text.chars().any(is_refused), "{name}: {text:?}");
        }
    }
}

#[test]
fn every_name_of_two_bytes_reads_back_and_no_two_become_one() {
    let alphabet = b"aA%~4F.: \x01\xff\xc3\xa9";
    let mut paths = Vec::new();
    for one in alphabet {
        for two in alphabet {
            for three in alphabet {
                paths.extend(EntryPath::new([*one, *two, *three]));
            }
        }
    }
    let names = names_of(&NameRules::PORTABLE, &paths);
    let mut keys = BTreeMap::new();
    for own in &paths {
        let written = names.path(own).unwrap();
        assert_eq!(read_back(written.as_bytes()).as_deref(), Some(own.as_bytes()), "{own:?}");
        let key = NameRules::PORTABLE.key(written.as_bytes());
        assert_eq!(keys.insert(key, own), None, "{own:?} is like another");
    }
    assert!(paths.len() > 2000);
}

#[test]
fn a_name_of_our_own_beside_another_is_cut_where_it_would_be_too_long() {
    let names = NameRules::PLAIN;
    let short = EntryPath::new("folder/file").unwrap();
    assert_eq!(names.beside(&short, ".damaged").unwrap().as_bytes(), b"folder/file.damaged");
    let long = EntryPath::new(format!("folder/{}", "x".repeat(250))).unwrap();
    let beside = names.beside(&long, ".damaged").unwrap();
    let last = beside.parts().next_back().unwrap();
    assert_eq!(last.len(), 255);
    assert!(last.starts_with(b"xxx") && last.ends_with(b".damaged"), "{beside}");
}

#[test]
fn portable_adds_to_what_the_target_refuses() {
    let own = NameRules { refused: 1 << b'+', longest: 143, ..NameRules::PLAIN };
    let rules = own.under(NamePolicy::Portable);
    assert!(!rules.takes('+') && !rules.takes(':') && rules.takes('é'));
    assert_eq!((rules.longest, rules.tells_case), (143, false));
    assert_eq!(own.under(NamePolicy::Auto), own);
}

/// names-1 N8, N9, N10
#[test]
fn a_map_is_read_as_it_is_written_and_only_for_its_archive() {
    let path = |bytes: &[u8]| EntryPath::new(bytes).unwrap();
    let named = Line::named(&path(b"a:b/\xff%"), &path(b"a%3Ab/%FF%"));
    let link = Line::link(&path(b"l"), b"\x1b/to");
    assert_eq!(named.path, "a:b/%FF%25");
    assert_eq!(named.name.as_deref(), Some("a%253Ab/%25FF%25"));
    assert_eq!(link.link.as_deref(), Some("%1B/to"));
    assert_eq!(plain_path("é\u{85}".as_bytes()), "é%C2%85");
    let text = [head("0011"), named.text(), b"garbage\n".to_vec(), link.text()].concat();
    assert_eq!(lines(&text, "0011").unwrap(), [named, link]);
    assert!(lines(&text, "0012").is_none() && lines(b"{}", "0011").is_none());
}
