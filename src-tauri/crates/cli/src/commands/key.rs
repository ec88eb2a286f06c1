//! `strongroom key`: master keys, their public halves and states.

use clap::{Args, Subcommand};
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
    /// Print the recipient's file of an active key, for sealing; without a name that of the newest.
    Recipient {
        /// Its name, such as production/3.
        key: Option<KeyName>,
    },
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
        }
        Ok(Exit::Done)
    }
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
