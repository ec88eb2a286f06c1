//! Keys in slots: making, importing, using and describing them.

use p256::SecretKey;
use p256::ecdsa::signature::hazmat::PrehashSigner;
use p256::ecdsa::{Signature, SigningKey};
use p256::elliptic_curve::Generate;

use super::apdu::{Answer, NO_REFERENCE, NOT_SATISFIED, Status, WRONG_DATA};
use super::card::Card;
use super::certificate;
use crate::{PublicKey, Slot, hpke, tlv};

const P256: u8 = 0x11;
const ONCE: u8 = 2;
const ALWAYS: u8 = 3;
const TOUCH_ALWAYS: u8 = 2;
const TOUCH_CACHED: u8 = 3;

/// A P-256 key in a slot with its policies as PIV numbers them.
#[derive(Clone)]
pub(super) struct SlotKey {
    pub(super) secret: SecretKey,
    pub(super) pin: u8,
    pub(super) touch: u8,
    pub(super) is_generated: bool,
}

impl SlotKey {
    pub(super) fn describe(&self, out: &mut Vec<u8>) {
        tlv::append(out, 0x01, &[P256]);
        tlv::append(out, 0x02, &[self.pin, self.touch]);
        tlv::append(out, 0x03, &[if self.is_generated { 1 } else { 2 }]);
        tlv::append(out, 0x04, &self.point());
    }

    fn point(&self) -> Vec<u8> {
        tlv::object(0x86, PublicKey::of(&self.secret).as_bytes())
    }
}

impl Card {
    /// GENERATE ASYMMETRIC KEY PAIR (SP 800-73-5 part 2, section 3.3.2) with Yubico's policies.
    pub(super) fn generate(&mut self, slot: u8, data: &[u8]) -> Answer {
        self.demand_managed_slot(slot)?;
        let template = tlv::only(data, 0xac).and_then(tlv::parse).ok_or(WRONG_DATA)?;
        if tlv::find(&template, 0x80) != Some(&[P256]) {
            return Err(WRONG_DATA);
        }
        let (pin, touch) = policies(slot, &template)?;
        let key = SlotKey {
            secret: SecretKey::generate_from_rng(&mut self.rng),
            pin,
            touch,
            is_generated: true,
        };
        let answer = tlv::object(0x7f49, &key.point());
        self.slots.insert(slot, key);
        Ok(answer)
    }

    /// IMPORT ASYMMETRIC KEY (Yubico).
    pub(super) fn import(&mut self, algorithm: u8, slot: u8, data: &[u8]) -> Answer {
        self.demand_managed_slot(slot)?;
        let template = tlv::parse(data).ok_or(WRONG_DATA)?;
        let scalar = tlv::find(&template, 0x06).filter(|_| algorithm == P256).ok_or(WRONG_DATA)?;
        let secret = SecretKey::from_slice(scalar).map_err(|_| WRONG_DATA)?;
        let (pin, touch) = policies(slot, &template)?;
        self.slots.insert(slot, SlotKey { secret, pin, touch, is_generated: false });
        Ok(Vec::new())
    }

    /// GENERAL AUTHENTICATE with a key in a slot: tag 81 signs a digest, tag 85 agrees on a key.
    pub(super) fn use_key(
        &mut self,
        algorithm: u8,
        slot: u8,
        data: &[u8],
        is_pin_fresh: bool,
    ) -> Answer {
        let key = self.slots.get(&slot).cloned().ok_or(NO_REFERENCE)?;
        let template = tlv::only(data, 0x7c).and_then(tlv::parse).ok_or(WRONG_DATA)?;
        if algorithm != P256 {
            return Err(WRONG_DATA);
        }
        let is_admitted = match key.pin {
            ALWAYS => is_pin_fresh,
            ONCE => self.power.is_pin_verified,
            _ => true,
        };
        if !is_admitted {
            return Err(NOT_SATISFIED);
        }
        let asks = matches!(key.touch, TOUCH_ALWAYS | TOUCH_CACHED);
        if asks && !self.is_touched(named(slot)) {
            return Err(NOT_SATISFIED);
        }
        let result = if let Some(digest) = tlv::find(&template, 0x81) {
            sign(&key.secret, digest)?
        } else {
            agree(&key.secret, tlv::find(&template, 0x85).ok_or(WRONG_DATA)?)?
        };
        Ok(tlv::object(0x7c, &tlv::object(0x82, &result)))
    }

    /// ATTEST (Yubico): only for keys that were made here.
    pub(super) fn attest(&mut self, slot: u8) -> Answer {
        let key = self.slots.get(&slot).ok_or(NO_REFERENCE)?;
        if !key.is_generated {
            return Err(WRONG_DATA);
        }
        Ok(certificate::leaf(self, slot, key))
    }

    fn demand_managed_slot(&self, slot: u8) -> Result<(), Status> {
        if !self.power.is_managed {
            return Err(NOT_SATISFIED);
        }
        let is_slot = matches!(slot, 0x9a | 0x9c | 0x9d | 0x9e | 0x82..=0x95);
        is_slot.then_some(()).ok_or(NO_REFERENCE)
    }
}

/// PIN and touch policy from tags AA and AB; without them, those that the slot has by itself.
fn policies(slot: u8, template: &[(u32, &[u8])]) -> Result<(u8, u8), Status> {
    let by_slot = match slot {
        0x9c => ALWAYS,
        0x9e => 1,
        _ => ONCE,
    };
    let policy = |tag, by_itself| match tlv::find(template, tag) {
        None | Some([0]) => Ok(by_itself),
        Some(&[policy @ 1..=3]) => Ok(policy),
        Some(_) => Err(WRONG_DATA),
    };
    Ok((policy(0xaa, by_slot)?, policy(0xab, 1)?))
}

fn named(slot: u8) -> Option<Slot> {
    match slot {
        0x9c => Some(Slot::Signature),
        0x9d => Some(Slot::KeyAgreement),
        _ => None,
    }
}

fn sign(secret: &SecretKey, digest: &[u8]) -> Answer {
    if digest.len() != 32 {
        return Err(WRONG_DATA);
    }
    let signature: Signature =
        SigningKey::from(secret).sign_prehash(digest).map_err(|_| WRONG_DATA)?;
    Ok(signature.to_der().as_bytes().to_vec())
}

fn agree(secret: &SecretKey, point: &[u8]) -> Answer {
    let peer = PublicKey::from_bytes(point).ok_or(WRONG_DATA)?;
    let shared = hpke::diffie_hellman(secret, &peer).ok_or(WRONG_DATA)?;
    Ok(shared.expose().to_vec())
}
