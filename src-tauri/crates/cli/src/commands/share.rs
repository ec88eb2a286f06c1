//! `strongroom share`: whether shares are still good.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use engine::approval::ApprovalError;
use engine::health::{self, Family, GroupMargin, Margin, Standing, families};
use engine::vault::Vault;
use paper::TestPrint;
use terms::KeyName;
use token::{Serial, remarked};

use super::Ended;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::holder::{self, Brought};
use crate::prompt::Terminal;
use crate::{output, tokens, vault};

/// Shares of a key; each holder proves theirs alone, without a quorum.
#[derive(Args)]
pub(crate) struct Share {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// List the shares of a key and when each was last proved.
    List {
        /// Its name, such as production/3; without it the newest active key.
        key: Option<KeyName>,
    },
    /// How the shares of a key stand: what is due, how many may yet be lost, and whether one flaw
    /// of tokens would hit a quorum.
    Health {
        /// Its name, such as production/3; without it the newest active key.
        key: Option<KeyName>,
    },
    /// Show or set how many months may pass between two proofs of one copy.
    Interval {
        /// Months.
        #[arg(value_parser = clap::value_parser!(u32).range(1..=120))]
        months: Option<u32>,
    },
    /// Prove one share: its holder opens it, and it is compared with what was handed out.
    Prove {
        /// Who holds it.
        holder: String,
        /// The key [default: the newest active one].
        #[arg(long)]
        key: Option<KeyName>,
        /// With the words of the sheet, although the share also lies on a token.
        #[arg(long)]
        sheet: bool,
        /// With this token of the holder [default: the one that is in a reader].
        #[arg(long, value_name = "SERIAL", conflicts_with = "sheet")]
        token: Option<u32>,
        /// In a drill: with the virtual token in a reader, not with the one in the vault's drawer.
        #[arg(long)]
        readers: bool,
    },
    /// Tell whose share a sheet is from a picture of its code, which holds no secret.
    Identify(super::identify::Identify),
    /// Write a sheet that is no share, to try printer, paper and bag before the day.
    TestPrint {
        /// The folder; it is made.
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
}

impl Share {
    pub(crate) fn run(self, context: &Context) -> Ended {
        // A test print needs no vault: it is made before there is one. A sheet is identified with
        // no vault too, where there is none.
        let verb = match self.verb {
            Verb::TestPrint { folder } => return test_print(&folder, context),
            Verb::Identify(identify) => return identify.run(context),
            verb => verb,
        };
        let mut vault = vault::open(context)?;
        match verb {
            Verb::TestPrint { .. } | Verb::Identify(_) => Ok(Exit::Done),
            Verb::List { key } => {
                let key = named(&vault, key)?;
                list(&vault, key, context)
            }
            Verb::Health { key } => {
                let key = named(&vault, key)?;
                report(&vault, key, context)
            }
            Verb::Interval { months } => interval(&mut vault, months, context),
            Verb::Prove { holder, key, sheet, token, readers } => {
                let key = named(&vault, key)?;
                let from = (sheet, token.map(Serial));
                prove(&mut vault, (key, &holder), from, readers, context)?;
                if context.json {
                    let proved = serde_json::json!({ "key": key.to_string(), "holder": holder });
                    output::json("share prove", proved);
                } else {
                    output::line(format!("The share of {holder} is the one that was handed out."));
                }
                Ok(Exit::Done)
            }
        }
    }
}

/// Writes the test print into a file that was not there.
fn test_print(folder: &Path, context: &Context) -> Ended {
    let pdf = TestPrint { created: context.now() }.render();
    let pdf = pdf.map_err(|error| Failure::from_problem(Exit::Failed, &error))?;
    let path = folder.join("TEST-PRINT.pdf");
    let written = fs::create_dir_all(folder).and_then(|()| {
        let mut file = File::create_new(&path)?;
        file.write_all(&pdf)?;
        file.sync_all()
    });
    written.map_err(|error| {
        let problem = format!("{} cannot be written: {error}", path.display());
        let remedy = "Name a folder that you may write to and that has no test print yet.";
        Failure::new(Exit::Failed, "SR-CLI-IO", problem, remedy)
    })?;
    if context.json {
        output::json("share test-print", serde_json::json!({ "file": path }));
    } else {
        output::field("test print", path.display());
        output::line("It is no share. Print it on the ceremony's printer; destroy it afterwards.");
    }
    Ok(Exit::Done)
}

fn list(vault: &Vault, key: KeyName, context: &Context) -> Ended {
    let shares = health::standings(vault, key, context.now()).map_err(|error| refused(&error))?;
    if context.json {
        let listed = serde_json::json!({ "key": key.to_string(), "shares": shares });
        output::json("share list", listed);
        return Ok(Exit::Done);
    }
    output::field("key", key);
    shares.iter().for_each(tell);
    Ok(Exit::Done)
}

/// A share, and below it each copy.
fn tell(share: &Standing) {
    let (holder, group, member) = (&share.holder, &share.group, share.member);
    let due = if share.is_due { ", DUE" } else { "" };
    output::line(format!("{holder} ({group} {member}){due}"));
    if share.copies.is_empty() {
        output::line("    LOST: nothing that it lies on is in use");
    }
    for copy in &share.copies {
        let on =
            copy.token.as_ref().map_or("sheet".to_owned(), |t| format!("token {}", remarked(t)));
        let proved = copy.proved.as_deref().unwrap_or("never");
        output::line(format!("    {on}: last proved {proved}, due {}", copy.due));
    }
}

fn report(vault: &Vault, key: KeyName, context: &Context) -> Ended {
    let shares = health::standings(vault, key, context.now()).map_err(|error| refused(&error))?;
    let margin = Margin::of(vault, key, &shares).map_err(|error| refused(&error))?;
    let families = families(vault, key, &shares).map_err(|error| refused(&error))?;
    let due = shares.iter().filter(|share| share.is_due).count();
    // Nothing is asked for that anybody could answer wrongly: who looks is told by the exit code.
    let exit = if margin.is_reachable { Exit::Done } else { Exit::QuorumMissing };
    if context.json {
        let flaws: Vec<_> = families
            .iter()
            .map(|family| serde_json::json!({ "family": family, "warning": family.is_warned_of() }))
            .collect();
        let told = serde_json::json!({
            "key": key.to_string(), "due": due, "margin": margin, "families": flaws,
            "shares": shares,
        });
        output::json("share health", told);
        return Ok(exit);
    }
    output::field("key", key);
    shares.iter().for_each(tell);
    for group in &margin.groups {
        let GroupMargin { name, needed, usable, shares } = group;
        output::field(
            name,
            format!("{usable} of {shares} shares can be used, {needed} are needed"),
        );
    }
    output::field("margin", margin.in_words());
    for family in &families {
        warn(family);
    }
    if due > 0 {
        let next = context.strongroom();
        output::line(format!("{due} to be proved: {next} share prove HOLDER"));
    }
    Ok(exit)
}

/// What a flaw of tokens with one firmware means, or would mean.
fn warn(family: &Family) {
    let Family { name, tokens, flaws, opens, is_needed } = family;
    let what = match (opens, is_needed) {
        (true, true) => "are a quorum, and none is left without them",
        (true, false) => "are a quorum",
        (false, true) => "are needed for every quorum",
        (false, false) => return,
    };
    let tokens: Vec<_> = tokens.iter().map(|token| remarked(token)).collect();
    let tokens = tokens.join(", ");
    if !family.is_warned_of() {
        output::line(format!("note: tokens of one firmware {what}: {name} ({tokens})"));
        return;
    }
    output::line(format!("WARNING: tokens with a known flaw {what}: {name} ({tokens})"));
    for flaw in flaws.iter().filter(|flaw| flaw.reaches_our_keys) {
        output::line(format!("    {}: {}", flaw.id, flaw.summary));
    }
}

fn interval(vault: &mut Vault, months: Option<u32>, context: &Context) -> Ended {
    if let Some(months) = months {
        let set = health::set_interval(vault, months, vault::ACTOR, context.now());
        set.map_err(|error| refused(&error))?;
    }
    let months = health::interval_months(&vault.read());
    let months = months.map_err(|error| vault::refused(&error.into()))?;
    if context.json {
        output::json("share interval", serde_json::json!({ "months": months }));
    } else {
        output::line(format!("Each copy of a share is proved every {months} months."));
    }
    Ok(Exit::Done)
}

/// The key that was named, or the newest active one.
fn named(vault: &Vault, key: Option<KeyName>) -> Result<KeyName, Failure> {
    let newest = health::newest_key(vault).map_err(|error| vault::refused(&error.into()))?;
    key.or(newest).ok_or_else(|| {
        let remedy = "See strongroom key list; a first key is made by ceremony run genesis.";
        let problem = "this vault has no active key";
        Failure::new(Exit::Failed, "SR-CLI-NO-SUCH-KEY", problem, remedy)
    })
}

fn prove(
    vault: &mut Vault,
    (key, holder): (KeyName, &str),
    (sheet, token): (bool, Option<Serial>),
    readers: bool,
    context: &Context,
) -> Result<(), Failure> {
    let own = health::tokens_of(vault, key, holder).map_err(|error| refused(&error))?;
    let own = token.map_or(own, |serial| vec![serial]);
    let mut tokens = tokens::at_hand(vault, readers, context)?;
    let mut terminal = Terminal::open()?;
    let mut brought = if sheet || own.is_empty() {
        holder::words(&mut terminal, holder)?
    } else {
        let (operation, rng) = ("Prove a share", &mut context.rng());
        let taken = holder::take(&mut *tokens, (holder, &own), operation, &mut terminal, rng)?;
        Brought::Token(taken)
    };
    let proved = brought.with(&mut terminal, holder, |means| {
        health::prove(vault, key, holder, means, context.now())
    });
    drop(brought);
    holder::put_back(&mut *tokens)?;
    proved.map_err(|error| refused(&error))
}

/// The failure of a share, with the exit code that fits it.
pub(crate) fn refused(error: &ApprovalError) -> Failure {
    let exit = match error {
        ApprovalError::Share { .. } | ApprovalError::Signature { .. } => Exit::VerificationFailed,
        ApprovalError::NoShare { .. }
        | ApprovalError::NotEnrolled { .. }
        | ApprovalError::Retired { .. } => Exit::Refused,
        _ => Exit::Failed,
    };
    Failure::from_problem(exit, error)
}
