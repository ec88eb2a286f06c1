//! Carrying out a plan: the pipeline from the media to the target.

use std::collections::HashMap;
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{channel, sync_channel};
use std::thread;

use archive::{Contents, Set};
use keys::ArchiveKey;
use terms::ArchiveId;

use super::fill::{Begun, Filler};
use super::journal::{self, Journal, Past, Series};
use super::new_folders::{GROUP_FILES, Group};
use super::publish::Publisher;
use super::report::Listed;
use super::writers::Writers;
use super::{Choices, RestoreReport, Stream, Survey, entries, workers};
use crate::EngineError;
use crate::files::{Conflict, Staging, TakenOver, Target, TargetTraits, real_path};
use crate::names::NamePolicy;
use crate::numbers::Numbers;
use crate::observer::{Observer, Phase, Progress};
use crate::plan::Plan;
use crate::reading::Patience;
use crate::stages::{Crew, Meter, millis};

/// Most warnings that a report names; the rest is counted.
const WARNINGS_MAX: usize = 200;
/// What the publisher has not taken yet: a group, so that the next one is filled while the medium
/// is waited for.
const FINISHED: usize = GROUP_FILES;

/// What earlier runs of `plan` did, if they are to be resumed.
pub(super) fn past(
    set: &Set,
    key: &ArchiveKey,
    plan: &Plan,
    choices: &Choices,
) -> Result<Option<Past>, EngineError> {
    if !choices.resume {
        return Ok(None);
    }
    Past::find(Path::new(&plan.target), &tag(set), Series::of(set, key))
}

/// Restores what `plan` says, which is authorised, onto a target with these traits.
pub(crate) fn run(
    set: &Set,
    key: &ArchiveKey,
    (plan, choices): (&Plan, &Choices),
    traits: TargetTraits,
    observer: &dyn Observer,
) -> Result<RestoreReport, EngineError> {
    let contents = set.unlock(key)?;
    let past = past(set, key, plan, choices)?;
    let (survey, past) = Survey::of(&contents, plan, choices, (traits, past))?;
    refuse(&survey, plan, choices)?;
    refuse_map_in_target(plan, choices)?;
    let patience = Patience::new(set, choices.read_map.as_deref())?;
    let target = open_target(set, plan, &survey, past.as_ref())?;
    let staging = target.staging()?;
    let number = past.map_or(1, |past| past.runs + 1);
    let file = staging.begin(&journal::name(number))?;
    let begun = begun(&survey, &staging);
    let journal = Journal::begin(Series::of(set, key), file, begun.as_ref().map(|it| &it.part));
    let journal = journal.map_err(|error| target.failed(error))?;
    target.sync()?;
    let there = begun.as_ref().map_or(0, |begun| begun.part.bytes);
    let bytes = survey.content_bytes.saturating_sub(there);
    observer.expect(Progress { bytes, files: survey.files });
    let mut report = RestoreReport::empty(&survey, there);
    report.lost.clone_from(&survey.lost);
    let mut publisher = Publisher {
        contents: &contents,
        survey: &survey,
        resumes: choices.resume,
        target,
        journal,
        waiting: Vec::new(),
        roots: Vec::new(),
        sources: survey.further.kept_sources(),
        report,
        whole: Numbers::default(),
        elsewhere: HashMap::new(),
        withdrawn: Numbers::default(),
        skipped: Listed::default(),
        renamed: survey.renamed.clone(),
    };
    publisher.report.translated = survey.translated;
    publisher.report.names_map = publisher.publish_names()?;
    publisher.tell_lost_links();
    let began = observer.clock();
    let publisher = fill_and_publish(
        (&contents, &patience),
        plan.conflict,
        publisher,
        (staging, begun),
        observer,
    );
    // Also of a run that is interrupted, for the next one.
    patience.save();
    let mut publisher = publisher?;
    publisher.report.reading = patience.report();
    publisher.report.warnings.extend(patience.unwritten());
    let mut report = finish(&contents, (plan.conflict, choices), publisher, observer)?;
    if let Some(((began, now), spent)) = began.zip(observer.clock()).zip(report.spent.as_mut()) {
        spent.waiting_ms = millis(now.saturating_sub(began)).saturating_sub(spent.all_ms);
    }
    Ok(report)
}

/// A map of what did not read that lies in the target could take the place of something restored.
fn refuse_map_in_target(plan: &Plan, choices: &Choices) -> Result<(), EngineError> {
    let Some(map) = &choices.read_map else { return Ok(()) };
    let absolute = std::path::absolute(map).map_err(EngineError::file("writing", map))?;
    let folder = real_path(absolute.parent().unwrap_or(&absolute))?;
    if !folder.starts_with(real_path(Path::new(&plan.target))?) {
        return Ok(());
    }
    let there = "it would lie in the folder that is restored to; choose another place for it";
    let there = std::io::Error::new(std::io::ErrorKind::InvalidInput, there);
    Err(EngineError::file("writing", map)(there))
}

