//! Data objects (SP 800-73-5 part 2, section 3.1.2 and 3.3.1).

use super::apdu::{Answer, NOT_FOUND, NOT_SATISFIED, Status, WRONG_DATA, WRONG_PARAMETERS};
use super::card::Card;
use super::certificate;
use crate::tlv;

/// The certificate of the attestation key.
const ATTESTATION: u32 = 0x5f_ff01;
/// Objects that only the PIN opens: printed information, fingerprints, face, iris.
const GUARDED: [u32; 4] = [0x5f_c109, 0x5f_c103, 0x5f_c108, 0x5f_c121];
/// The most objects a card keeps.
const MAX_OBJECTS: usize = 64;

impl Card {
    pub(super) fn object(&mut self, p1: u8, p2: u8, data: &[u8]) -> Answer {
        demand_current(p1, p2)?;
        let id = identifier(tlv::only(data, 0x5c).ok_or(WRONG_DATA)?)?;
        if GUARDED.contains(&id) && !self.power.is_pin_verified {
            return Err(NOT_SATISFIED);
        }
        let content = match id {
            ATTESTATION => {
                let certificate = tlv::object(0x70, &certificate::device(self));
                [&certificate[..], &[0x71, 1, 0, 0xfe, 0]].concat()
            }
            id => self.objects.get(&id).cloned().ok_or(NOT_FOUND)?,
        };
        Ok(tlv::object(0x53, &content))
    }

    pub(super) fn put_object(&mut self, p1: u8, p2: u8, data: &[u8]) -> Answer {
        demand_current(p1, p2)?;
        if !self.power.is_managed {
            return Err(NOT_SATISFIED);
        }
        let parts = tlv::parse(data).ok_or(WRONG_DATA)?;
        let [(0x5c, id), (0x53, content)] = parts.as_slice() else { return Err(WRONG_DATA) };
        let id = identifier(id)?;
        if id == ATTESTATION || self.objects.len() >= MAX_OBJECTS {
            return Err(WRONG_DATA);
        }
        if content.is_empty() {
            self.objects.remove(&id);
        } else {
            self.objects.insert(id, content.to_vec());
        }
        Ok(Vec::new())
    }
}

fn demand_current(p1: u8, p2: u8) -> Result<(), Status> {
    ((p1, p2) == (0x3f, 0xff)).then_some(()).ok_or(WRONG_PARAMETERS)
}

fn identifier(bytes: &[u8]) -> Result<u32, Status> {
    match bytes {
        [one] => Ok(u32::from(*one)),
        [high, middle, low] => Ok(u32::from_be_bytes([0, *high, *middle, *low])),
        _ => Err(WRONG_DATA),
    }
}
