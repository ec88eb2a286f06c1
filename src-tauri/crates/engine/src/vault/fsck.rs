//! The check of everything in a vault. It changes nothing and ends with findings as data.

use std::path::Path;
use std::time::Duration;

use audit::Anchor;
use registry::{CeremonyState, RegistryError, SplitState};
use terms::Problem;

use super::VaultError;
use super::documents::{PARTIAL, digest_of_file, is_whole, unnamed};
use super::folder::{Folder, names, open_to_others};
use super::running::is_running;
use super::view::VaultView;

/// How long a check waits for an operation that writes its intent or outcome just now.
const WAIT: Duration = Duration::from_secs(2);

/// Something that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// A stable code, `SR-AREA-NAME`.
    pub code: &'static str,
    /// Where: a path inside the vault, or an object such as `intent:12`.
    pub place: String,
    /// What is wrong, as a sentence.
    pub problem: String,
    /// What to do now.
    pub remedy: String,
}

/// Checks the vault in `dir`: folder, registry, log, whether both agree, outbox, documents, splits
/// and unmatched intents. Empty when all is well. Works also when the vault cannot be opened.
///
/// # Errors
///
/// When `dir` is no vault at all, or another program is writing to it.
pub fn fsck(dir: &Path, anchors: &[Anchor]) -> Result<Vec<Finding>, VaultError> {
    let folder = Folder::new(dir);
    folder.expect_a_vault()?;
    let _lock = folder.lock_shared(WAIT)?;
    check(&folder, anchors)
}

pub(super) fn check(folder: &Folder, anchors: &[Anchor]) -> Result<Vec<Finding>, VaultError> {
    let mut findings = Vec::new();
    check_folder(folder, &mut findings);
    let view = match VaultView::of(folder) {
        Ok(view) => view,
        Err(error) => {
            findings.push(Finding::of("vault.sqlite", &error));
            return Ok(findings);
        }
    };
    for result in [
        check_registry(&view, &mut findings),
        check_key(folder, &view),
        check_log((folder, &view), anchors, &mut findings),
        check_splits(&view, &mut findings),
        check_documents(folder, &view, &mut findings),
    ] {
        if let Err(error) = result {
            findings.push(Finding::of(place_of(&error), &error));
        }
    }
    Ok(findings)
}

impl Finding {
    fn of(place: &str, error: &dyn Problem) -> Self {
        let (problem, remedy) = (error.to_string(), error.remedy());
        Self { code: error.code(), place: place.to_owned(), problem, remedy }
    }

    fn new(code: &'static str, place: String, problem: &str, remedy: &str) -> Self {
        Self { code, place, problem: problem.to_owned(), remedy: remedy.to_owned() }
    }
}

fn place_of(error: &VaultError) -> &'static str {
    match error {
        VaultError::LogKey => "log/key",
        VaultError::Log(_) | VaultError::LogBehind { .. } => "log",
        _ => "vault.sqlite",
    }
}

/// Permissions, leftovers, and things that do not belong here.
fn check_folder(folder: &Folder, findings: &mut Vec<Finding>) {
    let mut places = vec![folder.root().to_owned(), folder.registry(), folder.log_key()];
    places.extend([folder.log(), folder.documents(), folder.ceremonies()]);
    for path in places {
        let name = path.strip_prefix(folder.root()).unwrap_or(&path).display().to_string();
        let name = if name.is_empty() { ".".to_owned() } else { name };
        if !path.exists() {
            let problem = "a part of the vault is missing";
            let remedy = "Put it back from a backup.";
            findings.push(Finding::new("SR-VAULT-MISSING", name, problem, remedy));
        } else if open_to_others(&path) {
            let problem = "people other than the owner may read it";
            let remedy = "Take the permissions of group and others away (chmod go-rwx).";
            findings.push(Finding::new("SR-VAULT-PERMISSIONS", name, problem, remedy));
        }
    }
    for place in [folder.root().to_owned(), folder.log()] {
        for name in names(&place).into_iter().filter(|name| name.ends_with(".partial")) {
            let problem = "an interrupted write left this file behind";
            let remedy = "It is not used; remove it.";
            findings.push(Finding::new("SR-VAULT-PARTIAL", name, problem, remedy));
        }
    }
}

fn check_registry(view: &VaultView, findings: &mut Vec<Finding>) -> Result<(), VaultError> {
    for problem in view.registry().check()? {
        let remedy = "Change nothing; put vault.sqlite back from a backup.";
        let place = "vault.sqlite".to_owned();
        findings.push(Finding::new("SR-REGISTRY-DAMAGED", place, &problem, remedy));
    }
    for outgoing in view.read().outbox()? {
        let place = format!("act:{}", outgoing.act);
        let error = RegistryError::OutboxFull;
        findings.push(Finding::of(&place, &error));
    }
    Ok(())
}

/// The key on the disk is the one that the registry names.
fn check_key(folder: &Folder, view: &VaultView) -> Result<(), VaultError> {
    let seed = folder.read_log_key()?;
    let key = audit::LogKey::from_seed(&audit::origin(view.facts().id), seed.expose())?;
    if key.public().to_string() == view.facts().log_key { Ok(()) } else { Err(VaultError::LogKey) }
}

