//! `strongroom log cosign`, and what `log verify` says of cosignatures.

use std::path::Path;

use audit::{Judgement, Policy};
use clap::Args;
use engine::cosign;
use engine::vault::{Cosignatures, CosignedHead};
use serde::Serialize;
use terms::Problem as _;
use token::Serial;

use super::{Ended, share};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::prompt::Terminal;
use crate::{files, holder, output, tokens, vault};

/// The longest policy that is read, in bytes.
const POLICY_BYTES_MAX: u64 = 64 << 10;

/// Who cosigns, and with what.
#[derive(Args)]
pub(crate) struct Cosign {
    /// Who signs the head: a person with an enrolled token.
    #[arg(long, value_name = "NAME")]
    holder: String,
    /// With this token of the holder [default: the one that is in a reader].
    #[arg(long, value_name = "SERIAL")]
    token: Option<u32>,
    /// In a drill: with the virtual token in a reader, not with the one in the vault's drawer.
    #[arg(long)]
    readers: bool,
}

impl Cosign {
    pub(crate) fn run(self, context: &Context) -> Ended {
        let mut vault = vault::open(context)?;
        let holder = &*self.holder;
        let own = cosign::tokens_of(&vault, holder).map_err(|error| vault::refused(&error))?;
        let own = self.token.map_or(own, |serial| vec![Serial(serial)]);
        if own.is_empty() {
            let problem = format!("no token in use is enrolled for {holder}");
            let remedy = "See strongroom token list --enrolled, and write the name as it stands.";
            return Err(Failure::new(Exit::Refused, "SR-CLI-NO-TOKEN", problem, remedy));
        }
        let mut tokens = tokens::at_hand(&vault, self.readers, context)?;
        let mut terminal = Terminal::open()?;
        let (operation, rng) = ("Cosign the head of the log", &mut context.rng());
        let taken = holder::take(&mut *tokens, (holder, &own), operation, &mut terminal, rng);
        let mut taken = taken?;
        let (token, pin) = taken.parts();
        let mut touch = |touch| holder::tell(&mut terminal, holder, touch);
        let (vault, now) = (&mut vault, context.now());
        let done = cosign::cosign(vault, holder, token, (&pin, &mut touch), now);
        drop(taken);
        holder::put_back(&mut *tokens)?;
        let done = done.map_err(|error| share::refused(&error))?;
        let file = vault.path().join("log").join(&done.file);
        if context.json {
            let told = serde_json::json!({
                "holder": holder, "token": done.token.to_string(), "entries": done.entries,
                "head": done.root.to_string(), "file": file,
            });
            output::json("log cosign", told);
            return Ok(Exit::Done);
        }
        output::line(format!("{holder} cosigned the head of {} entries.", done.entries));
        output::field("head", done.root.to_words());
        output::field("", done.root);
        output::field("note", file.display());
        output::line("Take a copy of the note along: it shows later whether the log was changed.");
        Ok(Exit::Done)
    }
}

/// A cosigned head as `log verify` tells of it.
#[derive(Serialize)]
pub(crate) struct ToldHead {
    source: String,
    entries: Option<u64>,
    at: Option<String>,
    holds: bool,
    verdict: String,
    by: Vec<ToldCosigner>,
}

#[derive(Serialize)]
struct ToldCosigner {
    holder: String,
    token: String,
    key: String,
    in_use: bool,
}

pub(crate) fn told(found: &Cosignatures) -> Vec<ToldHead> {
    found.heads.iter().map(told_head).collect()
}

fn told_head(head: &CosignedHead) -> ToldHead {
    let entries = head.head.as_ref().map(|head| head.size);
    let verdict = match (&head.problem, &head.contradiction) {
        (Some(problem), _) => format!("{problem} [{}]", problem.code()),
        (None, Some(verdict)) => verdict.to_string(),
        (None, None) => format!("the log continues its {} entries", entries.unwrap_or_default()),
    };
    let by = head.by.iter().map(|by| ToldCosigner {
        holder: by.person.clone(),
        token: by.token.clone(),
        key: by.key.clone(),
        in_use: by.retired.is_none(),
    });
    ToldHead {
        source: head.source.clone(),
        entries,
        at: head.covers.map(|at| at.to_string()),
        holds: head.problem.is_none() && head.contradiction.is_none(),
        verdict,
        by: by.collect(),
    }
}

/// Prints who cosigned what.
pub(crate) fn tell(heads: &[ToldHead]) {
    for head in heads {
        output::field("cosigned", format!("{}: {}", head.source, head.verdict));
        for by in &head.by {
            let retired = if by.in_use { "" } else { " (retired since)" };
            let at = head.at.as_deref().unwrap_or("an unknown time");
            output::line(format!("    {}, token {}{retired}, at {at}", by.holder, by.token));
        }
    }
}

/// A policy and what it says.
#[derive(Serialize)]
pub(crate) struct ToldPolicy {
    met: bool,
    needed: usize,
    counted: Vec<String>,
    missing: Vec<String>,
}

impl ToldPolicy {
    /// Judges `found` by the policy in the file (log-1 L22).
    pub(crate) fn of(file: &Path, found: &Cosignatures, now: &Context) -> Result<Self, Failure> {
        let kind = ("the policy", "SR-CLI-POLICY-FILE");
        let policy = Policy::from_json(&files::text(file, POLICY_BYTES_MAX, kind)?);
        let policy = policy.map_err(|error| Failure::from_problem(Exit::Failed, &error))?;
        let judgement = policy.judge(&found.counting(), now.now());
        let met = judgement.is_met();
        let Judgement { counted, missing, needed } = judgement;
        Ok(Self { met, needed, counted, missing })
    }

    /// How the command ends when all else is well.
    pub(crate) fn exit(&self) -> Exit {
        if self.met { Exit::Done } else { Exit::QuorumMissing }
    }

    /// Prints it.
    pub(crate) fn tell(&self) {
        let met = if self.met { "met" } else { "NOT MET" };
        let (counted, needed) = (self.counted.len(), self.needed);
        output::field("policy", format!("{met}: {counted} count, {needed} are needed"));
        if !self.missing.is_empty() {
            output::line(format!("    no young head is cosigned by {}", self.missing.join(", ")));
        }
    }
}
