//! Ceremonies about shares and tokens that are there already: new shares of a key, whether shares
//! are good, and tokens for holders.

use ceremony::answers::{
    Absence, Answers, BearerAnswers, EnrolmentAnswers, EnrolmentHolder, HealthAnswers,
    RefreshAnswers, ShownBy,
};
use engine::conduct::Serial;
use engine::conduct::enrol::Used;
use serde::Deserialize;
use std::sync::Arc;
use tauri::State;

use super::ceremonies::{GroupOrder, Officials, key_called, quorum_answers};
use super::refusal::Answer;
use crate::desk::Desk;
use crate::stage::Stage;

/// Which key is split anew, and for whom.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct RefreshOrder {
    officials: Officials,
    key: String,
    bearers: Vec<BearerOrder>,
    group_threshold: u8,
    groups: Vec<GroupOrder>,
    /// The number of the folder for sheets on the desk, if any.
    sheets: Option<u32>,
}

/// Somebody who brings a share of the split before.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
struct BearerOrder {
    name: String,
    /// Whether it is brought on its sheet, although it also lies on a token.
    sheet: bool,
}

/// Of which key the shares are proved, and by whom.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct HealthOrder {
    officials: Officials,
    key: String,
    here: Vec<ShownOrder>,
    absent: Vec<AbsentOrder>,
}

/// A holder who is here, and what they brought.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
struct ShownOrder {
    name: String,
    tokens: u32,
    sheet: bool,
}

/// A holder who is not here.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
struct AbsentOrder {
    name: String,
    reason: String,
}

/// Who gets a token.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct EnrolOrder {
    officials: Officials,
    holders: Vec<String>,
    /// The token that is erased for good if somebody used it before.
    reset: Option<u32>,
    /// An enrolment that was interrupted goes on.
    resume: bool,
}

/// Begins a ceremony that splits a key anew.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) fn begin_refresh(desk: State<'_, Desk>, order: RefreshOrder) -> Answer<()> {
    let sheets = order.sheets.map(|id| desk.medium(id)).transpose()?;
    let bearer = |bearer: BearerOrder| BearerAnswers {
        name: bearer.name,
        sheet: bearer.sheet,
        pin: None,
        share: None,
    };
    let answers = Answers {
        refresh: Some(RefreshAnswers {
            key: Some(key_called(&order.key)?),
            bearers: order.bearers.into_iter().map(bearer).collect(),
        }),
        quorum: Some(quorum_answers(order.group_threshold, order.groups)),
        ..order.officials.answers()
    };
    let secrets = Arc::clone(&desk.secrets);
    desk.set_stage(|| Stage::refresh(desk.open()?, answers, sheets, secrets)).map(drop)
}

/// Begins a ceremony in which holders prove their shares.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) fn begin_health(desk: State<'_, Desk>, order: HealthOrder) -> Answer<()> {
    let shown = |shown: ShownOrder| ShownBy {
        name: shown.name,
        tokens: Some(usize::try_from(shown.tokens).unwrap_or(usize::MAX)),
        sheet: Some(shown.sheet),
        pin: None,
        share: None,
    };
    let absent = |absent: AbsentOrder| Absence { name: absent.name, reason: absent.reason };
    let answers = Answers {
        health: Some(HealthAnswers {
            key: Some(key_called(&order.key)?),
            holders: order.here.into_iter().map(shown).collect(),
            absent: order.absent.into_iter().map(absent).collect(),
        }),
        ..order.officials.answers()
    };
    let secrets = Arc::clone(&desk.secrets);
    desk.set_stage(|| Stage::health(desk.open()?, answers, secrets)).map(drop)
}

/// Begins a ceremony that prepares tokens for holders.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) fn begin_enrolment(desk: State<'_, Desk>, order: EnrolOrder) -> Answer<()> {
    let holder = |name| EnrolmentHolder { name, pin: None, puk: None };
    let answers = Answers {
        enrolment: Some(EnrolmentAnswers {
            holders: order.holders.into_iter().map(holder).collect(),
        }),
        ..order.officials.answers()
    };
    let used = Used { reset: order.reset.map(Serial), resume: order.resume };
    let secrets = Arc::clone(&desk.secrets);
    desk.set_stage(|| Stage::enrol(desk.open()?, answers, used, secrets)).map(drop)
}
