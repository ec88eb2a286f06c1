//! The tokens that a vault knows: what they are, whose, and what became of them.

use engine::conduct::enrol::Enrolled;
use engine::enrolment::{
    Flaw, Replacement, flaws_of, lifetime_months, replacement_of, set_lifetime,
};
use registry::TokenRow;
use serde::Serialize;
use token::remark_on;

use super::Ended;
use crate::context::Context;
use crate::exit::Exit;
use crate::{output, vault};

/// An enrolled token as machines read it.
#[derive(Serialize)]
struct Listed {
    serial: String,
    /// What must be said of it; none if there is nothing (envelope-1 E17).
    remark: Option<&'static str>,
    holder: String,
    model: String,
    firmware: String,
    /// `in use` or `retired`.
    state: &'static str,
    /// Why it was retired, if that is known.
    why: Option<String>,
    enrolled: String,
    retired: Option<String>,
    replace: Option<Replacement>,
    flaws: Vec<Flaw>,
}

/// Lists the tokens of the vault.
pub(super) fn list(context: &Context) -> Ended {
    let view = vault::view(context)?;
    let read = |error: registry::RegistryError| vault::refused(&error.into());
    let reader = view.read();
    let mut tokens = Vec::new();
    for row in reader.tokens().map_err(read)? {
        let why = reader.why_retired(&row.serial).map_err(read)?;
        let replace = replacement_of(&reader, &row, context.now()).map_err(read)?;
        tokens.push(listed(row, why.map(|why| why.to_string()), replace));
    }
    if context.json {
        output::json("token list", serde_json::json!({ "tokens": tokens }));
        return Ok(Exit::Done);
    }
    if tokens.is_empty() {
        output::line("No token is enrolled. See strongroom ceremony run enrol.");
    }
    for token in &tokens {
        let Listed { serial, holder, model, firmware, .. } = token;
        let state = match (&token.retired, &token.why) {
            (Some(at), Some(why)) => format!("retired {at}: {why}"),
            (Some(at), None) => format!("retired {at}"),
            (None, _) => "in use".to_owned(),
        };
        output::line(format!("{serial}  {holder}, {model}, firmware {firmware}: {state}"));
        if let Some(remark) = token.remark {
            output::line(format!("    {remark}"));
        }
        if let Some(Replacement { by, because }) = &token.replace {
            output::line(format!("    replace by {by}: {because}"));
        }
        for flaw in &token.flaws {
            let reach = if flaw.reaches_our_keys { "" } else { " (not used here)" };
            output::line(format!("    {}: {}{reach}", flaw.id, flaw.summary));
        }
    }
    Ok(Exit::Done)
}

/// Shows how long tokens are used, after setting it if a number of months is named.
pub(super) fn lifetime(months: Option<u32>, context: &Context) -> Ended {
    let mut vault = vault::open(context)?;
    if let Some(months) = months {
        let set = set_lifetime(&mut vault, months, vault::ACTOR, context.now());
        set.map_err(|error| vault::refused(&error))?;
    }
    let months = lifetime_months(&vault.read());
    let months = months.map_err(|error| vault::refused(&error.into()))?;
    if context.json {
        output::json("token lifetime", serde_json::json!({ "months": months }));
    } else {
        output::line(format!("A token is used for {months} months, then it is to be replaced."));
    }
    Ok(Exit::Done)
}

fn listed(row: TokenRow, why: Option<String>, replace: Replacement) -> Listed {
    let is_retired = row.retired_at.is_some();
    Listed {
        state: if is_retired { "retired" } else { "in use" },
        why,
        flaws: flaws_of(&row),
        enrolled: row.enrolled_at.to_string(),
        retired: row.retired_at.map(|at| at.to_string()),
        replace: (!is_retired).then_some(replace),
        remark: remark_on(&row.serial),
        serial: row.serial,
        holder: row.person,
        model: row.model,
        firmware: row.firmware,
    }
}

/// What an enrolment did.
pub(super) fn tell(done: &Enrolled, context: &Context) {
    if context.json {
        output::json("ceremony run enrol", done);
        return;
    }
    for passport in &done.tokens {
        let (serial, holder) = (passport.serial, &passport.holder);
        output::field("token", format!("{serial} of {holder}"));
        let (model, form, firmware) = (&passport.model, &passport.form, &passport.firmware);
        output::field("", format!("{model}, {form}, firmware {firmware}"));
        let Replacement { by, because } = &passport.replace;
        output::field("", format!("replace by {by}: {because}"));
        for flaw in passport.flaws.iter().filter(|flaw| flaw.reaches_our_keys) {
            output::field("WARNING", format!("{}: {}", flaw.id, flaw.summary));
        }
    }
    output::field("minutes", &done.minutes);
    let next = context.strongroom();
    output::line(format!("Next: {next} ceremony run genesis, or {next} token add."));
}
