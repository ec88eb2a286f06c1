//! A second place for everything that finds and opens the rest: a sidecar beside the volumes.

use std::collections::BTreeSet;
use std::io::Write;

use super::Set;
use crate::error::ArchiveError;
use crate::frame::{Compression, FrameKind, Preamble};
use crate::record::FrameRecord;
use crate::superblock::Superblock;

impl Set {
    /// Writes a sidecar (archive-1 A42): the first superblock, a capsule, the root, and one copy of
    /// each index page, manifest page and key page, as frames. It takes no key.
    ///
    /// # Errors
    ///
    /// The set has no root or no capsule, a page of it is lost in every copy, or `out` failed.
    pub fn write_sidecar(&self, out: &mut dyn Write) -> Result<(), ArchiveError> {
        let what = "an archive without root, settings or capsule has no sidecar";
        let capsule = self.capsules.first().filter(|_| self.has_root() && self.has_settings());
        let capsule = capsule.ok_or(ArchiveError::Field { what })?;
        out.write_all(&Superblock::new(self.settings.clone(), 1).encode())?;
        self.plain(FrameKind::Capsule, &capsule.encode(), out)?;
        self.plain(FrameKind::Root, &terms::encode(&self.root), out)?;
        let mut written = BTreeSet::new();
        for page in 0..self.index_pages() {
            let copies = self.index_page_records(page);
            self.copy_one(copies, out)?;
            let records = self.index_page(page)?;
            let wanted = |record: &&FrameRecord| {
                matches!(record.kind, FrameKind::Manifest | FrameKind::Keys)
            };
            for record in records.iter().filter(wanted) {
                // Copies follow later; the first that can be read stands for all.
                let name = (record.kind, record.number);
                if !written.contains(&name)
                    && self.copy_one(std::slice::from_ref(record), out).is_ok()
                {
                    written.insert(name);
                }
            }
        }
        let pages = written.iter().filter(|(kind, _)| *kind == FrameKind::Manifest).count() as u64;
        if pages == self.root.manifest_pages {
            return Ok(());
        }
        Err(ArchiveError::Field { what: "a page of the list of contents is lost in every copy" })
    }

    /// Writes the first of `copies` that can be read or mended.
    fn copy_one(&self, copies: &[FrameRecord], out: &mut dyn Write) -> Result<(), ArchiveError> {
        let mut failed = None;
        for record in copies {
            match self.read_or_mend(record) {
                Ok(body) => {
                    let preamble = Preamble::of(record, self.settings.archive);
                    out.write_all(&preamble.encode())?;
                    return Ok(out.write_all(&body)?);
                }
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        failed.map_or(Ok(()), Err)
    }

    fn plain(&self, kind: FrameKind, body: &[u8], out: &mut dyn Write) -> Result<(), ArchiveError> {
        let (archive, length) = (self.settings.archive, body.len() as u64);
        let (compression, volume, number, plain_length) = (Compression::None, 1, 0, length);
        let preamble =
            Preamble { kind, compression, archive, volume, number, length, plain_length };
        out.write_all(&preamble.encode())?;
        Ok(out.write_all(body)?)
    }
}
