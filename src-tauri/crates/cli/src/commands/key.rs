//! `strongroom key`: master keys, their public halves and states.

use clap::{Args, Subcommand};
use engine::key_state::{KeyStateError, take_out_of_use};
use keys::{KeyState, KeysError, Recipient};
use registry::MasterKeyRow;
use serde::Serialize;
use terms::{Environment, KeyName};

use super::Ended;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::recipient::RecipientFile;
use crate::{output, vault};

/// Master keys.
#[derive(Args)]
pub(crate) struct Key {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// List all master keys with their states.
    List,
    /// Show one key: state, fingerprint, split and holders.
    Show {
        /// Its name, such as production/3.
        key: KeyName,
    },
    /// Take a key out of use because its time is over: it seals no more, and opens what it did.
    Deactivate(Leaving),
    /// Say that somebody may know a key: it seals no more, and opens under extra care.
    Compromise(Leaving),
    /// Print the recipient's file of an active key, for sealing; without a name that of the newest.
    Recipient {
        /// Its name, such as production/3.
        key: Option<KeyName>,
    },
}

/// Who takes a key out of use, and why.
#[derive(Args)]
struct Leaving {
    /// Its name, such as production/3.
    key: KeyName,
    /// Who says so.
    #[arg(long, value_name = "NAME")]
    by: String,
    /// Why, in a few words; it stands in the log.
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

#[derive(Serialize)]
struct Shown {
    key: String,
    state: String,
    fingerprint: String,
    words: String,
    created: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    split: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    holders: Vec<String>,
}

impl Key {
    pub(crate) fn run(self, context: &Context) -> Ended {
        match self.verb {
            Verb::Deactivate(leaving) => return leave(leaving, KeyState::Deactivated, context),
            Verb::Compromise(leaving) => return leave(leaving, KeyState::Compromised, context),
            Verb::List | Verb::Show { .. } | Verb::Recipient { .. } => (),
        }
        let view = vault::view(context)?;
        let environment = view.facts().environment;
        let read = |error| vault::refused(&error);
        let rows = view.read().master_keys().map_err(|error| read(error.into()))?;
        match self.verb {
            Verb::List => {
                let keys: Vec<_> = rows.iter().map(|row| shown(row, environment)).collect();
                list(&keys, context);
            }
            Verb::Show { key } => {
                let row = find(&rows, Some(key), environment)?;
                let mut shown = shown(row, environment);
                let split = view.read().effective_split(row.version);
                if let Some(split) = split.map_err(|error| read(error.into()))? {
                    let shares =
                        view.read().shares(split.id).map_err(|error| read(error.into()))?;
                    shown.split = Some(split.id.to_string());
                    shown.holders = shares.into_iter().map(|share| share.holder).collect();
                }
                show(&shown, context);
            }
            Verb::Recipient { key } => {
                let row = find(&rows, key, environment)?;
                sealable(row, environment)?;
                if context.json {
                    let recipient = serde_json::json!({ "recipient": row.recipient });
                    output::json("key recipient", recipient);
                } else {
                    let key = KeyName { environment, version: row.version };
                    output::line(file_of(row, key)?.to_string());
                }
            }
            Verb::Deactivate(_) | Verb::Compromise(_) => (),
        }
        Ok(Exit::Done)
    }
}

/// Takes a key out of use, and says what that leaves to be done.
fn leave(leaving: Leaving, to: KeyState, context: &Context) -> Ended {
    let Leaving { key, by, reason } = leaving;
    if by.trim().is_empty() || reason.trim().is_empty() {
        let problem = "somebody must say so, and why";
        let remedy = "Name the person with --by and write a few words with --reason.";
        return Err(Failure::new(Exit::Usage, "SR-CLI-NO-REASON", problem, remedy));
    }
    let mut vault = vault::open(context)?;
    let said = (by.trim(), reason.trim());
    let archives = take_out_of_use(&mut vault, (key, to), said, context.now());
    let archives = archives.map_err(|error| match &error {
        KeyStateError::Vault(error) => vault::refused(error),
        error => Failure::from_problem(Exit::Refused, error),
    })?;
    if context.json {
        let told = serde_json::json!({
            "key": key.to_string(), "state": to.as_str(), "archives_only_under_it": archives,
        });
        output::json("key state", told);
        return Ok(Exit::Done);
    }
    output::field("key", format!("{key} is {to}: nothing can be sealed to it any more"));
    output::field("archives", format!("{archives} that this vault knows need it"));
    output::line(
        "Archives that were sealed without this vault are not counted; inspect names their key.",
    );
    let next = context.strongroom();
    output::line(match to {
        KeyState::Compromised => format!(
            "Next: {next} ceremony run rotation makes a key in its place; seal anew what lies \
             under this one."
        ),
        _ => format!("Next: {next} ceremony run rotation, unless another key is in use."),
    });
    Ok(Exit::Done)
}

/// The recipient with what whoever seals should know about it.
fn file_of(row: &MasterKeyRow, key: KeyName) -> Result<RecipientFile, Failure> {
    let recipient: Result<Recipient, KeysError> = row.recipient.parse();
    let recipient = recipient.map_err(|error| Failure::from_problem(Exit::Failed, &error))?;
    Ok(RecipientFile { recipient, environment: Some(key.environment), key: Some(key) })
}

fn find(
    rows: &[MasterKeyRow],
    key: Option<KeyName>,
    environment: Environment,
) -> Result<&MasterKeyRow, Failure> {
    let found = match key {
        Some(key) if key.environment == environment => {
            rows.iter().find(|row| row.version == key.version)
        }
        Some(_) => None,
        None => rows.iter().rev().find(|row| row.state == "active"),
    };
    found.ok_or_else(|| {
        let problem = match key {
            Some(key) => format!("this vault has no key {key}"),
            None => "this vault has no active key".to_owned(),
        };
        let remedy = "See strongroom key list; a first key is made by ceremony run genesis.";
        Failure::new(Exit::Failed, "SR-CLI-NO-SUCH-KEY", problem, remedy)
    })
}

/// Refuses to print what people would seal to, if nothing may be sealed to it (keys-1 K15).
fn sealable(row: &MasterKeyRow, environment: Environment) -> Result<(), Failure> {
    if row.state.parse().is_ok_and(KeyState::seals) {
        return Ok(());
    }
    let key = KeyName { environment, version: row.version };
    let problem = format!("the key {key} is {}: nothing may be sealed to it", row.state);
    let remedy = "Name an active key; strongroom key list has the states.";
    Err(Failure::new(Exit::Refused, "SR-CLI-KEY-STATE", problem, remedy))
}

fn shown(row: &MasterKeyRow, environment: Environment) -> Shown {
    Shown {
        key: KeyName { environment, version: row.version }.to_string(),
        state: row.state.clone(),
        fingerprint: row.fingerprint.to_string(),
        words: row.fingerprint.to_words(),
        created: row.created_at.to_string(),
        split: None,
        holders: Vec::new(),
    }
}

fn list(keys: &[Shown], context: &Context) {
    if context.json {
        output::json("key list", serde_json::json!({ "keys": keys }));
        return;
    }
    if keys.is_empty() {
        let next = context.strongroom();
        output::line(format!("No master key yet. Make one: {next} ceremony run genesis"));
    }
    for key in keys {
        output::line(format!("{}  {}  {}", key.key, key.state, key.words));
    }
}

fn show(key: &Shown, context: &Context) {
    if context.json {
        output::json("key show", key);
        return;
    }
    output::field("key", &key.key);
    output::field("state", &key.state);
    output::field("made", &key.created);
    output::field("fingerprint", &key.words);
    output::field("", &key.fingerprint);
    output::field("split", key.split.as_deref().unwrap_or("none is effective"));
    for holder in &key.holders {
        output::field("holder", holder);
    }
}
