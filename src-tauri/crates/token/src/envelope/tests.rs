use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use secret::{Secret, SecretText};
use terms::Environment;

use super::*;
use crate::token::{Enrolment, Start};
use crate::virtual_yubikey::{VirtualConnection, VirtualYubiKey, serial};
use crate::{Firmware, PivToken};

const PIN: &str = "271828";

fn rng() -> ChaCha20Rng {
    ChaCha20Rng::from_seed([4; 32])
}

fn binding() -> Binding {
    Binding {
        vault: Some(VaultId::from_bytes([0xa1; 16])),
        key: KeyName { environment: Environment::Drill, version: 1 },
        split: SplitId::from_bytes([0xb2; 16]),
        group: 0,
        member: 2,
        holder: "Ada Example".into(),
    }
}

/// A token with its key in 9d.
fn enrolled(number: u32) -> (PivToken<VirtualConnection>, PublicKey) {
    let mut rng = ChaCha20Rng::from_seed([u8::try_from(number).unwrap(); 32]);
    let token = VirtualYubiKey::new(serial(number).unwrap(), &mut rng).unwrap();
    let (pin, puk) = (SecretText::from_exposed(PIN), SecretText::from_exposed("31415926"));
    let start = Start::Fresh;
    let enrolment = Enrolment { pin: &pin, puk: &puk, start, minimum: Firmware::MINIMUM };
    let mut token = token.connect().unwrap();
    let key = token.enrol(&enrolment, &mut rng).unwrap().key_agreement;
    (token, key)
}

fn content() -> SecretBytes {
    SecretBytes::from_slice(b"duckling enlarge academic academic agency result length")
}

/// One binding for each field, in which only that field differs from [`binding`].
fn altered_bindings() -> Vec<(&'static str, Binding)> {
    let good = binding();
    let name = |environment, version| KeyName { environment, version };
    let split = SplitId::from_bytes([0xb3; 16]);
    let vault = Some(VaultId::from_bytes([0xa2; 16]));
    vec![
        ("vault", Binding { vault, ..good.clone() }),
        ("vault", Binding { vault: None, ..good.clone() }),
        ("environment", Binding { key: name(Environment::Production, 1), ..good.clone() }),
        ("key", Binding { key: name(Environment::Drill, 2), ..good.clone() }),
        ("split", Binding { split, ..good.clone() }),
        ("group", Binding { group: 1, ..good.clone() }),
        ("member", Binding { member: 3, ..good.clone() }),
        ("holder", Binding { holder: "Ada Exampel".into(), ..good }),
    ]
}

#[test]
fn the_right_token_opens_its_envelope() {
    let (mut token, key) = enrolled(1);
    let number = serial(1).unwrap();
    let envelope = Envelope::seal(&content(), &binding(), number, &key, &mut rng()).unwrap();
    let stored = Envelope::decode(&envelope.encode()).unwrap();
    assert_eq!(stored, envelope);
    let pin = SecretText::from_exposed(PIN);
    let mut touches = Vec::new();
    let opened =
        stored.open(&mut token, &Pin::new(&pin), &binding(), &mut |touch| touches.push(touch));
    assert_eq!(opened.unwrap(), content());
    assert_eq!(touches, [Touch::Needed { serial: number }, Touch::Over]);
}

#[test]
fn the_content_does_not_lie_in_the_envelope() {
    let (_, key) = enrolled(1);
    let envelope =
        Envelope::seal(&content(), &binding(), serial(1).unwrap(), &key, &mut rng()).unwrap();
    let bytes = envelope.encode();
    assert!(!bytes.windows(8).any(|window| window == &content().expose()[..8]));
    assert!(!format!("{envelope:?}").contains("duckling"));
}

