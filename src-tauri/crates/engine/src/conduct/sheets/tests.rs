//! Sheets of real shares go where only their owner looks, and nowhere else.

use std::os::unix::fs::{PermissionsExt as _, symlink};

use keys::{MasterKey, Seed};
use quorum::{GroupPolicy, Split, SplitFacts, split};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng as _;
use terms::{KeyName, SplitId, Timestamp};

use super::*;

/// A folder in memory.
fn memory() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").unwrap()
}

fn policy() -> QuorumPolicy {
    let group = GroupPolicy::new("custodians", 2, &["Ada Kern", "Bruno Lang"]).unwrap();
    QuorumPolicy::new(1, vec![group]).unwrap()
}

fn shares(environment: Environment) -> Split {
    let mut rng = ChaCha20Rng::from_seed([3; 32]);
    let seed = Seed::generate(&mut rng);
    let facts = SplitFacts {
        vault: None,
        key: KeyName { environment, version: 1 },
        recipient_fingerprint: MasterKey::derive(&seed).recipient().fingerprint(),
        split: SplitId::from_bytes([1; 16]),
        created: Timestamp::from_unix(1_800_000_000),
    };
    split(&seed, &policy(), &facts, &mut rng).unwrap()
}

#[test]
fn a_planted_link_or_file_never_receives_the_sheet_of_a_real_share() {
    let dir = memory();
    let folder = dir.path().join("sheets");
    let sheets = Sheets::new(&folder, Environment::Production).unwrap();
    let split = shares(Environment::Production);
    let elsewhere = dir.path().join("elsewhere");
    symlink(&elsewhere, folder.join("custodians-1-ada-kern.pdf")).unwrap();
    fs::write(folder.join("custodians-2-bruno-lang.pdf"), "a stranger's").unwrap();
    for share in &split.shares {
        assert!(matches!(sheets.write(share, &policy()), Err(SheetsError::File { .. })));
    }
    assert!(!elsewhere.exists(), "the link was followed");
    let kept = fs::read(folder.join("custodians-2-bruno-lang.pdf")).unwrap();
    assert_eq!(kept, b"a stranger's");
}

#[test]
fn a_folder_that_was_exchanged_after_its_check_receives_nothing() {
    let dir = memory();
    let folder = dir.path().join("sheets");
    let sheets = Sheets::new(&folder, Environment::Production).unwrap();
    fs::rename(&folder, dir.path().join("moved")).unwrap();
    fs::create_dir(&folder).unwrap();
    let split = shares(Environment::Production);
    sheets.write(&split.shares[0], &policy()).unwrap();
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    let written = dir.path().join("moved/custodians-1-ada-kern.pdf");
    assert_eq!(fs::metadata(&written).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(sheets.remove(&split.shares[0]).unwrap() && !written.exists());
    assert!(!sheets.remove(&split.shares[0]).unwrap(), "there is nothing more to remove");
}

#[test]
fn outside_a_drill_the_folder_is_in_memory_and_closed_to_others() {
    let dir = memory();
    let folder = dir.path().join("sheets");
    Sheets::new(&folder, Environment::Production).unwrap();
    assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o750)).unwrap();
    let open = Sheets::new(&folder, Environment::Production);
    assert!(matches!(open, Err(SheetsError::OpenToOthers(_))));
    symlink(&folder, dir.path().join("link")).unwrap();
    assert!(Sheets::new(&dir.path().join("link"), Environment::Production).is_err());
    let on_disk = Sheets::new(Path::new("/proc/sys"), Environment::Production);
    assert!(matches!(on_disk, Err(SheetsError::OnDisk(_))));
}

#[test]
fn a_drill_writes_its_own_sheets_again_but_follows_no_link() {
    let dir = tempfile::tempdir().unwrap();
    let sheets = Sheets::new(dir.path(), Environment::Drill).unwrap();
    let split = shares(Environment::Drill);
    let file = sheets.write(&split.shares[0], &policy()).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o666)).unwrap();
    sheets.write(&split.shares[0], &policy()).unwrap();
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let elsewhere = dir.path().join("elsewhere");
    symlink(&elsewhere, dir.path().join("custodians-2-bruno-lang.pdf")).unwrap();
    assert!(sheets.write(&split.shares[1], &policy()).is_err() && !elsewhere.exists());
}
