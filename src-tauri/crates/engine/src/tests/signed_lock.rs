//! Who may open is what every holder signed; a lock that is forged anywhere is refused by name.

use terms::{Environment, KeyName, Problem as _};
use token::{ApprovalSignature, Pin, sign_approval, verify_approval};

use super::threshold::{Office, PIN, office, text};
use crate::threshold::{EnrolledKey, Lock, SignedLock, ThresholdError, TokenKey, sign_lock};

const HOLDERS: [&str; 5] = ["Ada", "Ben", "Cleo", "Olga", "Otto"];

/// Where the signatures of a signed lock begin: each has a head of two bytes.
const SIGNATURE_BYTES: usize = 66;

fn keys(lock: &Lock) -> Vec<TokenKey> {
    lock.tokens().collect()
}

/// The signatures as they lie at the end of the record.
fn signatures(signed: &SignedLock) -> Vec<ApprovalSignature> {
    let bytes = signed.encode();
    let all = &bytes[bytes.len() - HOLDERS.len() * SIGNATURE_BYTES..];
    let one = |part: &[u8]| ApprovalSignature::from_bytes(part[2..].try_into().unwrap());
    all.chunks(SIGNATURE_BYTES).map(one).collect()
}

fn refusal(signed: &SignedLock, enrolled: &[EnrolledKey]) -> ThresholdError {
    signed.prove(enrolled).unwrap_err()
}

/// threshold-1 T9, T10
#[test]
fn a_lock_that_every_holder_signed_is_proved() {
    let mut office = office();
    let signed = office.signed();
    let again = SignedLock::decode(&signed.encode()).unwrap();
    assert_eq!(again, signed);
    assert_eq!(again.prove(&office.enrolled).unwrap().lock(), &office.lock);
    // Keys of others, and of further tokens of a holder, change nothing.
    let mut more = office.enrolled.clone();
    more.push(EnrolledKey { serial: more[1].serial, ..more[0].clone() });
    assert!(again.prove(&more).is_ok());
}

/// threshold-1 T10
#[test]
fn one_signature_less_is_named_whosever_it_is() {
    let mut office = office();
    let signed = office.signed();
    let good = signatures(&signed);
    for (at, holder) in HOLDERS.iter().enumerate() {
        // Another holder's, none at all, and that of another lock.
        let elsewhere = KeyName { environment: Environment::Drill, version: 2 };
        let other = Lock::new(elsewhere, office.lock.policy(), &keys(&office.lock)).unwrap();
        let (name, token) = &mut office.tokens[at];
        let pin = text(PIN);
        let foreign = sign_lock(&other, name, token, &Pin::new(&pin), &mut |_| ()).unwrap();
        let nothing = ApprovalSignature::from_bytes([0; 64]);
        for bad in [good[(at + 1) % HOLDERS.len()], nothing, foreign] {
            let mut all = good.clone();
            all[at] = bad;
            let signed = SignedLock::new(office.lock.clone(), all).unwrap();
            let error = refusal(&signed, &office.enrolled);
            assert_eq!(error.code(), "SR-THRESHOLD-NOT-SIGNED");
            assert!(error.to_string().contains(holder), "{error}");
        }
    }
    assert!(SignedLock::new(office.lock.clone(), good[1..].to_vec()).is_err());
}

