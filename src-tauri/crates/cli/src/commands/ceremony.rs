//! `strongroom ceremony`: scripts, their check, runs, and what they left.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ceremony::answers::Answers;
use ceremony::{SHIPPED, Script, Severity, check, shipped};
use clap::{Args, Subcommand};
use engine::approval::ApprovalError;
use engine::conduct::enrol::{self, Used};
use engine::conduct::{ConductError, RoomError, Sheets, Surroundings, genesis, health, restore};
use engine::enrolment::EnrolmentError;
use engine::files::{Media, open_set};
use engine::genesis::GenesisError;
use engine::unlock::UnlockError;
use engine::vault::Vault;
use serde::Serialize;
use terms::CeremonyId;
use token::Serial;

use super::Ended;
use super::onto::Onto;
use super::restore::{OnConflict, What, exit_of, print};
use crate::context::Context;
use crate::exit::Exit;
use crate::expected;
use crate::failure::Failure;
use crate::files;
use crate::room::TerminalRoom;
use crate::shares::{engine_failure, unlock_failure};
use crate::{output, tokens, vault};

/// The longest file of answers, in bytes.
const ANSWERS_BYTES_MAX: u64 = 1 << 20;
const ANSWERS: files::Kind = ("the answers file", "SR-CLI-ANSWERS-FILE");
const ROSTER: files::Kind = ("the roster", "SR-CLI-ANSWERS-FILE");
/// The longest script, in bytes.
const SCRIPT_BYTES_MAX: u64 = 1 << 20;
const SCRIPT: files::Kind = ("the script", "SR-CLI-SCRIPT-FILE");

/// Ceremonies.
#[derive(Args)]
pub(crate) struct Ceremony {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// List the scripts that are part of the program.
    List,
    /// Check a script: a shipped one by its name, or a file.
    Check {
        /// A name or a file.
        script: String,
    },
    /// Run a ceremony.
    Run(Box<Run>),
    /// Write a copy of a ceremony's transcript that proves itself away from the vault.
    Export(super::transcript::Export),
    /// Verify a transcript; neither a vault nor a secret is needed.
    Verify(super::transcript::Verify),
    /// Show which ceremonies were run and what they left.
    Show {
        /// Only this one.
        id: Option<CeremonyId>,
    },
}

/// Run a ceremony.
#[derive(Args)]
#[command(after_help = "Examples:
  strongroom ceremony run genesis --answers tests/answers/genesis.toml --sheets sheets
  strongroom ceremony run enrol --roster tests/answers/enrol.toml
  strongroom ceremony run refresh --answers tests/answers/refresh.toml --sheets sheets
  strongroom ceremony run rotation --answers tests/answers/rotation.toml --sheets sheets
  strongroom ceremony run health --roster tests/answers/health.toml
  strongroom ceremony run restore --answers tests/answers/restore.toml --archive DIR --to DIR")]
struct Run {
    /// genesis, refresh, rotation, enrol, health or restore.
    script: String,

    /// Answers to every question, PINs among them; in a drill vault only.
    #[arg(long, value_name = "FILE", conflicts_with = "roster")]
    answers: Option<PathBuf>,

    /// Who takes part, without PINs; the people are asked on the terminal.
    #[arg(long, value_name = "FILE")]
    roster: Option<PathBuf>,

    /// In a drill: use the virtual tokens in the readers, not those in the vault's drawer. Other
    /// vaults always use the tokens in the readers.
    #[arg(long)]
    readers: bool,

    /// enrol: erase this token for good if somebody used it before.
    #[arg(long, value_name = "SERIAL", conflicts_with = "resume")]
    reset: Option<u32>,

    /// enrol: go on with an enrolment that was interrupted; its holder types the same PIN and PUK.
    #[arg(long)]
    resume: bool,

    /// genesis, refresh, rotation: print sheets into this folder, which lies in memory outside of a
    /// drill.
    #[arg(long, value_name = "DIR")]
    sheets: Option<PathBuf>,

    /// restore: a volume file, or the folder that holds the set.
    #[arg(long)]
    archive: Option<PathBuf>,

    /// restore: the folder to restore into.
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,

