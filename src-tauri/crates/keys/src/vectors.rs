//! The worked bytes of the specification, computed again.

use rand_core::{Infallible, TryCryptoRng, TryRng};
use secret::{Secret, SecretText};
use sha2::{Digest as _, Sha256};
use terms::{ArchiveId, Digest, Environment, KeyName, Timestamp};

use crate::{ArchiveKey, Capsule, CapsuleFacts, MasterKey, Recipient, Seed};

/// Lines `name: value`; bytes in hexadecimal. The worked bytes of docs/spec/keys-1.md.
const WORKED: &str = include_str!("../vectors/keys-1.txt");
/// Private keys and digests of public keys, from the test vectors of the X-Wing drafts.
const X_WING: &str = include_str!("../vectors/x-wing.txt");

/// The worked value called `name`.
fn worked(name: &str) -> &'static str {
    let line = WORKED.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    line.unwrap_or_else(|| panic!("there is no line {name}"))
}

fn bytes(text: &str) -> Vec<u8> {
    let digits = text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
    digits.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn master() -> MasterKey {
    let seed = Secret::from_slice(&bytes(worked("seed"))).unwrap();
    MasterKey::derive(&Seed::from_secret(seed))
}

fn archive() -> ArchiveId {
    worked("archive").parse().unwrap()
}

fn archive_key() -> ArchiveKey {
    ArchiveKey::from_secret(Secret::from_slice(&bytes(worked("archive key"))).unwrap())
}

fn facts() -> CapsuleFacts {
    CapsuleFacts {
        archive: archive(),
        environment: Some(Environment::Drill),
        key: Some(KeyName { environment: Environment::Drill, version: 1 }),
        generation: 1,
        created: Timestamp::from_unix(1_795_000_000),
    }
}

/// Gives the worked randomness, once.
struct Replay(Vec<u8>);

impl TryRng for Replay {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        panic!("the vector gives bytes")
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        panic!("the vector gives bytes")
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        out.copy_from_slice(&self.0.drain(..out.len()).collect::<Vec<_>>());
        Ok(())
    }
}

impl TryCryptoRng for Replay {}

#[test]
fn the_seed_gives_the_worked_key_pair() {
    // keys-1 K1, K2, K4, K5, K6
    let master = master();
    let recipient = master.recipient();
    assert_eq!(master.expose_age_identity().expose(), worked("identity"));
    assert_eq!(hex(&recipient.to_bytes()), worked("public key"));
    assert_eq!(recipient.to_string(), worked("recipient"));
    assert_eq!(worked("recipient").parse::<Recipient>().as_ref(), Ok(recipient));
    assert_eq!(recipient.fingerprint().to_string(), worked("fingerprint"));
    assert_eq!(recipient.fingerprint().to_words(), worked("fingerprint words"));
}

#[test]
fn the_archive_key_gives_the_worked_commitment_and_keys() {
    // keys-1 K11, K12
    assert_eq!(hex(&archive_key().commitment(archive())), worked("commitment"));
    let derived = archive_key().derive(archive(), "example", b"context");
    assert_eq!(hex(derived.expose()), worked("derived key"));
}

#[test]
fn sealing_with_the_worked_randomness_gives_the_worked_capsule() {
    // keys-1 K7, K8, K10
    let mut rng = Replay(bytes(worked("randomness")));
    let capsule = Capsule::seal(master().recipient(), &archive_key(), facts(), &mut rng).unwrap();
    assert_eq!(hex(&crate::capsule::info(&facts())), worked("info"));
    assert_eq!(hex(&capsule.encode()), worked("capsule"));
    let root = Digest::from_bytes([0xee; 32]);
    assert_eq!(hex(&capsule.with_index_root(root).encode()), worked("capsule with root"));
}

#[test]
fn the_worked_capsules_open() {
    for name in ["capsule", "capsule with root", "capsule unstated"] {
        let capsule = Capsule::decode(&bytes(worked(name))).unwrap();
        assert_eq!(capsule.open(&master()).unwrap(), archive_key(), "{name}");
    }
}

#[test]
fn private_keys_of_the_x_wing_drafts_give_their_public_keys() {
    // keys-1 K2
    assert_eq!(X_WING.lines().count(), 3);
    for line in X_WING.lines() {
        let (private, digest) = line.split_once(' ').unwrap();
        let identity = crate::bech::encode("age-secret-key-pq-", &bytes(private));
        let identity = SecretText::take(identity.to_uppercase());
        let master = MasterKey::from_age_identity(&identity).unwrap();
        let public = Sha256::digest(master.recipient().to_bytes());
        assert_eq!(hex(&public), digest);
    }
}

#[test]
fn the_example_of_the_age_specification_is_read_as_its_author_means_it() {
    // C2SP age.md, "The MLKEM768-X25519 hybrid post-quantum recipient type"
    let identity = "AGE-SECRET-KEY-PQ-1XX76JRALNLXDMEW0CRK45QMCCH4X06SE84UN3VPM33W6HWDX0H3SK3ZQFR";
    let master = MasterKey::from_age_identity(&SecretText::from_exposed(identity)).unwrap();
    let recipient = master.recipient().to_string();
    assert!(recipient.starts_with("age1pq1x34nzsvr0rxjsgdn8zgyhfe8j7ceq5r9rdelkjuh3y235jzxshfg8"));
    assert!(recipient.ends_with("3tlhl53k2ykx3qheyty7saeq0d3fzv49zc0k"));
}
