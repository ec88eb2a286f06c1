//! `strongroom fsck`: a check of the whole vault that changes nothing.

use clap::Args;
use serde::Serialize;

use super::Ended;
use crate::anchors::Anchors;
use crate::context::Context;
use crate::exit::Exit;
use crate::{output, vault};

/// Check the vault; nothing is changed.
#[derive(Args)]
pub(crate) struct Fsck {
    #[command(flatten)]
    anchors: Anchors,
}

#[derive(Serialize)]
struct Found {
    code: String,
    place: String,
    problem: String,
    remedy: String,
}

impl Fsck {
    pub(crate) fn run(self, context: &Context) -> Ended {
        let anchors = if self.anchors.is_empty() {
            Vec::new()
        } else {
            self.anchors.read(vault::view(context)?.facts())?
        };
        let found = engine::vault::fsck(&context.vault_dir(), &anchors);
        let found: Vec<_> = found
            .map_err(|error| vault::refused(&error))?
            .into_iter()
            .map(|finding| Found {
                code: finding.code.to_string(),
                place: finding.place.to_string(),
                problem: finding.problem.to_string(),
                remedy: finding.remedy.to_string(),
            })
            .collect();
        if context.json {
            output::json(
                "fsck",
                serde_json::json!({ "good": found.is_empty(), "findings": found }),
            );
        } else if found.is_empty() {
            output::line("The vault is consistent.");
        } else {
            for finding in &found {
                output::line(format!("{}: {} [{}]", finding.place, finding.problem, finding.code));
                output::line(format!("    {}", finding.remedy));
            }
        }
        Ok(if found.is_empty() { Exit::Done } else { Exit::VerificationFailed })
    }
}
