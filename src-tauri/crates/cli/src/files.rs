//! Small files from outside, read up to a bound.

use std::fs::File;
use std::io::{self, Read, Write as _};
use std::path::Path;

use secret::{SecretBytes, SecretText};

use crate::exit::Exit;
use crate::failure::Failure;

/// What a file is: in a sentence, and the code of the problem if it cannot be used.
pub(crate) type Kind = (&'static str, &'static str);

/// The file at `path`, of at most `limit_bytes`.
pub(crate) fn bytes(path: &Path, limit_bytes: u64, kind: Kind) -> Result<Vec<u8>, Failure> {
    let read = File::open(path).and_then(|file| {
        let mut bytes = Vec::new();
        file.take(limit_bytes + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    });
    match read {
        Ok(bytes) if bytes.len() as u64 <= limit_bytes => Ok(bytes),
        Ok(_) => Err(refused(path, kind, &format!("is longer than {limit_bytes} bytes"))),
        Err(error) => Err(refused(path, kind, &format!("cannot be read: {error}"))),
    }
}

/// As [`bytes`], for text.
pub(crate) fn text(path: &Path, limit_bytes: u64, kind: Kind) -> Result<String, Failure> {
    let text = String::from_utf8(bytes(path, limit_bytes, kind)?);
    text.map_err(|_| refused(path, kind, "is no text"))
}

/// Writes a file that is not there yet, durably.
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let written = File::create_new(path).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.map_err(|error| {
        let problem = format!("{} cannot be written: {error}", path.display());
        let remedy = "Name a file that does not exist, in a folder that does.";
        Failure::new(Exit::Failed, "SR-CLI-OUTPUT-FILE", problem, remedy)
    })
}

/// As [`text`], for a file with a secret: it goes into protected memory and nowhere else.
pub(crate) fn secret(path: &Path, limit_bytes: usize, kind: Kind) -> Result<SecretText, Failure> {
    let unread = |error: io::Error| refused(path, kind, &format!("cannot be read: {error}"));
    let mut file = File::open(path).map_err(unread)?;
    let mut buffer = SecretBytes::from_fill(limit_bytes + 1, |_| ());
    let mut len = 0;
    while len <= limit_bytes {
        match file.read(&mut buffer.expose_mut()[len..]) {
            Ok(0) => break,
            Ok(more) => len += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(unread(error)),
        }
    }
    if len > limit_bytes {
        return Err(refused(path, kind, &format!("is longer than {limit_bytes} bytes")));
    }
    let text = SecretText::from_utf8(SecretBytes::from_slice(&buffer.expose()[..len]));
    text.map_err(|_| refused(path, kind, "is no text"))
}

fn refused(path: &Path, (what, code): Kind, why: &str) -> Failure {
    let problem = format!("{what} {} {why}", path.display());
    let remedy = "Check the path, that you may read it, and that it is the file you mean.";
    Failure::new(Exit::Failed, code, problem, remedy)
}

#[cfg(test)]
mod tests {
    use super::*;

    const IT: Kind = ("the file", "SR-CLI-FILE");

    #[test]
    fn a_file_without_end_is_refused_and_not_read_to_its_end() {
        let endless = Path::new("/dev/zero");
        assert_eq!(text(endless, 100, IT).err().unwrap().code(), "SR-CLI-FILE");
        assert_eq!(secret(endless, 100, IT).err().unwrap().code(), "SR-CLI-FILE");
    }

    #[test]
    fn a_file_of_exactly_the_bound_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        std::fs::write(&path, "12345").unwrap();
        assert_eq!(text(&path, 5, IT).ok().unwrap(), "12345");
        assert_eq!(secret(&path, 5, IT).ok().unwrap().expose(), "12345");
        assert!(text(&path, 4, IT).is_err() && secret(&path, 4, IT).is_err());
    }
}
