//! What this program is.

use serde::Serialize;
use tauri::State;

use crate::hardening::State as Hardening;

/// Name, version and build of the program, for the first screen and for a report.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct About {
    name: &'static str,
    version: &'static str,
    /// The commit it was built from.
    build: &'static str,
    /// What the process denies itself.
    hardening: Hardening,
}

/// Tells the page which program it is part of.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) fn about(hardening: State<'_, Hardening>) -> About {
    About {
        hardening: *hardening,
        name: "Strongroom",
        version: env!("CARGO_PKG_VERSION"),
        build: env!("STRONGROOM_BUILD"),
    }
}
