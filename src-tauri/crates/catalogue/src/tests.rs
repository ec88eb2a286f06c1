use std::fs;
use std::path::{Path, PathBuf};

use archive::{Entry, EntryKind, EntryPath};
use tempfile::TempDir;
use terms::{ArchiveId, Digest};

use crate::{Catalogue, CatalogueError, Item, Weight, Writer, schema};

const ARCHIVE: ArchiveId = ArchiveId::from_bytes([7; 16]);

fn entry(path: &[u8], kind: EntryKind) -> Entry {
    Entry {
        path: EntryPath::new(path).unwrap(),
        kind,
        mode: 0o644,
        mtime: 1_700_000_000,
        mtime_nanos: 0,
        owner: [0, 0],
        owner_names: None,
        xattrs: Vec::new(),
    }
}

fn file(path: &str, size: u64) -> Entry {
    let digest = Digest::from_bytes([0; 32]);
    let (holes, position) = (Vec::new(), 0);
    entry(path.as_bytes(), EntryKind::File { position, stored: size, size, holes, digest })
}

fn folder(path: &str) -> Entry {
    entry(path.as_bytes(), EntryKind::Directory)
}

/// A catalogue of `entries` under a new folder.
fn written(entries: &[Entry]) -> (TempDir, PathBuf) {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("catalogue");
    fs::write(&path, []).unwrap();
    let mut writer = Writer::new(&path).unwrap();
    entries.iter().for_each(|entry| writer.add(entry).unwrap());
    writer.finish(ARCHIVE).unwrap();
    (dir, path)
}

/// Folders that the archive lists and others that it leaves out; links; a strange name.
fn office() -> Vec<Entry> {
    let target = b"../ledger".to_vec();
    vec![
        file("README.txt", 10),
        folder("archive"),
        file("ledger/2025/a.csv", 100),
        file("ledger/2025/b.csv", 50),
        file("ledger/2026/Äpfel.csv", 7),
        folder("ledger/empty"),
        entry(b"links/now", EntryKind::Symlink { target }),
        entry(b"links/same", EntryKind::Hardlink { to: EntryPath::new("README.txt").unwrap() }),
        entry(b"odd/\xff", EntryKind::Directory),
        file("zz", 1),
    ]
}

fn names(items: &[Item]) -> Vec<String> {
    items.iter().map(|item| String::from_utf8_lossy(&item.name).into_owned()).collect()
}

fn top(catalogue: &Catalogue, name: &str) -> Item {
    let items = catalogue.children(0, 0, 100).unwrap();
    items.into_iter().find(|item| item.name == name.as_bytes()).unwrap()
}

#[test]
fn folders_come_first_and_know_what_is_in_them() {
    let (_dir, path) = written(&office());
    let catalogue = Catalogue::open(&path).unwrap();
    assert_eq!(catalogue.archive(), ARCHIVE);
    assert_eq!(catalogue.entries(), 15, "five folders were left out of the archive");
    let all = catalogue.children(0, 0, 100).unwrap();
    assert_eq!(names(&all), ["archive", "ledger", "links", "odd", "README.txt", "zz"]);
    assert_eq!(catalogue.count(0).unwrap(), 6);
    assert_eq!(names(&catalogue.children(0, 2, 2).unwrap()), ["links", "odd"]);
    let ledger = top(&catalogue, "ledger");
    assert_eq!((ledger.files, ledger.size, ledger.mtime), (3, 157, None));
    assert_eq!(ledger.last, ledger.number + 6);
    let empty = top(&catalogue, "archive");
    assert_eq!((empty.files, empty.size, empty.last), (0, 0, empty.number));
    assert_eq!(catalogue.weight().unwrap(), Weight { files: 7, bytes: 168 });
}

#[test]
fn a_path_leads_through_its_folders() {
    let (_dir, path) = written(&office());
    let catalogue = Catalogue::open(&path).unwrap();
    let found = catalogue.search("b.csv").unwrap();
    let items = catalogue.items_of(&found.numbers).unwrap();
    assert_eq!(items.len(), 1);
    assert_eq!(catalogue.path(&items[0]).unwrap(), b"ledger/2025/b.csv");
}

