//! Heads that people's tokens cosigned: notes beside the log, and who signed them.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use audit::{
    Anchor, AnchorFinding, AuditError, Checkpoint, Cosigned, CosignerKey, LogPublicKey, Report,
    Verdict,
};
use registry::{Reader, TokenRow};
use terms::{Timestamp, VaultId};

use super::folder::{Folder, names, replace_file};
use super::{Vault, VaultError, VaultView};

/// More than the longest note, which the reader refuses.
const NOTE_BYTES_MAX: u64 = (100 << 10) + 1;

/// A head that may be cosigned, with what it says about the log and who signed it.
#[derive(Debug)]
pub struct CosignedHead {
    /// Where it was kept.
    pub source: String,
    /// The head; none if the note cannot be read.
    pub head: Option<Checkpoint>,
    /// The time, as claimed, of the last entry that it covers.
    pub covers: Option<Timestamp>,
    /// How it contradicts the log.
    pub contradiction: Option<Verdict>,
    /// Whose tokens signed it; none counts if there is a problem.
    pub by: Vec<Cosigner>,
    /// What is wrong with the note.
    pub problem: Option<AuditError>,
}

/// A person's token that signed a head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosigner {
    /// Whose token it is.
    pub person: String,
    /// Its serial number.
    pub token: String,
    /// Its key as a verifier key (log-1 L18), for other programs.
    pub key: String,
    /// When it was retired; it counts no more for a policy then.
    pub retired: Option<Timestamp>,
}

/// What comparing the log with heads from elsewhere and with cosigned heads found.
#[derive(Debug)]
pub struct Cosignatures {
    /// The log and every head.
    pub report: Report,
    /// The heads beside the log, oldest first, then those from elsewhere that tokens signed.
    pub heads: Vec<CosignedHead>,
}

impl Cosignatures {
    /// Whether the log holds and no note is wrong.
    pub fn hold(&self) -> bool {
        self.report.verdict.holds() && self.heads.iter().all(|head| head.problem.is_none())
    }

    /// Who cosigned heads that the log continues with a token in use, and the time of the last
    /// entry of each; nobody, if the log itself does not hold (log-1 L22).
    pub fn counting(&self) -> Vec<(String, Timestamp)> {
        let heads = self.heads.iter().filter(|_| self.report.verdict.holds());
        let heads = heads.filter(|head| head.problem.is_none() && head.contradiction.is_none());
        let mut counting = Vec::new();
        for (head, covers) in heads.filter_map(|head| Some((head, head.covers?))) {
            let in_use = head.by.iter().filter(|by| by.retired.is_none());
            counting.extend(in_use.map(|by| (by.person.clone(), covers)));
        }
        counting
    }
}

impl VaultView {
    /// Reads the whole log and compares it with heads from elsewhere, each with its source, and
    /// with the cosigned heads beside it; says who cosigned what.
    ///
    /// # Errors
    ///
    /// When the log does not read as it was written, or the registry cannot be read.
    pub fn cosignatures(
        &self,
        elsewhere: Vec<(String, Cosigned)>,
    ) -> Result<Cosignatures, VaultError> {
        let anchor = |(source, note): &(String, Cosigned)| Anchor {
            source: source.clone(),
            at: None,
            head: note.head().clone(),
        };
        let anchors: Vec<_> = elsewhere.iter().map(anchor).collect();
        let report = self.log_verify(&anchors)?;
        let tokens = Tokens::of(self.facts().id, &self.read())?;
        let mut found = report.beside.iter();
        let beside = kept(self.folder(), &self.log_key()?);
        let judged = beside.into_iter().map(|(source, note)| match note {
            Ok(note) => tokens.judge(source, &note, found.next()),
            Err(problem) => unreadable(source, problem),
        });
        let mut heads: Vec<_> = judged.collect();
        for ((source, note), finding) in elsewhere.into_iter().zip(&report.anchors) {
            let judged = tokens.judge(source, &note, Some(finding));
            // Heads that the log alone signed are anchors and nothing more.
            if !judged.by.is_empty() || judged.problem.is_some() {
                heads.push(judged);
            }
        }
        Ok(Cosignatures { report, heads })
    }
}

