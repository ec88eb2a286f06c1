//! Any bytes may come: every parser reads them, or refuses them with a reason, in bounded memory.
//!
//! Each target begins with real inputs, changes them, and asserts what must hold of whatever comes:
//! no panic, no more memory than the input warrants, and one encoding only. Runs are the same every
//! time; `STRONGROOM_FUZZ` multiplies the executions of a long one. An input that broke a promise
//! is kept in `tests/vectors/fuzz` and tried first ever after.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what cannot be read has failed")]

mod canary;
mod driver;
mod mutation;
mod targets;

use targets::{archive, entry, keys, people, quorum, record, threshold, token};

/// One test for each target.
macro_rules! targets {
    ($($name:ident: $target:expr;)*) => {
        $(
            #[test]
            fn $name() {
                driver::test(&$target);
            }
        )*

        /// The names of all targets.
        const NAMES: &[&str] = &[$(stringify!($name)),*];
    };
}

targets! {
    superblock: archive::SUPERBLOCK;
    preamble: archive::PREAMBLE;
    root: archive::ROOT;
    manifest_page: archive::MANIFEST_PAGE;
    key_page: archive::KEY_PAGE;
    entry_path: archive::ENTRY_PATH;
    segment: archive::SEGMENT;
    compressed_text: archive::COMPRESSED_TEXT;
    index_of_a_medium: archive::INDEX;
    parity_frame: archive::PARITY_FRAME;
    volume: archive::VOLUME;
    lost_index: archive::LOST_INDEX;
    capsule: keys::CAPSULE;
    recipient: keys::RECIPIENT;
    age_header: keys::AGE_HEADER;
    share_text: quorum::SHARE_TEXT;
    share_words: quorum::SHARE_WORDS;
    share_record: quorum::SHARE_RECORD;
    split_description: quorum::SPLIT_DESCRIPTION;
    offered_shares: quorum::OFFERED_SHARES;
    log_entry: record::LOG_ENTRY;
    log_file: record::LOG_FILE;
    checkpoint: record::CHECKPOINT;
    verifier_key: record::VERIFIER_KEY;
    journal_line: record::JOURNAL_LINE;
    plan: record::PLAN;
    catalogue: record::CATALOGUE;
    read_map: record::READ_MAP;
    script: people::SCRIPT;
    answers: people::ANSWERS;
    selection: people::SELECTION;
    names: people::NAMES;
    entry_request: entry::REQUEST;
    entry_answer: entry::ANSWER;
    envelope: token::ENVELOPE;
    attestation: token::ATTESTATION;
    virtual_token: token::VIRTUAL_TOKEN;
    lock: threshold::LOCK;
    signed_lock: threshold::SIGNED_LOCK;
    archive_split: threshold::ARCHIVE_SPLIT;
}

#[test]
fn what_is_kept_belongs_to_a_target() {
    let folder = strongroom_tests::repository().join("tests/vectors/fuzz");
    for found in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = found.file_name().into_string().unwrap();
        assert!(NAMES.contains(&name.as_str()), "no target is called {name}");
    }
}
