//! Shares as people bring them, and the records that judge them.

use ::quorum::{OfferedShare, ShareRecord, ShareWords, SplitDescription, UntrustedQuorum};

use super::{Answer, Target, USUAL, file, files, refused, same, text};

/// The vectors of share-1, each with the shares that people bring in it.
fn vectors() -> Vec<Vec<u8>> {
    let vectors = files("tests/vectors/share").into_iter();
    vectors.filter(|vector| vector.starts_with(b"# ")).collect()
}

fn shares(vector: &str) -> Vec<String> {
    let parts = vector.split("\n--- share ").skip(1);
    parts.filter_map(|part| part.split_once('\n')).map(|(_, text)| text.to_owned()).collect()
}

/// Every share of every vector.
fn texts() -> Vec<Vec<u8>> {
    let texts =
        vectors().into_iter().flat_map(|vector| shares(&String::from_utf8(vector).unwrap()));
    texts.map(String::into_bytes).collect()
}

fn description() -> Vec<u8> {
    let vector = file("tests/vectors/share/001-two-custodians-and-an-officer.txt");
    let vector = String::from_utf8(vector).unwrap();
    let line = vector.lines().find_map(|line| line.strip_prefix("description: "));
    hex::decode(line.unwrap()).unwrap()
}

/// What is said about a share that was offered, without what it holds.
fn words(text: &str) -> Answer {
    let words = ShareWords::parse(text).map_err(refused)?;
    let again = ShareWords::parse(words.to_text().expose()).map_err(refused)?;
    assert!(again == words, "written down otherwise than it was read");
    Ok(())
}

pub(crate) const SHARE_TEXT: Target = Target {
    name: "share_text",
    seeds: texts,
    read: |bytes| {
        let offered = OfferedShare::parse("a file", text(bytes)?).map_err(refused)?;
        offered.words().map(|_| ()).map_err(|error| error.to_string())
    },
    executions: 5000,
    ..USUAL
};

pub(crate) const SHARE_WORDS: Target = Target {
    name: "share_words",
    seeds: || {
        let texts = texts().into_iter().map(|text| String::from_utf8(text).unwrap());
        let words = texts.filter_map(|text| Some(text.split_once("words: ")?.1.to_owned()));
        words.map(String::into_bytes).collect()
    },
    read: |bytes| words(text(bytes)?),
    executions: 5000,
    ..USUAL
};

pub(crate) const SHARE_RECORD: Target = Target {
    name: "share_record",
    seeds: || {
        let description = SplitDescription::decode(&description()).unwrap();
        description.records().iter().map(ShareRecord::encode).collect()
    },
    read: |bytes| {
        let record = ShareRecord::decode(bytes).map_err(refused)?;
        same(&record.encode(), bytes);
        Ok(())
    },
    ..USUAL
};

pub(crate) const SPLIT_DESCRIPTION: Target = Target {
    name: "split_description",
    seeds: || vec![description()],
    read: |bytes| {
        let description = SplitDescription::decode(bytes).map_err(refused)?;
        same(&description.encode(), bytes);
        Ok(())
    },
    ..USUAL
};

/// Several shares at once, as a vector holds them; whatever is said names no word.
pub(crate) const OFFERED_SHARES: Target = Target {
    name: "offered_shares",
    seeds: vectors,
    read: |bytes| {
        let vector = text(bytes)?;
        let description = SplitDescription::decode(&description()).ok();
        let mut quorum = UntrustedQuorum::new(description, None, None);
        let mut said = String::new();
        for (at, share) in shares(vector).iter().take(8).enumerate() {
            match OfferedShare::parse(&format!("file {at}"), share) {
                Ok(share) => {
                    let finding = quorum.offer(share).err();
                    said.extend(finding.map(|finding| refused(finding.reason)));
                }
                Err(error) => said.push_str(&refused(error)),
            }
        }
        let judged = quorum.validate();
        match judged {
            Ok(_) => Ok(()),
            Err(rejection) => Err(format!("{said}{rejection}")),
        }
    },
    memory: (128 << 10, 64),
    executions: 1000,
    ..USUAL
};
