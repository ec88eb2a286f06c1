//! PIN and PUK: eight bytes, padded with FF, and a counter of tries.

use subtle::ConstantTimeEq;

use super::apdu::{BLOCKED, Status, WRONG_DATA};

/// Bytes of a reference as it is sent.
pub(super) const LEN: usize = 8;

/// A PIN or PUK with its tries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reference {
    pub(super) value: [u8; LEN],
    pub(super) default: [u8; LEN],
    pub(super) tries_total: u8,
    pub(super) tries_left: u8,
}

impl Reference {
    /// The factory's value with its number of tries.
    pub(super) fn new(default: &str, tries: u8) -> Self {
        let mut value = [0xff; LEN];
        for (byte, typed) in value.iter_mut().zip(default.bytes()) {
            *byte = typed;
        }
        Self { value, default: value, tries_total: tries, tries_left: tries }
    }

    /// Compares, counts, and answers `63Cx` or `6983`.
    pub(super) fn check(&mut self, given: &[u8]) -> Result<(), Status> {
        if self.tries_left == 0 {
            return Err(BLOCKED);
        }
        if !bool::from(given.ct_eq(&self.value)) {
            self.tries_left -= 1;
            return Err(self.status());
        }
        self.tries_left = self.tries_total;
        Ok(())
    }

    /// Takes a new value of 6 to 8 bytes.
    pub(super) fn set(&mut self, new: &[u8]) -> Result<(), Status> {
        let value: [u8; LEN] = new.try_into().map_err(|_| WRONG_DATA)?;
        let padding = value.iter().rev().take_while(|byte| **byte == 0xff).count();
        let is_fit = padding <= 2 && !value[..LEN - padding].contains(&0xff);
        if !is_fit {
            return Err(WRONG_DATA);
        }
        self.value = value;
        self.tries_left = self.tries_total;
        Ok(())
    }

    /// What a query or a wrong entry is answered with.
    pub(super) fn status(&self) -> Status {
        match self.tries_left {
            0 => BLOCKED,
            tries => Status(0x63c0 | u16::from(tries.min(15))),
        }
    }

    pub(super) fn is_default(&self) -> bool {
        self.value == self.default
    }

    pub(super) fn block(&mut self) {
        self.tries_left = 0;
    }
}
