//! The media of a vault, each with what its checks mean, for people and for machines.

use engine::media::{Due, Intervals, MediumHealth, Standing, Warning, urgency};
use engine::vault::VaultView;
use registry::{Check, Medium, Reader};
use serde_json::{Value, json};
use terms::ArchiveId;

use crate::context::Context;
use crate::failure::Failure;
use crate::{output, vault};

/// Everything that is on the record of media.
pub(crate) struct Shelf {
    view: VaultView,
    pub(crate) intervals: Intervals,
    rows: Vec<Row>,
}

/// A medium with its checks, oldest first, and what they mean.
pub(crate) struct Row {
    pub(crate) medium: Medium,
    pub(crate) checks: Vec<Check>,
    standing: Standing,
}

/// What a check that was just made found.
pub(crate) struct Checked {
    pub(crate) name: String,
    pub(crate) check: Check,
    pub(crate) standing: Standing,
}

impl Shelf {
    /// Reads it from the vault.
    pub(crate) fn read(context: &Context) -> Result<Self, Failure> {
        let view = vault::view(context)?;
        let (reader, now) = (view.read(), context.now());
        let read = || {
            let intervals = Intervals::read(&reader)?;
            let mut rows = Vec::new();
            for medium in reader.media()? {
                let checks = reader.checks(&medium.name)?;
                let standing = Standing::of(&medium, &checks, intervals, now);
                rows.push(Row { medium, checks, standing });
            }
            rows.sort_by_key(|row| urgency(&row.checks));
            Ok((intervals, rows))
        };
        let (intervals, rows) =
            read().map_err(|error: registry::RegistryError| vault::refused(&error.into()))?;
        Ok(Self { view, intervals, rows })
    }

    /// Asks the registry behind it.
    pub(crate) fn with<T>(&self, ask: impl FnOnce(&Reader<'_>) -> T) -> T {
        ask(&self.view.read())
    }

    /// The medium of that name.
    pub(crate) fn row(&self, name: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.medium.name == name)
    }

    /// Kept media that carry volume `volume` of `archive`, each with its place; a damaged one last.
    pub(crate) fn carrying(&self, archive: ArchiveId, volume: u32) -> Vec<String> {
        let carries = |row: &&Row| {
            let medium = &row.medium;
            let has = medium.volumes.iter().any(|(number, _)| *number == volume);
            medium.retired_at.is_none() && medium.archive == archive && has
        };
        let mut rows: Vec<&Row> = self.rows.iter().filter(carries).collect();
        rows.sort_by_key(|row| row.standing.health == MediumHealth::Lost);
        let named = |row: &Row| match row.medium.place.as_str() {
            "" => row.medium.name.clone(),
            place => format!("{} ({place})", row.medium.name),
        };
        rows.into_iter().map(named).collect()
    }

    /// Media that are kept, the longest unchecked first; only those with which something is to be
    /// done now if `is_due`: to check them, or to copy them anew.
    pub(crate) fn listed(&self, is_due: bool) -> Vec<&Row> {
        let kept = self.rows.iter().filter(|row| row.medium.retired_at.is_none());
        let due = |row: &&Row| !is_due || !row.tasks().is_empty();
        kept.filter(due).collect()
    }
}

impl Row {
    /// What is to be done with the medium now.
    fn tasks(&self) -> Vec<&'static str> {
        let copy = self.standing.is_to_be_copied().then_some("copy it anew");
        let check = self.standing.due.filter(|due| due.is_now).map(due_words);
        copy.into_iter().chain(check).collect()
    }
}

/// Prints media, a line each with what a custodian should do about it.
pub(crate) fn print_list(rows: &[&Row], context: &Context) {
    if context.json {
        let media: Vec<Value> = rows.iter().map(|row| described(row)).collect();
        output::json("media list", json!({ "media": media }));
        return;
    }
    for row in rows {
        let Row { medium, checks, standing } = row;
        let last = checks.last().map_or("never".to_owned(), |last| last.at.to_string());
        let due = row.tasks().join(", ");
        let (name, volumes) = (&medium.name, numbers(medium));
        let health = health_words(standing.health);
        output::line(format!("{name:<16} {health:<12} checked {last}  {due}"));
        let place = if medium.place.is_empty() { "place not known" } else { &medium.place };
        let kind = medium.kind;
        output::line(format!("    {} volume {volumes}, {kind}, {place}", medium.label));
        print_warnings(standing);
    }
    if rows.is_empty() {
        output::line("No medium is on this list.");
    }
}

/// Prints a medium with its history.
pub(crate) fn print_medium(row: &Row, context: &Context) {
    if context.json {
        let mut shown = described(row);
        shown["checks"] = row.checks.iter().map(figures).collect();
        output::json("media show", shown);
        return;
    }
    let Row { medium, checks, standing } = row;
    output::field("medium", format!("{} ({})", medium.name, medium.kind));
    output::field("place", &medium.place);
    output::field("archive", format!("{} ({})", medium.label, medium.archive));
    output::field("volumes", numbers(medium));
    output::field("first seen", medium.seen_at);
    if let Some(at) = medium.retired_at {
        output::field("given up", at);
    }
    print_standing(standing);
    for check in checks {
        output::line(check_line(check));
    }
}