    /// restore: only what matches.
    #[arg(long, value_name = "GLOB")]
    select: Vec<String>,

    /// restore: what happens where something is already there.
    #[arg(long, value_enum, default_value = "fail")]
    conflict: OnConflict,

    #[command(flatten)]
    onto: Onto,
}

#[derive(Serialize)]
struct Listed {
    id: String,
    title: String,
    version: u32,
    digest: String,
}

impl Ceremony {
    pub(crate) fn run(self, context: &Context) -> Ended {
        match self.verb {
            Verb::List => list(context),
            Verb::Check { script } => check_script(&script, context),
            Verb::Run(run) => run.run(context),
            Verb::Export(verb) => verb.run(context),
            Verb::Verify(verb) => verb.run(context),
            Verb::Show { id } => show(id, context),
        }
    }
}

fn list(context: &Context) -> Ended {
    let mut scripts = Vec::new();
    for (name, _) in SHIPPED {
        let script = shipped(name).map_err(|error| Failure::from_problem(Exit::Failed, &error))?;
        let digest = script.digest().to_string();
        let (id, title, version) = (script.id, script.title, script.version);
        scripts.push(Listed { id, title, version, digest });
    }
    if context.json {
        output::json("ceremony list", serde_json::json!({ "scripts": scripts }));
    } else {
        for script in scripts {
            output::line(format!("{:<10} {}, version {}", script.id, script.title, script.version));
        }
    }
    Ok(Exit::Done)
}

fn check_script(name: &str, context: &Context) -> Ended {
    let script = match SHIPPED.iter().find(|(shipped, _)| *shipped == name) {
        Some((_, text)) => Script::parse(text),
        None => Script::parse(&files::text(Path::new(name), SCRIPT_BYTES_MAX, SCRIPT)?),
    };
    let script = script.map_err(|error| Failure::from_problem(Exit::VerificationFailed, &error))?;
    let findings = check(&script);
    let good = findings.iter().all(|finding| finding.severity < Severity::Error);
    if context.json {
        let found: Vec<_> = findings
            .iter()
            .map(|f| {
                let (line, column) = f.at.map(|at| (at.line, at.column)).unzip();
                serde_json::json!({
                    "code": f.code,
                    "place": f.place,
                    "problem": f.problem,
                    "line": line,
                    "column": column,
                })
            })
            .collect();
        output::json("ceremony check", serde_json::json!({ "good": good, "findings": found }));
    } else {
        for finding in &findings {
            let at = finding.at.map(|at| format!("{}:{}: ", at.line, at.column));
            let (at, place) = (at.unwrap_or_default(), &finding.place);
            output::line(format!("{at}{place}: {} [{}]", finding.problem, finding.code));
        }
        if findings.is_empty() {
            output::line(format!("{} is sound: {} steps.", script.title, script.steps().count()));
        }
    }
    Ok(if good { Exit::Done } else { Exit::VerificationFailed })
}

