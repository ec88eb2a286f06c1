//! The test vectors of the age project (C2SP CCTV, npm `cctv-age`).

use std::fs;
use std::io::Read;

use keys::MasterKey;
use keys::age_file::{AgeError, FileKey, Header};
use secret::{Secret, SecretText};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::peers::{run, script};

/// One vector: what is expected of a reader, and the file.
struct Vector {
    name: String,
    head: String,
    file: Vec<u8>,
}

impl Vector {
    fn value(&self, key: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(": "))
    }

    fn file_key(&self) -> FileKey {
        let bytes = hex::decode(self.value("file key").unwrap()).unwrap();
        FileKey::from_secret(Secret::from_slice(&bytes).unwrap())
    }

    /// Whether its subject is a kind of recipient that we do not know, or armor.
    fn is_foreign(&self) -> bool {
        let subjects = ["armor", "scrypt", "x25519", "p256tag", "mlkem768p256tag"];
        // A passphrase beside another recipient is the header's business, not the passphrase's.
        self.name != "scrypt_and_x25519"
            && (self.value("armored").is_some()
                || self.name == "hybrid_x25519_arg"
                || subjects.iter().any(|subject| self.name.starts_with(subject)))
    }

    /// Reads the file to its end; the digest covers what was given before an error.
    fn outcome(&self) -> (&'static str, Vec<u8>) {
        let mut given = Vec::new();
        let said = match self.read(&mut given) {
            Ok(()) => "success",
            Err(AgeError::Header { .. }) => "header failure",
            Err(AgeError::OtherKey) => "no match",
            Err(AgeError::HeaderAltered) => "HMAC failure",
            Err(AgeError::Payload { .. }) => "payload failure",
            Err(AgeError::Recipient(_) | AgeError::Io(_)) => "something else",
        };
        (said, Sha256::digest(&given).to_vec())
    }

    fn read(&self, given: &mut Vec<u8>) -> Result<(), AgeError> {
        let mut source = self.file.as_slice();
        let header = Header::read(&mut source)?;
        let key = if let Some(identity) = self.ours() {
            header.unwrap(&identity)?
        } else {
            // The recipient is foreign, but header and payload can be judged with the file key.
            let key = self.file_key();
            header.check(&key)?;
            key
        };
        match key.reader(source)?.read_to_end(given) {
            Ok(_) => Ok(()),
            Err(error) => Err(*error.into_inner().unwrap().downcast().unwrap()),
        }
    }

    fn ours(&self) -> Option<MasterKey> {
        let identities = self.head.lines().filter_map(|line| line.strip_prefix("identity: "));
        let identity = identities.into_iter().find(|text| text.contains("-PQ-"))?;
        Some(MasterKey::from_age_identity(&SecretText::from_exposed(identity)).unwrap())
    }
}

fn vectors(test: &str) -> Option<Vec<Vector>> {
    let folder = TempDir::new().unwrap();
    run(script(test, "age-vectors.mjs")?.arg(folder.path()), &[]).unwrap();
    let files = fs::read_dir(folder.path()).unwrap().map(Result::unwrap);
    let vectors = files.map(|entry| {
        let bytes = fs::read(entry.path()).unwrap();
        let end = bytes.windows(2).position(|pair| pair == b"\n\n").unwrap();
        Vector {
            name: entry.file_name().into_string().unwrap(),
            head: String::from_utf8(bytes[..end].to_vec()).unwrap(),
            file: bytes[end + 2..].to_vec(),
        }
    });
    Some(vectors.collect())
}

#[test]
fn every_vector_of_age_ends_as_the_format_demands() {
    let Some(vectors) = vectors("every_vector_of_age") else { return };
    let (mut judged, mut ours, mut wrong) = (0, 0, Vec::new());
    for vector in vectors.iter().filter(|vector| !vector.is_foreign()) {
        let (said, digest) = vector.outcome();
        let expected = vector.value("expect").unwrap();
        let payload = vector.value("payload").map(|payload| hex::decode(payload).unwrap());
        if said != expected || payload.is_some_and(|payload| payload != digest) {
            wrong.push(format!("{}: {said} instead of {expected}", vector.name));
        }
        judged += 1;
        ours += usize::from(vector.ours().is_some());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(judged >= 60 && ours >= 17, "only {judged} judged, {ours} of them ours");
}
