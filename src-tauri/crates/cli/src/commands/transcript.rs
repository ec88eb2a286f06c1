//! `strongroom ceremony export` and `verify`: transcripts that prove themselves (transcript-1).

use std::path::PathBuf;

use clap::Args;
use engine::transcript::{self, BYTES_MAX, Expected, TranscriptError};
use terms::CeremonyId;
use terms::plain::escaped_line;

use super::Ended;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::{files, output, vault};

const TRANSCRIPT: files::Kind = ("the transcript", "SR-CLI-TRANSCRIPT-FILE");
const SCRIPT: files::Kind = ("the script", "SR-CLI-SCRIPT-FILE");
const NOTE: files::Kind = ("the anchor", "SR-CLI-ANCHOR-FILE");
const TEXT_BYTES_MAX: u64 = 1 << 20;

/// Write a copy of a ceremony's transcript.
#[derive(Args)]
pub(crate) struct Export {
    /// Which ceremony; see ceremony show.
    id: CeremonyId,
    /// The file to write; it must not be there yet.
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    /// Withhold every field that has this text, such as a name or a place; may be given again.
    #[arg(long, value_name = "TEXT")]
    withhold: Vec<String>,
}

/// Verify a transcript.
#[derive(Args)]
pub(crate) struct Verify {
    /// The file, as ceremony export wrote it.
    file: PathBuf,
    /// The script that was approved, to compare with.
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
    /// The verifier key of the log, if it came another way.
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    /// A file with a signed head of the log, as the minutes have it.
    #[arg(long, value_name = "FILE")]
    anchor: Option<PathBuf>,
}

impl Export {
    pub(super) fn run(self, context: &Context) -> Ended {
        let blank = self.withhold.iter().any(|text| text.trim().is_empty());
        if blank {
            let problem = "an empty text would withhold everything";
            let remedy = "Name what is to be withheld: --withhold \"Ada Kern\".";
            return Err(Failure::new(Exit::Usage, "SR-CLI-WITHHOLD", problem, remedy));
        }
        let view = vault::view(context)?;
        let exported = transcript::export(&view, self.id, &self.withhold);
        let exported = exported.map_err(|error| refused(&error))?;
        files::write_new(&self.output, &exported.encode())?;
        let (file, withheld) = (self.output.display().to_string(), exported.withheld());
        if context.json {
            let told = serde_json::json!({
                "file": file, "ceremony": self.id.to_string(), "fields": exported.fields(),
                "withheld": withheld,
            });
            output::json("ceremony export", told);
        } else {
            output::field("transcript", file);
            output::field("fields", format!("{}, {withheld} withheld", exported.fields()));
            let next = context.strongroom();
            output::line(format!("Whoever gets it verifies it with {next} ceremony verify FILE."));
        }
        Ok(Exit::Done)
    }
}

impl Verify {
    pub(super) fn run(self, context: &Context) -> Ended {
        let bytes = files::bytes(&self.file, BYTES_MAX as u64, TRANSCRIPT)?;
        let read = |path: &Option<PathBuf>, kind| {
            path.as_ref().map(|path| files::text(path, TEXT_BYTES_MAX, kind)).transpose()
        };
        let (script, anchor) = (read(&self.script, SCRIPT)?, read(&self.anchor, NOTE)?);
        let expected = Expected {
            script: script.as_deref(),
            key: self.key.as_deref(),
            anchor: anchor.as_deref(),
        };
        let proved = transcript::verify(&bytes, &expected).map_err(|error| refused(&error))?;
        if context.json {
            output::json("ceremony verify", &proved);
            return Ok(Exit::Done);
        }
        // Whoever made the file chose these texts; a terminal must not obey them.
        let ceremony = escaped_line(proved.ceremony.as_deref().unwrap_or("(withheld)"));
        output::field("ceremony", format!("{ceremony}, {}", proved.operation));
        output::field("ended", format!("{}, {}", proved.ended, escaped_line(&proved.result)));
        output::field("begun by", escaped_line(&proved.actor));
        output::field("fields", format!("{}, {} withheld", proved.fields, proved.withheld));
        output::field("log", format!("entry {}", proved.entry));
        for line in proved.head.lines() {
            output::field("", line);
        }
        output::field("key", &proved.key);
        output::line(match proved.is_replayed {
            true => "The script was run again with these people and lines: it comes out the same.",
            false => "Fields are withheld, so the script was not run again.",
        });
        if !proved.is_vouched_for {
            output::line(
                "note: nobody vouched for this key; compare with --key or --anchor, from the \
                 minutes or from an archive.",
            );
        }
        Ok(Exit::Done)
    }
}

fn refused(error: &TranscriptError) -> Failure {
    let exit = match error {
        TranscriptError::Vault(error) => return vault::refused(error),
        TranscriptError::None => Exit::Refused,
        _ => Exit::VerificationFailed,
    };
    Failure::from_problem(exit, error)
}
