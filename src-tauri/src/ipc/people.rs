//! People, their roles and their tokens.

use engine::enrolment::{Flaw, flaws_of, replacement_of};
use engine::vault::VaultView;
use registry::TokenRow;
use serde::Serialize;
use tauri::State;

use super::refusal::Answer;
use crate::desk::Desk;

/// Somebody the vault knows.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct Known {
    name: String,
    roles: Vec<String>,
    added: String,
    left: Option<String>,
    tokens: Vec<Token>,
}

/// A token that was enrolled.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
struct Token {
    serial: String,
    model: String,
    firmware: String,
    is_virtual: bool,
    enrolled: String,
    retired: Option<String>,
    /// When another one should take its place; none for one that is retired.
    replace_by: Option<String>,
    is_replacement_due: bool,
    /// The known flaws of its firmware, in words.
    flaws: Vec<String>,
}

impl Token {
    fn of(view: &VaultView, token: &TokenRow) -> Answer<Self> {
        let now = Desk::now();
        let replacement = replacement_of(&view.read(), token, now)?;
        let is_used = token.retired_at.is_none();
        let flaw = |flaw: Flaw| format!("{}: {}", flaw.id, flaw.summary);
        Ok(Self {
            serial: token.serial.clone(),
            model: token.model.clone(),
            firmware: token.firmware.clone(),
            is_virtual: token.kind == registry::TokenKind::Virtual,
            enrolled: token.enrolled_at.to_string(),
            retired: token.retired_at.map(|at| at.to_string()),
            is_replacement_due: is_used && replacement.by <= now.to_string(),
            replace_by: is_used.then_some(replacement.by),
            flaws: flaws_of(token).into_iter().map(flaw).collect(),
        })
    }
}

/// Lists everybody the vault knows, with their tokens.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) fn people(desk: State<'_, Desk>) -> Answer<Vec<Known>> {
    let view = desk.view()?;
    let tokens = view.read().tokens()?;
    let known = view.read().people()?.into_iter().map(|person| {
        let own = tokens.iter().filter(|token| token.person == person.name);
        let own: Answer<Vec<Token>> = own.map(|token| Token::of(&view, token)).collect();
        Ok(Known {
            tokens: own?,
            roles: person.roles.iter().map(ToString::to_string).collect(),
            added: person.added_at.to_string(),
            left: person.left_at.map(|at| at.to_string()),
            name: person.name,
        })
    });
    known.collect()
}
