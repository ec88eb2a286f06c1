//! Tokens and their holders' PINs.

use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use reader::HardwareToken;
use secret::SecretText;
use token::virtual_yubikey::{VirtualYubiKey, serial};
use token::{Enrolled, Enrolment, Firmware, Pin, Start, Token, TokenError};

pub(crate) const PIN: &str = "271828";
pub(crate) const PUK: &str = "31415926";
pub(crate) const DIGEST: [u8; 32] = [7; 32];

pub(crate) fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}

pub(crate) fn text(text: &str) -> SecretText {
    SecretText::from_exposed(text)
}

/// A virtual token as it leaves the factory, and the driver that will look for it.
pub(crate) fn factory(number: u8) -> (VirtualYubiKey, HardwareToken) {
    let serial = serial(u32::from(number)).unwrap();
    let card = VirtualYubiKey::new(serial, &mut rng(number)).unwrap();
    (card, HardwareToken::new(serial))
}

pub(crate) fn enrol(token: &mut dyn Token, start: Start) -> Result<Enrolled, TokenError> {
    let (pin, puk) = (text(PIN), text(PUK));
    let enrolment = Enrolment { pin: &pin, puk: &puk, start, minimum: Firmware::MINIMUM };
    token.enrol(&enrolment, &mut rng(99))
}

pub(crate) fn sign(token: &mut dyn Token) -> Result<[u8; 64], TokenError> {
    token.sign(&DIGEST, &Pin::new(&text(PIN)), &mut |_| ())
}
