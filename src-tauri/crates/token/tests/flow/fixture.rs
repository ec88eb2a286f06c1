//! A token, its holder and an envelope.

use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use secret::{SecretBytes, SecretText};
use terms::{Environment, KeyName, SplitId, VaultId};
use token::virtual_yubikey::{VirtualConnection, VirtualYubiKey, serial};
use token::{
    Binding, Enrolled, Enrolment, Envelope, EnvelopeError, Firmware, Pin, PivToken, Start, Token,
    TokenError,
};

pub(crate) const PIN: &str = "271828";
pub(crate) const PUK: &str = "31415926";

pub(crate) fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}

pub(crate) fn text(text: &str) -> SecretText {
    SecretText::from_exposed(text)
}

pub(crate) fn factory(number: u32) -> VirtualYubiKey {
    let seed = u8::try_from(number % 256).unwrap();
    VirtualYubiKey::new(serial(number).unwrap(), &mut rng(seed)).unwrap()
}

pub(crate) fn enrol(token: &mut dyn Token, start: Start) -> Result<Enrolled, TokenError> {
    let (pin, puk) = (text(PIN), text(PUK));
    let enrolment = Enrolment { pin: &pin, puk: &puk, start, minimum: Firmware::MINIMUM };
    token.enrol(&enrolment, &mut rng(2))
}

pub(crate) fn enrolled(number: u32) -> (VirtualYubiKey, PivToken<VirtualConnection>, Enrolled) {
    let card = factory(number);
    let mut token = card.connect().unwrap();
    let enrolled = enrol(&mut token, Start::Fresh).unwrap();
    (card, token, enrolled)
}

pub(crate) fn binding() -> Binding {
    Binding {
        vault: Some(VaultId::from_bytes([1; 16])),
        key: KeyName { environment: Environment::Drill, version: 1 },
        split: SplitId::from_bytes([2; 16]),
        group: 0,
        member: 1,
        holder: "Ada Example".into(),
    }
}

pub(crate) fn content() -> SecretBytes {
    SecretBytes::from_slice(b"a share, made up")
}

pub(crate) fn envelope(enrolled: &Enrolled) -> Envelope {
    let (serial, key) = (enrolled.identity.serial, &enrolled.key_agreement);
    Envelope::seal(&content(), &binding(), serial, key, &mut rng(3)).unwrap()
}

pub(crate) fn open(
    envelope: &Envelope,
    token: &mut dyn Token,
    pin: &str,
) -> Result<SecretBytes, EnvelopeError> {
    envelope.open(token, &Pin::new(&text(pin)), &binding(), &mut |_| {})
}
