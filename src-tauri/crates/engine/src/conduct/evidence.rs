//! The evidence of a restore, from its report and the record of the run.

mod json;

use ceremony::{CeremonyRecord, Person, Runner};
use paper::Evidence;
use quorum::QuorumPolicy;
use terms::{CeremonyId, Environment, KeyName, Timestamp};

use super::{ConductError, in_words, minutes, preflight};
use crate::approval::Given;
use crate::plan::Plan;
use crate::restore::{DamagedFile, RestoreReport, RestoreVerdict};

pub(super) use json::json;

/// Most ranges of one file that are listed; the rest is counted.
const RANGES_MAX: usize = 6;

/// What the evidence says besides the record of the run.
pub(super) struct Frame<'a> {
    pub(super) environment: Environment,
    pub(super) ceremony: CeremonyId,
    pub(super) place: &'a str,
    pub(super) label: &'a str,
    pub(super) key: Option<KeyName>,
    pub(super) policy: &'a QuorumPolicy,
    pub(super) plan: &'a Plan,
    pub(super) given: &'a [Given],
    pub(super) report: &'a RestoreReport,
    pub(super) log_head: &'a str,
    pub(super) program: &'a str,
    pub(super) now: Timestamp,
}

/// Renders the evidence of the restore that `runner` conducts as PDF.
pub(super) fn render(runner: &Runner, frame: &Frame<'_>) -> Result<Vec<u8>, ConductError> {
    let (plan, report, record) = (frame.plan, frame.report, runner.record());
    let approvals = frame.given.iter().map(|given| {
        let token = given.token.map(|token| format!("token {}", token.with_remark()));
        let how = token.unwrap_or_else(|| "sheet".to_owned());
        (given.person.clone(), how, given.at)
    });
    let exceptions = exceptions(&record);
    let everything = plan.selection.is_empty();
    let selection = if everything { "everything".into() } else { plan.selection.join(", ") };
    let person = |person: Person| minutes::in_role(person, frame.policy);
    let evidence = Evidence {
        environment: Some(frame.environment),
        title: &format!("Restore of the archive \u{201c}{}\u{201d}", frame.label),
        ceremony: frame.ceremony,
        place: frame.place,
        people: record.people.into_iter().map(person).collect(),
        key: frame.key,
        quorum: &in_words(frame.policy),
        archive: plan.archive,
        plan: plan.digest(),
        requester: &plan.requester,
        reason: &plan.reason,
        selection: &selection,
        target: &plan.target,
        conflict: plan.conflict.outcome(),
        manner: plan.manner.facts(),
        approvals: approvals.collect(),
        verdict: &verdict(report),
        files: report.files + report.damaged.count(),
        bytes: report.bytes,
        damaged: not_whole(report),
        exceptions,
        started: plan.created,
        ended: frame.now,
        log_head: frame.log_head,
        program: frame.program,
    };
    Ok(evidence.render()?)
}

/// What went otherwise than written, and what the machine showed.
fn exceptions(record: &CeremonyRecord) -> Vec<String> {
    let mut all = record.exceptions.clone();
    all.extend(preflight::exceptions(&record.facts));
    all
}

fn verdict(report: &RestoreReport) -> String {
    match (report.verdict, report.damaged.count()) {
        (RestoreVerdict::Complete, _) => "Complete: everything is there and verified.".to_owned(),
        (RestoreVerdict::Damaged, 1) => "Complete, with 1 file damaged, named below.".to_owned(),
        (RestoreVerdict::Damaged, files) => {
            format!("Complete, with {files} files damaged, named below.")
        }
        (RestoreVerdict::Unproved, _) => {
            "All that was found is there and verified; the root is lost, so nobody can say that \
             nothing is missing."
                .to_owned()
        }
        (RestoreVerdict::Incomplete, _) => {
            "INCOMPLETE: something is not there at all, and named below.".to_owned()
        }
    }
}

/// What did not come back as it was sealed, with the bytes that are lost and the cause.
fn not_whole(report: &RestoreReport) -> Vec<String> {
    let lost = report.lost.iter().map(|lost| format!("not there at all: {lost}"));
    let skipped = report.skipped.iter().map(|name| format!("left alone, as it was there: {name}"));
    let renamed = report.renamed.iter().map(|name| format!("under another name: {name}"));
    let dangling =
        report.dangling.iter().map(|link| format!("leads nowhere here, or elsewhere: {link}"));
    let other = lost.chain(skipped).chain(renamed).chain(dangling);
    report.damaged.iter().map(damage).chain(other).collect()
}

fn damage(file: &DamagedFile) -> String {
    let of = |range: &crate::restore::LostRange| {
        format!("{} to {}", range.offset, range.offset + range.length)
    };
    let mut ranges: Vec<_> = file.ranges.iter().take(RANGES_MAX).map(of).collect();
    if file.ranges.len() > RANGES_MAX {
        ranges.push(format!("{} more ranges", file.ranges.len() - RANGES_MAX));
    }
    let lost = file.lost_bytes();
    let (path, cause, rest) = (&file.path, &file.cause, &file.published);
    let ranges = ranges.join(", ");
    let left = match file.is_all_lost() {
        true => format!("nothing of it can be relied on; its place is {rest}"),
        false => format!("the rest is in {rest}"),
    };
    format!("{path}: {lost} bytes lost (bytes {ranges}), because {cause}; {left}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::restore::LostRange;

    #[test]
    fn damage_is_told_with_its_bytes_and_its_cause() {
        let range = |number: u64| LostRange { offset: 10 * number, length: 5 };
        let file = DamagedFile {
            path: "a".into(),
            published: "a.damaged".into(),
            size: 100,
            ranges: (0..8).map(range).collect(),
            cause: "segment 3 is damaged".into(),
        };
        let told = damage(&file);
        let ranges = "0 to 5, 10 to 15, 20 to 25, 30 to 35, 40 to 45, 50 to 55, 2 more ranges";
        let rest = "because segment 3 is damaged; the rest is in a.damaged";
        assert_eq!(told, format!("a: 40 bytes lost (bytes {ranges}), {rest}"));
        let told = damage(&DamagedFile { size: 40, ..file });
        assert!(told.ends_with("nothing of it can be relied on; its place is a.damaged"), "{told}");
    }
}