impl Run {
    fn run(self, context: &Context) -> Ended {
        if self.script == "enrol" && context.pkcs11.is_some() {
            return Err(enrols_no_module());
        }
        let file = self.answers.as_ref().or(self.roster.as_ref()).ok_or_else(|| {
            let problem = "nobody is named who takes part";
            let remedy = "Name the people in a file: --roster FILE; see tests/answers/.";
            Failure::new(Exit::Usage, "SR-CLI-NO-ROSTER", problem, remedy)
        })?;
        let named = if self.answers.is_some() { ANSWERS } else { ROSTER };
        let answers = Answers::parse(&files::text(file, ANSWERS_BYTES_MAX, named)?)
            .map_err(|error| Failure::from_problem(Exit::Usage, &error))?;
        let vault = vault::open(context)?;
        let environment = vault.environment();
        let mut room = TerminalRoom::enter(&answers, self.answers.is_some(), environment, context)?;
        match self.script.as_str() {
            script @ ("genesis" | "refresh" | "rotation") => {
                let mut tokens = tokens::at_hand(&vault, self.readers, context)?;
                let sheets = self.sheets.as_deref().map(|dir| Sheets::new(dir, environment));
                let sheets = sheets.transpose().map_err(|error| stopped(&error.into()))?;
                let conduct = match script {
                    "genesis" => genesis::run,
                    "refresh" => genesis::refresh,
                    _ => genesis::rotate,
                };
                let made = context.surrounded(&mut *tokens, |given: Surroundings<'_>| {
                    conduct(vault, &mut room, &answers, sheets, given)
                });
                let made = made.map_err(|error| stopped(&error))?;
                tell(script, &made, context);
                Ok(Exit::Done)
            }
            "enrol" => {
                let mut tokens = tokens::in_readers(&vault, self.readers)?;
                let used = Used { reset: self.reset.map(Serial), resume: self.resume };
                let done = context.surrounded(tokens.as_mut(), |given: Surroundings<'_>| {
                    enrol::run(vault, &mut room, &answers, used, given)
                });
                super::enrolled::tell(&done.map_err(|error| stopped(&error))?, context);
                Ok(Exit::Done)
            }
            "health" => {
                let mut tokens = tokens::at_hand(&vault, self.readers, context)?;
                let found = context.surrounded(&mut *tokens, |given: Surroundings<'_>| {
                    health::run(vault, &mut room, &answers, given)
                });
                Ok(super::checked::tell(&found.map_err(|error| stopped(&error))?, context))
            }
            "restore" => self.restore(vault, room, &answers, context),
            name => {
                let unknown = ceremony::ScriptError::Unknown { name: name.to_owned() };
                Err(Failure::from_problem(Exit::Usage, &unknown))
            }
        }
    }
}

impl Run {
    fn restore(
        self,
        vault: Vault,
        mut room: TerminalRoom<'_>,
        answers: &Answers,
        context: &Context,
    ) -> Ended {
        let missing = || {
            let remedy = "Name them with --archive and --to.";
            let problem = "a restore needs an archive and a folder";
            Failure::new(Exit::Usage, "SR-CLI-NO-ARCHIVE", problem, remedy)
        };
        let mut tokens = tokens::at_hand(&vault, self.readers, context)?;
        let archive = self.archive.ok_or_else(missing)?;
        let to = self.to.ok_or_else(missing)?;
        let (select, conflict, onto) = (self.select, self.conflict, self.onto);
        let set = open_set(&archive).map_err(|error| engine_failure(&error))?;
        let placed = Media::at(&archive).check_target(&to);
        placed.map_err(|error| engine_failure(&error))?;
        let what = What { to, select, conflict, resume: false, onto };
        let asked = answers.request.as_ref();
        let asked =
            asked.map_or(("", ""), |asked| (asked.requester.as_str(), asked.reason.as_str()));
        let plan = what.plan(&set, asked, context)?;
        let order = restore::Order { set: Arc::new(set), plan, choices: what.choices()? };
        let report = context.surrounded(&mut *tokens, |given: Surroundings<'_>| {
            restore::run(vault, &mut room, answers, order, given)
        });
        let report = report.map_err(|error| stopped(&error))?;
        drop(room);
        expected::learn(&report, &archive, context);
        if context.json {
            output::json("ceremony run restore", &report);
        } else {
            print(&report);
        }
        Ok(exit_of(&report))
    }
}

/// An enrolment proves that a token's keys were made in it, which none behind a module can
/// (envelope-1 E17).
fn enrols_no_module() -> Failure {
    let problem = "a token behind a PKCS#11 module attests nothing, so no ceremony enrols it alone";
    let remedy = "Leave out --pkcs11. To admit such a token, run genesis with a roster that names \
                  its label and gives the reason in unattested_tokens.";
    Failure::new(Exit::Refused, "SR-CLI-ENROL-MODULE", problem, remedy)
}

