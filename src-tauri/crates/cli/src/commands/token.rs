//! `strongroom token`: the tokens in the readers of this machine.

use clap::{Args, Subcommand};
use reader::{HardwareToken, Holds, Seen};
use serde::Serialize;
use terms::Problem;
use terms::hex::digits;
use token::attestation::{self, Claim, Trust};
use token::{Firmware, Identity, Serial, Slot, SlotState, Token as _, TokenError};

use super::custody::{Add, Replace, Retire};
use super::{Ended, enrolled, module};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;

/// Hardware tokens: those in readers, or with --pkcs11 behind a module, and those on which this
/// vault's shares lie.
#[derive(Args)]
pub(crate) struct Token {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// List the readers and the tokens in them; nothing on them is changed.
    List {
        /// Instead, the tokens that are enrolled in the vault, and what became of them.
        #[arg(long)]
        enrolled: bool,
    },
    /// Show one token: firmware, tries of the PIN, keys, and whether they were made in it.
    Show {
        /// Its serial number; may be left out when one token is there.
        serial: Option<u32>,
    },
    /// Put a holder's share on another of their tokens too; no quorum is needed.
    Add(Add),
    /// Put a holder's shares on a new token and retire the one it replaces.
    Replace(Replace),
    /// Show or set after how many months from its enrolment on a token is to be replaced.
    Lifetime {
        /// Months.
        #[arg(value_parser = clap::value_parser!(u32).range(1..=240))]
        months: Option<u32>,
    },
    /// Retire a token for good: what is sealed to it counts no more.
    Retire(Retire),
}

/// A reader as machines read it.
#[derive(Serialize)]
struct Place {
    reader: String,
    holds: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<Described>,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<Told>,
}

#[derive(Serialize)]
struct Described {
    serial: u32,
    model: String,
    firmware: String,
    /// New enough to hold a share.
    admitted: bool,
    /// For drills only.
    #[serde(rename = "virtual")]
    is_virtual: bool,
}

#[derive(Serialize)]
struct Told {
    code: &'static str,
    problem: String,
    remedy: String,
}

#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    token: Described,
    tries_left: u8,
    tries_total: u8,
    default_pin: bool,
    slots: Vec<ShownSlot>,
}

#[derive(Serialize)]
struct ShownSlot {
    slot: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<ShownKey>,
}

#[derive(Serialize)]
struct ShownKey {
    /// The P-256 point in hexadecimal digits; none if the key is of another kind.
    public: Option<String>,
    generated: bool,
    pin: String,
    touch: String,
    /// `proved`, `drill` or the code of what is missing.
    attestation: &'static str,
    /// The same as a sentence.
    verdict: String,
}

impl Token {
    pub(crate) fn run(self, context: &Context) -> Ended {
        match self.verb {
            Verb::List { enrolled: false } => match context.module()? {
                Some(named) => module::list(&named, context),
                None => list(context),
            },
            Verb::List { enrolled: true } => enrolled::list(context),
            Verb::Show { serial } => match context.module()? {
                Some(named) => module::show(&named, serial.map(Serial), context),
                None => show(serial.map(Serial), context),
            },
            Verb::Lifetime { months } => enrolled::lifetime(months, context),
            Verb::Add(verb) => verb.run(context),
            Verb::Replace(verb) => verb.run(context),
            Verb::Retire(verb) => verb.run(context),
        }
    }
}

fn list(context: &Context) -> Ended {
    let readers = reader::readers().map_err(|error| refused(&error))?;
    let mut tokens = reader::tokens().map_err(|error| refused(&error))?;
    let places: Vec<Place> = readers
        .into_iter()
        .map(|reader| {
            let at = tokens.iter().position(|seen| seen.reader == reader.name);
            let seen = at.map(|at| tokens.swap_remove(at).identity);
            let holds = match reader.holds {
                Holds::Nothing => "nothing",
                Holds::YubiKey => "token",
                Holds::OtherCard => "other card",
                Holds::Mute => "card that does not answer",
            };
            let (token, problem) = match seen {
                Some(Ok(identity)) => (Some(described(&identity)), None),
                Some(Err(error)) => (None, Some(told(&error))),
                None => (None, None),
            };
            Place { reader: reader.name, holds, token, problem }
        })
        .collect();
    if context.json {
        output::json("token list", serde_json::json!({ "readers": places }));
        return Ok(Exit::Done);
    }
    if places.is_empty() {
        output::line("There is no reader. A YubiKey brings its own: insert one.");
    }
    for place in &places {
        match (&place.token, &place.problem) {
            (Some(token), _) => output::line(line_of(token, &place.reader)),
            (None, Some(told)) => {
                output::line(format!("{}: {} [{}]", place.reader, told.problem, told.code));
                output::line(format!("  {}", told.remedy));
            }
            (None, None) => output::line(format!("{}: {}", place.reader, place.holds)),
        }
    }
    Ok(Exit::Done)
}

