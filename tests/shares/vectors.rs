//! Our vectors, one failure each, made by foreign software (`tests/vectors/share/make.py`).

use std::collections::BTreeMap;
use std::fs;

use quorum::{
    Finding, OfferedShare, Share, ShareRecord, ShareWords, SplitDescription, UntrustedQuorum,
    combine,
};
use strongroom_tests::repository;
use terms::Problem;

/// A vector file: a header of `key: value` lines, and shares as people bring them.
struct Vector {
    name: String,
    header: BTreeMap<String, String>,
    shares: Vec<String>,
}

#[test]
fn every_share_vector_ends_as_its_header_says() {
    let vectors = read();
    assert!(vectors.len() >= 60, "{} vectors", vectors.len());
    for vector in &vectors {
        vector.run();
    }
}

#[test]
fn no_finding_repeats_a_word_of_a_share() {
    for vector in read() {
        let Ok(offered) = vector.offered() else { continue };
        let mut quorum = vector.quorum();
        let mut said = String::new();
        for share in offered {
            if let Err(finding) = quorum.offer(share) {
                said.push_str(&format!("{finding} {finding:?} {}", finding.reason.remedy()));
            }
        }
        if let Err(rejection) = quorum.validate() {
            said.push_str(&format!("{rejection} {rejection:?}"));
        }
        let words = vector.shares.iter().filter_map(|text| text.split("words: ").nth(1));
        // The first four words are the public header.
        let secret = words.flat_map(|words| words.split_whitespace().skip(4));
        let said = said.to_lowercase();
        let spoken = |word: &&str| word.len() > 3 && said.split(' ').any(|part| part == *word);
        // Sentences have words of their own, and some of these are on the list.
        let leaked: Vec<_> = secret.filter(spoken).filter(|word| !OURS.contains(word)).collect();
        assert!(leaked.is_empty(), "{}: {leaked:?} in {said}", vector.name);
    }
}

/// The example of share-1 S37, which other software computed.
#[test]
fn the_worked_bytes_of_the_specification_are_the_ones_we_write() {
    let page = fs::read_to_string(repository().join("docs/spec/share-1.md")).unwrap();
    let (_, worked) = page.split_once("## Worked bytes").unwrap();
    let blocks: Vec<&str> = worked.split("```").skip(1).step_by(2).map(str::trim).collect();
    let bytes = hex::decode(blocks[0].replace('\n', "")).unwrap();
    let record = ShareRecord::decode(&bytes).unwrap();
    assert_eq!(record.encode(), bytes);
    let offered = OfferedShare::parse("the page", blocks[1]).unwrap();
    assert_eq!(offered.record(), Some(&record));
    let words = ShareWords::parse(blocks[1].rsplit_once("words: ").unwrap().1).unwrap();
    assert_eq!(record.check_words(&words), Ok(()));
    let written = Share { record, words }.to_text();
    let lines = written.expose().lines().filter(|line| !line.starts_with('#'));
    assert!(lines.eq(blocks[1].lines()));
}

/// Words of the list that our own sentences use.
const OURS: &[&str] = &["beyond", "enter", "member", "evidence", "human", "length", "record"];

impl Vector {
    fn run(&self) {
        let name = &self.name;
        let offered = match self.offered() {
            Ok(offered) => offered,
            Err(code) => {
                assert_eq!(self.line("outcome"), Some("unreadable"), "{name}: {code}");
                return assert_eq!(Some(code), self.line("finding"), "{name}");
            }
        };
        let mut quorum = self.quorum();
        for share in offered {
            // A refusal is kept for the end, where all are compared.
            let _ = quorum.offer(share);
        }
        let outcome = quorum.validate().and_then(combine);
        let findings = match outcome {
            Ok(combined) => {
                assert_eq!(self.line("outcome"), Some("opens"), "{name}");
                assert_eq!(
                    Some(&*hex::encode(combined.seed.expose())),
                    self.line("seed"),
                    "{name}"
                );
                let knows = self.line("fingerprint").or(self.line("description")).is_some();
                assert!(!knows || combined.fingerprint_compared, "{name}");
                assert!(combined.findings.len() <= 1, "{name}: {:?}", combined.findings);
                combined.findings
            }
            Err(rejection) => {
                assert_eq!(self.line("outcome"), Some("refused"), "{name}: {rejection}");
                assert_eq!(Some(rejection.code()), self.line("finding"), "{name}");
                rejection.findings
            }
        };
        self.compare(&findings);
    }

    /// The expected finding is there, names whom it must, and tells what to do.
    fn compare(&self, findings: &[Finding]) {
        let name = &self.name;
        let Some(code) = self.line("finding") else {
            return assert!(findings.is_empty(), "{name}: {findings:?}");
        };
        let found = findings.iter().find(|finding| finding.reason.code() == code);
        let found = found.unwrap_or_else(|| panic!("{name}: no {code} in {findings:?}"));
        let named = self.line("names").unwrap_or_default();
        assert!(found.to_string().contains(named), "{name}: {found} does not name {named}");
        assert!(found.reason.remedy().ends_with('.'), "{name}");
        let position = name.split_once("unknown-word-").map(|(_, position)| position);
        let position = position.map(|position| format!("word {position} "));
        assert!(found.to_string().contains(&position.unwrap_or_default()), "{name}: {found}");
    }

    fn quorum(&self) -> UntrustedQuorum {
        let description = self.line("description").map(|text| {
            let bytes = hex::decode(text).unwrap();
            let description = SplitDescription::decode(&bytes).unwrap();
            assert_eq!(description.encode(), bytes);
            description
        });
        let fingerprint = self.line("fingerprint").map(|text| text.parse().unwrap());
        let environment = self.line("environment").map(|text| text.parse().unwrap());
        let quorum = UntrustedQuorum::new(description, fingerprint, environment);
        match self.line("retired").and_then(|text| text.split_once(' ')) {
            Some((split, since)) => {
                quorum.with_retired(split.parse().unwrap(), since.parse().unwrap())
            }
            None => quorum,
        }
    }

    /// The shares, or the code of the first text that is no share file.
    fn offered(&self) -> Result<Vec<OfferedShare>, &'static str> {
        let shares = self.shares.iter().enumerate();
        let parse = |(at, text): (usize, &String)| {
            OfferedShare::parse(&format!("share {}", at + 1), text).map_err(|error| error.code())
        };
        shares.map(parse).collect()
    }

    fn line(&self, key: &str) -> Option<&str> {
        self.header.get(key).map(String::as_str)
    }
}

fn read() -> Vec<Vector> {
    let folder = repository().join("tests/vectors/share");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().flatten().map(|e| e.path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    files.sort();
    let vector = |path: &std::path::PathBuf| {
        let text = fs::read_to_string(path).unwrap();
        let mut parts = text.split("--- share ");
        let header = parts.next().unwrap().lines().filter_map(|line| line.split_once(": "));
        let header = header.map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        let body = |part: &str| part.split_once('\n').map(|(_, body)| body.to_owned());
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        Vector { name, header, shares: parts.filter_map(body).collect() }
    };
    files.iter().map(vector).collect()
}
