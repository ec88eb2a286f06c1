//! Harnesses that find nothing prove nothing: the same sweeps must find bugs that are planted.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::crash::{cut, history};
use crate::disk::{History, Step, losses};
use crate::program::noise;
use crate::work::{COPY, RESTORE, SEAL, Stage, files};

/// Whether cutting power in a history breaks a promise, at one of these counts of steps.
fn is_found(stage: &Stage, history: &History, counts: impl Iterator<Item = usize>) -> bool {
    let cuts = |count| losses(0).into_iter().map(move |loss| (count, loss));
    let mut points = counts.flat_map(cuts);
    points.any(|point| catch_unwind(AssertUnwindSafe(|| cut(stage, history, &[point]))).is_err())
}

/// A sync of a file that is renamed afterwards, left out.
fn without_a_sync(history: &History) -> History {
    let longest = |step: &&Step| match step {
        Step::Write { bytes, .. } => bytes.len(),
        _ => 0,
    };
    let Some(Step::Write { file, .. }) = history.steps.iter().max_by_key(longest) else {
        panic!("nothing was written")
    };
    let synced = |step: &Step| matches!(step, Step::Sync(inode) if inode == file);
    let steps = history.steps.iter().filter(|step| !synced(step)).cloned().collect();
    History::new(history.before.clone(), steps)
}

#[test]
fn a_seal_that_leaves_out_one_sync_is_found() {
    let stage = Stage::set(SEAL);
    let history = without_a_sync(&history(&stage));
    let counts = (0..=history.steps.len()).rev();
    assert!(is_found(&stage, &history, counts), "a volume had its name before it was on the disk");
}

#[test]
fn a_new_folder_that_is_named_before_its_files_are_on_the_disk_is_found() {
    let stage = Stage::set(RESTORE);
    let History { before, steps, .. } = history(&stage);
    let names_it = |step: &Step| match step {
        Step::Rename(names) => {
            names.iter().any(|(_, name, node)| name == b"tree" && node.is_some())
        }
        _ => false,
    };
    let named = steps.iter().position(names_it).unwrap();
    let is_sync = |step: &Step| matches!(step, Step::Sync(_) | Step::SyncAll);
    let (early, late) = steps.split_at(named);
    let early: Vec<Step> = early.iter().filter(|step| !is_sync(step)).cloned().collect();
    assert!(early.len() < named, "nothing was synced before the folder had its name");
    let counts = [early.len() + 1].into_iter();
    let history = History::new(before, [early, late.to_vec()].concat());
    assert!(is_found(&stage, &history, counts), "files had their names before their content");
}

#[test]
fn a_name_that_is_given_too_early_is_found() {
    let stage = Stage::set(COPY);
    let place = stage.place();
    let volumes = files(&place.path("archive"), ".strongroom");
    fs::create_dir(place.path("copy")).unwrap();
    let (name, bytes) = volumes.first_key_value().unwrap();
    fs::write(place.path("copy").join(name), &bytes[..bytes.len() - 1]).unwrap();
    assert!(catch_unwind(AssertUnwindSafe(|| (COPY.judge)(&place))).is_err());
}

#[test]
fn a_file_that_is_not_whole_and_a_stranger_in_the_target_are_found() {
    let stage = Stage::set(RESTORE);
    for (name, bytes) in [("out/tree/text", noise(10)), ("out/stranger", noise(0))] {
        let place = stage.place();
        fs::create_dir_all(place.path("out/tree")).unwrap();
        (RESTORE.judge)(&place);
        fs::write(place.path(name), bytes).unwrap();
        let judged = catch_unwind(AssertUnwindSafe(|| (RESTORE.judge)(&place)));
        assert!(judged.is_err(), "{name} was overlooked");
    }
}
