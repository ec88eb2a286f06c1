//! People, their roles and their tokens.

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
}

/// Lists everybody the vault knows, with their tokens.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) fn people(desk: State<'_, Desk>) -> Answer<Vec<Known>> {
    let view = desk.view()?;
    let tokens = view.read().tokens()?;
    let known = view.read().people()?.into_iter().map(|person| {
        let own = tokens.iter().filter(|token| token.person == person.name);
        let own = own.map(|token| Token {
            serial: token.serial.clone(),
            model: token.model.clone(),
            firmware: token.firmware.clone(),
            is_virtual: token.kind == registry::TokenKind::Virtual,
            enrolled: token.enrolled_at.to_string(),
            retired: token.retired_at.map(|at| at.to_string()),
        });
        Known {
            tokens: own.collect(),
            roles: person.roles.iter().map(ToString::to_string).collect(),
            added: person.added_at.to_string(),
            left: person.left_at.map(|at| at.to_string()),
            name: person.name,
        }
    });
    Ok(known.collect())
}
