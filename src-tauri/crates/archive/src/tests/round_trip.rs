use proptest::prelude::*;

use super::press::{noise, open, read, seal, settings};
use crate::{ArchiveError, Settings};

fn named(files: &[(&str, Vec<u8>)]) -> Vec<(String, Vec<u8>)> {
    files.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.clone())).collect()
}

#[test]
fn what_was_sealed_comes_back() {
    let files = [
        ("empty", vec![]),
        ("exactly one segment", noise(64 << 10)),
        ("noise", noise(200_000)),
        ("text", b"the quick brown fox ".repeat(20_000)),
    ];
    let (volumes, sealed) = seal(settings(1), &files);
    assert_eq!(sealed.volumes, 1);
    assert_eq!(sealed.entries, 4);
    assert_eq!(sealed.sealed_bytes, volumes[0].len() as u64);
    assert_eq!(read(volumes).unwrap(), named(&files));
}

#[test]
fn an_archive_of_nothing_is_an_archive() {
    let (volumes, sealed) = seal(settings(1), &[]);
    assert_eq!((sealed.segments, sealed.entries), (0, 0));
    assert_eq!(read(volumes).unwrap(), vec![]);
}

#[test]
fn volumes_are_recognised_in_any_order_and_a_missing_one_is_named() {
    let files = [("a", noise(900_000)), ("b", noise(900_000))];
    let several = Settings { volume_bytes: Some(512 << 10), ..settings(2) };
    let (mut volumes, sealed) = seal(several, &files);
    assert!(sealed.volumes > 3 && sealed.volumes as usize == volumes.len());
    assert!(volumes.iter().all(|volume| volume.len() <= 512 << 10));
    volumes.reverse();
    assert_eq!(read(volumes.clone()).unwrap(), named(&files));
    let lost = volumes.remove(2);
    drop(lost);
    let set = open(volumes.clone()).unwrap();
    assert_eq!(set.missing_volumes(), [sealed.volumes - 2]);
    assert!(matches!(read(volumes.clone()), Err(ArchiveError::MissingVolume { .. })));
    volumes.remove(0);
    assert!(matches!(open(volumes), Err(ArchiveError::NotSealed)));
}

#[test]
fn volumes_of_two_archives_are_not_mixed() {
    let (one, _) = seal(settings(1), &[("a", noise(10))]);
    let (two, _) = seal(settings(2), &[("a", noise(10))]);
    assert!(matches!(open([one, two].concat()), Err(ArchiveError::Mixed { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_files_come_back(sizes in proptest::collection::vec(0_usize..150_000, 0..12)) {
        let names: Vec<_> = (0..sizes.len()).map(|n| format!("folder/file {n:02}")).collect();
        let texts = sizes.into_iter().map(noise);
        let files: Vec<_> = names.iter().map(String::as_str).zip(texts).collect();
        let (volumes, _) = seal(settings(3), &files);
        prop_assert_eq!(read(volumes).unwrap(), named(&files));
    }
}