#[test]
fn an_envelope_of_something_else_is_refused_by_name_before_the_pin_is_sent() {
    let (mut token, key) = enrolled(1);
    let number = serial(1).unwrap();
    let wrong = SecretText::from_exposed("000001");
    for (field, other) in altered_bindings() {
        let envelope = Envelope::seal(&content(), &other, number, &key, &mut rng()).unwrap();
        let error = envelope.open(&mut token, &Pin::new(&wrong), &binding(), &mut |_| {});
        let error = error.unwrap_err();
        let EnvelopeError::Foreign { field: named, found, expected } = error else {
            panic!("{error}");
        };
        assert_eq!(named, field);
        assert_ne!(found, expected);
    }
    assert_eq!(token.pin_state().unwrap().tries_left, 3);
}

#[test]
fn every_bound_field_changes_the_key() {
    let (mut token, key) = enrolled(1);
    let number = serial(1).unwrap();
    let pin = SecretText::from_exposed(PIN);
    let envelope = Envelope::seal(&content(), &binding(), number, &key, &mut rng()).unwrap();
    for (field, other) in altered_bindings() {
        // The attacker rewrites the record, and the expectation was deceived as well.
        let forged = Envelope { binding: other.clone(), ..envelope.clone() };
        let forged = Envelope::decode(&forged.encode()).unwrap();
        let refused = forged.open(&mut token, &Pin::new(&pin), &other, &mut |_| {});
        let holder = other.holder;
        assert_eq!(refused.err(), Some(EnvelopeError::Altered { holder }), "{field}");
    }
    let secret = p256::SecretKey::from_slice(&[5; 32]).unwrap();
    let key = PublicKey::of(&secret);
    let good = info(SUITE, &binding(), number, &key);
    let (enc, sealed) = hpke::seal(&key, &good, &content(), &mut rng()).unwrap();
    let dh = hpke::diffie_hellman(&secret, &enc).unwrap();
    assert!(hpke::open(&dh, &enc, &key, &good, &sealed).is_some());
    for other in
        [info(SUITE, &binding(), serial(2).unwrap(), &key), info(SUITE, &binding(), number, &enc)]
    {
        assert!(hpke::open(&dh, &enc, &key, &other, &sealed).is_none());
    }
}

#[test]
fn another_token_and_another_key_are_refused_before_the_pin_is_sent() {
    let (mut first, key) = enrolled(1);
    let (mut second, other) = enrolled(2);
    let (one, two) = (serial(1).unwrap(), serial(2).unwrap());
    let wrong = SecretText::from_exposed("000001");
    let envelope = Envelope::seal(&content(), &binding(), one, &key, &mut rng()).unwrap();
    let refused = envelope.open(&mut second, &Pin::new(&wrong), &binding(), &mut |_| {});
    let error = TokenError::WrongToken { expected: one, found: two };
    assert_eq!(refused.err(), Some(EnvelopeError::Token(error)));
    let envelope = Envelope::seal(&content(), &binding(), one, &other, &mut rng()).unwrap();
    let refused = envelope.open(&mut first, &Pin::new(&wrong), &binding(), &mut |_| {});
    let error = TokenError::WrongKey { serial: one, slot: Slot::KeyAgreement };
    assert_eq!(refused.err(), Some(EnvelopeError::Token(error)));
    assert_eq!(first.pin_state().unwrap().tries_left, 3);
    assert_eq!(second.pin_state().unwrap().tries_left, 3);
}

#[test]
fn no_changed_byte_is_accepted() {
    let (mut token, key) = enrolled(1);
    let pin = SecretText::from_exposed(PIN);
    let number = serial(1).unwrap();
    let bytes = Envelope::seal(&content(), &binding(), number, &key, &mut rng()).unwrap().encode();
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 0x01;
        let opened = Envelope::decode(&changed)
            .and_then(|it| it.open(&mut token, &Pin::new(&pin), &binding(), &mut |_| {}));
        assert!(opened.is_err(), "byte {at}");
        assert!(Envelope::decode(&bytes[..at]).is_err());
    }
    assert!(Envelope::decode(&[&bytes[..], &[0]].concat()).is_err());
}

