//! What the token says of itself in Yubico's management application.

use super::apdu::{Answer, NO_INSTRUCTION, WRONG_PARAMETERS};
use super::card::Card;
use crate::tlv;

/// The identifier of the application.
pub(super) const AID: [u8; 8] = [0xa0, 0, 0, 5, 0x27, 0x47, 0x11, 0x17];

const READ_CONFIG: u8 = 0x1d;
/// The applications that it has: PIV alone.
const PIV_ONLY: [u8; 2] = [0, 0x10];
/// A keychain model with USB-A.
const KEYCHAIN: u8 = 1;

impl Card {
    /// READ CONFIG, its only page; nothing can be written.
    pub(super) fn device(&self, ins: u8, page: u8) -> Answer {
        if ins != READ_CONFIG {
            return Err(NO_INSTRUCTION);
        }
        if page != 0 {
            return Err(WRONG_PARAMETERS);
        }
        let firmware = [self.firmware.0, self.firmware.1, self.firmware.2];
        let mut config = Vec::new();
        tlv::append(&mut config, 0x01, &PIV_ONLY);
        tlv::append(&mut config, 0x02, &self.serial.0.to_be_bytes());
        tlv::append(&mut config, 0x03, &PIV_ONLY);
        tlv::append(&mut config, 0x04, &[KEYCHAIN]);
        tlv::append(&mut config, 0x05, &firmware);
        tlv::append(&mut config, 0x0a, &[0]);
        // Tools take a reader that is not named after a YubiKey for one without contacts.
        tlv::append(&mut config, 0x0d, &PIV_ONLY);
        tlv::append(&mut config, 0x0e, &PIV_ONLY);
        let len = u8::try_from(config.len()).map_err(|_| WRONG_PARAMETERS)?;
        Ok([&[len][..], &config].concat())
    }
}
