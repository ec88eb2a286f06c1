//! A connection that does not let a card answer without end.

use yubikit::core::{Connection, Transport};
use yubikit::smartcard::{SmartCardConnection, SmartCardError};

/// The most bytes that one answer may have; certificates and objects of a token are far smaller.
const MAX_ANSWER: usize = 64 * 1024;
/// The most parts of one answer.
const MAX_PARTS: usize = 512;

const GET_RESPONSE: u8 = 0xc0;

/// The connection with a count of what the answer in progress has brought.
///
/// The SDK asks for the rest of an answer for as long as the card says that there is more.
pub(super) struct Bounded<C> {
    inner: C,
    bytes: usize,
    parts: usize,
}

impl<C> Bounded<C> {
    pub(super) fn new(inner: C) -> Self {
        Self { inner, bytes: 0, parts: 0 }
    }
}

impl<C: SmartCardConnection> Connection for Bounded<C> {
    type Error = SmartCardError;

    fn close(&mut self) {
        self.inner.close();
    }
}

impl<C: SmartCardConnection> SmartCardConnection for Bounded<C> {
    fn send_and_receive(&mut self, apdu: &[u8]) -> Result<(Vec<u8>, u16), SmartCardError> {
        if apdu.get(1) != Some(&GET_RESPONSE) {
            (self.bytes, self.parts) = (0, 0);
        }
        let (answer, status) = self.inner.send_and_receive(apdu)?;
        self.bytes += answer.len();
        self.parts += 1;
        if self.bytes > MAX_ANSWER || self.parts > MAX_PARTS {
            return Err(SmartCardError::InvalidData("the answer has no end".into()));
        }
        Ok((answer, status))
    }

    fn transport(&self) -> Transport {
        self.inner.transport()
    }
}
