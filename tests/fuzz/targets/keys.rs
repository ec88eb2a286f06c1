//! Capsules, recipients, and the header of age files.

use std::io::Write as _;

use ::archive::{FrameKind, fuzzing};
use ::keys::age_file::{self, Header};
use ::keys::{ArchiveKey, Capsule, CapsuleFacts, MasterKey, Recipient, Seed};
use ::secret::Secret;
use ::terms::{ArchiveId, Environment, KeyName, Timestamp};

use super::{Target, USUAL, file, refused, rng, same, text};

fn recipient() -> Recipient {
    let seed = Seed::from_secret(Secret::from_fill(|key| key.fill(5)));
    MasterKey::derive(&seed).recipient().clone()
}

fn capsule() -> Vec<u8> {
    let facts = CapsuleFacts {
        archive: ArchiveId::from_bytes([9; 16]),
        environment: Some(Environment::Drill),
        key: Some(KeyName { environment: Environment::Drill, version: 3 }),
        generation: 1,
        created: Timestamp::from_unix(1_800_000_000),
    };
    let key = ArchiveKey::from_secret(Secret::from_fill(|key| key.fill(9)));
    Capsule::seal(&recipient(), &key, facts, &mut rng()).unwrap().encode()
}

pub(crate) const CAPSULE: Target = Target {
    name: "capsule",
    seeds: || {
        let volume = file("tests/golden/v1/tree/tree.0001.strongroom");
        let mut capsules = fuzzing::bodies(&volume, FrameKind::Capsule);
        capsules.push(capsule());
        capsules
    },
    read: |bytes| {
        let capsule = Capsule::decode(bytes).map_err(refused)?;
        same(&capsule.encode(), bytes);
        Ok(())
    },
    ..USUAL
};

pub(crate) const RECIPIENT: Target = Target {
    name: "recipient",
    seeds: || vec![recipient().to_string().into_bytes()],
    read: |bytes| {
        let text = text(bytes)?;
        let recipient: Recipient = text.parse().map_err(refused)?;
        assert!(recipient.to_string().eq_ignore_ascii_case(text), "another text of one key");
        Ok(())
    },
    executions: 5000,
    ..USUAL
};

pub(crate) const AGE_HEADER: Target = Target {
    name: "age_header",
    seeds: || {
        let mut sealed = Vec::new();
        let mut writer = age_file::seal(&recipient(), &mut sealed, &mut rng()).unwrap();
        writer.write_all(b"text").unwrap();
        writer.finish().unwrap();
        let short =
            b"age-encryption.org/v1\n-> X25519 TEiF0ypqr+bpvcqXNyCVJpL7OuwPdVwPL7KQEbFDOCc\n\
            EmECAEcKN+n/Vs9SbWiV+Hu0r+E8R77DdWYyd83nw7U\n\
            --- fVGGzTY4vBf7gLkqGn4bJ8DAXNwXNTIrdTu/zKCNx7k\n";
        vec![sealed, short.to_vec()]
    },
    read: |bytes| Header::read(&mut &bytes[..]).map(|_| ()).map_err(refused),
    ..USUAL
};
