//! How often a disc is asked for, when there is one drive for all of a set.

use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::Arc;

use archive::{Parity, Set};

use super::desk::{Desk, noise};
use super::one_drive::{Hand, Table, opened, person, restored};
use crate::restore::{RestoreReport, RestoreVerdict};

/// Bytes of a disc.
const DISC_BYTES: u64 = 4 << 20;

/// Three files, and beside each so many links that the list of contents does not fit onto a disc.
fn tree_with_long_lists(desk: &Desk) {
    let targets = noise(3 * 700 * 4000);
    let mut targets = targets.chunks(4000);
    for name in ["a", "b", "c"] {
        fs::create_dir_all(desk.path("tree").join(name)).unwrap();
        fs::write(desk.path("tree").join(name).join("file"), noise(6 << 20)).unwrap();
        for number in 0..700 {
            let target: Vec<u8> = targets.next().unwrap().iter().map(|byte| byte | 1).collect();
            let link = desk.path("tree").join(name).join(format!("link{number}"));
            symlink(Path::new(std::ffi::OsStr::from_bytes(&target)), link).unwrap();
        }
    }
}

/// Three files that do not compress.
fn tree(desk: &Desk) {
    for name in ["a", "b", "c"] {
        fs::create_dir_all(desk.path("tree").join(name)).unwrap();
        fs::write(desk.path("tree").join(name).join("file"), noise(4 << 20)).unwrap();
    }
}

/// The discs of what lies in the tree.
fn sealed(desk: &Desk, parity: Option<Parity>) -> Vec<Vec<u8>> {
    let report = desk.seal_protected(&desk.path("tree"), Some(DISC_BYTES), parity);
    report.volumes.iter().map(|volume| fs::read(volume).unwrap()).collect()
}

/// A hand with these discs, of which the first is in the drive. One more disc is none of them.
fn hand(discs: &[Vec<u8>], sidecar: Option<Vec<u8>>) -> Arc<Hand> {
    let mut discs = discs.to_vec();
    discs.push(Vec::new());
    person(discs, Table { inside: Some(0), sidecar, ..Table::default() })
}

fn sidecar(set: &Set) -> Vec<u8> {
    let mut sidecar = Vec::new();
    set.write_sidecar(&mut sidecar).unwrap();
    sidecar
}

/// The discs that were asked for since somebody looked last, in order; the last one is 0 where its
/// number was not known.
fn asked(hand: &Hand) -> Vec<u32> {
    let asked = std::mem::take(&mut hand.table.lock().unwrap().asked);
    asked.into_iter().map(|(volume, _)| volume.unwrap_or(0)).collect()
}

fn assert_whole(desk: &Desk, report: &RestoreReport) {
    assert_eq!(report.verdict, RestoreVerdict::Complete, "{report:?}");
    for name in ["tree/a/file", "tree/b/file", "tree/c/file"] {
        let restored = fs::read(desk.path("out").join(name)).unwrap();
        assert!(fs::read(desk.path(name)).unwrap() == restored, "{name}");
    }
}

/// The volumes of a set on which there is content.
fn with_content(set: &Set) -> Vec<u32> {
    let pages = (0..set.index_pages()).flat_map(|page| set.index_page(page).unwrap());
    let segments = pages.filter(|record| record.kind == archive::FrameKind::Segment);
    let mut volumes: Vec<u32> = segments.map(|record| record.volume).collect();
    volumes.dedup();
    volumes
}

#[test]
fn without_a_sidecar_the_last_disc_is_asked_for_first_and_then_each_disc_once() {
    let desk = Desk::new();
    tree(&desk);
    let hand = hand(&sealed(&desk, None), None);
    let set = opened(&hand).set;
    // The index is behind everything, so nothing is known of any disc before the last one was in.
    assert_eq!(asked(&hand), [0]);
    let content = with_content(&set);
    assert!(content.len() >= 3, "{content:?}");
    assert_whole(&desk, &restored(&desk, &set));
    assert_eq!(asked(&hand), content);
}

#[test]
fn with_a_sidecar_each_disc_is_asked_for_once_whatever_is_in_the_drive_first() {
    let desk = Desk::new();
    tree_with_long_lists(&desk);
    let discs = sealed(&desk, None);
    let content = with_content(&desk.set());
    for inside in [0, 2] {
        let hand = hand(&discs, Some(sidecar(&desk.set())));
        hand.table.lock().unwrap().inside = Some(inside);
        let opened = opened(&hand);
        assert_eq!(opened.inside, u32::try_from(inside + 1).ok());
        assert_eq!(asked(&hand), [0; 0], "nothing is asked for lists");
        assert_whole(&desk, &restored(&desk, &opened.set));
        // What is in the drive needs no asking, if it is wanted first.
        let first = usize::from(inside == 0);
        assert_eq!(asked(&hand), content[first..]);
        fs::remove_dir_all(desk.path("out")).unwrap();
    }
}

#[test]
fn lists_that_fill_discs_are_read_backwards_and_content_forwards() {
    let desk = Desk::new();
    tree_with_long_lists(&desk);
    let hand = hand(&sealed(&desk, None), None);
    let opened = opened(&hand);
    let mut lists = asked(&hand);
    assert_eq!(lists.remove(0), 0);
    assert!(lists.len() >= 2 && lists.is_sorted_by(|one, next| one > next), "{lists:?}");
    assert_eq!(opened.inside, lists.last().copied());
    let set = opened.set;
    let mut content = with_content(&set);
    assert_whole(&desk, &restored(&desk, &set));
    if content.first() == lists.last() {
        content.remove(0);
    }
    assert_eq!(asked(&hand), content);
}

#[test]
fn a_sidecar_that_lost_a_page_costs_no_more_than_the_disc_with_that_page() {
    let desk = Desk::new();
    tree_with_long_lists(&desk);
    let discs = sealed(&desk, None);
    let mut sidecar = sidecar(&desk.set());
    let middle = sidecar.len() / 2;
    sidecar[middle] ^= 1;
    let hand = hand(&discs, Some(sidecar));
    let set = opened(&hand).set;
    let lists = asked(&hand);
    assert_eq!(lists.len(), 1, "{lists:?}");
    assert_whole(&desk, &restored(&desk, &set));
    assert_eq!(asked(&hand).len(), with_content(&set).len());
}

#[test]
fn what_only_parity_brings_back_is_asked_for_when_all_the_rest_is_safe() {
    let desk = Desk::new();
    tree(&desk);
    let mut discs = sealed(&desk, Parity::of_percent(20));
    let set = desk.set();
    let damaged = set.index_page(0).unwrap().remove(1);
    assert_eq!((damaged.kind, damaged.volume), (archive::FrameKind::Segment, 1));
    discs[0][usize::try_from(damaged.offset).unwrap() + 1000] ^= 1;
    let hand = hand(&discs, Some(sidecar(&set)));
    let set = opened(&hand).set;
    let report = restored(&desk, &set);
    assert_whole(&desk, &report);
    assert_eq!(report.mended, 1, "{report:?}");
    let (asked, content) = (asked(&hand), with_content(&set));
    let (first, second) = asked.split_at(content.len() - 1);
    assert_eq!(first, &content[1..], "{asked:?}");
    assert!(second.is_sorted() && second.first() == Some(&1), "{asked:?}");
}
