//! What needs a person.

use registry::CeremonyState;
use serde::Serialize;
use tauri::State;

use super::refusal::Answer;
use crate::desk::Desk;

/// What the home screen tells.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct Home {
    /// The vault was never used.
    is_first_start: bool,
    /// A ceremony is under way.
    has_ceremony: bool,
    needs: Vec<Need>,
}

/// Something that needs a person.
#[derive(Debug, Serialize)]
#[serde(tag = "is", rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
enum Need {
    /// No master key is effective.
    NoKey,
    /// A ceremony is under way.
    Ceremony,
    /// A ceremony that no program carries on any more was neither closed nor given up.
    Interrupted { script: String },
    /// A restore was interrupted, and the next one can go on where it was.
    Unfinished { label: String, target: String },
    /// Requests wait for approvals.
    Requests { count: u32 },
    /// Media lost something, or will soon.
    MediaFail { names: Vec<String> },
    /// Media are to be checked now.
    MediaDue { count: u32 },
    /// Operations were begun and never ended.
    OpenIntents { count: u32 },
    /// The log does not read as it was written.
    Log { problem: String },
    /// Losing one share more could lose the key, or it is lost already.
    #[serde(rename_all = "camelCase")]
    Margin { key: String, is_reachable: bool },
    /// Shares of a key are to be proved now.
    ProofsDue { key: String, count: u32 },
}

/// Tells what needs a person.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) fn home(desk: State<'_, Desk>) -> Answer<Home> {
    desk.prepare()?;
    let view = desk.view()?;
    let has_ceremony = desk.stage().is_ok_and(|stage| !stage.is_over());
    let keys = super::keys::read(&view)?;
    let mut needs = Vec::new();
    if has_ceremony {
        needs.push(Need::Ceremony);
    } else {
        let unfinished = super::interrupted::listed(&desk, &view)?;
        let goes_on = !unfinished.is_empty();
        needs.extend(unfinished.into_iter().map(|unfinished| Need::Unfinished {
            label: unfinished.label,
            target: unfinished.target.folder,
        }));
        let running = view.read().ceremonies()?.into_iter();
        let running = running.filter(|ceremony| ceremony.state == CeremonyState::Running);
        let untold = running.filter(|ceremony| !(goes_on && ceremony.script == "restore"));
        needs.extend(untold.map(|ceremony| Need::Interrupted { script: ceremony.script }));
    }
    if !keys.iter().any(super::keys::Key::is_active) {
        needs.push(Need::NoKey);
    }
    let requests = view.read().requests()?;
    let open = requests.iter().filter(|request| request.state == registry::RequestState::Open);
    if let Some(count) = some(open.count()) {
        needs.push(Need::Requests { count });
    }
    let media = super::shelf::listed(&view, Desk::now())?;
    let failing = media.iter().filter(|medium| medium.is_failing());
    let names: Vec<String> = failing.map(|medium| medium.name().to_owned()).collect();
    needs.extend((!names.is_empty()).then_some(Need::MediaFail { names }));
    let due = media.iter().filter(|medium| medium.is_due()).count();
    needs.extend(some(due).map(|count| Need::MediaDue { count }));
    match view.log_verify(&[]) {
        Ok(report) => {
            if let Some(count) = some(report.open_intents.len()) {
                needs.push(Need::OpenIntents { count });
            }
        }
        Err(error) => needs.push(Need::Log { problem: error.to_string() }),
    }
    needs.extend(keys.iter().flat_map(of_key));
    let is_first_start = keys.is_empty() && !desk.places.drill().exists();
    Ok(Home { is_first_start, has_ceremony, needs })
}

/// What a key needs whose shares can open something.
fn of_key(key: &super::keys::Key) -> impl Iterator<Item = Need> {
    let thin = key.margin().filter(|margin| margin.may_be_lost == 0);
    let thin = thin.map(|margin| Need::Margin {
        key: key.name().to_owned(),
        is_reachable: margin.is_reachable,
    });
    let due = some(key.due()).map(|count| Need::ProofsDue { key: key.name().to_owned(), count });
    thin.into_iter().chain(due)
}

fn some(count: usize) -> Option<u32> {
    u32::try_from(count).ok().filter(|count| *count > 0)
}
