use ::hpke::aead::AesGcm256;
use ::hpke::kdf::HkdfSha256;
use ::hpke::kem::MlKem768P256;
use ::hpke::{Deserializable, Kem as _, OpModeR, OpModeS, Serializable};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use secret::SecretBytes;

use super::*;
use crate::hpke::{open_hybrid, seal_hybrid};

type Kem = MlKem768P256;
type Suite<'a> = (&'a <Kem as ::hpke::Kem>::PrivateKey, &'a QuantumSeed, &'a SecretKey);

fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}

/// The halves of another implementation's private key of 32 bytes: `SHAKE256(seed)` is `d ‖ z`,
/// then candidates for the scalar.
fn halves(seed: [u8; 32]) -> (QuantumSeed, SecretKey) {
    use shake::digest::{ExtendableOutput, Update, XofReader};
    let mut xof = shake::Shake256::default().chain(seed).finalize_xof();
    let (mut quantum, mut scalar) = ([0; 64], [0; 32]);
    xof.read(&mut quantum);
    xof.read(&mut scalar);
    (QuantumSeed::from_slice(&quantum).unwrap(), SecretKey::from_slice(&scalar).unwrap())
}

/// envelope-1 E22
#[test]
fn another_implementation_opens_what_is_sealed_here_and_the_other_way_round() {
    for number in 1..=4 {
        let key = <Kem as ::hpke::Kem>::PrivateKey::from_bytes(&[number; 32]).unwrap();
        let (seed, scalar) = halves([number; 32]);
        let own = seed.hybrid_key(PublicKey::of(&scalar));
        assert_eq!(own.to_bytes(), Kem::sk_to_pk(&key).to_bytes().to_vec());
        both_ways((&key, &seed, &scalar), &own, number);
    }
}

fn both_ways((key, seed, scalar): Suite<'_>, own: &HybridKey, number: u8) {
    let content = SecretBytes::from_slice(b"a share, made up");
    let (enc, sealed) = seal_hybrid(own, b"info", &content, &mut rng(number)).unwrap();
    let their_enc = <Kem as ::hpke::Kem>::EncappedKey::from_bytes(&enc.to_bytes()).unwrap();
    let mode = OpModeR::Base;
    let opened = ::hpke::single_shot_open::<AesGcm256, HkdfSha256, Kem>(
        &mode, key, &their_enc, b"info", &sealed, b"",
    );
    assert_eq!(opened.unwrap(), content.expose());
    let (enc, sealed) = ::hpke::single_shot_seal_with_rng::<AesGcm256, HkdfSha256, Kem>(
        &OpModeS::Base,
        &Kem::sk_to_pk(key),
        b"info",
        content.expose(),
        b"",
        &mut rng(number),
    )
    .unwrap();
    let enc = Encapsulated::from_bytes(&enc.to_bytes()).unwrap();
    let dh = diffie_hellman(scalar, enc.ephemeral()).unwrap();
    let open = |dh: &Secret<32>, seed: &QuantumSeed, info: &[u8]| {
        open_hybrid((dh, seed), &enc, own.agreement(), info, &sealed)
    };
    assert_eq!(open(&dh, seed, b"info").unwrap().expose(), content.expose());
    // Each half alone opens nothing, and neither does another context.
    let other = Secret::from_slice(&[7; 32]).unwrap();
    assert!(open(&other, seed, b"info").is_none());
    assert!(open(&dh, &QuantumSeed::draw(&mut rng(99)), b"info").is_none());
    assert!(open(&dh, seed, b"other").is_none());
}

#[test]
fn keys_that_are_none_are_refused() {
    let seed = QuantumSeed::draw(&mut rng(1));
    let scalar = SecretKey::from_slice(&[1; 32]).unwrap();
    let good = seed.hybrid_key(PublicKey::of(&scalar)).to_bytes();
    assert!(HybridKey::from_bytes(&good).is_some());
    assert!(HybridKey::from_bytes(&good[1..]).is_none());
    // A coefficient of 4095 is not reduced modulo 3329 (FIPS 203 section 7.2).
    let mut large = good.clone();
    large[..2].copy_from_slice(&[0xff, 0xff]);
    assert!(HybridKey::from_bytes(&large).is_none());
    let mut off_curve = good;
    *off_curve.last_mut().unwrap() ^= 1;
    assert!(HybridKey::from_bytes(&off_curve).is_none());
    assert!(Encapsulated::from_bytes(&vec![0; CIPHERTEXT_LEN + PublicKey::LEN]).is_none());
}