#[test]
fn a_later_version_is_refused_as_such() {
    let (_, key) = enrolled(1);
    let envelope =
        Envelope::seal(&content(), &binding(), serial(1).unwrap(), &key, &mut rng()).unwrap();
    let mut bytes = envelope.encode();
    bytes[1] = 2;
    let refused = Envelope::decode(&bytes).err();
    assert_eq!(refused, Some(EnvelopeError::UnknownSuite { version: 2, suite: 1 }));
    bytes[1..3].copy_from_slice(&[1, 7]);
    let refused = Envelope::decode(&bytes).err();
    assert_eq!(refused, Some(EnvelopeError::UnknownSuite { version: 1, suite: 7 }));
}

#[test]
fn the_content_and_the_holder_have_bounds() {
    let (_, key) = enrolled(1);
    let number = serial(1).unwrap();
    for len in [0, MAX_SEALED_BYTES + 1] {
        let content = SecretBytes::from_fill(len, |_| {});
        let refused = Envelope::seal(&content, &binding(), number, &key, &mut rng());
        assert!(matches!(refused, Err(EnvelopeError::WrongLength { .. })));
    }
    for holder in ["", " Ada", "Ada\n", "A\u{7f}", &"a".repeat(MAX_HOLDER_BYTES + 1)] {
        let unfit = Binding { holder: holder.into(), ..binding() };
        let refused = Envelope::seal(&content(), &unfit, number, &key, &mut rng());
        assert_eq!(refused.err(), Some(EnvelopeError::UnfitText { field: "holder" }));
    }
}

#[test]
fn a_key_that_is_no_point_of_the_curve_is_refused() {
    let mut point = *PublicKey::of(&p256::SecretKey::from_slice(&[5; 32]).unwrap()).as_bytes();
    assert!(PublicKey::from_bytes(&point).is_some());
    point[64] ^= 1;
    assert!(PublicKey::from_bytes(&point).is_none());
    assert!(PublicKey::from_bytes(&[0]).is_none());
    assert!(PublicKey::from_bytes(&[4; 65]).is_none());
}

/// The worked bytes of `docs/spec/envelope-1.md`: made once, they stay (envelope-1 E12).
#[test]
fn the_worked_bytes_of_the_specification_are_made_and_opened() {
    let vector = include_str!("../../vectors/envelope-1.txt");
    let value = |name: &str| {
        let lines = vector.lines().filter_map(|line| line.split_once(": "));
        hex::decode(lines.clone().find(|(key, _)| *key == name).unwrap().1).unwrap()
    };
    let secret = p256::SecretKey::from_slice(&value("token secret")).unwrap();
    let number = serial(42).unwrap();
    let key = PublicKey::of(&secret);
    assert_eq!(key.as_bytes()[..], value("token key"));
    let bound = info(SUITE, &binding(), number, &key);
    assert_eq!(bound, value("info"));
    let content = SecretBytes::from_slice(&value("content"));
    let ikm = Secret::<32>::from_slice(&value("ephemeral ikm")).unwrap();
    let mut scripted = Scripted(ikm);
    let envelope = Envelope::seal(&content, &binding(), number, &key, &mut scripted).unwrap();
    assert_eq!(hex::encode(envelope.encode()), hex::encode(value("envelope")));
    let stored = Envelope::decode(&value("envelope")).unwrap();
    let dh = hpke::diffie_hellman(&secret, &stored.enc).unwrap();
    assert_eq!(dh.expose()[..], value("dh"));
    let opened = hpke::open(&dh, &stored.enc, &key, &bound, &stored.sealed).unwrap();
    assert_eq!(opened, content);
}

/// A random source that gives the 32 bytes it was made with.
struct Scripted(Secret<32>);

impl rand_core::TryRng for Scripted {
    type Error = std::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(0)
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(0)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        bytes.copy_from_slice(&self.0.expose()[..bytes.len()]);
        Ok(())
    }
}

impl rand_core::TryCryptoRng for Scripted {}