fn check_log(
    (folder, view): (&Folder, &VaultView),
    anchors: &[Anchor],
    findings: &mut Vec<Finding>,
) -> Result<(), VaultError> {
    let report = view.log_verify(anchors)?;
    for head in view.cosignatures(Vec::new())?.heads {
        if let Some(problem) = &head.problem {
            findings.push(Finding::of(&head.source, problem));
        }
    }
    if !report.verdict.holds() {
        let remedy = "Change nothing; keep a copy and call the auditor.";
        let (code, problem) = (report.verdict.code(), report.verdict.to_string());
        findings.push(Finding::new(code, "log".to_owned(), &problem, remedy));
    }
    if report.torn_bytes > 0 || report.unacknowledged > 0 {
        let problem = "the last write to the log was interrupted";
        let remedy = "Open the vault once for writing; it is then put in order and noted.";
        findings.push(Finding::new("SR-LOG-TORN", "log".to_owned(), problem, remedy));
    }
    let left = report.open_intents.iter().filter(|open| !is_running(folder, open.sequence));
    for open in left {
        let problem =
            format!("{} by {} at {} has no outcome", open.operation, open.actor, open.time);
        let remedy = "Find out what became of it; then account for it: strongroom log account.";
        let place = format!("intent:{}", open.sequence);
        findings.push(Finding::new("SR-LOG-UNMATCHED", place, &problem, remedy));
    }
    let mut foreign = Vec::new();
    view.entries(&mut |entry| {
        if entry.event.environment != view.facts().environment {
            foreign.push(entry.sequence);
        }
    })?;
    for sequence in foreign {
        let (place, problem) = (format!("entry:{sequence}"), "it is of another environment");
        let remedy = "Change nothing; keep a copy and call the auditor.";
        findings.push(Finding::new("SR-LOG-ENVIRONMENT", place, problem, remedy));
    }
    view.agrees(&report)
}

/// A split that counts was proved; one that does not yet is being made by a running ceremony.
fn check_splits(view: &VaultView, findings: &mut Vec<Finding>) -> Result<(), VaultError> {
    let reader = view.read();
    let running =
        reader.ceremonies()?.iter().any(|ceremony| ceremony.state == CeremonyState::Running);
    for split in reader.splits()? {
        let shares = reader.shares(split.id)?;
        let unproved = shares.is_empty() || shares.iter().any(|share| share.proved_at.is_none());
        let place = format!("split:{}", split.id);
        match split.state {
            SplitState::Effective if unproved => {
                let problem = "it is effective, but not every share was proved";
                let remedy = "Prove every share before the key is used.";
                findings.push(Finding::new("SR-SPLIT-UNPROVED", place, problem, remedy));
            }
            SplitState::Pending if !running => {
                let problem = "it is half made and no ceremony is running";
                let remedy = "Void it and split again; its shares are worthless.";
                findings.push(Finding::new("SR-SPLIT-HALF-MADE", place, problem, remedy));
            }
            _ => {}
        }
    }
    for key in reader.master_keys()?.into_iter().filter(|key| key.state == "active") {
        if reader.effective_split(key.version)?.is_none() {
            let place = format!("key:{}/{}", view.facts().environment, key.version);
            let problem = "it is active, but no split of it is effective";
            let remedy = "Stop sealing to it; nobody can open it.";
            findings.push(Finding::new("SR-KEY-NO-SPLIT", place, problem, remedy));
        }
    }
    Ok(())
}

fn check_documents(
    folder: &Folder,
    view: &VaultView,
    findings: &mut Vec<Finding>,
) -> Result<(), VaultError> {
    let documents = view.read().documents()?;
    for document in &documents {
        let digest = digest_of_file(&folder.documents().join(&document.file));
        let place = format!("documents/{}", document.file);
        let is_named = digest.is_ok_and(|digest| digest == document.digest);
        if !is_named && !is_whole(&folder.documents().join(&document.file), document) {
            let problem = "it is missing or was changed";
            let remedy = "Put it back from a backup or from paper.";
            findings.push(Finding::new("SR-DOCUMENT-CHANGED", place, problem, remedy));
        }
    }
    for name in unnamed(&folder.documents()) {
        let (place, problem) = (format!("documents/{name}"), "a crash left it without its name");
        let remedy = "Leave it: the next ceremony, seal or restore puts it in order.";
        findings.push(Finding::new("SR-DOCUMENT-UNNAMED", place, problem, remedy));
    }
    for name in names(&folder.documents()).into_iter().filter(|name| !name.ends_with(PARTIAL)) {
        if !documents.iter().any(|document| document.file == name) {
            let (place, problem) = (format!("documents/{name}"), "the registry does not know it");
            let remedy = "Find out where it comes from; move it elsewhere.";
            findings.push(Finding::new("SR-DOCUMENT-UNKNOWN", place, problem, remedy));
        }
    }
    Ok(())
}
