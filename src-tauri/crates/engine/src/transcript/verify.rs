//! Whether a transcript is what the log says, checked away from the vault (transcript-1 R7, R8).

use std::collections::{BTreeSet, HashMap};

use audit::{Checkpoint, Entry, LogPublicKey, Phase, leaf_hash, verify_inclusion};
use ceremony::{JournalLine, Next, Runner, Script};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use terms::hex::digits;
use terms::plain::escaped_line;

use super::export::closes;
use super::fields::{About, fields, roster_of};
use super::{Closing, Transcript, TranscriptError};

/// The longest script that is run again, in bytes, and how many turns a run may have at most:
/// whoever makes a file can also vouch for it with a key of his own.
const SCRIPT_BYTES_MAX: usize = 1 << 20;
const TURNS_MAX: usize = 100_000;
const PEOPLE_MAX: usize = 1024;

/// What came another way, to compare with.
#[derive(Debug, Clone, Copy, Default)]
pub struct Expected<'a> {
    /// The script that was approved, as its text.
    pub script: Option<&'a str>,
    /// The verifier key of the log.
    pub key: Option<&'a str>,
    /// A signed head of the log, as it stands in minutes or on an archive.
    pub anchor: Option<&'a str>,
}

/// What a transcript proves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// The run of the ceremony; none if it is withheld.
    pub ceremony: Option<String>,
    /// What the log calls it.
    pub operation: String,
    /// How it ended: `ok`, or the code of what ended it.
    pub result: String,
    /// Who began it, as the log says.
    pub actor: String,
    /// When it ended.
    pub ended: String,
    /// Fields in all.
    pub fields: usize,
    /// Fields that are withheld.
    pub withheld: usize,
    /// Whether the script was run again with its people and lines, which needs all of them.
    pub is_replayed: bool,
    /// The number of the closing entry.
    pub entry: u64,
    /// The head of the log that has it, its three lines.
    pub head: String,
    /// The verifier key of the log.
    pub key: String,
    /// Whether that key came another way too.
    pub is_vouched_for: bool,
}

/// Verifies a copy that was exported.
///
/// # Errors
///
/// The first thing that is wrong.
pub fn verify(bytes: &[u8], expected: &Expected<'_>) -> Result<Verified, TranscriptError> {
    let transcript = Transcript::decode(bytes)?;
    for (field, digest) in transcript.fields.iter().zip(&transcript.digests) {
        if let Some(field) = field.as_ref().filter(|field| field.digest() != *digest) {
            return Err(TranscriptError::Field { path: field.path.clone() });
        }
    }
    let mut paths = BTreeSet::new();
    if let Some(twice) = transcript.fields.iter().flatten().find(|it| !paths.insert(&it.path)) {
        let what = format!("it has the field {} twice", escaped_line(&twice.path));
        return Err(TranscriptError::Malformed { what });
    }
    let what = "it carries no entry of a log".to_owned();
    let closing = transcript.closing.as_ref().ok_or(TranscriptError::Malformed { what })?;
    let (entry, head) = closing_entry(&transcript, closing)?;
    let is_vouched_for = compare(closing, expected)?;
    script(&transcript, expected)?;
    let is_replayed = transcript.withheld() == 0;
    if is_replayed {
        let runner = replay(&transcript)?;
        let is_outcome = matches!(entry.event.phase, Phase::Outcome { .. });
        if is_outcome && runner.next() != Next::Closed {
            let why = "the log says that it was closed, and its last step was not taken".to_owned();
            return Err(TranscriptError::Run { why });
        }
    }
    let result = match &entry.event.phase {
        Phase::Outcome { result, .. } => result.clone(),
        Phase::Abort { code, .. } => code.clone(),
        _ => String::new(),
    };
    Ok(Verified {
        ceremony: transcript.value("ceremony").map(str::to_owned),
        operation: entry.event.operation.to_string(),
        result,
        actor: entry.event.actor.clone(),
        ended: entry.event.time.to_string(),
        fields: transcript.fields.len(),
        withheld: transcript.withheld(),
        is_replayed,
        entry: entry.sequence,
        head: head.to_text(),
        key: closing.key.clone(),
        is_vouched_for,
    })
}

