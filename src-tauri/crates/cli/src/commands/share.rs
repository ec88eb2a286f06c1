//! `strongroom share`: whether shares are still good.

use clap::{Args, Subcommand};
use engine::approval::ApprovalError;
use engine::conduct::{PinQuestion, RoomError, TypedPin};
use engine::health::{self, Means};
use engine::tokens::TokensError;
use engine::vault::Vault;
use terms::KeyName;
use token::{Serial, Touch};

use super::Ended;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::prompt::Terminal;
use crate::room::{told_of_token, typed_pin};
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
        /// In a drill: with the virtual token in a reader, not with the one in the vault's drawer.
        #[arg(long)]
        readers: bool,
    },
}

impl Share {
    pub(crate) fn run(self, context: &Context) -> Ended {
        let mut vault = vault::open(context)?;
        match self.verb {
            Verb::List { key } => {
                let key = named(&vault, key)?;
                list(&vault, key, context)
            }
            Verb::Prove { holder, key, sheet, readers } => {
                let key = named(&vault, key)?;
                let token = health::token_of(&vault, key, &holder).map_err(|e| refused(&e))?;
                match token.filter(|_| !sheet) {
                    Some(serial) => {
                        with_token(&mut vault, (key, &holder), serial, readers, context)?
                    }
                    None => with_sheet(&mut vault, (key, &holder), context)?,
                }
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

fn list(vault: &Vault, key: KeyName, context: &Context) -> Ended {
    let shares = health::standings(vault, key).map_err(|error| refused(&error))?;
    if context.json {
        let listed = serde_json::json!({ "key": key.to_string(), "shares": shares });
        output::json("share list", listed);
        return Ok(Exit::Done);
    }
    output::field("key", key);
    for share in &shares {
        let place = match &share.token {
            Some(serial) => format!("token {serial}"),
            None => "sheet".to_owned(),
        };
        let proved = share.proved.as_deref().unwrap_or("never");
        let (holder, group, member) = (&share.holder, &share.group, share.member);
        output::line(format!("{holder} ({group} {member}), {place}, last proved {proved}"));
    }
    Ok(Exit::Done)
}

/// The key that was named, or the newest active one.
fn named(vault: &Vault, key: Option<KeyName>) -> Result<KeyName, Failure> {
    let environment = vault.environment();
    let rows = vault.read().master_keys().map_err(|error| vault::refused(&error.into()))?;
    let newest = rows.iter().rev().find(|row| row.state == "active");
    let newest = newest.map(|row| KeyName { environment, version: row.version });
    key.or(newest).ok_or_else(|| {
        let remedy = "See strongroom key list; a first key is made by ceremony run genesis.";
        let problem = "this vault has no active key";
        Failure::new(Exit::Failed, "SR-CLI-NO-SUCH-KEY", problem, remedy)
    })
}

fn with_sheet(
    vault: &mut Vault,
    (key, holder): (KeyName, &str),
    context: &Context,
) -> Result<(), Failure> {
    let mut terminal = Terminal::open()?;
    let title = format!("Sheet of {holder}");
    let words = terminal.ask_words(&title, "The 33 words, typed from the sheet:")?;
    let proved = health::prove(vault, key, holder, Means::Sheet(&words), context.now());
    proved.map_err(|error| refused(&error))
}

fn with_token(
    vault: &mut Vault,
    (key, holder): (KeyName, &str),
    serial: Serial,
    readers: bool,
    context: &Context,
) -> Result<(), Failure> {
    let mut tokens = tokens::at_hand(vault, readers, context)?;
    let taken = tokens.take(serial, &mut context.rng());
    let mut token = taken.map_err(|error| unreachable_token(&error))?;
    let state = token.pin_state().map_err(|error| unreachable_token(&error.into()))?;
    let tries_left = Some(state.tries_left);
    let question = PinQuestion { holder, serial, tries_left, operation: "Prove a share" };
    let mut terminal = Terminal::open()?;
    let shown = told_of_token(&mut terminal, serial, &state);
    shown.map_err(|error| Failure::from_problem(Exit::Refused, &error))?;
    let typed: Result<TypedPin, RoomError> = typed_pin(&mut terminal, &question);
    let typed = typed.map_err(|error| Failure::from_problem(Exit::Refused, &error))?;
    let mut touch = |touch| {
        if let Touch::Needed { serial } = touch {
            // Whoever does not see the line sees the token blink.
            let _ = terminal.say(&format!("  {holder}: touch token {serial} now"));
        }
    };
    let pin = typed.as_pin();
    let means = Means::Token { token: &mut *token, pin: &pin, touch: &mut touch };
    let proved = health::prove(vault, key, holder, means, context.now());
    drop(token);
    // The counter of tries changed, whether or not the PIN was right.
    tokens.put_back().map_err(|error| unreachable_token(&error))?;
    proved.map_err(|error| refused(&error))
}

fn unreachable_token(error: &TokensError) -> Failure {
    Failure::from_problem(Exit::Failed, error)
}

fn refused(error: &ApprovalError) -> Failure {
    let exit = match error {
        ApprovalError::Share { .. } | ApprovalError::Signature { .. } => Exit::VerificationFailed,
        ApprovalError::NoShare { .. } | ApprovalError::NotEnrolled { .. } => Exit::Refused,
        _ => Exit::Failed,
    };
    Failure::from_problem(exit, error)
}
