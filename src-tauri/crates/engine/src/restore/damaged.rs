//! What is left of a damaged file, under a name of its own beside a map of what is lost.

use archive::EntryPath;
use serde::Serialize;

use super::DamagedFile;
use super::publish::Publisher;
use crate::EngineError;
use crate::files::{Conflict, first_that};

/// The longest map that is read back; a longer one is not recognised as ours.
const MAP_BYTES_MAX: u64 = 16 << 20;

/// Where a damaged file and its map go.
struct Place {
    file: EntryPath,
    map: EntryPath,
    conflict: Conflict,
}

/// The map beside a damaged file; it also tells a later run whose damage it is.
#[derive(Serialize)]
struct Map<'a> {
    archive: String,
    #[serde(flatten)]
    file: &'a DamagedFile,
}

impl Publisher<'_> {
    /// Publishes what is left of the staged file `staged`, which is `path` in the archive and would
    /// be `name` in the target; `lost` has everything but the name it gets.
    pub(super) fn publish_damaged(
        &mut self,
        staged: &str,
        (path, name): (&EntryPath, &EntryPath),
        mut lost: DamagedFile,
    ) -> Result<(), EngineError> {
        let place = self.place_of_damage(name, &lost.path)?;
        self.target.publish(staged, &place.file, place.conflict)?;
        let mapped = self.map_damage(&place, &mut lost);
        self.note_damage(path, lost);
        mapped
    }

    /// Takes its name from the file `name`, which is not what was written.
    pub(super) fn withdraw(
        &mut self,
        name: &EntryPath,
        mut lost: DamagedFile,
    ) -> Result<DamagedFile, EngineError> {
        let place = self.place_of_damage(name, &lost.path)?;
        if place.conflict == Conflict::Replace {
            self.target.remove(&place.file);
        }
        self.target.rename(name, &place.file)?;
        self.map_damage(&place, &mut lost)?;
        Ok(lost)
    }

    fn map_damage(&mut self, place: &Place, lost: &mut DamagedFile) -> Result<(), EngineError> {
        lost.published = place.file.to_string();
        let map = Map { archive: self.archive(), file: lost };
        let text = serde_json::to_vec_pretty(&map).unwrap_or_default();
        self.target.publish_text(&place.map, &text, place.conflict).map(drop)
    }

    /// The first name that neither the archive nor the target has. A run that resumes another one
    /// also takes the place of the same damage, if the map beside it says that it is.
    fn place_of_damage(&self, name: &EntryPath, path: &str) -> Result<Place, EngineError> {
        let names = self.survey.names.rules();
        first_that(name, |copy| {
            let end = match copy {
                0 => ".damaged".to_owned(),
                copy => format!(".damaged (restored {copy})"),
            };
            let file = names.beside(name, &end)?;
            let map = names.beside(&file, ".map.json")?;
            if self.survey.names_damage(&file) || self.survey.names_damage(&map) {
                return Ok(None);
            }
            if !self.target.has(&file) && !self.target.has(&map) {
                return Ok(Some(Place { file, map, conflict: Conflict::Fail }));
            }
            let is_own = self.resumes && self.is_own_damage(&map, path);
            Ok(is_own.then_some(Place { file, map, conflict: Conflict::Replace }))
        })
    }

    fn is_own_damage(&self, map: &EntryPath, path: &str) -> bool {
        let text = self.target.read_text(map, MAP_BYTES_MAX);
        let map = text.and_then(|text| serde_json::from_slice::<serde_json::Value>(&text).ok());
        map.is_some_and(|map| map["archive"] == self.archive() && map["path"] == path)
    }

    pub(super) fn archive(&self) -> String {
        self.contents.set().settings().archive.to_string()
    }
}
