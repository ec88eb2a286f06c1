//! The management key and mutual authentication with it.

use aes::cipher::{BlockCipherEncrypt, KeyInit};
use aes::{Aes128, Aes192, Aes256, Block};
use rand_core::Rng;
use subtle::ConstantTimeEq;

use super::apdu::{Answer, NOT_SATISFIED, WRONG_DATA, WRONG_PARAMETERS};
use super::card::Card;
use crate::tlv;

const AES_128: u8 = 0x08;
const AES_192: u8 = 0x0a;
const AES_256: u8 = 0x0c;

/// The management key; AES only, as firmware 5.7 is delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ManagementKey {
    pub(super) algorithm: u8,
    pub(super) key: Vec<u8>,
    /// 1 never, 2 always.
    pub(super) touch: u8,
}

impl ManagementKey {
    /// AES-192 with the well-known bytes.
    pub(super) fn factory() -> Self {
        let key = yubikit::piv::DEFAULT_MANAGEMENT_KEY.to_vec();
        Self { algorithm: AES_192, key, touch: 1 }
    }

    pub(super) fn describe(&self, out: &mut Vec<u8>) {
        tlv::append(out, 0x01, &[self.algorithm]);
        tlv::append(out, 0x02, &[0, self.touch]);
        tlv::append(out, 0x05, &[u8::from(*self == Self::factory())]);
    }

    fn encrypt(&self, block: &[u8]) -> Option<Vec<u8>> {
        let mut block = Block::try_from(block).ok()?;
        match self.algorithm {
            AES_128 => Aes128::new_from_slice(&self.key).ok()?.encrypt_block(&mut block),
            AES_192 => Aes192::new_from_slice(&self.key).ok()?.encrypt_block(&mut block),
            AES_256 => Aes256::new_from_slice(&self.key).ok()?.encrypt_block(&mut block),
            _ => return None,
        }
        Some(block.to_vec())
    }
}

impl Card {
    /// GENERAL AUTHENTICATE with key 9B: witness, then witness and challenge
    /// (SP 800-73-5 part 2, appendix A.1).
    pub(super) fn authenticate(
        &mut self,
        algorithm: u8,
        data: &[u8],
        witness: Option<Vec<u8>>,
    ) -> Answer {
        if algorithm != self.management.algorithm {
            return Err(WRONG_DATA);
        }
        let template = tlv::only(data, 0x7c).and_then(tlv::parse).ok_or(WRONG_DATA)?;
        let given = tlv::find(&template, 0x80).ok_or(WRONG_DATA)?;
        let (tag, content) = if given.is_empty() {
            let mut witness = vec![0; 16];
            self.rng.fill_bytes(&mut witness);
            let encrypted = self.management.encrypt(&witness).ok_or(WRONG_DATA)?;
            self.power.witness = Some(witness);
            (0x80, encrypted)
        } else {
            let witness = witness.ok_or(NOT_SATISFIED)?;
            if !bool::from(witness.as_slice().ct_eq(given)) {
                return Err(NOT_SATISFIED);
            }
            let challenge = tlv::find(&template, 0x81).ok_or(WRONG_DATA)?;
            let response = self.management.encrypt(challenge).ok_or(WRONG_DATA)?;
            if self.management.touch == 2 && !self.is_touched(None) {
                return Err(NOT_SATISFIED);
            }
            self.power.is_managed = true;
            (0x82, response)
        };
        Ok(tlv::object(0x7c, &tlv::object(tag, &content)))
    }

    /// SET MANAGEMENT KEY (Yubico).
    pub(super) fn set_management_key(&mut self, p1: u8, p2: u8, data: &[u8]) -> Answer {
        if !self.power.is_managed {
            return Err(NOT_SATISFIED);
        }
        let touch = match (p1, p2) {
            (0xff, 0xff) => 1,
            (0xff, 0xfe) => 2,
            _ => return Err(WRONG_PARAMETERS),
        };
        let (algorithm, rest) = data.split_first().ok_or(WRONG_DATA)?;
        let key = tlv::only(rest, 0x9b).ok_or(WRONG_DATA)?;
        match (*algorithm, key.len()) {
            (AES_128, 16) | (AES_192, 24) | (AES_256, 32) => {}
            _ => return Err(WRONG_DATA),
        }
        self.management = ManagementKey { algorithm: *algorithm, key: key.to_vec(), touch };
        Ok(Vec::new())
    }
}
