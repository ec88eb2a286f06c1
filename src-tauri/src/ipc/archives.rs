//! Archives that the vault knows, and documents of its ceremonies.

use engine::vault::CATALOGUE;
use serde::Serialize;
use tauri::State;

use super::refusal::Answer;
use crate::desk::Desk;

/// An archive that was sealed on the record of the vault.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct Archive {
    id: String,
    label: String,
    created: String,
    key: Option<String>,
    volumes: u32,
    #[cfg_attr(test, specta(type = u32))]
    bytes_in: u64,
    #[cfg_attr(test, specta(type = u32))]
    bytes_out: u64,
    location: String,
    /// The number of its folder on the desk, if the folder is there.
    medium: Option<u32>,
}

/// A document that a ceremony left.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct Document {
    kind: String,
    path: String,
    created: String,
    digest: String,
}

/// Lists the archives of the vault that the window shows, the newest first.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) fn archives(desk: State<'_, Desk>) -> Answer<Vec<Archive>> {
    let view = desk.view()?;
    let environment = view.facts().environment;
    let mut archives = Vec::new();
    for row in view.read().archives()?.into_iter().rev() {
        let newest = view.read().capsules(row.id)?.into_iter().next_back();
        let place = std::path::PathBuf::from(&row.location);
        archives.push(Archive {
            id: row.id.to_string(),
            label: row.label,
            created: row.created_at.to_string(),
            key: newest.map(|capsule| format!("{environment}/{}", capsule.key)),
            volumes: row.volumes,
            bytes_in: row.bytes_in,
            bytes_out: row.bytes_out,
            medium: place.is_dir().then(|| desk.lay(place)),
            location: row.location,
        });
    }
    Ok(archives)
}

/// Lists the documents of the vault that the window shows, the newest first.
#[tauri::command]
#[cfg_attr(test, specta::specta)]
pub(crate) fn documents(desk: State<'_, Desk>) -> Answer<Vec<Document>> {
    let folder = desk.vault_dir().join("documents");
    let documents = desk.view()?.read().documents()?.into_iter().rev();
    // A catalogue is read by the program; there is nothing in it to print.
    let papers = documents.filter(|document| document.kind != CATALOGUE);
    Ok(papers
        .map(|document| Document {
            kind: document.kind,
            path: folder.join(document.file).display().to_string(),
            created: document.created_at.to_string(),
            digest: document.digest.to_string(),
        })
        .collect())
}