/// The failure of a ceremony, with the exit code that fits it.
fn stopped(error: &ConductError) -> Failure {
    let exit = match error {
        ConductError::Approval(ApprovalError::Unlock(error @ UnlockError::Rejected(_))) => {
            return unlock_failure(error);
        }
        ConductError::Genesis(GenesisError::Rejected(_)) => Exit::QuorumMissing,
        ConductError::Engine(error) => return engine_failure(error),
        ConductError::Genesis(GenesisError::Vault(error))
        | ConductError::Enrolment(EnrolmentError::Vault(error))
        | ConductError::Approval(ApprovalError::Vault(error)) => return vault::refused(error),
        ConductError::Policy(_)
        | ConductError::Script(_)
        | ConductError::NowhereToGo { .. }
        | ConductError::Room(RoomError::Unanswered { .. }) => Exit::Usage,
        ConductError::Ceremony(_)
        | ConductError::Enrolment(EnrolmentError::Used { .. })
        | ConductError::Sheets(_)
        | ConductError::Room(_)
        | ConductError::Approval(ApprovalError::OtherVault | ApprovalError::NoShare { .. }) => {
            Exit::Refused
        }
        _ => Exit::Failed,
    };
    Failure::from_problem(exit, error)
}

/// Tells what a genesis or a refresh made.
fn tell(script: &str, made: &genesis::Made, context: &Context) {
    if context.json {
        output::json(&format!("ceremony run {script}"), made);
        return;
    }
    output::field("key", format!("{} is effective", made.key));
    output::field("fingerprint", &made.words);
    output::field("", &made.fingerprint);
    output::field("split", &made.split);
    for share in &made.shares {
        let on = match (share.token, share.sheet) {
            (true, true) => "token and sheet",
            (true, false) => "token",
            _ => "sheet",
        };
        let (group, member, holder) = (&share.group, share.member, &share.holder);
        output::field("share", format!("{group} {member}: {holder}, {on}"));
        if let Some(remark) = share.token_remark {
            output::field("", remark);
        }
        if let Some(file) = &share.file {
            output::field("", file);
        }
    }
    if made.shares.iter().any(|share| share.sheet && share.file.is_none()) {
        output::line("The files of the sheets were removed; only the paper holds the words now.");
    }
    output::field("minutes", &made.minutes);
    for void in &made.void {
        let holders = void.holders.join(", ");
        output::line("void: an earlier genesis was interrupted; destroy what names split");
        output::line(format!("      {} ({holders})", void.split));
    }
    for unagreed in &made.unagreed {
        let (key, ceremony) = (&unagreed.key, &unagreed.ceremony);
        output::line(format!(
            "note: {key} is effective, but its genesis {ceremony} was interrupted"
        ));
        output::line(match &unagreed.minutes {
            Some(file) => format!("      before everybody had signed documents/{file}"),
            None => "      before its minutes were written; keep a note of it instead".to_owned(),
        });
    }
    let next = context.strongroom();
    output::line(match script {
        "refresh" => {
            "The shares from before count here no more. Destroy them: they still give the \
                      same key."
                .to_owned()
        }
        _ => format!("Next: {next} key recipient > FILE, and seal something to it."),
    });
}

fn show(id: Option<CeremonyId>, context: &Context) -> Ended {
    let view = vault::view(context)?;
    let read = |error: registry::RegistryError| vault::refused(&error.into());
    let mut ceremonies = view.read().ceremonies().map_err(read)?;
    ceremonies.retain(|ceremony| id.is_none_or(|id| ceremony.id == id));
    let documents = view.read().documents().map_err(read)?;
    let mut shown = Vec::new();
    for ceremony in &ceremonies {
        let lines = view.read().journal(ceremony.id).map_err(read)?.len();
        let own = documents.iter().filter(|document| document.ceremony == Some(ceremony.id));
        let files: Vec<_> = own.map(|document| document.file.clone()).collect();
        let state = ceremony.state.to_string();
        if !context.json {
            let (id, script, at) = (ceremony.id, &ceremony.script, ceremony.started_at);
            output::line(format!("{id}  {script}  {state}  {at}  {lines} steps"));
            files.iter().for_each(|file| output::line(format!("    documents/{file}")));
        }
        shown.push(serde_json::json!({
            "ceremony": ceremony.id.to_string(),
            "script": ceremony.script,
            "script_digest": ceremony.script_digest.to_string(),
            "state": state,
            "started": ceremony.started_at.to_string(),
            "steps": lines,
            "documents": files,
        }));
    }
    if context.json {
        output::json("ceremony show", serde_json::json!({ "ceremonies": shown }));
    }
    Ok(Exit::Done)
}