/// The entry that names the root, in the head that its key signed.
fn closing_entry(
    transcript: &Transcript,
    closing: &Closing,
) -> Result<(Entry, Checkpoint), TranscriptError> {
    let other = |what: &str| TranscriptError::Entry { what: what.to_owned() };
    let head = |what: &str| TranscriptError::Head { what: what.to_owned() };
    let entry: Entry = terms::decode(&closing.entry).map_err(|error| other(&error.to_string()))?;
    if !entry.event.objects.contains(&transcript.object()) {
        return Err(TranscriptError::Digests { root: transcript.root() });
    }
    if !closes(&entry) {
        return Err(other("it ends nothing"));
    }
    let key: LogPublicKey = closing.key.parse().map_err(|_| head("the key is no verifier key"))?;
    let checkpoint = Checkpoint::open(closing.checkpoint.as_bytes(), &key);
    let checkpoint = checkpoint.map_err(|error| head(&error.to_string()))?;
    let leaf = leaf_hash(&closing.entry);
    let (size, path) = (checkpoint.size, &closing.path);
    if verify_inclusion(&leaf, entry.sequence, size, path, &checkpoint.root) {
        Ok((entry, checkpoint))
    } else {
        Err(TranscriptError::Proof)
    }
}

/// Compares the key with what came another way; whether anything did.
fn compare(closing: &Closing, expected: &Expected<'_>) -> Result<bool, TranscriptError> {
    if expected.key.is_some_and(|key| key.trim() != closing.key) {
        return Err(TranscriptError::Unexpected { what: "the key of the log" });
    }
    if let Some(note) = expected.anchor {
        let key: Result<LogPublicKey, _> = closing.key.parse();
        // A note that was copied from paper or through a terminal has lost or gained line ends.
        let note = format!("{}\n", note.replace("\r\n", "\n").trim_end_matches('\n'));
        let is_signed = key.is_ok_and(|key| Checkpoint::open(note.as_bytes(), &key).is_ok());
        if !is_signed {
            return Err(TranscriptError::Unexpected { what: "the key that signs the heads" });
        }
    }
    Ok(expected.key.is_some() || expected.anchor.is_some())
}

/// The script is the one whose digest stands there, and the one that was approved.
fn script(transcript: &Transcript, expected: &Expected<'_>) -> Result<(), TranscriptError> {
    let digest = |text: &str| digits(&Sha256::digest(text.as_bytes()));
    let stated = transcript.value("script/digest");
    if let Some((text, stated)) = transcript.value("script").zip(stated)
        && digest(text) != stated
    {
        return Err(TranscriptError::Script);
    }
    match expected.script {
        Some(text) if stated != Some(digest(text).as_str()) => {
            Err(TranscriptError::Unexpected { what: "the script" })
        }
        _ => Ok(()),
    }
}

/// Runs the script with the people and the lines, and compares every field with what comes out.
fn replay(transcript: &Transcript) -> Result<Runner, TranscriptError> {
    let fails = |why: String| TranscriptError::Run { why };
    let too_long = || fails("it is larger than any ceremony is".to_owned());
    let there = transcript.fields.iter().flatten();
    let by_path: HashMap<&str, &str> =
        there.map(|field| (field.path.as_str(), field.value.as_str())).collect();
    let value = |path: &str| by_path.get(path).copied();
    let text = value("script").ok_or_else(|| fails("there is no script".to_owned()))?;
    if text.len() > SCRIPT_BYTES_MAX {
        return Err(too_long());
    }
    let script = Script::parse(text).map_err(|error| fails(error.to_string()))?;
    let roster = roster_of(value);
    let turns = script.steps().count() * roster.people.len().max(roster.holders.len()).max(1);
    if roster.people.len().max(roster.holders.len()) > PEOPLE_MAX || turns > TURNS_MAX {
        return Err(too_long());
    }
    let mut lines: Vec<JournalLine> = Vec::new();
    while let Some(line) = value(&format!("line/{}", lines.len())) {
        let line = bytes_of(line).and_then(|bytes| terms::decode(&bytes).ok());
        lines.push(line.ok_or_else(|| fails(format!("line {} is none", lines.len())))?);
    }
    let runner = Runner::replay(script, roster, &lines);
    let runner = runner.map_err(|error| fails(error.to_string()))?;
    let part = |path: &str| value(path).unwrap_or_default();
    let about = About {
        ceremony: part("ceremony"),
        environment: part("environment"),
        place: part("place"),
        program: part("program"),
    };
    let is_written = transcript.fields.iter().flatten().map(|it| (&it.path, &it.value));
    let meant = fields(&runner, about);
    if is_written.eq(meant.iter().map(|(path, value)| (path, value))) {
        Ok(runner)
    } else {
        Err(fails("the fields are not what the lines say".to_owned()))
    }
}

fn bytes_of(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}