#[test]
fn names_are_found_whatever_their_case() {
    let (_dir, path) = written(&office());
    let catalogue = Catalogue::open(&path).unwrap();
    let found = |text: &str| {
        let hits = catalogue.search(text).unwrap();
        assert_eq!(hits.total, hits.numbers.len() as u64);
        names(&catalogue.items_of(&hits.numbers).unwrap())
    };
    assert_eq!(found("CSV"), ["a.csv", "b.csv", "Äpfel.csv"]);
    assert_eq!(found("äPF"), ["Äpfel.csv"]);
    assert_eq!(found("ledger"), ["ledger"], "what lies in a folder has another name");
    assert_eq!(found("2025/"), ["a.csv", "b.csv"]);
    assert_eq!(found("nothing"), [""; 0]);
    assert_eq!(found("").len(), 15);
}

#[test]
fn a_folder_that_is_meant_brings_all_that_is_in_it() {
    let (_dir, path) = written(&office());
    let catalogue = Catalogue::open(&path).unwrap();
    let weigh = |meant: &[&str]| {
        let is_meant = |path: &[u8]| meant.iter().any(|meant| meant.as_bytes() == path);
        catalogue.weigh(is_meant).unwrap()
    };
    assert_eq!(weigh(&["ledger"]), Weight { files: 3, bytes: 157 });
    assert_eq!(weigh(&["ledger", "ledger/2025/a.csv"]), weigh(&["ledger"]), "nothing counts twice");
    assert_eq!(weigh(&["ledger/2025/a.csv", "zz"]), Weight { files: 2, bytes: 101 });
    assert_eq!(weigh(&[]), Weight::default());
}

#[test]
fn an_archive_without_entries_has_a_catalogue_without_rows() {
    let (_dir, path) = written(&[]);
    let catalogue = Catalogue::open(&path).unwrap();
    assert_eq!(catalogue.entries(), 0);
    assert_eq!(catalogue.weight().unwrap(), Weight::default());
    assert!(catalogue.children(0, 0, 10).unwrap().is_empty());
}

#[test]
fn what_is_no_catalogue_is_refused() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("catalogue");
    fs::write(&path, []).unwrap();
    drop(Writer::new(&path).unwrap());
    let refused = |path: &Path| Catalogue::open(path).unwrap_err();
    assert!(matches!(refused(&path), CatalogueError::NotACatalogue), "it was never finished");
    fs::write(&path, "anything that is long enough to be looked at").unwrap();
    assert!(matches!(refused(&path), CatalogueError::NotACatalogue));
    let (_other, changed) = written(&office());
    let connection = rusqlite::Connection::open(&changed).unwrap();
    connection.execute_batch("CREATE VIEW more AS SELECT 1").unwrap();
    drop(connection);
    assert!(matches!(refused(&changed), CatalogueError::NotACatalogue), "catalogue-1 T1");
}

#[test]
fn a_row_in_a_place_that_is_no_folder_is_refused() {
    let (_dir, path) = written(&office());
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.execute_batch("UPDATE entries SET parent = 1 WHERE number = 15").unwrap();
    drop(connection);
    let catalogue = Catalogue::open(&path).unwrap();
    let error = catalogue.search("zz").unwrap_err();
    assert!(matches!(error, CatalogueError::Damaged(15)), "{error}, catalogue-1 T4");
    let stray = catalogue.item(15).unwrap().unwrap();
    assert!(matches!(catalogue.path(&stray), Err(CatalogueError::Damaged(15))));
}

#[test]
fn the_schema_is_the_one_of_the_specification() {
    let page = include_str!("../../../../docs/spec/catalogue-1.md");
    let sql = page.split("```sql\n").nth(1).unwrap().split("```").next().unwrap();
    let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let statements: Vec<String> =
        sql.split(";\n").map(squeezed).filter(|s| !s.is_empty()).collect();
    assert_eq!(statements, schema::documented(), "catalogue-1 T2, T3");
}

/// A file that version 1 of the writer made is read for as long as there are vaults (catalogue-1).
#[test]
fn the_first_catalogue_is_still_read() {
    let golden =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/golden/catalogue-1.sqlite");
    let (_dir, fresh) = written(&office());
    let (old, new) = (Catalogue::open(&golden).unwrap(), Catalogue::open(&fresh).unwrap());
    let all =
        |catalogue: &Catalogue| catalogue.items_of(&catalogue.search("").unwrap().numbers).unwrap();
    assert_eq!(all(&old).len(), 15);
    assert_eq!(all(&old), all(&new));
}
