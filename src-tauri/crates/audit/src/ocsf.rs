//! Entries as events of the Open Cybersecurity Schema Framework (log-1 L23).
//!
//! Every entry is an event of the class API Activity: an actor called an operation of the program.
//! What the schema has no place for, our proof above all, stands under `unmapped`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use terms::Digest;

use crate::entry::Entry;
use crate::export::{Severity, leaf_of, parts, severity};
use crate::phase::Phase;

/// The version of the schema that events follow.
const SCHEMA: &str = "1.5.0";
/// Application Activity, and API Activity within it.
const CATEGORY: u64 = 6;
const CLASS: u64 = 6003;

/// What an operation does to what it is about, in the words of the class; by its last word.
const CREATE: &[&str] = &["create", "make", "add", "enrol", "genesis", "seal", "copy", "split"];
const READ: &[&str] = &["open", "prove", "check", "health", "restore", "restore-with-sheets"];
const UPDATE: &[&str] =
    &["state", "activate", "move", "interval", "intervals", "lifetime", "migrate", "refresh"];
const DELETE: &[&str] = &["retire", "void"];

/// The entry as an OCSF event; `origin` is the log's, `path` the entry's inclusion proof.
pub fn ocsf(origin: &str, entry: &Entry, path: &[Digest]) -> Value {
    let event = &entry.event;
    let (phase, result, intent) = parts(&event.phase);
    let operation = event.operation.as_str();
    let (activity, activity_name) = activity(operation);
    let (status, status_name) = status(&event.phase);
    let leaf = leaf_of(entry).to_string();
    let (app, version) = event.app.rsplit_once(' ').unwrap_or((&event.app, ""));
    let message = event.remark.clone().unwrap_or_else(|| format!("{operation} {phase}"));
    let proof: Vec<_> = path.iter().map(|digest| STANDARD.encode(digest.as_bytes())).collect();
    // Entries of one operation belong together, and are found by the entry that it began with.
    let began = intent.unwrap_or(entry.sequence);
    json!({
        "category_uid": CATEGORY,
        "category_name": "Application Activity",
        "class_uid": CLASS,
        "class_name": "API Activity",
        "activity_id": activity,
        "activity_name": activity_name,
        "type_uid": CLASS * 100 + activity,
        "severity_id": severity_id(&event.phase),
        "status_id": status,
        "status": status_name,
        "status_code": result,
        "time": event.time.unix() * 1000,
        "message": message,
        "metadata": {
            "version": SCHEMA,
            "product": { "name": app, "vendor_name": "Strongroom", "version": version },
            "uid": leaf,
            "sequence": entry.sequence,
            "log_name": origin,
            "correlation_uid": format!("{origin}/{began}"),
        },
        "actor": { "user": { "name": event.actor }, "app_name": app },
        "api": { "operation": operation, "service": { "name": app } },
        "src_endpoint": { "name": origin, "svc_name": app },
        "resources": event.objects.iter().map(|object| resource(object)).collect::<Vec<_>>(),
        "unmapped": {
            "environment": event.environment.to_string(),
            "phase": phase,
            "intent": intent,
            "entry": STANDARD.encode(terms::encode(entry)),
            "leaf": leaf,
            "proof": proof,
        },
    })
}

fn activity(operation: &str) -> (u64, &str) {
    let last = operation.rsplit('.').next().unwrap_or(operation);
    let kinds = [(1, "Create", CREATE), (2, "Read", READ), (3, "Update", UPDATE)];
    let kinds = kinds.into_iter().chain([(4, "Delete", DELETE)]);
    let known = kinds.into_iter().find(|(_, _, words)| words.contains(&last));
    // For what the class has no number, the schema wants the source's own word.
    known.map_or((99, operation), |(number, name, _)| (number, name))
}

/// Success and Failure are of an operation's end; elsewhere nothing is decided yet.
fn status(phase: &Phase) -> (u64, &str) {
    match phase {
        Phase::Outcome { result, .. } if result == "ok" => (1, "Success"),
        Phase::Outcome { result, .. } => (99, result),
        Phase::Abort { .. } => (2, "Failure"),
        Phase::Intent | Phase::Recovered { .. } | Phase::Change { .. } => (0, "Unknown"),
    }
}

/// Informational, Low and Medium.
fn severity_id(phase: &Phase) -> u64 {
    match severity(phase) {
        Severity::Informational => 1,
        Severity::Notice => 2,
        Severity::Warning => 3,
    }
}

/// An object `kind:name` as a resource.
fn resource(object: &str) -> Value {
    match object.split_once(':') {
        Some((kind, name)) => json!({ "type": kind, "name": name, "uid": object }),
        None => json!({ "name": object, "uid": object }),
    }
}
