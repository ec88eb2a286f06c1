//! Sheets of paper, as files for the printer.

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use paper::ShareSheet;
use quorum::{QuorumPolicy, Share};
use rustix::fs::statfs;
use terms::Environment;

use crate::exit::Exit;
use crate::failure::Failure;

/// What the kernel calls a file system in memory.
const TMPFS_MAGIC: i64 = 0x0102_1994;

/// A folder for sheets.
pub(crate) struct Sheets {
    dir: PathBuf,
    environment: Environment,
}

impl Sheets {
    /// Uses `dir`, which is made if missing; outside a drill it must lie in memory.
    pub(crate) fn new(dir: &Path, environment: Environment) -> Result<Self, Failure> {
        fs::create_dir_all(dir)?;
        let in_memory = statfs(dir).is_ok_and(|found| found.f_type == TMPFS_MAGIC);
        if !environment.is_drill() && !in_memory {
            let problem = "sheets of real shares are never written to a disk";
            let remedy =
                "Name a folder in memory, such as one below /dev/shm, and print from there.";
            return Err(Failure::new(Exit::Refused, "SR-CLI-SHEETS-ON-DISK", problem, remedy));
        }
        Ok(Self { dir: std::path::absolute(dir)?, environment })
    }

    /// Writes the sheet of one share as PDF, and in a drill as text beside it.
    pub(crate) fn write(&self, share: &Share, policy: &QuorumPolicy) -> Result<PathBuf, Failure> {
        let (facts, place) = (share.record.facts(), share.record.place());
        let (words, record) = (share.words.to_text(), share.record.encode());
        let sheet = ShareSheet {
            environment: self.environment,
            key: facts.key,
            fingerprint: facts.recipient_fingerprint,
            split: facts.split,
            group: &place.group_name,
            member: place.member + 1,
            holder: &place.holder,
            quorum: &in_words(policy),
            created: facts.created,
            commitment: *share.record.commitment(),
            record: &record,
            words: &words,
        };
        let pdf = sheet.render().map_err(|error| Failure::from_problem(Exit::Failed, &error))?;
        let path = self.path(share, "pdf");
        write_private(&path, pdf.expose())?;
        if !self.environment.is_drill() {
            return Ok(path);
        }
        let text = self.text_path(share);
        write_private(&text, share.to_text().expose().as_bytes())?;
        Ok(text)
    }

    /// Where a drill's text of a share lies.
    pub(crate) fn text_path(&self, share: &Share) -> PathBuf {
        self.path(share, "txt")
    }

    fn path(&self, share: &Share, end: &str) -> PathBuf {
        let place = share.record.place();
        let tidy = |text: &str| -> String {
            let lower = text.to_lowercase();
            lower.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect()
        };
        let (group, holder) = (tidy(&place.group_name), tidy(&place.holder));
        self.dir.join(format!("{group}-{}-{holder}.{end}", place.member + 1))
    }
}

/// `any 2 of 3 custodians and any 1 of 2 officers`.
pub(crate) fn in_words(policy: &QuorumPolicy) -> String {
    let group = |group: &quorum::GroupPolicy| {
        format!("any {} of {} {}", group.threshold(), group.holders().len(), group.name())
    };
    let groups: Vec<_> = policy.groups().iter().map(group).collect();
    if usize::from(policy.group_threshold()) == groups.len() {
        return groups.join(" and ");
    }
    format!("{} of these groups: {}", policy.group_threshold(), groups.join("; "))
}

fn write_private(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut file =
        fs::File::options().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    Ok(file.sync_all()?)
}
