//! `strongroom token add`, `replace` and `retire`: which tokens a holder's share lies on.

use clap::{Args, ValueEnum};
use engine::custody::{self, Copying, CustodyError, LostShare};
use engine::health;
use engine::tokens::Tokens;
use engine::vault::Vault;
use registry::WhyRetired;
use terms::KeyName;
use token::Serial;

use super::Ended;
use super::share::refused as share_refused;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::holder::{self, Brought};
use crate::prompt::Terminal;
use crate::{output, tokens, vault};

/// Where a share is copied from.
#[derive(Args)]
struct From {
    /// From this token of the holder [default: the one that is in a reader].
    #[arg(long, value_name = "SERIAL", conflicts_with = "sheet")]
    from: Option<u32>,

    /// From the words of the holder's sheet.
    #[arg(long)]
    sheet: bool,

    /// In a drill: with the virtual tokens in readers, not with those in the vault's drawer.
    #[arg(long)]
    readers: bool,
}

#[derive(Args)]
pub(super) struct Add {
    /// Whose share.
    holder: String,

    /// The token that it is put on too; it was enrolled for the holder.
    #[arg(long, value_name = "SERIAL")]
    to: u32,

    /// Only the share of this key [default: of every key].
    #[arg(long)]
    key: Option<KeyName>,

    #[command(flatten)]
    from: From,
}

#[derive(Args)]
pub(super) struct Replace {
    /// The token that is replaced.
    old: u32,

    /// The token that takes its place; it was enrolled for the same holder.
    #[arg(long, value_name = "SERIAL")]
    with: u32,

    /// What became of the old one.
    #[arg(long, value_enum, default_value = "replaced")]
    because: Because,

    #[command(flatten)]
    from: From,
}

#[derive(Args)]
pub(super) struct Retire {
    /// The token.
    serial: u32,

    /// What became of it.
    #[arg(long, value_enum)]
    because: Because,
}

/// What became of a token.
#[derive(Clone, Copy, ValueEnum)]
enum Because {
    /// Nobody knows where it is.
    Lost,
    /// Somebody else has it.
    Stolen,
    /// It works no more.
    Broken,
    /// Another one took its place.
    Replaced,
    /// It is not needed.
    Surplus,
}

impl Because {
    /// Nothing can be read from it any more.
    fn is_gone(self) -> bool {
        matches!(self, Self::Lost | Self::Stolen | Self::Broken)
    }

    fn why(self) -> WhyRetired {
        match self {
            Self::Lost => WhyRetired::Lost,
            Self::Stolen => WhyRetired::Stolen,
            Self::Broken => WhyRetired::Broken,
            Self::Replaced => WhyRetired::Replaced,
            Self::Surplus => WhyRetired::Surplus,
        }
    }
}

impl Add {
    pub(super) fn run(self, context: &Context) -> Ended {
        let mut vault = vault::open(context)?;
        let keys = match self.key {
            Some(key) => vec![key],
            None => custody::keys_of(&vault, &self.holder).map_err(|error| refused(&error))?,
        };
        let (holder, to) = (self.holder.as_str(), Serial(self.to));
        let mut open = Vec::new();
        for key in &keys {
            match custody::check(&vault, *key, holder, to) {
                Ok(()) => open.push(*key),
                Err(CustodyError::There { .. }) if keys.len() > 1 => {}
                Err(error) => return Err(refused(&error)),
            }
        }
        if open.is_empty() {
            return Err(nothing_to_copy(holder));
        }
        let copied = copy(&mut vault, (holder, &open), to, (&self.from, None), context)?;
        if context.json {
            let told = serde_json::json!({
                "holder": holder, "token": self.to, "remark": to.assurance().remark(),
                "keys": copied,
            });
            output::json("token add", told);
        } else {
            let (keys, to) = (copied.join(", "), to.with_remark());
            output::line(format!("The share of {holder} of {keys} lies on token {to} too."));
        }
        Ok(Exit::Done)
    }
}

impl Replace {
    pub(super) fn run(self, context: &Context) -> Ended {
        let mut vault = vault::open(context)?;
        let (old, new) = (Serial(self.old), Serial(self.with));
        let lost = custody::consequences(&vault, old, context.now());
        let lost = lost.map_err(|error| refused(&error))?;
        let is_gone = self.because.is_gone();
        let only = lost.iter().find(|share| share.left.is_empty());
        if let Some(only) = only.filter(|_| is_gone && !self.from.sheet) {
            let (holder, key) = (only.holder.clone(), only.key.clone());
            return Err(refused(&CustodyError::NoOtherCopy { holder, key, serial: old }));
        }
        let holder = owner(&vault, old)?;
        let mut open = Vec::new();
        for share in &lost {
            let Ok(key) = share.key.parse::<KeyName>() else { continue };
            match custody::check(&vault, key, &holder, new) {
                Ok(()) => open.push(key),
                Err(CustodyError::There { .. }) => {}
                Err(error) => return Err(refused(&error)),
            }
        }
        let gone = is_gone.then_some(old);
        let copied = copy(&mut vault, (&holder, &open), new, (&self.from, gone), context)?;
        let (why, now) = (self.because.why(), context.now());
        let retired = custody::retire(&mut vault, old, why, &holder, now);
        retired.map_err(|error| refused(&error))?;
        if context.json {
            let told = serde_json::json!({
                "holder": holder, "retired": self.old,
                "retired_remark": old.assurance().remark(), "token": self.with,
                "remark": new.assurance().remark(), "keys": copied, "why": why.to_string(),
            });
            output::json("token replace", told);
        } else {
            let (new, old) = (new.with_remark(), old.with_remark());
            output::line(format!("Token {new} of {holder} takes the place of token {old}."));
        }
        Ok(Exit::Done)
    }
}

