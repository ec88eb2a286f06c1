//! `strongroom token` with `--pkcs11`: the tokens behind a module.

use pkcs11::{Module, Pkcs11Token, Seen};
use serde::Serialize;
use terms::hex::digits;
use token::{Counting, Serial, Slot, Token as _, TokenError};

use super::Ended;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;

/// A token as machines read it.
#[derive(Serialize)]
struct Described {
    /// The number by which Strongroom calls it.
    serial: u32,
    /// The serial number that it gives itself.
    own_serial: String,
    label: String,
    model: String,
    firmware: String,
    /// Its administrator has set a user PIN.
    ready: bool,
    /// What must be said of it wherever it is named.
    remark: &'static str,
}

#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    token: Described,
    /// `blocked`, `one try left` or `not told`.
    tries: &'static str,
    /// A wrong PIN was entered since the last good one.
    after_wrong: bool,
    slots: Vec<ShownSlot>,
}

#[derive(Serialize)]
struct ShownSlot {
    slot: String,
    /// The P-256 point in hexadecimal digits; none if there is no such key.
    public: Option<String>,
    /// The module says that the token made it.
    generated: bool,
}

/// Lists the tokens behind `module`.
pub(crate) fn list(module: &Module, context: &Context) -> Ended {
    let tokens = module.tokens().map_err(|error| refused(&error))?;
    let tokens: Vec<_> = tokens.iter().map(described).collect();
    let (path, name) = (module.path().display().to_string(), module.name());
    if context.json {
        let module = serde_json::json!({ "path": path, "name": name });
        output::json("token list", serde_json::json!({ "module": module, "tokens": tokens }));
        return Ok(Exit::Done);
    }
    output::field("module", path);
    output::field("", name.as_deref().unwrap_or("does not say what it is"));
    if tokens.is_empty() {
        output::line("No initialised token is behind it.");
    }
    for token in &tokens {
        let ready = if token.ready { "" } else { ", no PIN is set yet" };
        output::line(format!("{}  {}{ready}", token.serial, token.model));
        output::line(format!("  {}", token.remark));
    }
    Ok(Exit::Done)
}

/// Shows one of the tokens behind `module`.
pub(crate) fn show(module: &Module, serial: Option<Serial>, context: &Context) -> Ended {
    let seen = chosen(module, serial)?;
    let shown = read(module, &seen).map_err(|error| refused(&error))?;
    if context.json {
        output::json("token show", shown);
        return Ok(Exit::Done);
    }
    output::field("token", shown.token.serial);
    output::field("", shown.token.remark);
    output::field("model", &shown.token.model);
    output::field("firmware", &shown.token.firmware);
    let wrong = if shown.after_wrong { "; a wrong one was entered before" } else { "" };
    let ready = if shown.token.ready { shown.tries } else { "none is set yet" };
    output::field("PIN", format!("tries left: {ready}{wrong}"));
    for ShownSlot { slot, public, generated } in &shown.slots {
        let text = match (public, generated) {
            (None, _) => "empty",
            (Some(_), true) => "made in the token, says its module",
            (Some(_), false) => "imported: a copy may exist",
        };
        output::field(&format!("slot {slot}"), text);
    }
    Ok(Exit::Done)
}

fn chosen(module: &Module, serial: Option<Serial>) -> Result<Seen, Failure> {
    let mut tokens = module.tokens().map_err(|error| refused(&error))?;
    if let Some(serial) = serial {
        let found = tokens.into_iter().find(|seen| seen.identity.serial == serial);
        return found.ok_or_else(|| refused(&TokenError::Absent { serial }));
    }
    match (tokens.pop(), tokens.is_empty()) {
        (Some(only), true) => Ok(only),
        (only, _) => {
            let problem = if only.is_some() { "several tokens are" } else { "no token is" };
            let problem = format!("{problem} behind the module");
            let remedy = "Name one by its number; token list shows them.";
            Err(Failure::new(Exit::Usage, "SR-CLI-WHICH-TOKEN", problem, remedy))
        }
    }
}

fn read(module: &Module, seen: &Seen) -> Result<Shown, TokenError> {
    let mut token = Pkcs11Token::new(module.clone(), seen.identity.serial);
    let pin = token.pin_state()?;
    let slots = Slot::ALL.into_iter().map(|slot| {
        let state = token.slot(slot)?;
        Ok(ShownSlot {
            slot: slot.to_string(),
            generated: state.as_ref().is_some_and(|state| state.is_generated),
            public: state.and_then(|state| state.key).map(|key| digits(key.as_bytes())),
        })
    });
    Ok(Shown {
        slots: slots.collect::<Result<_, TokenError>>()?,
        token: described(seen),
        tries: match pin.tries_left {
            0 => "blocked",
            1 => "one try left",
            _ => "not told",
        },
        after_wrong: pin.counting == Counting::Flags { after_wrong: true },
    })
}

fn described(seen: &Seen) -> Described {
    let identity = &seen.identity;
    Described {
        serial: identity.serial.0,
        own_serial: seen.serial.clone(),
        label: seen.label.clone(),
        model: identity.model.clone(),
        firmware: identity.firmware.to_string(),
        ready: seen.is_ready,
        remark: identity.serial.assurance().remark().unwrap_or_default(),
    }
}

fn refused(error: &TokenError) -> Failure {
    Failure::from_problem(Exit::Failed, error)
}
