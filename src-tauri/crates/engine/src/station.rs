//! The key of a sealing station, as a file (archive-1 A28).

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use archive::StationKey;
use rand_core::CryptoRng;
use secret::Secret;
use terms::Problem;

use crate::vault::{open_to_others, private, sync_folder};

/// Why a station's key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StationError {
    /// There is a file already.
    #[error("{} is there already", .0.display())]
    Exists(PathBuf),
    /// The file could not be made or read.
    #[error("the station's key {} cannot be {doing}", path.display())]
    File {
        /// What was being done, such as `read`.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        error: io::Error,
    },
    /// The file holds something else.
    #[error("{} is no station's key: it does not have exactly 32 bytes", .0.display())]
    Malformed(PathBuf),
    /// Others may read the file.
    #[error("others may read the station's key {}", .0.display())]
    Open(PathBuf),
}

impl Problem for StationError {
    fn code(&self) -> &'static str {
        match self {
            Self::Exists(_) => "SR-STATION-EXISTS",
            Self::File { .. } => "SR-STATION-FILE",
            Self::Malformed(_) => "SR-STATION-MALFORMED",
            Self::Open(_) => "SR-STATION-OPEN",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Exists(_) => "Name another file: a station's key is never overwritten.".into(),
            Self::File { .. } => "Check the path, and that you may use it.".into(),
            Self::Malformed(_) => "Name the file that station new made.".into(),
            Self::Open(path) => {
                let path = path.display();
                format!("Take it back: chmod 600 {path}. Whoever read it can sign as this station.")
            }
        }
    }
}

/// Makes the key of a new station in a file that only its owner can read.
///
/// # Errors
///
/// There is such a file, or it cannot be written.
pub fn make(path: &Path, rng: &mut impl CryptoRng) -> Result<StationKey, StationError> {
    let seed = Secret::from_fill(|seed| rng.fill_bytes(seed));
    let mut options = OpenOptions::new();
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => StationError::Exists(path.to_owned()),
        _ => StationError::File { doing: "made", path: path.to_owned(), error },
    };
    let mut file = private(options.write(true).create_new(true)).open(path).map_err(failed)?;
    let written = file.write_all(seed.expose()).and_then(|()| file.sync_all());
    if let Err(error) = written.and_then(|()| sync_folder(folder_of(path))) {
        // Half a key under the name of a whole one would be in the way of the next try.
        let _ = fs::remove_file(path);
        return Err(failed(error));
    }
    Ok(StationKey::from_secret(&seed))
}

/// The folder that `path` lies in.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Reads the key of a station.
///
/// # Errors
///
/// The file is none, or others may read it.
pub fn read(path: &Path) -> Result<StationKey, StationError> {
    let failed = |error| StationError::File { doing: "read", path: path.to_owned(), error };
    let mut file = File::open(path).map_err(failed)?;
    if open_to_others(path) {
        return Err(StationError::Open(path.to_owned()));
    }
    let seed = Secret::try_from_fill(|seed| file.read_exact(seed));
    let seed = seed.map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => StationError::Malformed(path.to_owned()),
        _ => failed(error),
    })?;
    match file.read(&mut [0]) {
        Ok(0) => Ok(StationKey::from_secret(&seed)),
        Ok(_) => Err(StationError::Malformed(path.to_owned())),
        Err(error) => Err(failed(error)),
    }
}
