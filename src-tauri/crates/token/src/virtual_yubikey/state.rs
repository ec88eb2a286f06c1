//! The state of a virtual token as bytes: canonical CBOR, for drill vaults only.

use minicbor::{Decode, Encode};
use p256::SecretKey;
use rand_core::CryptoRng;
use terms::{CanonError, Canonical};

use super::card::{Card, seeded};
use super::key::SlotKey;
use super::management::ManagementKey;
use super::reference::{LEN, Reference};
use super::{VirtualError, is_reserved};
use crate::{Firmware, Serial};

/// What the bytes begin with, so that nobody takes them for something that protects.
const LABEL: &str = "DRILL ONLY virtual token";
const VERSION: u8 = 1;

#[derive(Encode, Decode)]
struct State {
    #[n(0)]
    label: String,
    #[n(1)]
    version: u8,
    #[n(2)]
    serial: u32,
    #[n(3)]
    firmware: [u8; 3],
    #[n(4)]
    pin: ReferenceState,
    #[n(5)]
    puk: ReferenceState,
    #[n(6)]
    management: ManagementState,
    #[n(7)]
    slots: Vec<SlotState>,
    #[n(8)]
    objects: Vec<ObjectState>,
    #[cbor(n(9), with = "minicbor::bytes")]
    attestation_key: Vec<u8>,
}

#[derive(Encode, Decode)]
struct ReferenceState {
    #[cbor(n(0), with = "minicbor::bytes")]
    value: [u8; LEN],
    #[n(1)]
    tries_total: u8,
    #[n(2)]
    tries_left: u8,
}

#[derive(Encode, Decode)]
struct ManagementState {
    #[n(0)]
    algorithm: u8,
    #[cbor(n(1), with = "minicbor::bytes")]
    key: Vec<u8>,
    #[n(2)]
    touch: u8,
}

#[derive(Encode, Decode)]
struct SlotState {
    #[n(0)]
    slot: u8,
    #[cbor(n(1), with = "minicbor::bytes")]
    secret: Vec<u8>,
    #[n(2)]
    pin: u8,
    #[n(3)]
    touch: u8,
    #[n(4)]
    is_generated: bool,
}

#[derive(Encode, Decode)]
struct ObjectState {
    #[n(0)]
    id: u32,
    #[cbor(n(1), with = "minicbor::bytes")]
    content: Vec<u8>,
}

impl Canonical for State {
    const NAME: &'static str = "the state of a virtual token";
}

pub(super) fn to_bytes(card: &Card) -> Vec<u8> {
    terms::encode(&State {
        label: LABEL.into(),
        version: VERSION,
        serial: card.serial.0,
        firmware: [card.firmware.0, card.firmware.1, card.firmware.2],
        pin: reference_state(&card.pin),
        puk: reference_state(&card.puk),
        management: ManagementState {
            algorithm: card.management.algorithm,
            key: card.management.key.clone(),
            touch: card.management.touch,
        },
        slots: card.slots.iter().map(|(slot, key)| slot_state(*slot, key)).collect(),
        objects: card
            .objects
            .iter()
            .map(|(id, content)| ObjectState { id: *id, content: content.clone() })
            .collect(),
        attestation_key: card.attestation_key.to_bytes().to_vec(),
    })
}

pub(super) fn from_bytes(bytes: &[u8], rng: &mut dyn CryptoRng) -> Result<Card, VirtualError> {
    let state: State = terms::decode(bytes)?;
    if state.label != LABEL || state.version != VERSION {
        return Err(malformed("it is of another kind or version"));
    }
    let serial = Serial(state.serial);
    if !is_reserved(serial) {
        return Err(VirtualError::SerialNotReserved { serial });
    }
    let [major, minor, patch] = state.firmware;
    let attestation_key = secret_key(&state.attestation_key)?;
    let firmware = Firmware(major, minor, patch);
    // New randomness: two cards from the same bytes must not make the same keys.
    let mut card = Card::assemble(serial, firmware, attestation_key, seeded(rng));
    restore(&mut card.pin, &state.pin)?;
    restore(&mut card.puk, &state.puk)?;
    let ManagementState { algorithm, key, touch } = state.management;
    card.management = ManagementKey { algorithm, key, touch };
    for SlotState { slot, secret, pin, touch, is_generated } in state.slots {
        let key = SlotKey { secret: secret_key(&secret)?, pin, touch, is_generated };
        card.slots.insert(slot, key);
    }
    card.objects = state.objects.into_iter().map(|object| (object.id, object.content)).collect();
    Ok(card)
}

fn reference_state(reference: &Reference) -> ReferenceState {
    let Reference { value, tries_total, tries_left, .. } = *reference;
    ReferenceState { value, tries_total, tries_left }
}

fn slot_state(slot: u8, key: &SlotKey) -> SlotState {
    let secret = key.secret.to_bytes().to_vec();
    SlotState { slot, secret, pin: key.pin, touch: key.touch, is_generated: key.is_generated }
}

fn restore(reference: &mut Reference, state: &ReferenceState) -> Result<(), VirtualError> {
    if state.tries_left > state.tries_total {
        return Err(malformed("more tries are left than there are"));
    }
    reference.value = state.value;
    reference.tries_total = state.tries_total;
    reference.tries_left = state.tries_left;
    Ok(())
}

fn secret_key(bytes: &[u8]) -> Result<SecretKey, VirtualError> {
    SecretKey::from_slice(bytes).map_err(|_| malformed("a key is out of range"))
}

fn malformed(reason: &str) -> VirtualError {
    CanonError::Malformed { record: State::NAME, reason: reason.into() }.into()
}
