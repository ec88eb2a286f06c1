//! What belongs to an archive besides its volumes: capsules, the split of a lock, sidecar, kit.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use archive::{ArchiveError, Set};

use super::create_new;
use crate::EngineError;
use crate::files::{Media, SIDECAR_END, VOLUME_END, detached, partial, read_capsule, rename_new};
use crate::kit::{copy_kit, kits_beside};
use crate::threshold::ArchiveSplit;
use crate::vault::sync_folder;

/// Brings into `dir` what lies beside the media; returns what it made.
pub(super) fn take_along(
    set: &Set,
    media: Media<'_>,
    dir: &Path,
    sidecar: &str,
) -> Result<Vec<PathBuf>, EngineError> {
    let mut made = copy_capsules(set, media.path, dir)?;
    made.extend(copy_splits(set, media.path, dir)?);
    let has_sidecar = set.sidecars().is_ok_and(|sidecars| !sidecars.is_empty());
    if has_sidecar {
        made.extend(write_sidecar(set, &dir.join(sidecar))?);
    }
    for kit in kits_beside(media.path) {
        made.extend(copy_kit(&kit, dir)?);
    }
    Ok(made)
}

/// The name of the sidecar beside a volume.
pub(super) fn name_of_sidecar(volume: &Path) -> String {
    let name = volume.file_name().unwrap_or_default().to_string_lossy();
    let stem = name.strip_suffix(VOLUME_END).and_then(|name| name.rsplit_once('.'));
    format!("{}{SIDECAR_END}", stem.map_or("archive", |(stem, _)| stem))
}

/// Takes the detached capsules of this archive along.
fn copy_capsules(set: &Set, from: &Path, to: &Path) -> Result<Vec<PathBuf>, EngineError> {
    let mut made = Vec::new();
    for path in detached(from) {
        let capsule = read_capsule(&path);
        let own = capsule.filter(|it| it.facts().archive == set.settings().archive);
        let name = to.join(path.file_name().unwrap_or_default());
        if let Some(capsule) = own.filter(|_| name.symlink_metadata().is_err()) {
            let written = create_new(&name).and_then(|mut file| {
                file.write_all(&capsule.encode())?;
                file.sync_all()
            });
            written.map_err(EngineError::file("making", &name))?;
            made.push(name);
        }
    }
    Ok(made)
}

/// Takes the splits of this archive along, without which nobody opens one of a lock (threshold-1
/// T5). They are public, and copied as they are: whoever opens the archive judges them.
fn copy_splits(set: &Set, from: &Path, to: &Path) -> Result<Vec<PathBuf>, EngineError> {
    let folder = if from.is_dir() { Some(from) } else { from.parent() };
    let mut made = Vec::new();
    for name in set.fingerprints().iter().map(ArchiveSplit::file_name) {
        let Some(old) = folder.map(|dir| dir.join(&name)).filter(|old| old.is_file()) else {
            continue;
        };
        let new = to.join(&name);
        if new.symlink_metadata().is_ok() {
            continue;
        }
        let split = fs::read(&old).map_err(EngineError::file("reading", &old))?;
        let written = create_new(&new).and_then(|mut file| {
            file.write_all(&split)?;
            file.sync_all()
        });
        written.map_err(EngineError::file("making", &new))?;
        made.push(new);
    }
    Ok(made)
}

/// Writes sidecars that are not as they were written anew, each where it lies and in one step;
/// returns them. `files` are those that the set was opened with. Nothing where a page of the
/// archive is lost in every copy.
pub(super) fn renew_sidecars(set: &Set, files: &[PathBuf]) -> Result<Vec<PathBuf>, EngineError> {
    let Ok(states) = set.sidecars() else { return Ok(Vec::new()) };
    let mut renewed = Vec::new();
    let damaged = states.into_iter().filter(|state| !state.is_whole());
    for file in damaged.filter_map(|state| files.get(state.place)) {
        let is_file = file.symlink_metadata().is_ok_and(|facts| facts.is_file());
        if !is_file || !stage_sidecar(set, file)? {
            continue;
        }
        fs::rename(partial(file), file).map_err(EngineError::file("naming", file))?;
        if let Some(dir) = file.parent().filter(|dir| !dir.as_os_str().is_empty()) {
            sync_folder(dir).map_err(EngineError::file("syncing", dir))?;
        }
        renewed.push(file.clone());
    }
    Ok(renewed)
}

/// Writes the sidecar anew, out of what is good of the archive; nothing where a page of it is lost
/// in every copy.
fn write_sidecar(set: &Set, name: &Path) -> Result<Option<PathBuf>, EngineError> {
    let failed = || EngineError::file("writing", name);
    if name.symlink_metadata().is_ok() {
        return Err(failed()(io::Error::from(io::ErrorKind::AlreadyExists)));
    }
    if !stage_sidecar(set, name)? {
        return Ok(None);
    }
    rename_new(&partial(name), name).map_err(failed())?;
    Ok(Some(name.to_owned()))
}

/// Writes a sidecar under the partial name of `name`; says whether there is one.
fn stage_sidecar(set: &Set, name: &Path) -> Result<bool, EngineError> {
    let failed = || EngineError::file("writing", name);
    let staged = partial(name);
    match fs::remove_file(&staged) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed()(error)),
        _ => (),
    }
    let file = File::create_new(&staged).map_err(failed())?;
    let mut file = BufWriter::with_capacity(256 << 10, file);
    match set.write_sidecar(&mut file) {
        Ok(()) => (),
        Err(ArchiveError::Io(error)) => return Err(failed()(error)),
        Err(_) => {
            // Half a sidecar helps nobody.
            let _ = fs::remove_file(&staged);
            return Ok(false);
        }
    }
    let file = file.into_inner().map_err(|error| failed()(error.into_error()))?;
    file.sync_all().map_err(failed())?;
    Ok(true)
}
