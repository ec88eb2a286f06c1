//! A copy of a transcript that proves itself away from its vault.

use std::fs;

use audit::{Checkpoint, Entry, LogPublicKey, Phase, inclusion_proof, leaf_hash};
use sha2::{Digest as _, Sha256};
use terms::CeremonyId;

use super::{Closing, KIND, Transcript, TranscriptError};
use crate::vault::VaultView;

/// Whether an entry ends what it is about.
pub(super) fn closes(entry: &Entry) -> bool {
    matches!(entry.event.phase, Phase::Outcome { .. } | Phase::Abort { .. })
}

/// The transcript of a ceremony with the proof that the log has its root (transcript-1 R6), without
/// the fields that have one of `withheld`.
///
/// # Errors
///
/// There is none, it was changed, or the vault cannot be read.
pub fn export(
    view: &VaultView,
    ceremony: CeremonyId,
    withheld: &[String],
) -> Result<Transcript, TranscriptError> {
    let documents = view.read().documents()?;
    let own = documents.iter().find(|it| it.kind == KIND && it.ceremony == Some(ceremony));
    let own = own.ok_or(TranscriptError::None)?;
    let bytes = fs::read(view.document(&own.file)).map_err(|_| TranscriptError::Copy)?;
    if Sha256::digest(&bytes)[..] != own.digest.as_bytes()[..] {
        return Err(TranscriptError::Copy);
    }
    let mut transcript = Transcript::decode(&bytes)?;
    transcript.closing = Some(closing(view, &transcript)?);
    transcript.withhold(withheld)?;
    Ok(transcript)
}

fn closing(view: &VaultView, transcript: &Transcript) -> Result<Closing, TranscriptError> {
    let head = |what: &str| TranscriptError::Head { what: what.to_owned() };
    let key: LogPublicKey =
        view.facts().log_key.parse().map_err(|_| head("the vault names none"))?;
    // Read before the entries, of which there may be more by then.
    let note = view.signed_head()?;
    let checkpoint =
        Checkpoint::open(note.as_bytes(), &key).map_err(|error| head(&error.to_string()))?;
    let (mut leaves, mut found) = (Vec::new(), None);
    let object = transcript.object();
    view.entries(&mut |entry| {
        let bytes = terms::encode(&entry);
        leaves.push(leaf_hash(&bytes));
        if closes(&entry) && entry.event.objects.contains(&object) {
            found = Some((entry.sequence, bytes));
        }
    })?;
    let (sequence, entry) = found.ok_or(TranscriptError::Digests { root: transcript.root() })?;
    leaves.truncate(usize::try_from(checkpoint.size).unwrap_or(usize::MAX));
    let path = inclusion_proof(&leaves, sequence).ok_or(TranscriptError::Proof)?;
    Ok(Closing { entry, path, checkpoint: note, key: key.to_string() })
}
