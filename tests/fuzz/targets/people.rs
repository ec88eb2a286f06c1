//! What people write: scripts, answers, patterns, names.

use ::archive::EntryPath;
use ::ceremony::answers::Answers;
use ::ceremony::{SHIPPED, Script, check};
use ::engine::selection::Selection;
use ::terms::{ArchiveId, Digest, Environment, KeyName, PersonName, Timestamp};

use super::{Target, USUAL, files, refused, text};

pub(crate) const SCRIPT: Target = Target {
    name: "script",
    seeds: || SHIPPED.iter().map(|(_, script)| script.as_bytes().to_vec()).collect(),
    read: |bytes| {
        let script = Script::parse(text(bytes)?).map_err(refused)?;
        // A script that can be read is judged to its end.
        match check(&script).first() {
            None => Ok(()),
            Some(finding) => Err(finding.code.to_owned()),
        }
    },
    memory: (1 << 20, 256),
    executions: 400,
    ..USUAL
};

pub(crate) const ANSWERS: Target = Target {
    name: "answers",
    seeds: || files("tests/answers"),
    read: |bytes| Answers::parse(text(bytes)?).map(|_| ()).map_err(refused),
    memory: (256 << 10, 256),
    executions: 4000,
    ..USUAL
};

pub(crate) const SELECTION: Target = Target {
    name: "selection",
    seeds: || ["docs/**/*.{txt,pdf}", "a", "[a-z]*/b?", "ü*\\[x\\]"].map(Vec::from).to_vec(),
    read: |bytes| {
        let patterns: Vec<String> = text(bytes)?.lines().take(4).map(str::to_owned).collect();
        // A pattern comes from a command line, which has a bound of its own.
        if bytes.len() > 512 {
            return Err("too long".to_owned());
        }
        let selection = Selection::new(&patterns).map_err(|error| {
            assert!(error.to_string().len() < 4096);
            "SR-ENGINE-SELECTION".to_owned()
        })?;
        for path in ["a", "docs/a/b.txt", "z/bb"] {
            selection.has(&EntryPath::new(path).unwrap());
        }
        Ok(())
    },
    // A pattern becomes an automaton.
    memory: (24 << 20, 64 << 10),
    executions: 300,
    ..USUAL
};

/// Every name with one spelling: what is read is what would be written.
pub(crate) const NAMES: Target = Target {
    name: "names",
    seeds: || {
        let digest = Digest::from_bytes([0xab; 32]).to_string();
        let archive = ArchiveId::from_bytes([0xcd; 16]).to_string();
        let texts = ["drill/3", "production", "Ada Kern", "2026-11-24T15:04:05Z"];
        let texts = texts.into_iter().map(str::to_owned).chain([digest, archive]);
        texts.map(String::into_bytes).collect()
    },
    read: |bytes| {
        let text = text(bytes)?;
        let read = [
            text.parse::<KeyName>().ok().map(|name| name.to_string()),
            text.parse::<Environment>().ok().map(|name| name.to_string()),
            text.parse::<Digest>().ok().map(|digest| digest.to_string()),
            text.parse::<ArchiveId>().ok().map(|id| id.to_string()),
        ];
        for (kind, again) in read.iter().enumerate() {
            // People may type digits of identifiers as capitals.
            let same =
                |again: &String| again == text || kind > 1 && again.eq_ignore_ascii_case(text);
            assert!(again.as_ref().is_none_or(same), "kind {kind}: {again:?}");
        }
        // A time may be written with another zone, and is then another text of the same.
        if let Ok(time) = text.parse::<Timestamp>() {
            assert_eq!(time.to_string().parse(), Ok(time));
        }
        // A person's name is brought into its one spelling, and then stays as it is.
        let person = text.parse::<PersonName>();
        if let Ok(person) = &person {
            let name = person.to_string();
            assert_eq!(name.parse::<PersonName>().as_ref(), Ok(person));
            assert!(!name.chars().any(char::is_control));
        }
        match (read.iter().position(Option::is_some), person) {
            (Some(_), _) | (None, Ok(_)) => Ok(()),
            (None, Err(error)) => Err(error.expected.to_owned() + &"x".repeat(text.len().min(3))),
        }
    },
    executions: 20_000,
    ..USUAL
};