/// threshold-1 T10
#[test]
fn a_forger_who_puts_a_token_of_their_own_into_the_lock_is_refused() {
    let mut office = office();
    let good = signatures(&office.signed());
    let mut forger = self::office();
    for (at, holder) in HOLDERS.iter().enumerate() {
        // The forger's token takes the place of one holder's, and signs for it.
        let mut tokens = keys(&office.lock);
        tokens[at].serial.0 += 1000;
        let lock = Lock::new(office.lock.key(), office.lock.policy(), &tokens).unwrap();
        let signed = SignedLock::new(lock, good.clone()).unwrap();
        let error = refusal(&signed, &office.enrolled);
        let codes = ["SR-THRESHOLD-NOT-ENROLLED", "SR-THRESHOLD-NOT-SIGNED"];
        assert!(codes.contains(&error.code()), "{holder}: {error}");
        // With a number that is the holder's and a key that is not.
        let mut tokens = keys(&office.lock);
        let theirs = forged_key(&mut forger, at);
        tokens[at].key = theirs;
        let lock = Lock::new(office.lock.key(), office.lock.policy(), &tokens).unwrap();
        let signed = SignedLock::new(lock, good.clone()).unwrap();
        let error = refusal(&signed, &office.enrolled);
        assert_eq!(error.code(), "SR-THRESHOLD-NOT-SIGNED", "{holder}: {error}");
    }
    // A holder who was never enrolled is named as such.
    let signed = SignedLock::new(office.lock.clone(), good).unwrap();
    for (at, holder) in HOLDERS.iter().enumerate() {
        let mut enrolled = office.enrolled.clone();
        enrolled[at].serial.0 += 1000;
        let error = refusal(&signed, &enrolled);
        assert_eq!(error.code(), "SR-THRESHOLD-NOT-ENROLLED");
        assert!(error.to_string().contains(holder), "{error}");
    }
}

/// A key whose ML-KEM half is another: sealing to it hides a share from its holder.
fn forged_key(forger: &mut Office, at: usize) -> token::HybridKey {
    let mut bytes = keys(&forger.lock)[at].key.to_bytes();
    let other = keys(&forger.lock)[(at + 1) % HOLDERS.len()].key.to_bytes();
    let half = bytes.len() - token::PublicKey::LEN;
    bytes[..half].copy_from_slice(&other[..half]);
    token::HybridKey::from_bytes(&bytes).unwrap()
}

/// threshold-1 T8
#[test]
fn a_signed_lock_that_is_changed_at_any_byte_proves_nothing() {
    let mut office = office();
    let good = office.signed().encode();
    // Every byte outside of the long keys, and a sample of those.
    let dense = good.len() - HOLDERS.len() * SIGNATURE_BYTES - 40;
    for at in (0..120).chain((120..dense).step_by(41)).chain((dense..good.len()).step_by(3)) {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        let proved = SignedLock::decode(&bytes).is_ok_and(|it| it.prove(&office.enrolled).is_ok());
        assert!(!proved, "byte {at}");
    }
    for end in (0..good.len()).step_by(101).chain([good.len() - 1]) {
        assert!(SignedLock::decode(&good[..end]).is_err(), "cut at {end}");
    }
}

/// threshold-1 T9
#[test]
fn a_token_signs_no_lock_that_names_another_and_no_signature_passes_for_another_kind() {
    let mut office = office();
    let (pin, lock) = (text(PIN), office.lock.clone());
    let pin = Pin::new(&pin);
    let [(_, ada), (_, ben), ..] = &mut office.tokens[..] else { panic!() };
    let mut sign = |lock: &Lock, holder: &str| {
        sign_lock(lock, holder, &mut *ben, &pin, &mut |_| ()).unwrap_err().code()
    };
    assert_eq!(sign(&lock, "Ada"), "SR-TOKEN-WRONG-TOKEN");
    assert_eq!(sign(&lock, "Eve"), "SR-THRESHOLD-ONE-TOKEN");
    let mut tokens = keys(&lock);
    let (first, second) = (tokens[0].key.clone(), tokens[1].key.clone());
    (tokens[0].key, tokens[1].key) = (second, first);
    let swapped = Lock::new(lock.key(), lock.policy(), &tokens).unwrap();
    assert_eq!(sign(&swapped, "Ben"), "SR-TOKEN-WRONG-KEY");
    // What Ada approves elsewhere is no signature of a lock, and the other way round.
    let signature = sign_lock(&lock, "Ada", ada, &pin, &mut |_| ()).unwrap();
    let key = office.enrolled[0].key;
    let digest = [7; 32];
    assert!(!verify_approval(&key, &digest, &signature));
    assert!(!verify_approval(&key, lock.fingerprint().as_bytes(), &signature));
    let approval = sign_approval(ada, &digest, &pin, &mut |_| ()).unwrap();
    let mut all = signatures(&office.signed());
    all[0] = approval;
    let signed = SignedLock::new(lock, all).unwrap();
    assert_eq!(refusal(&signed, &office.enrolled).code(), "SR-THRESHOLD-NOT-SIGNED");
}
