//! `strongroom log`: the audit log, to read and to verify.

use std::path::{Path, PathBuf};

use audit::{
    AnchorFinding, Checkpoint, Entry, LogPublicKey, Phase, Report, Verdict, cef, inclusion_proof,
    json_line, leaf_of, ocsf, rfc5424,
};
use clap::{Args, Subcommand, ValueEnum};
use engine::vault::VaultError;
use serde::Serialize;

use super::Ended;
use super::cosign::{Cosign, ToldHead, ToldPolicy, tell, told};
use crate::anchors::Anchors;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::{files, output, vault};

/// The audit log.
#[derive(Args)]
pub(crate) struct Log {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Show what was done, oldest first.
    Show {
        /// Only the last so many entries.
        #[arg(long, value_name = "N")]
        last: Option<usize>,
    },
    /// Check every entry, the tree over them, the signed head, and heads that were kept elsewhere.
    Verify {
        #[command(flatten)]
        anchors: Anchors,
        /// A file that says who must have cosigned the log, and how long ago at most.
        #[arg(long, value_name = "FILE")]
        policy: Option<PathBuf>,
    },
    /// Sign the head of the log with the token of a person: a head that the vault cannot forge.
    Cosign(Cosign),
    /// Write the log for other programs, oldest entry first.
    Export {
        /// In which form.
        #[arg(long, alias = "as", value_enum)]
        format: Form,
        /// The file to write; it must not be there yet.
        #[arg(long, short, value_name = "FILE")]
        output: PathBuf,
    },
    /// Close an operation that was interrupted: say what you found out about it.
    Account {
        /// The number of the entry it began with, as log verify and fsck name it.
        entry: u64,
        /// What became of it, one sentence.
        #[arg(long, value_name = "TEXT")]
        remark: String,
        /// Who accounts for it.
        #[arg(long, value_name = "NAME", default_value = "strongroom")]
        by: String,
    },
}

/// What other programs read (log-1 L17).
#[derive(Clone, Copy, ValueEnum)]
enum Form {
    /// A line of JSON for each entry, with its bytes and the proof that the log has it.
    Json,
    /// Lines of syslog, RFC 5424.
    Syslog,
    /// Lines of the Common Event Format.
    Cef,
    /// A JSON event of the Open Cybersecurity Schema Framework for each entry, with its proof.
    Ocsf,
}

#[derive(Serialize)]
struct Shown {
    sequence: u64,
    time: String,
    actor: String,
    operation: String,
    phase: &'static str,
    result: Option<String>,
    objects: Vec<String>,
    remark: Option<String>,
}

#[derive(Serialize)]
struct Verified {
    verdict: String,
    holds: bool,
    entries: u64,
    head: String,
    open_intents: usize,
    torn_bytes: u64,
    anchors: Vec<Compared>,
    cosigned: Vec<ToldHead>,
    policy: Option<ToldPolicy>,
}

#[derive(Serialize)]
struct Compared {
    source: String,
    holds: bool,
    verdict: String,
}

fn compared(finding: &AnchorFinding) -> Compared {
    let verdict = match &finding.contradiction {
        Some(verdict) => verdict.to_string(),
        None => format!("the log continues its {} entries", finding.anchor.head.size),
    };
    let holds = finding.contradiction.is_none();
    Compared { source: finding.anchor.source.clone(), holds, verdict }
}

impl Log {
    pub(crate) fn run(self, context: &Context) -> Ended {
        match self.verb {
            Verb::Show { last } => show(last, context),
            Verb::Verify { anchors, policy } => verify(&anchors, policy.as_deref(), context),
            Verb::Cosign(cosign) => cosign.run(context),
            Verb::Export { format, output } => export(format, &output, context),
            Verb::Account { entry, remark, by } => account(entry, (&by, &remark), context),
        }
    }
}

fn show(last: Option<usize>, context: &Context) -> Ended {
    let view = vault::view_unchecked(context)?;
    let mut entries = Vec::new();
    view.entries(&mut |entry| entries.push(shown(&entry)))
        .map_err(|error| vault::refused(&error))?;
    let skipped = last.map_or(0, |last| entries.len().saturating_sub(last));
    let entries = &entries[skipped..];
    if context.json {
        output::json("log show", serde_json::json!({ "entries": entries }));
        return Ok(Exit::Done);
    }
    for entry in entries {
        let result = entry.result.as_deref().unwrap_or_default();
        let (sequence, phase) = (entry.sequence, entry.phase);
        let what = format!("{} {phase} {result}", entry.operation);
        output::line(format!(
            "{sequence:>5}  {}  {}  {}",
            entry.time,
            entry.actor,
            what.trim_end()
        ));
        let about = entry.objects.join(", ");
        let remark = entry.remark.clone().unwrap_or_default();
        if !about.is_empty() || !remark.is_empty() {
            output::line(format!("       {}", [about, remark].join("  ").trim()));
        }
    }
    Ok(Exit::Done)
}

fn shown(entry: &Entry) -> Shown {
    let event = &entry.event;
    let (phase, result) = match &event.phase {
        Phase::Intent => ("intent", None),
        Phase::Outcome { result, .. } => ("outcome", Some(result.clone())),
        Phase::Abort { code, .. } => ("abort", Some(code.clone())),
        Phase::Recovered { .. } => ("recovered", None),
        Phase::Change { .. } => ("change", None),
    };
    Shown {
        sequence: entry.sequence,
        time: event.time.to_string(),
        actor: event.actor.clone(),
        operation: event.operation.to_string(),
        phase,
        result,
        objects: event.objects.clone(),
        remark: event.remark.clone(),
    }
}