impl Retire {
    pub(super) fn run(self, context: &Context) -> Ended {
        let mut vault = vault::open(context)?;
        let serial = Serial(self.serial);
        let (why, now) = (self.because.why(), context.now());
        let lost = custody::retire(&mut vault, serial, why, vault::ACTOR, now);
        let lost = lost.map_err(|error| refused(&error))?;
        if context.json {
            let told = serde_json::json!({
                "token": self.serial, "remark": serial.assurance().remark(),
                "why": why.to_string(), "shares": lost,
            });
            output::json("token retire", told);
            return Ok(Exit::Done);
        }
        output::line(format!("Token {} is retired: {why}.", serial.with_remark()));
        lost.iter().for_each(tell);
        Ok(Exit::Done)
    }
}

/// What is left of a share whose token is gone.
fn tell(share: &LostShare) {
    let LostShare { key, holder, left, .. } = share;
    if left.is_empty() {
        output::line(format!("LOST with it: the share of {holder} of {key}."));
    } else {
        output::line(format!("The share of {holder} of {key} is left: {}.", left.join(", ")));
    }
    match (share.is_reachable, share.may_be_lost) {
        (false, _) => output::line(format!("NOBODY can open {key} any more.")),
        (true, 0) => output::line(format!(
            "No further share of {key} may be lost. Hold a genesis of a new key, and seal anew \
             what lies under this one as long as its quorum lasts."
        )),
        (true, may) => output::line(format!("Further shares of {key} that may be lost: {may}.")),
    }
}

/// Opens the holder's share of each key, not with the token that is gone, and puts it on the token
/// `to`.
fn copy(
    vault: &mut Vault,
    (holder, keys): (&str, &[KeyName]),
    to: Serial,
    (from, gone): (&From, Option<Serial>),
    context: &Context,
) -> Result<Vec<String>, Failure> {
    let mut tokens = tokens::at_hand(vault, from.readers, context)?;
    let mut terminal = Terminal::open()?;
    let mut copied = Vec::new();
    for key in keys {
        if keys.len() > 1 {
            terminal.say(&format!("The share of {holder} of {key}"))?;
        }
        let own = health::tokens_of(vault, *key, holder).map_err(|error| share_refused(&error))?;
        let own: Vec<_> = match from.from {
            Some(serial) => vec![Serial(serial)],
            None if from.sheet => Vec::new(),
            None => own.into_iter().filter(|serial| Some(*serial) != gone).collect(),
        };
        let whose = (holder, *key);
        copy_one(vault, whose, (&own, to), (&mut *tokens, &mut terminal), context)?;
        copied.push(key.to_string());
    }
    Ok(copied)
}

/// Opens the share with one of the tokens `own`, or from the sheet if there is none.
fn copy_one(
    vault: &mut Vault,
    (holder, key): (&str, KeyName),
    (own, to): (&[Serial], Serial),
    (tokens, terminal): (&mut dyn Tokens, &mut Terminal),
    context: &Context,
) -> Result<(), Failure> {
    let rng = &mut context.rng();
    let mut brought = if own.is_empty() {
        holder::words(terminal, holder)?
    } else {
        let operation = "Open your share";
        Brought::Token(holder::take(tokens, (holder, own), operation, terminal, rng)?)
    };
    let begun = brought.with(terminal, holder, |means| {
        Copying::begin(vault, key, holder, means, to, context.now())
    });
    drop(brought);
    holder::put_back(tokens)?;
    let copying = begun.map_err(|error| refused(&error))?;
    let operation = "Put your share on this token";
    let mut taken = match holder::take(tokens, (holder, &[to]), operation, terminal, rng) {
        Ok(taken) => taken,
        Err(failure) => {
            let given_up = copying.abort(vault, failure.code(), context.now());
            given_up.map_err(|error| refused(&error))?;
            return Err(failure);
        }
    };
    let (token, pin) = taken.parts();
    let mut touch = |touch| holder::tell(terminal, holder, touch);
    let sealed = copying.seal(vault, token, (&pin, &mut touch), rng, context.now());
    drop(taken);
    holder::put_back(tokens)?;
    sealed.map_err(|error| refused(&error))
}

fn owner(vault: &Vault, token: Serial) -> Result<String, Failure> {
    let row = vault.read().token(&token.to_string());
    let row = row.map_err(|error| vault::refused(&error.into()))?;
    let unknown = || refused(&CustodyError::Unknown { serial: token });
    row.map(|row| row.person).ok_or_else(unknown)
}

fn nothing_to_copy(holder: &str) -> Failure {
    let problem = format!("there is no share of {holder} that is not on this token already");
    let remedy = "See strongroom share list.";
    Failure::new(Exit::Refused, "SR-CLI-NOTHING-TO-COPY", problem, remedy)
}

/// The failure of an act of custody, with the exit code that fits it.
fn refused(error: &CustodyError) -> Failure {
    let exit = match error {
        CustodyError::Vault(error) => return vault::refused(error),
        CustodyError::Share(error) => return share_refused(error),
        CustodyError::Envelope { .. } => Exit::Failed,
        _ => Exit::Refused,
    };
    Failure::from_problem(exit, error)
}
