//! The crate `yubikey`, a driver by other authors, on the same token.

use p256::ecdsa::signature::hazmat::PrehashVerifier;
use p256::ecdsa::{Signature, VerifyingKey};
use p256::elliptic_curve::sec1::ToSec1Point;
use token::{Asks, Pin, PublicKey, Slot, Start, Token};
use yubikey::piv::{self, AlgorithmId, Origin, SlotId};
use yubikey::{MgmKey, PinPolicy, Serial, TouchPolicy, YubiKey};

use crate::fixture::{DIGEST, PIN, enrol, factory, text};
use crate::inside::inside;

#[test]
fn what_one_driver_enrolled_the_other_describes_and_uses_alike() {
    inside(
        "second_driver::what_one_driver_enrolled_the_other_describes_and_uses_alike",
        |service| {
            let (card, mut token) = factory(1);
            let _plug = service.insert(0, &card);
            let enrolled = enrol(&mut token, Start::Fresh).unwrap();
            let peer =
                p256::SecretKey::from_slice(&[3; 32]).unwrap().public_key().to_sec1_point(false);
            let ours = PublicKey::from_bytes(peer.as_bytes()).unwrap();
            let ours = token.agree(&ours, &Pin::new(&text(PIN)), &mut |_| ()).unwrap();

            let mut other = YubiKey::open_by_serial(Serial::from(card.serial().0)).unwrap();
            assert_eq!(other.version().to_string(), enrolled.identity.firmware.to_string());
            assert_eq!(other.get_pin_retries().unwrap(), 3);
            for slot in [SlotId::Signature, SlotId::KeyManagement] {
                let facts = piv::metadata(&mut other, slot).unwrap();
                assert_eq!(facts.policy, Some((PinPolicy::Always, TouchPolicy::Always)));
                assert_eq!(facts.origin, Some(Origin::Generated));
            }
            other.verify_pin(PIN.as_bytes()).unwrap();
            let theirs = piv::decrypt_data(
                &mut other,
                peer.as_bytes(),
                AlgorithmId::EccP256,
                SlotId::KeyManagement,
            );
            assert_eq!(theirs.unwrap()[..], ours.expose()[..]);
            other.verify_pin(PIN.as_bytes()).unwrap();
            let signature =
                piv::sign_data(&mut other, &DIGEST, AlgorithmId::EccP256, SlotId::Signature)
                    .unwrap();
            let key = VerifyingKey::from_sec1_bytes(enrolled.signature.as_bytes()).unwrap();
            key.verify_prehash(&DIGEST, &Signature::from_der(&signature).unwrap()).unwrap();
            let attested = piv::attest(&mut other, SlotId::Signature).unwrap();
            assert_eq!(attested[..], token.attest(Slot::Signature).unwrap().leaf[..]);
            assert!(other.verify_pin(b"000001").is_err());
            drop(other);
            assert_eq!(token.pin_state().unwrap().tries_left, 2);
        },
    );
}

#[test]
fn what_the_other_driver_made_is_described_as_it_is() {
    inside("second_driver::what_the_other_driver_made_is_described_as_it_is", |service| {
        let (card, mut token) = factory(1);
        let _plug = service.insert(0, &card);
        let mut other = YubiKey::open_by_serial(Serial::from(card.serial().0)).unwrap();
        let management = MgmKey::get_default(&other).unwrap();
        other.authenticate(&management).unwrap();
        piv::generate(
            &mut other,
            SlotId::KeyManagement,
            AlgorithmId::EccP256,
            PinPolicy::Once,
            TouchPolicy::Never,
        )
        .unwrap();
        drop(other);
        let slot = token.slot(Slot::KeyAgreement).unwrap().unwrap();
        assert_eq!((slot.pin, slot.touch, slot.is_guarded), (Asks::Once, Asks::Never, false));
        assert!(slot.is_generated && slot.key.is_some());
        assert!(token.slot(Slot::Signature).unwrap().is_none());
    });
}