impl Vault {
    /// Keeps a cosigned head beside the log, durably; what is there already is never replaced
    /// (log-1 L21).
    pub(crate) fn keep_cosigned(&mut self, note: &Cosigned) -> Result<String, VaultError> {
        let file = file_of(note.head());
        let path = self.folder.log().join(&file);
        if path.symlink_metadata().is_ok() {
            let source = io::Error::from(io::ErrorKind::AlreadyExists);
            return Err(VaultError::file(&path, "written")(source));
        }
        replace_file(&path, note.as_str().as_bytes())
            .map_err(VaultError::file(&path, "written"))?;
        Ok(file)
    }
}

/// The file of a cosigned head, by size and the beginning of its root.
fn file_of(head: &Checkpoint) -> String {
    let root = head.root.to_string();
    format!("cosigned-{}-{}.note", head.size, root.get(..8).unwrap_or(&root))
}

/// The cosigned heads beside the log with their places, by size; each is signed by the log's key
/// and lies where it belongs, or says what is wrong with it.
pub(super) fn kept(
    folder: &Folder,
    key: &LogPublicKey,
) -> Vec<(String, Result<Cosigned, AuditError>)> {
    let files = names(&folder.log()).into_iter();
    let files = files.filter(|name| name.starts_with("cosigned-") && name.ends_with(".note"));
    let note = |file: String| {
        let note = read(&folder.log().join(&file), key).and_then(|note| {
            let misplaced = "the file is named after another head";
            let is_here = file_of(note.head()) == file;
            let name = file.clone();
            is_here.then_some(note).ok_or(AuditError::Cosignature { name, reason: misplaced })
        });
        (format!("log/{file}"), note)
    };
    let mut notes: Vec<_> = files.map(note).collect();
    notes.sort_by_key(|(_, note)| note.as_ref().ok().map(|note| note.head().size));
    notes
}

/// The heads beside the log as anchors: they can contradict it (log-1 L21).
pub(super) fn beside(folder: &Folder, key: &LogPublicKey) -> Vec<Anchor> {
    let notes = kept(folder, key).into_iter();
    let anchor = |(source, note): (String, Result<Cosigned, AuditError>)| {
        Some(Anchor { source, at: None, head: note.ok()?.head().clone() })
    };
    notes.filter_map(anchor).collect()
}

fn read(path: &Path, key: &LogPublicKey) -> Result<Cosigned, AuditError> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(NOTE_BYTES_MAX).read_to_end(&mut bytes));
    read.map_err(|source| AuditError::Storage { doing: "read", source })?;
    Cosigned::read(&bytes, key)
}

/// Every token that was ever enrolled, with its key as a cosigner.
struct Tokens {
    rows: Vec<TokenRow>,
    keys: Vec<CosignerKey>,
}

impl Tokens {
    fn of(vault: VaultId, reader: &Reader<'_>) -> Result<Self, VaultError> {
        let (mut rows, mut keys) = (Vec::new(), Vec::new());
        for row in reader.tokens()? {
            // A row without such a key never signed anything that counts.
            let key = row.serial.parse().ok();
            let key = key.and_then(|serial| CosignerKey::new(vault, serial, &row.signing_key).ok());
            if let Some(key) = key {
                rows.push(row);
                keys.push(key);
            }
        }
        Ok(Self { rows, keys })
    }

    fn judge(
        &self,
        source: String,
        note: &Cosigned,
        finding: Option<&AnchorFinding>,
    ) -> CosignedHead {
        let (by, problem) = match note.check(&self.keys) {
            Ok(keys) => (keys.into_iter().filter_map(|key| self.cosigner(key)).collect(), None),
            Err(problem) => (Vec::new(), Some(problem)),
        };
        CosignedHead {
            source,
            head: Some(note.head().clone()),
            covers: finding.and_then(|finding| finding.covers),
            contradiction: finding.and_then(|finding| finding.contradiction.clone()),
            by,
            problem,
        }
    }

    fn cosigner(&self, key: &CosignerKey) -> Option<Cosigner> {
        let (row, _) = self.rows.iter().zip(&self.keys).find(|(_, own)| *own == key)?;
        Some(Cosigner {
            person: row.person.clone(),
            token: row.serial.clone(),
            key: key.to_string(),
            retired: row.retired_at,
        })
    }
}

fn unreadable(source: String, problem: AuditError) -> CosignedHead {
    CosignedHead {
        source,
        head: None,
        covers: None,
        contradiction: None,
        by: Vec::new(),
        problem: Some(problem),
    }
}
