//! What comes from tokens: envelopes for them, and proofs about them.

use ::secret::SecretBytes;
use ::terms::{Environment, KeyName, SplitId, VaultId};
use ::token::attestation::{Claim, Trust, verify};
use ::token::virtual_yubikey::{VirtualYubiKey, serial};
use ::token::{AttestationChain, Binding, Envelope, Firmware, PublicKey, Serial};

use super::{Target, USUAL, file, refused, rng, same};

/// The key of the example of envelope-1.
fn token_key() -> PublicKey {
    let example = file("src-tauri/crates/token/vectors/envelope-1.txt");
    let example = String::from_utf8(example).unwrap();
    let key = example.lines().find_map(|line| line.strip_prefix("token key: ")).unwrap();
    PublicKey::from_bytes(&hex::decode(key).unwrap()).unwrap()
}

pub(crate) const ENVELOPE: Target = Target {
    name: "envelope",
    seeds: || {
        let binding = Binding {
            vault: Some(VaultId::from_bytes([0xa1; 16])),
            key: KeyName { environment: Environment::Drill, version: 1 },
            split: SplitId::from_bytes([0xb2; 16]),
            group: 0,
            member: 2,
            holder: "Ada Example".into(),
        };
        let content = SecretBytes::from_slice(b"duckling enlarge academic academic");
        let sealed =
            Envelope::seal(&content, &binding, serial(1).unwrap(), &token_key(), &mut rng());
        vec![sealed.unwrap().encode()]
    },
    read: |bytes| {
        let envelope = Envelope::decode(bytes).map_err(refused)?;
        same(&envelope.encode(), bytes);
        Ok(())
    },
    ..USUAL
};

/// Two certificates behind each other, the length of the first in front.
fn chain(leaf: &[u8], device: &[u8]) -> Vec<u8> {
    let length = u16::try_from(leaf.len()).unwrap().to_be_bytes();
    [&length[..], leaf, device].concat()
}

pub(crate) const ATTESTATION: Target = Target {
    name: "attestation",
    seeds: || {
        let leaf = file("src-tauri/crates/token/vectors/yubico-leaf-9c.der");
        let device = file("src-tauri/crates/token/vectors/yubico-device-f9.der");
        vec![chain(&leaf, &device), chain(&device, &leaf)]
    },
    read: |bytes| {
        let claim = Claim { serial: Serial(1), key: token_key(), minimum: Firmware::MINIMUM };
        let (length, rest) = bytes.split_first_chunk().ok_or_else(|| "no chain".to_owned())?;
        let length = usize::from(u16::from_be_bytes(*length)).min(rest.len());
        let (leaf, device) = rest.split_at(length);
        let (leaf, device) = (leaf.to_vec(), device.to_vec());
        let chain = AttestationChain { leaf, device, issuers: Vec::new() };
        let drill = verify(&chain, &claim, Trust::Drill).map(|_| ());
        let production = verify(&chain, &claim, Trust::Production).map(|_| ());
        assert!(drill.is_err() && production.is_err(), "nobody vouched for this key");
        // A real chain is refused for its key only; that counts as read.
        match production.map_err(refused) {
            Err(said) if said.contains("SR-ATTESTATION-OTHER-") => Ok(()),
            said => said,
        }
    },
    memory: (256 << 10, 256),
    executions: 1000,
    ..USUAL
};

pub(crate) const VIRTUAL_TOKEN: Target = Target {
    name: "virtual_token",
    seeds: || {
        let token = VirtualYubiKey::new(serial(1).unwrap(), &mut rng()).unwrap();
        vec![token.to_bytes()]
    },
    read: |bytes| {
        let token = VirtualYubiKey::from_bytes(bytes, &mut rng()).map_err(refused)?;
        same(&token.to_bytes(), bytes);
        Ok(())
    },
    memory: (256 << 10, 64),
    executions: 1000,
    ..USUAL
};