/// Prints what checks found that were just made.
pub(crate) fn print_check(rows: &[Checked], context: &Context) {
    if context.json {
        let each = rows.iter().map(|row| {
            let mut checked = figures(&row.check);
            checked["medium"] = row.name.clone().into();
            checked["standing"] = json!(row.standing);
            checked
        });
        output::json("media check", json!({ "checks": each.collect::<Vec<_>>() }));
        return;
    }
    for row in rows {
        output::field("medium", &row.name);
        output::line(check_line(&row.check));
        print_standing(&row.standing);
    }
}

fn print_standing(standing: &Standing) {
    output::field("health", health_words(standing.health));
    let (percent, checks) = (standing.coverage.percent, standing.coverage.checks);
    if checks > 0 {
        let checks = output::count(checks as u64, "check");
        output::field("read", format!("{percent} % of it in the last {checks}"));
    }
    if let Some(due) = standing.due {
        let what = if due.is_now { due_words(due) } else { "next check" };
        output::field("due", format!("{what}: {}", due.at));
    }
    print_warnings(standing);
}

fn print_warnings(standing: &Standing) {
    for warning in &standing.warnings {
        output::line(format!("    {}", warning_words(warning)));
    }
}

fn warning_words(warning: &Warning) -> String {
    match warning {
        Warning::Lost { frames } => {
            let frames = output::count(*frames, "frame");
            format!("ALARM: {frames} cannot be read any more. Copy it anew from another copy.")
        }
        Warning::Unjudged { frames } => {
            let frames = output::count(*frames, "frame");
            format!(
                "WARNING: {frames} damaged. This medium alone does not tell whether the others can \
                 mend that: check it together with them."
            )
        }
        Warning::Grown { before, now } => format!(
            "WARNING: the damage grows, from {before} to {now} frames; all of it can still be \
             mended. Copy this medium anew."
        ),
        Warning::Slower { before, now } => {
            let (before, now) = (output::size(*before), output::size(*now));
            format!("WARNING: it read {before}/s and now {now}/s. Copy this medium anew.")
        }
        Warning::Unreadable { errors } => {
            let errors = output::count(*errors, "time");
            format!("WARNING: the drive failed to read {errors}. Copy this medium anew.")
        }
    }
}

const fn health_words(health: MediumHealth) -> &'static str {
    match health {
        MediumHealth::Unchecked => "not checked",
        MediumHealth::Good => "good",
        MediumHealth::Weak => "weak",
        MediumHealth::Lost => "DAMAGED",
    }
}

const fn due_words(due: Due) -> &'static str {
    if due.is_full { "a full check is due" } else { "a sample is due" }
}

fn check_line(check: &Check) -> String {
    let extent = match check.parts {
        1 => "all of it".to_owned(),
        parts => format!("part {} of {parts}", check.part + 1),
    };
    let (at, person, size) = (check.at, &check.person, output::size(check.bytes));
    let rate = output::size(check.bytes.saturating_mul(1000) / check.duration_ms.max(1));
    let good = good(check);
    let (mendable, lost, errors) = (check.mendable, check.lost, check.read_errors);
    let unjudged = check.unjudged;
    format!(
        "{at}  {person}: {extent}, {size} at {rate}/s; {good} good, {mendable} mendable, {lost} \
         lost, {unjudged} not to be judged alone, {errors} read errors"
    )
}

const fn good(check: &Check) -> u64 {
    check.read.saturating_sub(check.mendable + check.lost + check.unjudged)
}

fn numbers(medium: &Medium) -> String {
    let numbers: Vec<String> = medium.volumes.iter().map(|(n, _)| n.to_string()).collect();
    numbers.join(", ")
}

fn described(row: &Row) -> Value {
    let Row { medium, checks, standing } = row;
    let volumes: Vec<u32> = medium.volumes.iter().map(|(number, _)| *number).collect();
    json!({
        "medium": medium.name,
        "kind": medium.kind.as_str(),
        "place": medium.place,
        "archive": medium.archive.to_string(),
        "label": medium.label,
        "volumes": volumes,
        "first_seen": medium.seen_at.to_string(),
        "given_up": medium.retired_at.map(|at| at.to_string()),
        "last_check": checks.last().map(|last| last.at.to_string()),
        "standing": standing,
    })
}

fn figures(check: &Check) -> Value {
    json!({
        "at": check.at.to_string(),
        "by": check.person,
        "parts": check.parts,
        "part": check.part,
        "frames": check.frames,
        "read": check.read,
        "good": good(check),
        "mendable": check.mendable,
        "lost": check.lost,
        "unjudged": check.unjudged,
        "read_errors": check.read_errors,
        "bytes": check.bytes,
        "duration_ms": check.duration_ms,
    })
}
