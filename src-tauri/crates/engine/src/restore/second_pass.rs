//! The second pass: files with segments that a medium refused, or that were left out behind such a
//! place, when everything else is safe.

use std::fs::File;
use std::os::unix::fs::FileExt as _;

use archive::{Entry, EntryKind, Opener};

use super::DamagedFile;
use super::entries::Wanted;
use super::fill::{Filler, Lost, overlap};
use super::pieces::{Index, Piece, piece_again};
use super::publish::Finished;
use super::spread::Spread;
use super::subtrees::Subtrees;
use crate::EngineError;
use crate::files::Refusals;
use crate::stages::Stage;

/// Bytes of a staged file that are read at once.
const BLOCK_BYTES: usize = 1 << 20;

/// Files that wait at most; more are not remembered, but filled before anything else is read.
pub(super) const WAITING_MAX: usize = 10_000;

/// A staged file with gaps. The list of contents is not read again for it: that lies on the same
/// medium.
pub(super) struct Waiting {
    pub(super) wanted: Wanted,
    pub(super) inode: u64,
    /// What of it is lost already, and why.
    pub(super) lost: Lost,
}

/// What fills the gaps.
struct Gaps<'a> {
    index: Index<'a>,
    opener: Opener,
    body: Vec<u8>,
    /// The segment that was read last: small files share one.
    last: Option<Piece>,
}

impl Filler<'_> {
    /// Fills the gaps of all files that wait.
    pub(super) fn second_pass(&mut self) -> Result<(), EngineError> {
        if self.later.is_empty() {
            return Ok(());
        }
        self.patience.save();
        let later = std::mem::take(&mut self.later);
        let (index, opener) = (Index::of(self.contents), Opener::new()?);
        let mut gaps = Gaps { index, opener, body: Vec::new(), last: None };
        for Waiting { wanted, inode, lost } in later {
            let filled = self.fill_gaps(&wanted, (inode, lost), &mut gaps);
            match filled {
                Ok((damage, refusals)) => self.finished(wanted, damage, refusals, true)?,
                Err(error) if error.is_about_one_entry() => {
                    self.staging.discard(&wanted.number.to_string());
                    self.tell(Finished::Lost(format!("{}: {error}", wanted.path)))?;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn fill_gaps(
        &mut self,
        wanted: &Wanted,
        (inode, mut lost): (u64, Lost),
        gaps: &mut Gaps<'_>,
    ) -> Result<(Option<DamagedFile>, Refusals), EngineError> {
        let Wanted { number, entry, path, name, .. } = wanted;
        let EntryKind::File { position, stored, size, holes, digest } = &entry.kind else {
            return Err(EngineError::StalePlan);
        };
        let file = self.staging.reopen(&number.to_string(), inode);
        let file = file.ok_or(EngineError::StalePlan)?;
        let (mut spread, mut done) = (Spread::over(holes), 0);
        while done < *stored {
            let at = position + done;
            let (segment, start) = (at / self.segment_bytes, at % self.segment_bytes);
            let count = (self.segment_bytes - start).min(stored - done);
            done += count;
            if !self.skipped.contains(segment) {
                spread.pass(count);
                continue;
            }
            if self.is_cancelled() {
                self.patience.save();
                return Err(EngineError::Cancelled);
            }
            self.lap.did(Stage::Target);
            let piece = gaps.piece(segment, self)?;
            self.lap.did(Stage::Medium);
            overlap(piece, (start, count), &spread, &mut lost);
            let range =
                usize::try_from(start).unwrap_or(0)..usize::try_from(start + count).unwrap_or(0);
            let bytes = piece.text.get(range).ok_or(EngineError::StalePlan)?;
            for (offset, bytes) in spread.place(bytes) {
                let written = file.write_all_at(bytes, offset);
                written.map_err(EngineError::entry("writing", name))?;
            }
            self.progress();
        }
        // What was not read because somebody asked to stop is not lost.
        if !lost.ranges.is_empty() && self.is_cancelled() {
            self.patience.save();
            return Err(EngineError::Cancelled);
        }
        let found = digest_of(&file, entry).map_err(EngineError::entry("reading", name))?;
        self.lap.did(Stage::Target);
        let is_whole = lost.ranges.is_empty() && found == *digest.as_bytes();
        let refusals = self.staging.dress(&file, entry);
        Ok((lost.damage(path, *size, is_whole), refusals))
    }
}

impl Gaps<'_> {
    fn piece(&mut self, segment: u64, filler: &mut Filler<'_>) -> Result<&Piece, EngineError> {
        if self.last.as_ref().is_none_or(|piece| piece.number != segment) {
            let text = self.last.take().map(|piece| piece.text).unwrap_or_default();
            let record = self.index.segment(segment);
            let wanted = (segment, record, text);
            let hands = (&mut self.opener, &mut self.body);
            let piece = piece_again(filler.contents, wanted, hands, filler.patience);
            filler.mended_late += u64::from(piece.is_mended);
            filler.meter.observer().segment(segment, piece.health());
            self.last = Some(piece);
        }
        self.last.as_ref().ok_or(EngineError::StalePlan)
    }
}

/// The digest of the stored bytes of a file, read again from the target.
fn digest_of(file: &File, entry: &Entry) -> std::io::Result<[u8; 32]> {
    let EntryKind::File { stored, holes, .. } = &entry.kind else { return Ok([0; 32]) };
    let (mut spread, mut digest, mut left) = (Spread::over(holes), Subtrees::new(), *stored);
    let mut block = vec![0; BLOCK_BYTES];
    while left > 0 {
        let count = usize::try_from(left).unwrap_or(BLOCK_BYTES).min(BLOCK_BYTES);
        let zeros = vec![0; count];
        let mut at = 0;
        // Where a block's bytes lie is the same whatever they are.
        for (offset, part) in spread.place(&zeros) {
            file.read_exact_at(&mut block[at..at + part.len()], offset)?;
            at += part.len();
        }
        digest.update(&block[..count]);
        left -= count as u64;
    }
    Ok(*digest.finalize().as_bytes())
}
