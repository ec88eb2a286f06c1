//! `strongroom inspect`: what an archive says about itself, without a key.

use archive::Set;
use clap::Args;
use engine::EngineError;
use engine::files::SortedFile;
use engine::verify::signature;
use serde::Serialize;

use super::Ended;
use crate::context::Context;
use crate::exit::Exit;
use crate::named::{Named, sorted, tell_of_others};
use crate::output;
use crate::shares::engine_failure;

/// Show what can be known about an archive without a key.
#[derive(Args)]
pub(crate) struct Inspect {
    #[command(flatten)]
    named: Named,
}

#[derive(Serialize)]
struct Inspected {
    archive: String,
    label: String,
    environment: Option<String>,
    key: Option<String>,
    key_fingerprint: Option<String>,
    created: String,
    volumes: u32,
    missing_volumes: Vec<u32>,
    segments: u64,
    entries: u64,
    content_bytes: u64,
    index_root: String,
    signature: String,
    log_checkpoint: Option<String>,
    media: Vec<SortedFile>,
}

impl Inspect {
    pub(crate) fn run(self, context: &Context) -> Ended {
        let media = sorted(&self.named).map_err(|error| engine_failure(&error))?;
        let set = match self.named.media().open() {
            Ok(set) => set,
            // Where each file belongs is an answer of its own.
            Err(EngineError::SeveralArchives { .. }) => return Ok(print_media(&media, context)),
            Err(error) => return Err(engine_failure(&error)),
        };
        let inspected = inspected(&set, media);
        if context.json {
            output::json("inspect", inspected);
        } else {
            print(&inspected, &set);
        }
        Ok(Exit::Done)
    }
}

fn inspected(set: &Set, media: Vec<SortedFile>) -> Inspected {
    let (settings, root) = (set.settings(), set.root());
    let fingerprint = set.capsules().first().map(|capsule| capsule.fingerprint());
    Inspected {
        archive: settings.archive.to_string(),
        label: settings.label.clone(),
        environment: settings.environment.map(|environment| environment.to_string()),
        key: settings.key.map(|key| key.to_string()),
        key_fingerprint: fingerprint.map(|fingerprint| fingerprint.to_string()),
        created: settings.created.to_string(),
        volumes: root.volumes,
        missing_volumes: set.missing_volumes(),
        segments: root.segments,
        entries: root.entries,
        content_bytes: root.content_bytes,
        index_root: root.digest().to_string(),
        signature: signature(root.signature()),
        log_checkpoint: settings.checkpoint.clone(),
        media,
    }
}

fn print(inspected: &Inspected, set: &Set) {
    output::field("archive", &inspected.archive);
    output::field("label", &inspected.label);
    output::field("environment", inspected.environment.as_deref().unwrap_or("not stated"));
    output::field("sealed", set.settings().created.to_words());
    output::field("for key", inspected.key.as_deref().unwrap_or("not named"));
    if let Some(capsule) = set.capsules().first() {
        output::field("fingerprint", capsule.fingerprint().to_words());
        output::field("", capsule.fingerprint());
    }
    let entries = output::count(inspected.entries, "entry");
    output::field("content", format!("{} in {entries}", output::size(inspected.content_bytes)));
    output::field("volumes", inspected.volumes);
    if !inspected.missing_volumes.is_empty() {
        output::field("missing", format!("volumes {:?}", inspected.missing_volumes));
    }
    output::field("index root", set.root().digest().to_words());
    let signed = match inspected.signature.as_str() {
        "none" => "nobody signed: anyone with the recipient can have made this archive",
        "invalid" => "INVALID: somebody changed the archive's root",
        station => station,
    };
    output::field("signed by", signed);
    tell_of_others(&inspected.media, &inspected.archive);
}

/// What can be said where several archives lie together: which file belongs where.
fn print_media(media: &[SortedFile], context: &Context) -> Exit {
    if context.json {
        output::json("inspect", serde_json::json!({ "media": media }));
    } else {
        for file in media {
            output::line(file.to_words());
        }
        output::line("Name one of these archives with --archive-id to see more of it.");
    }
    Exit::Done
}
