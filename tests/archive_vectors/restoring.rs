//! Every vector restored for real: whatever is in an archive, nothing happens outside of the target
//! and nothing that lies in the target leads there.

use std::fs::{self, Permissions};
use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use archive::{ReadAt, Set};
use engine::files::Conflict;
use engine::observer::Unwatched;
use engine::plan::{Intent, Plan};
use engine::restore::{Choices, RestoreReport, restore};
use tempfile::TempDir;
use terms::Timestamp;

use crate::reading::archive_key;
use crate::vector::Vector;
use crate::vectors;

const SECRET: &str = "somebody else's";
const CONFLICTS: [Conflict; 5] =
    [Conflict::Fail, Conflict::Skip, Conflict::KeepBoth, Conflict::Newer, Conflict::Replace];

/// A folder with a target, and what must not be touched beside it.
fn yard() -> TempDir {
    let yard = TempDir::new().unwrap();
    for folder in ["target", "outside/inner"] {
        fs::create_dir_all(yard.path().join(folder)).unwrap();
    }
    fs::write(yard.path().join("outside/secret"), SECRET).unwrap();
    fs::set_permissions(yard.path().join("outside/secret"), Permissions::from_mode(0o640)).unwrap();
    yard
}

/// Restores a vector as far as it goes; no answer where it cannot even be opened.
fn run(vector: &Vector, target: &Path, conflict: Conflict) -> Option<RestoreReport> {
    let media = vector.volumes.iter().map(|bytes| Box::new(bytes.clone()) as Box<dyn ReadAt>);
    let set = Set::open(media.collect()).ok()?;
    let key = archive_key(&set, &vector.seed).ok()?;
    let now = Timestamp::from_unix(1_700_000_000);
    let intent = Intent {
        selection: &[],
        target: target.to_str().unwrap(),
        conflict,
        choices: &Choices::default(),
        requester: "Rita",
        reason: "a test",
        now,
        valid_s: 60,
    };
    let plan = Plan::new(&set, &intent).unwrap();
    let digest = plan.digest();
    let plan = plan.authorise(&digest, now).unwrap();
    restore(&set, &key, &plan, &Choices::default(), &Unwatched).ok()
}

/// Everything below a folder; links are not followed.
fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_type().unwrap().is_dir() {
            found.extend(walk(&entry.path()));
        }
        found.push(entry.path());
    }
    found.sort();
    found
}

/// What lies outside is as it was, and what lies in the target is harmless.
fn inspect(vector: &Vector, yard: &Path) {
    let name = &vector.name;
    let beside: Vec<_> = fs::read_dir(yard).unwrap().flatten().map(|it| it.file_name()).collect();
    assert_eq!(beside.len(), 2, "{name}: {beside:?}");
    let outside = yard.join("outside");
    let expected = vec![outside.join("inner"), outside.join("secret")];
    assert_eq!(walk(&outside), expected, "{name}: something else lies outside");
    assert_eq!(fs::read_to_string(outside.join("secret")).unwrap(), SECRET, "{name}");
    let mode = fs::metadata(outside.join("secret")).unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o640, "{name}");
    for path in walk(&yard.join("target")) {
        let facts = fs::symlink_metadata(&path).unwrap();
        let kind = facts.file_type();
        let is_special =
            kind.is_fifo() || kind.is_socket() || kind.is_block_device() || kind.is_char_device();
        assert!(!is_special, "{name}: {} is a device", path.display());
        let lends = !kind.is_symlink() && facts.permissions().mode() & 0o6000 != 0;
        assert!(!lends, "{name}: {} lends rights", path.display());
    }
}

#[test]
fn nothing_that_is_in_an_archive_gets_out_of_the_target() {
    let (mut restored, all) = (0, vectors());
    for vector in &all {
        let yard = yard();
        let report = run(vector, &yard.path().join("target"), Conflict::Fail);
        inspect(vector, yard.path());
        restored += usize::from(report.is_some());
    }
    assert!(restored >= 60, "only {restored} of {} vectors were restored at all", all.len());
}

#[test]
fn nothing_that_lies_in_the_target_leads_a_restore_out_of_it() {
    for vector in &vectors() {
        for conflict in CONFLICTS {
            let yard = yard();
            let target = yard.path().join("target");
            // Every name of the small archive, planted by somebody or by an archive before it.
            symlink("../outside", target.join("d")).unwrap();
            symlink("../outside/secret", target.join("a.txt")).unwrap();
            fs::hard_link(yard.path().join("outside/secret"), target.join("e")).unwrap();
            symlink("../outside/inner", target.join("f")).unwrap();
            run(vector, &target, conflict);
            inspect(vector, yard.path());
        }
    }
}

#[test]
fn an_attack_in_two_steps_ends_after_the_first() {
    let all = vectors();
    let named = |name: &str| all.iter().find(|vector| vector.name == name).unwrap();
    for conflict in CONFLICTS {
        let yard = yard();
        let target = yard.path().join("target");
        run(named("link-in-the-place-of-a-folder"), &target, Conflict::Fail).unwrap();
        assert!(target.join("d").is_symlink(), "the first step was not made");
        run(named("whole"), &target, conflict);
        inspect(named("whole"), yard.path());
    }
}

#[test]
fn a_restore_that_followed_a_link_would_be_noticed() {
    let yard = yard();
    fs::write(yard.path().join("outside/b.txt"), "it got out").unwrap();
    let noticed = std::panic::catch_unwind(|| inspect(&vectors()[0], yard.path()));
    assert!(noticed.is_err());
}
