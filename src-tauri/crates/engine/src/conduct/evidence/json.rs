//! The evidence once more, for machines: with every range that is lost, not only the first.

use ceremony::Runner;
use serde::Serialize;
use terms::Timestamp;

use super::{Frame, exceptions};
use crate::restore::RestoreReport;

/// What the file says it is.
const FORMAT: &str = "strongroom-evidence/1";

#[derive(Serialize)]
struct Evidence<'a> {
    format: &'static str,
    environment: String,
    ceremony: String,
    place: &'a str,
    people: Vec<Person>,
    key: Option<String>,
    quorum: String,
    archive: Archive<'a>,
    plan: Plan<'a>,
    approvals: Vec<Approval<'a>>,
    report: &'a RestoreReport,
    exceptions: Vec<String>,
    ended: String,
    /// The head of the log, signed by the vault.
    log_head: &'a str,
    program: &'a str,
}

#[derive(Serialize)]
struct Person {
    name: String,
    role: String,
}

#[derive(Serialize)]
struct Archive<'a> {
    id: String,
    label: &'a str,
    index_root: String,
}

#[derive(Serialize)]
struct Plan<'a> {
    digest: String,
    words: String,
    requester: &'a str,
    reason: &'a str,
    selection: &'a [String],
    target: &'a str,
    conflict: &'static str,
    /// How it is restored, as the plan says it in words.
    manner: Vec<(&'static str, String)>,
    /// The plan as it was approved, in hexadecimal digits: its digest can be worked out again.
    encoded: String,
    created: String,
    expires: String,
}

#[derive(Serialize)]
struct Approval<'a> {
    person: &'a str,
    /// The serial number; none if the share came from a sheet.
    token: Option<String>,
    /// What must be said of the token (envelope-1 E17).
    #[serde(skip_serializing_if = "Option::is_none")]
    token_remark: Option<&'static str>,
    at: String,
}

/// The evidence of the restore that `runner` conducts as JSON, with one line end at its end.
pub(in crate::conduct) fn json(runner: &Runner, frame: &Frame<'_>) -> Vec<u8> {
    let (plan, record) = (frame.plan, runner.record());
    let time = |at: Timestamp| at.to_string();
    let evidence = Evidence {
        format: FORMAT,
        environment: frame.environment.to_string(),
        ceremony: frame.ceremony.to_string(),
        place: frame.place,
        key: frame.key.map(|key| key.to_string()),
        quorum: crate::conduct::in_words(frame.policy),
        archive: Archive {
            id: plan.archive.to_string(),
            label: frame.label,
            index_root: plan.index_root.to_string(),
        },
        plan: Plan {
            digest: plan.digest().to_string(),
            words: plan.digest().to_words(),
            requester: &plan.requester,
            reason: &plan.reason,
            selection: &plan.selection,
            target: &plan.target,
            conflict: plan.conflict.as_str(),
            manner: plan.manner.facts(),
            encoded: terms::hex::digits(&terms::encode(plan)),
            created: time(plan.created),
            expires: time(plan.expires),
        },
        approvals: frame.given.iter().map(approval).collect(),
        report: frame.report,
        exceptions: exceptions(&record),
        people: record.people.into_iter().map(person).collect(),
        ended: time(frame.now),
        log_head: frame.log_head,
        program: frame.program,
    };
    let mut text = serde_json::to_vec_pretty(&evidence).unwrap_or_default();
    text.push(b'\n');
    text
}

fn person(person: ceremony::Person) -> Person {
    Person { name: person.name, role: person.role }
}

fn approval(given: &crate::approval::Given) -> Approval<'_> {
    let token = given.token.map(|token| token.to_string());
    let token_remark = given.token.and_then(|token| token.assurance().remark());
    Approval { person: &given.person, token, token_remark, at: given.at.to_string() }
}