fn show(serial: Option<Serial>, context: &Context) -> Ended {
    let serial = serial.map_or_else(the_only_one, Ok)?;
    let shown = read(serial).map_err(|error| refused(&error))?;
    if context.json {
        output::json("token show", shown);
        return Ok(Exit::Done);
    }
    output::field("token", shown.token.serial);
    output::field("model", &shown.token.model);
    output::field("firmware", &shown.token.firmware);
    if !shown.token.admitted {
        output::field("", too_old());
    }
    let tries = match shown.tries_left {
        0 => "blocked: no try is left".to_owned(),
        left => format!("{left} of {} tries left", shown.tries_total),
    };
    output::field("PIN", tries);
    if shown.default_pin {
        output::field("", "still the factory's: it protects nothing");
    }
    for ShownSlot { slot, key } in &shown.slots {
        let label = format!("slot {slot}");
        let Some(key) = key else {
            output::field(&label, "empty");
            continue;
        };
        let origin = if key.generated { "made in the token" } else { "imported: a copy may exist" };
        output::field(&label, origin);
        output::field("", format!("asks for the PIN {}, for a touch {}", key.pin, key.touch));
        output::field("", &key.verdict);
    }
    Ok(Exit::Done)
}

/// The serial number of the one token that is there.
fn the_only_one() -> Result<Serial, Failure> {
    let tokens = reader::tokens().map_err(|error| refused(&error))?;
    let usage = |problem, remedy: &str| {
        Err(Failure::new(Exit::Usage, "SR-CLI-WHICH-TOKEN", problem, remedy))
    };
    match tokens.as_slice() {
        [Seen { identity: Ok(identity), .. }] => Ok(identity.serial),
        [Seen { identity: Err(error), .. }] => Err(refused(error)),
        [] => usage("no token is in a reader", "Insert a token."),
        _ => usage("several tokens are in readers", "Name one by its serial number."),
    }
}

fn read(serial: Serial) -> Result<Shown, TokenError> {
    let mut token = HardwareToken::new(serial);
    let identity = token.identity()?;
    let pin = token.pin_state()?;
    let slots = Slot::ALL.into_iter().map(|slot| {
        let state = token.slot(slot)?;
        let key = state.map(|state| shown_key(&mut token, &identity, slot, &state)).transpose()?;
        Ok(ShownSlot { slot: slot.to_string(), key })
    });
    Ok(Shown {
        slots: slots.collect::<Result<_, TokenError>>()?,
        token: described(&identity),
        tries_left: pin.tries_left,
        tries_total: pin.tries_total,
        default_pin: pin.is_default,
    })
}

fn shown_key(
    token: &mut HardwareToken,
    identity: &Identity,
    slot: Slot,
    state: &SlotState,
) -> Result<ShownKey, TokenError> {
    let (attestation, verdict) = match state.key {
        None => ("SR-TOKEN-WRONG-SLOT", "of another kind than P-256: it cannot be used".to_owned()),
        Some(key) => {
            let claim = Claim { serial: identity.serial, key, minimum: Firmware::MINIMUM };
            match token.attest(slot) {
                Ok(chain) => judged(identity, &chain, &claim),
                Err(error @ TokenError::NotAttested { .. }) => (error.code(), error.to_string()),
                Err(error) => return Err(error),
            }
        }
    };
    Ok(ShownKey {
        public: state.key.map(|key| digits(key.as_bytes())),
        generated: state.is_generated,
        pin: state.pin.to_string(),
        touch: state.touch.to_string(),
        attestation,
        verdict,
    })
}

/// What the attestation proves, without a network, under the pinned roots.
fn judged(
    identity: &Identity,
    chain: &token::AttestationChain,
    claim: &Claim,
) -> (&'static str, String) {
    let trust = if identity.is_virtual { Trust::Drill } else { Trust::Production };
    match attestation::verify(chain, claim, trust) {
        Ok(_) if identity.is_virtual => {
            ("drill", "attested by a virtual token: for drills only".to_owned())
        }
        Ok(proved) => {
            ("proved", format!("proved: made in a YubiKey, under root {}", proved.root()))
        }
        Err(error) => (error.code(), format!("NOT proved: {error} [{}]", error.code())),
    }
}

fn described(identity: &Identity) -> Described {
    Described {
        serial: identity.serial.0,
        model: identity.model.clone(),
        firmware: identity.firmware.to_string(),
        admitted: identity.firmware >= Firmware::MINIMUM,
        is_virtual: identity.is_virtual,
    }
}

/// Why firmware is not admitted (EUCLEAK).
fn too_old() -> String {
    format!("too old for shares: its keys can leak (YSA-2024-03); {} is needed", Firmware::MINIMUM)
}

fn line_of(token: &Described, reader: &str) -> String {
    let old = if token.admitted { "" } else { ", too old for shares" };
    let Described { serial, model, firmware, .. } = token;
    format!("{serial}  {model}, firmware {firmware}{old}  ({reader})")
}

fn told(error: &TokenError) -> Told {
    Told { code: error.code(), problem: error.to_string(), remedy: error.remedy() }
}

fn refused(error: &TokenError) -> Failure {
    Failure::from_problem(Exit::Failed, error)
}
