//! How the page looks, kept between starts.

use std::fs;

use entry::{Appearance, Palette, Size};
use serde::{Deserialize, Serialize};
use tauri::State;

use super::refusal::{Answer, Refusal};
use crate::desk::Desk;
use crate::places::Places;

/// The settings of this person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct Settings {
    theme: Theme,
}

/// The colours and sizes of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
enum Theme {
    /// As the machine is set.
    #[default]
    System,
    Light,
    Dark,
    Projector,
}

impl Settings {
    /// What this person keeps in `places`; what cannot be read is as at the first start.
    fn read(places: &Places) -> Self {
        let text = fs::read(places.settings()).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_default()
    }
}

/// How the entry window looks, so that it looks like the page that it stands before.
pub(crate) fn appearance(places: &Places) -> Appearance {
    match Settings::read(places).theme {
        Theme::Dark => Appearance { palette: Palette::Dark, size: Size::Window },
        // A window of its own has nobody to ask how the machine is set.
        Theme::System | Theme::Light => Appearance::default(),
        Theme::Projector => Appearance { palette: Palette::Light, size: Size::Screen },
    }
}

/// The settings, and where everything is kept.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct SettingsShown {
    settings: Settings,
    data_folder: String,
}

/// Reads the settings.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) fn settings(desk: State<'_, Desk>) -> SettingsShown {
    let settings = Settings::read(&desk.places);
    SettingsShown { settings, data_folder: desk.places.data().display().to_string() }
}

/// Keeps the settings.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) fn save_settings(desk: State<'_, Desk>, settings: Settings) -> Answer<()> {
    let path = desk.places.settings();
    let text = serde_json::to_vec_pretty(&settings).unwrap_or_default();
    let new = path.with_extension("new");
    let kept = fs::create_dir_all(desk.places.data())
        .and_then(|()| fs::write(&new, text))
        .and_then(|()| fs::rename(&new, &path));
    kept.map_err(|error| {
        let problem = format!("the settings could not be kept: {error}");
        Refusal::new("SR-SHELL-SETTINGS", &problem, "Check that your data folder can be written.")
    })
}
