//! The wire between the SDK and the card.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use yubikit::core::{Connection, Transport};
use yubikit::smartcard::{SmartCardConnection, SmartCardError};

use super::card::Card;
use crate::Loss;

/// A connection to a virtual token, dead once the token was pulled out or inserted anew.
pub struct VirtualConnection {
    card: Arc<Mutex<Card>>,
    insertion: u32,
}

impl VirtualConnection {
    pub(super) fn new(card: Arc<Mutex<Card>>, insertion: u32) -> Self {
        Self { card, insertion }
    }
}

impl VirtualConnection {
    /// Sends one command as a reader does; the answer ends with the status word.
    ///
    /// # Errors
    ///
    /// [`Loss::Removed`]: the token was pulled out, or inserted anew.
    pub fn transmit(&self, apdu: &[u8]) -> Result<Vec<u8>, Loss> {
        let mut card = self.card.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut answer, status) = card.transmit(apdu, self.insertion)?;
        answer.extend(status.to_be_bytes());
        Ok(answer)
    }
}

impl fmt::Debug for VirtualConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VirtualConnection").field("insertion", &self.insertion).finish()
    }
}

impl Connection for VirtualConnection {
    type Error = SmartCardError;

    fn close(&mut self) {
        self.insertion = 0;
    }
}

impl SmartCardConnection for VirtualConnection {
    fn send_and_receive(&mut self, apdu: &[u8]) -> Result<(Vec<u8>, u16), SmartCardError> {
        let mut card = self.card.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = card.transmit(apdu, self.insertion);
        answer.map_err(|loss: Loss| SmartCardError::Transport(Box::new(loss)))
    }

    fn transport(&self) -> Transport {
        Transport::Usb
    }
}
