//! "One seed, two doors": age files, with age by its author (npm `age-encryption`).

use std::fs;
use std::io::{Read, Write};

use keys::age_file::{self, Header};
use keys::{MasterKey, Seed};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use secret::Secret;
use tempfile::TempDir;

use crate::peers::{run, script};

fn master(byte: u8) -> MasterKey {
    MasterKey::derive(&Seed::from_secret(Secret::from_fill(|bytes| bytes.fill(byte))))
}

fn plain(len: usize) -> Vec<u8> {
    (0..=250).cycle().take(len).collect()
}

/// Lengths around the format's chunk of 64 KiB.
const LENGTHS: [usize; 4] = [0, 65_536, 65_537, 200_000];

#[test]
fn what_age_encrypts_to_our_recipient_opens_with_our_seed() {
    let master = master(1);
    for len in LENGTHS {
        let Some(mut age) = script("what_age_encrypts", "age.mjs") else { return };
        age.arg("encrypt").arg(master.recipient().to_string());
        let file = run(&mut age, &plain(len)).unwrap();
        let mut source = file.as_slice();
        let key = Header::read(&mut source).unwrap().unwrap(&master).unwrap();
        let mut opened = Vec::new();
        key.reader(source).unwrap().read_to_end(&mut opened).unwrap();
        assert!(opened == plain(len), "{len} bytes");
    }
}

#[test]
fn what_we_seal_opens_in_age_with_the_exported_identity_and_with_no_other() {
    let folder = TempDir::new().unwrap();
    let identity = |byte| {
        let path = folder.path().join(format!("identity-{byte}"));
        fs::write(&path, master(byte).expose_age_identity().expose()).unwrap();
        path
    };
    let mut rng = ChaCha20Rng::from_seed([3; 32]);
    for len in LENGTHS {
        let mut writer = age_file::seal(master(1).recipient(), Vec::new(), &mut rng).unwrap();
        writer.write_all(&plain(len)).unwrap();
        let file = writer.finish().unwrap();
        let Some(mut age) = script("what_we_seal", "age.mjs") else { return };
        let opened = run(age.arg("decrypt").arg(identity(1)), &file).unwrap();
        assert!(opened == plain(len), "{len} bytes");
        let Some(mut age) = script("what_we_seal", "age.mjs") else { return };
        assert!(run(age.arg("decrypt").arg(identity(2)), &file).is_err());
    }
}

#[test]
fn age_derives_our_recipient_from_the_exported_identity() {
    let folder = TempDir::new().unwrap();
    for byte in [1, 2, 255] {
        let path = folder.path().join("identity");
        fs::write(&path, master(byte).expose_age_identity().expose()).unwrap();
        let Some(mut age) = script("age_derives", "age.mjs") else { return };
        let recipient = run(age.arg("recipient").arg(&path), &[]).unwrap();
        assert_eq!(recipient, master(byte).recipient().to_string().as_bytes());
    }
}
