//! Entries as other programs read them: RFC 5424 (syslog), CEF (ArcSight), and JSON with proofs.
//!
//! Every line carries the leaf hash of its entry, so that it can be found again in the log; JSON
//! also carries the entry itself and its inclusion proof (log-1 L17).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use terms::Digest;

use crate::entry::Entry;
use crate::phase::Phase;
use crate::tree::leaf_hash;

/// RFC 5424 section 6.2.1: facility "log audit".
const FACILITY: u8 = 13;
/// RFC 5424: the longest MSGID.
const MSGID_MAX: usize = 32;
/// The number that RFC 5612 reserves for examples; no enterprise owns these parameters.
const SD_ID: &str = "strongroom@32473";

/// Severities of RFC 5424 section 6.2.1.
#[derive(Clone, Copy)]
pub(crate) enum Severity {
    Warning = 4,
    Notice = 5,
    Informational = 6,
}

pub(crate) fn severity(phase: &Phase) -> Severity {
    match phase {
        Phase::Abort { .. } | Phase::Recovered { .. } => Severity::Warning,
        Phase::Outcome { result, .. } if result != "ok" => Severity::Warning,
        Phase::Outcome { .. } => Severity::Notice,
        Phase::Intent | Phase::Change { .. } => Severity::Informational,
    }
}

/// What an entry says in one word of its phase, its result and the entry that it belongs to.
pub(crate) fn parts(phase: &Phase) -> (&'static str, Option<&str>, Option<u64>) {
    match phase {
        Phase::Intent => ("intent", None, None),
        Phase::Outcome { intent, result } => ("outcome", Some(result), Some(*intent)),
        Phase::Abort { intent, code } => ("abort", Some(code), Some(*intent)),
        Phase::Recovered { intent } => ("recovered", None, *intent),
        Phase::Change { intent } => ("change", None, Some(*intent)),
    }
}

/// The leaf hash under which the log has the entry.
pub fn leaf_of(entry: &Entry) -> Digest {
    leaf_hash(&terms::encode(entry))
}

/// The entry as a line of syslog (RFC 5424 section 6), without a line end.
pub fn rfc5424(entry: &Entry) -> String {
    let event = &entry.event;
    let (phase, result, intent) = parts(&event.phase);
    let priority = FACILITY * 8 + severity(&event.phase) as u8;
    let operation = event.operation.as_str();
    let message_id = operation.get(..MSGID_MAX).unwrap_or(operation);
    let mut data = format!("[{SD_ID}");
    let mut put = |name: &str, value: &str| {
        let value = value.replace('\\', "\\\\").replace('"', "\\\"").replace(']', "\\]");
        data.push_str(&format!(" {name}=\"{value}\""));
    };
    put("sequence", &entry.sequence.to_string());
    put("leaf", &leaf_of(entry).to_string());
    put("environment", &event.environment.to_string());
    put("actor", &event.actor);
    put("phase", phase);
    result.iter().for_each(|result| put("result", result));
    intent.iter().for_each(|intent| put("intent", &intent.to_string()));
    event.objects.iter().for_each(|object| put("object", object));
    data.push(']');
    let remark = event.remark.as_deref().unwrap_or(operation);
    format!("<{priority}>1 {} - strongroom - {message_id} {data} \u{feff}{remark}", event.time)
}

/// The entry as a line of the Common Event Format, version 0, without a line end.
pub fn cef(entry: &Entry) -> String {
    let event = &entry.event;
    let (phase, result, intent) = parts(&event.phase);
    let header = |text: &str| text.replace('\\', "\\\\").replace('|', "\\|");
    // CEF counts severities upwards, from 0 to 10.
    let severity = match severity(&event.phase) {
        Severity::Warning => 6,
        Severity::Notice => 3,
        Severity::Informational => 1,
    };
    let version = event.app.rsplit(' ').next().unwrap_or_default();
    let operation = event.operation.as_str();
    let name = format!("{operation} {phase}");
    let mut extension = Vec::new();
    let mut put = |name: &str, value: &str| {
        let value = value.replace('\\', "\\\\").replace('=', "\\=");
        extension.push(format!("{name}={value}"));
    };
    put("rt", &(event.time.unix() * 1000).to_string());
    put("externalId", &entry.sequence.to_string());
    put("suser", &event.actor);
    put("outcome", result.unwrap_or(phase));
    put("cs1Label", "leaf");
    put("cs1", &leaf_of(entry).to_string());
    put("cs2Label", "environment");
    put("cs2", &event.environment.to_string());
    if !event.objects.is_empty() {
        put("cs3Label", "objects");
        put("cs3", &event.objects.join(", "));
    }
    if let Some(intent) = intent {
        put("cn1Label", "intent");
        put("cn1", &intent.to_string());
    }
    event.remark.iter().for_each(|remark| put("msg", remark));
    let (version, id, name) = (header(version), header(operation), header(&name));
    format!("CEF:0|Strongroom|strongroom|{version}|{id}|{name}|{severity}|{}", extension.join(" "))
}

/// The entry as JSON, with the bytes that the log has and the proof that the tree has them.
pub fn json_line(entry: &Entry, path: &[Digest]) -> Value {
    let event = &entry.event;
    let (phase, result, intent) = parts(&event.phase);
    let proof: Vec<_> = path.iter().map(|digest| STANDARD.encode(digest.as_bytes())).collect();
    json!({
        "sequence": entry.sequence,
        "time": event.time.to_string(),
        "environment": event.environment.to_string(),
        "actor": event.actor,
        "operation": event.operation.as_str(),
        "phase": phase,
        "result": result,
        "intent": intent,
        "objects": event.objects,
        "remark": event.remark,
        "app": event.app,
        "entry": STANDARD.encode(terms::encode(entry)),
        "leaf": leaf_of(entry).to_string(),
        "proof": proof,
    })
}