fn export(format: Form, to: &Path, context: &Context) -> Ended {
    let view = vault::view(context)?;
    let refused = |error: VaultError| vault::refused(&error);
    // Read before the entries, of which there may be more by then.
    let note = view.signed_head().map_err(refused)?;
    let key: Result<LogPublicKey, _> = view.facts().log_key.parse();
    let head = key.ok().and_then(|key| Checkpoint::open(note.as_bytes(), &key).ok());
    let head = head.ok_or_else(|| {
        let remedy = "See strongroom log verify.";
        let problem = "the log has no head that its key signed";
        Failure::new(Exit::VerificationFailed, "SR-CLI-LOG-HEAD", problem, remedy)
    })?;
    let mut entries = Vec::new();
    view.entries(&mut |entry| entries.push(entry)).map_err(refused)?;
    entries.truncate(usize::try_from(head.size).unwrap_or(usize::MAX));
    let leaves: Vec<_> = entries.iter().map(leaf_of).collect();
    let mut text = String::new();
    for entry in &entries {
        let line = match format {
            Form::Syslog => rfc5424(entry),
            Form::Cef => cef(entry),
            Form::Json => {
                let path = inclusion_proof(&leaves, entry.sequence).unwrap_or_default();
                json_line(entry, &path).to_string()
            }
            Form::Ocsf => {
                let path = inclusion_proof(&leaves, entry.sequence).unwrap_or_default();
                let mut event = ocsf(&head.origin, entry, &path);
                // The last event carries the head: every line is an event and nothing else.
                if entry.sequence + 1 == head.size {
                    event["unmapped"]["checkpoint"] = note.clone().into();
                    event["unmapped"]["key"] = view.facts().log_key.clone().into();
                }
                event.to_string()
            }
        };
        text.push_str(&line);
        text.push('\n');
    }
    if matches!(format, Form::Json) {
        let last = serde_json::json!({ "checkpoint": note, "key": view.facts().log_key });
        text.push_str(&format!("{last}\n"));
    }
    files::write_new(to, text.as_bytes())?;
    let (file, count) = (to.display().to_string(), entries.len());
    if context.json {
        output::json("log export", serde_json::json!({ "file": file, "entries": count }));
    } else {
        output::line(format!("{count} entries are in {file}."));
    }
    Ok(Exit::Done)
}

fn account(entry: u64, (by, remark): (&str, &str), context: &Context) -> Ended {
    let mut vault = vault::open(context)?;
    if vault.is_running(entry) {
        let problem = format!("the operation that began with entry {entry} is still running");
        let remedy = "Wait for its end; it writes down itself what came of it.";
        return Err(Failure::new(Exit::Refused, "SR-CLI-STILL-RUNNING", problem, remedy));
    }
    let written = vault.account_for(entry, by, remark, context.now());
    let written = written.map_err(|error| vault::refused(&error))?;
    if context.json {
        output::json("log account", serde_json::json!({ "entry": written, "closes": entry }));
    } else {
        output::line(format!("Entry {written} accounts for entry {entry}."));
    }
    Ok(Exit::Done)
}

fn verify(anchors: &Anchors, policy: Option<&Path>, context: &Context) -> Ended {
    let view = vault::view_unchecked(context)?;
    let notes = anchors.notes(view.facts())?;
    let found = match view.cosignatures(notes) {
        Ok(found) => found,
        Err(error) => {
            let mut failure = vault::refused(&error);
            failure.exit = Exit::VerificationFailed;
            return Err(failure);
        }
    };
    let policy = policy.map(|file| ToldPolicy::of(file, &found, context)).transpose()?;
    let report = &found.report;
    let exit = match &policy {
        _ if !found.hold() => Exit::VerificationFailed,
        Some(policy) => policy.exit(),
        None => Exit::Done,
    };
    let verified = Verified {
        verdict: report.verdict.as_str().to_owned(),
        holds: found.hold(),
        entries: report.size,
        head: report.root.to_string(),
        open_intents: report.open_intents.len(),
        torn_bytes: report.torn_bytes,
        anchors: report.anchors.iter().map(compared).collect(),
        cosigned: told(&found),
        policy,
    };
    if context.json {
        output::json("log verify", &verified);
    } else {
        tell_verified(&verified, report);
    }
    Ok(exit)
}

fn tell_verified(verified: &Verified, report: &Report) {
    output::field("verdict", &verified.verdict);
    output::field("entries", verified.entries);
    output::line(format!("note: {}", meaning(&report.verdict)));
    output::field("head", report.root.to_words());
    output::field("", &verified.head);
    for anchor in &verified.anchors {
        output::field("anchor", format!("{}: {}", anchor.source, anchor.verdict));
    }
    tell(&verified.cosigned);
    if let Some(policy) = &verified.policy {
        policy.tell();
    }
    for open in &report.open_intents {
        let (sequence, operation) = (open.sequence, &open.operation);
        output::line(format!("open since entry {sequence}: {operation} by {}", open.actor));
    }
}

/// What a verdict means for the person who reads it.
fn meaning(verdict: &Verdict) -> String {
    match verdict {
        Verdict::FreshnessUnknown { .. } => {
            "the log is whole and nothing in it was changed; whether its newest entries were cut \
             off shows only against a head kept elsewhere, such as the one in the minutes"
                .to_owned()
        }
        other => other.to_string(),
    }
}
