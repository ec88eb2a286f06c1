//! New folders get their names with all that they hold.

use archive::EntryPath;

use super::new_folders::staged;
use super::publish::Publisher;
use crate::EngineError;
use crate::files::{Conflict, Placed, Stamp};

/// A new folder that waits for its name.
pub(super) struct Root {
    /// The number of its entry.
    number: u64,
    /// Its name, and those of new folders in it.
    names: Vec<EntryPath>,
    /// Whether it may hold what must not get a name.
    is_spoiled: bool,
    /// Whether it has its name.
    is_named: bool,
}

impl Publisher<'_> {
    /// Takes note of the folder `name` in the new folder `number`, or as that.
    pub(super) fn begin_root(&mut self, number: u64, name: EntryPath) {
        match self.roots.binary_search_by_key(&number, |root| root.number) {
            Ok(at) => self.roots[at].names.push(name),
            // They begin in the order of their entries.
            Err(at) => {
                let (names, is_spoiled, is_named) = (vec![name], false, false);
                self.roots.insert(at, Root { number, names, is_spoiled, is_named });
            }
        }
    }

    /// Takes note that every new folder that waits may hold what must not get a name.
    pub(super) fn spoil_roots(&mut self) {
        self.roots.iter_mut().for_each(|root| root.is_spoiled = true);
    }

    /// Names every new folder with all it holds. If that does not go, its folders are made, and its
    /// files get their names one by one.
    pub(super) fn name_roots(&mut self) -> Result<Vec<Root>, EngineError> {
        let mut roots = std::mem::take(&mut self.roots);
        for Root { number, names, is_spoiled, is_named } in &mut roots {
            let Some(name) = names.first() else { continue };
            *is_named = !*is_spoiled && self.target.publish_folder(&staged(*number), name);
            if *is_named {
                self.report.folders += names.len() as u64;
            } else {
                names.iter().try_for_each(|name| self.make_folder(name))?;
            }
        }
        Ok(roots)
    }

    /// Names the file `name` of the new folder `number`, unless it has its name with that; then
    /// it is as `stamp` says.
    pub(super) fn publish_inside(
        &mut self,
        (number, roots): (u64, &[Root]),
        (name, stamp): (&EntryPath, Option<Stamp>),
        conflict: Conflict,
    ) -> Result<(Placed, Option<Stamp>), EngineError> {
        let at = roots.binary_search_by_key(&number, |root| root.number);
        let root = at.ok().and_then(|at| roots.get(at)).ok_or(EngineError::StalePlan)?;
        if root.is_named {
            return Ok((Placed::AsNamed, stamp));
        }
        let above = root.names.first().map_or(0, |above| above.as_bytes().len() + 1);
        let within = EntryPath::new(name.as_bytes().get(above..).unwrap_or_default())?;
        let placed = self.target.publish_out_of((&staged(number), &within), name, conflict)?;
        Ok((placed, None))
    }
}
