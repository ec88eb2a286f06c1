//! Power is cut after every step of a seal, a restore and two repairs, in every state that a disk
//! may be left in; then the promises are asked of the real program.

use std::collections::HashSet;

use crate::disk::{Disk, History, Loss, losses};
use crate::tape::Tape;
use crate::trace::record;
use crate::work::{COPY, NAMES, Place, REPAIR, RESTORE, SEAL, Stage, Work};
use crate::{share_of, spread, tell};

/// Crash points of each work that are tried with every change.
const FEW: usize = 60;
/// Losses by chance at each step in a long run.
const BY_CHANCE: usize = 34;
/// Of so many states the work is done again: that takes longer than looking.
const AGAIN_EVERY: usize = 5;

/// Does the work once and returns what became of the disk, step by step.
///
/// The last state must be what really lies there: the model is no better than this.
pub(crate) fn history(stage: &Stage) -> History {
    let place = stage.place();
    let before = Disk::of(place.dir.path());
    let scratch = stage.empty_place();
    let (status, calls) = record(&place.command(), scratch.dir.path());
    assert!(status.success(), "{}: {status}", stage.work.name);
    let mut tape = Tape::new(place.dir.path(), before.clone());
    calls.iter().for_each(|call| tape.play(call));
    assert_eq!(tape.disk.sum(), Disk::of(place.dir.path()).sum(), "the model lost something");
    // Inodes that are made on the way exist from the beginning, without a name.
    let mut first = tape.disk.clone();
    for (inode, node) in first.nodes.iter_mut().enumerate() {
        match before.nodes.get(inode) {
            Some(old) => *node = old.clone(),
            None => node.empty(),
        }
    }
    History::new(first, tape.steps)
}

/// Cuts power at `points` and asks what must hold; returns how many states differed.
pub(crate) fn cut(stage: &Stage, history: &History, points: &[(usize, Loss)]) -> usize {
    let mut seen = HashSet::new();
    for (count, loss) in points {
        let disk = history.after_a_cut(*count, *loss);
        let has_reported = history.has_reported(*count);
        // The same state a second time gives the same answers.
        if !seen.insert((disk.sum(), has_reported)) {
            continue;
        }
        let place = stage.empty_place();
        disk.put(place.dir.path());
        let _told = Told { work: stage.work.name, count: *count, loss: *loss, history };
        judge(stage, &place, has_reported, seen.len().is_multiple_of(AGAIN_EVERY));
    }
    seen.len()
}

fn judge(stage: &Stage, place: &Place<'_>, has_reported: bool, again: bool) {
    (stage.work.judge)(place);
    if has_reported {
        (stage.work.done)(place);
    }
    if again {
        (stage.work.again)(place);
    }
}

/// Says where power was cut, if what follows fails.
struct Told<'a> {
    work: &'static str,
    count: usize,
    loss: Loss,
    history: &'a History,
}

impl Drop for Told<'_> {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        let Self { work, count, loss, history } = self;
        let last = count.checked_sub(1).map(|last| format!("{:?}", history.steps[last]));
        let last: String = last.unwrap_or_default().chars().take(160).collect();
        tell(&format!("{work}: power cut after step {count} ({last}), lost: {loss:?}"));
    }
}

/// Every crash point of a history.
pub(crate) fn points(history: &History) -> Vec<(usize, Loss)> {
    let counts = 0..=history.steps.len();
    let losses = losses(share_of(BY_CHANCE, 2) as u64);
    counts.flat_map(|count| losses.iter().map(move |loss| (count, *loss))).collect()
}

fn sweep(work: Work) {
    let stage = Stage::set(work);
    let history = history(&stage);
    let all = points(&history);
    let (whole, tried) = (all.len(), spread(all, FEW));
    let states = cut(&stage, &history, &tried);
    tell(&format!(
        "crash {}: {} steps, {} of {whole} crash points, {states} states",
        work.name,
        history.steps.len(),
        tried.len()
    ));
}

#[test]
fn a_seal_without_power_leaves_a_whole_archive_or_none() {
    sweep(SEAL);
}

#[test]
fn a_restore_without_power_can_be_taken_up_again() {
    sweep(RESTORE);
}

#[test]
fn a_translated_name_is_never_there_without_the_map_that_explains_it() {
    sweep(NAMES);
}

#[test]
fn a_repair_in_place_without_power_can_be_done_again() {
    sweep(REPAIR);
}

#[test]
fn a_mended_copy_has_its_names_when_it_is_on_the_disk() {
    sweep(COPY);
}