/// What stops a restore before anything is written.
fn refuse(survey: &Survey, plan: &Plan, choices: &Choices) -> Result<(), EngineError> {
    if choices.names == NamePolicy::Keep && survey.translated > 0 {
        let path = survey.first_translated.first().map(|first| first.path.clone());
        let (path, more) = (path.unwrap_or_default(), survey.translated - 1);
        return Err(EngineError::Names { path, more });
    }
    if survey.conflicts > 0 && plan.conflict == Conflict::Fail {
        let path = survey.first_conflicts.first().cloned().unwrap_or_default();
        return Err(EngineError::Conflict { path, more: survey.conflicts - 1 });
    }
    if let Some((needed, free)) = survey.lacks_inodes() {
        return Err(EngineError::NoInodes { needed, free });
    }
    match survey.free_bytes.filter(|_| !survey.fits()) {
        Some(free) => Err(EngineError::NoRoom { needed: survey.bytes, free }),
        None => Ok(()),
    }
}

/// Opens the target, with the quarantine and the begun file of the run that is resumed.
fn open_target(
    set: &Set,
    plan: &Plan,
    survey: &Survey,
    past: Option<&Past>,
) -> Result<Target, EngineError> {
    let staged = survey.part.as_ref().map(|part| part.entry.to_string());
    let keeps = |name: &[u8]| {
        name.starts_with(b"journal-") || staged.as_ref().is_some_and(|it| it.as_bytes() == name)
    };
    let taken_over = past.map(|past| TakenOver { from: &past.left_over, keeps: &keeps });
    let looks = (survey.dressing.clone(), survey.names.rules().clone());
    Target::open(Path::new(&plan.target), &tag(set), looks, taken_over.as_ref())
}

/// The file that an earlier run began, if it is still what the journal says.
fn begun(survey: &Survey, staging: &Staging) -> Option<Begun> {
    let part = survey.part.clone()?;
    let file = staging.again(&part.entry.to_string(), part.inode, part.bytes)?;
    Some(Begun { part, file })
}

fn fill_and_publish<'a>(
    (contents, patience): (&'a Contents<'a>, &'a Patience),
    conflict: Conflict,
    mut publisher: Publisher<'a>,
    (staging, begun): (Staging, Option<Begun>),
    observer: &'a dyn Observer,
) -> Result<Publisher<'a>, EngineError> {
    let survey = publisher.survey;
    let (meter, staging) = (&Meter::new(observer, workers()), &staging);
    thread::scope(|scope| {
        let there = begun.as_ref().map(|begun| (begun.part.entry, begun.part.bytes));
        let feed =
            move |want: &mut dyn FnMut(u64) -> bool| entries::feed(contents, survey, there, want);
        let stream = Stream::start(scope, contents, (meter, Some(patience)), feed)?;
        let (to_publisher, arriving) = sync_channel(FINISHED);
        let (say_named, named) = channel();
        // The first group waits for none before it; `named` is here, so this cannot fail.
        let _ = say_named.send(());
        let publishing = scope.spawn(move || {
            let outcome = publisher.run(&arriving, &say_named);
            outcome.map(|()| publisher)
        });
        let filler = Filler {
            contents,
            conflict,
            survey,
            segment_bytes: u64::from(contents.set().settings().segment_bytes),
            stream,
            staging,
            begun,
            to_publisher,
            named,
            group: Group::default(),
            writers: Writers::start(scope, workers(), staging, meter),
            done: Progress::default(),
            patience,
            skipped: Numbers::default(),
            later: Vec::new(),
            mended_late: 0,
            meter,
            lap: meter.lap(Crew::Tail),
        };
        let filled = filler.run();
        let spent = meter.spent();
        let mut publisher = publishing.join().unwrap_or_else(|panic| resume_unwind(panic))?;
        publisher.report.mended = filled?;
        publisher.report.spent = spent;
        Ok(publisher)
    })
}

/// Links, folders and the account.
fn finish(
    contents: &Contents<'_>,
    (conflict, choices): (Conflict, &Choices),
    mut publisher: Publisher<'_>,
    observer: &dyn Observer,
) -> Result<RestoreReport, EngineError> {
    let survey = publisher.survey;
    // A further name must not outlive the first one in a power cut: it would be in the way then.
    publisher.target.sync()?;
    publisher.links(contents, survey, conflict, observer)?;
    observer.phase(Phase::Syncing);
    publisher.target.sync()?;
    if choices.reread {
        publisher.read_again(observer)?;
    }
    // Last, for they may forbid to write, and names that were taken back change their times.
    publisher.dress_kept(conflict, observer)?;
    publisher.dress_folders(contents);
    if survey.missed.load(Ordering::Relaxed) > 0 {
        let lost = "parts of the contents could be read at first, and not any more";
        publisher.report.lost.push(lost.to_owned());
    }
    let Publisher { target, mut report, skipped, renamed, .. } = publisher;
    (report.skipped, report.renamed) = (skipped.into_list(), renamed.into_list());
    let mut warnings = target.refusals.lines();
    if warnings.len() > WARNINGS_MAX {
        let more = warnings.split_off(WARNINGS_MAX).len();
        warnings.push(format!("and {more} more of this kind"));
    }
    warnings.extend(report.notes());
    report.warnings.extend(warnings);
    target.settle()?;
    report.judge(contents.set().has_root());
    Ok(report)
}

/// What tells the quarantines of one archive from those of others.
fn tag(set: &Set) -> String {
    tag_of(set.settings().archive)
}

/// What quarantines of an archive are called, in part.
pub(super) fn tag_of(archive: ArchiveId) -> String {
    archive.to_string().chars().take(8).collect()
}
