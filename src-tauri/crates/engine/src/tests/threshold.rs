//! Threshold mode on virtual tokens: a quorum opens one archive, and nothing it had opens another.

use archive::Set;
use quorum::{GroupPolicy, OfferedShare, QuorumPolicy};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use secret::SecretText;
use tempfile::TempDir;
use terms::{Environment, KeyName, Problem as _, Timestamp};
use token::virtual_yubikey::{VirtualConnection, VirtualYubiKey, serial};
use token::{Enrolment, EnvelopeError, Firmware, Pin, PivToken, Start, Token, TokenError};

use crate::files::open_set;
use crate::observer::Unwatched;
use crate::seal::{SealOptions, SidecarRule, Source, seal};
use crate::threshold::{
    ArchiveSplit, EnrolledKey, Lock, SignedLock, ThresholdError, TokenKey, sign_lock,
};
use crate::unlock::{Known, UnlockError, unlock};

pub(super) const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);
pub(super) const PIN: &str = "271828";
const CUSTODIANS: [&str; 3] = ["Ada", "Ben", "Cleo"];
const OFFICERS: [&str; 2] = ["Olga", "Otto"];

/// Two of three custodians and one of two officers, each with a token.
pub(super) struct Office {
    dir: TempDir,
    pub(super) lock: Lock,
    pub(super) enrolled: Vec<EnrolledKey>,
    pub(super) tokens: Vec<(String, PivToken<VirtualConnection>)>,
}

/// An archive, as it lies on media: its volumes and the file beside them.
struct Sealed {
    set: Set,
    split: ArchiveSplit,
}

pub(super) fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}

pub(super) fn text(text: &str) -> SecretText {
    SecretText::from_exposed(text)
}

pub(super) fn office() -> Office {
    let (mut tokens, mut keys, mut enrolled) = (Vec::new(), Vec::new(), Vec::new());
    for (number, name) in (1..).zip(CUSTODIANS.iter().chain(&OFFICERS)) {
        let card = VirtualYubiKey::new(
            serial(number).unwrap(),
            &mut rng(100 + u8::try_from(number).unwrap()),
        );
        let card = card.unwrap();
        let mut token = card.connect().unwrap();
        let (pin, puk) = (text(PIN), text("31415926"));
        let (start, minimum) = (Start::Fresh, Firmware::MINIMUM);
        let rng = &mut rng(u8::try_from(number).unwrap());
        let made = token.enrol(&Enrolment { pin: &pin, puk: &puk, start, minimum }, rng).unwrap();
        let key = token.keep_quantum_seed(&Pin::new(&pin), rng).unwrap();
        let serial = card.serial();
        enrolled.push(EnrolledKey { holder: (*name).to_owned(), serial, key: made.signature });
        keys.push(TokenKey { holder: (*name).to_owned(), serial, key });
        tokens.push(((*name).to_owned(), token));
    }
    let groups = vec![
        GroupPolicy::new("custodians", 2, &CUSTODIANS).unwrap(),
        GroupPolicy::new("officers", 1, &OFFICERS).unwrap(),
    ];
    let policy = QuorumPolicy::new(2, groups).unwrap();
    let key = KeyName { environment: Environment::Drill, version: 1 };
    let lock = Lock::new(key, &policy, &keys).unwrap();
    Office { dir: TempDir::new().unwrap(), lock, enrolled, tokens }
}

impl Office {
    /// What every holder signed.
    pub(super) fn signed(&mut self) -> SignedLock {
        let lock = self.lock.clone();
        let signatures = self.tokens.iter_mut().map(|(holder, token)| {
            sign_lock(&lock, holder, token, &Pin::new(&text(PIN)), &mut |_| ()).unwrap()
        });
        let signatures = signatures.collect();
        SignedLock::new(lock, signatures).unwrap()
    }

    /// Seals an archive as a machine does that has the signed lock and the enrolled keys.
    fn seal(&mut self, name: &str, seed: u8) -> Sealed {
        let signed = SignedLock::decode(&self.signed().encode()).unwrap();
        let lock = signed.prove(&self.enrolled).unwrap();
        let (recipient, split) = ArchiveSplit::make(&lock, None, &mut rng(seed), NOW).unwrap();
        let (to, source) = (self.dir.path().join(name), self.dir.path().join("file"));
        std::fs::write(&source, "something").unwrap();
        let options = SealOptions {
            kit: false,
            sidecar: SidecarRule::Never,
            to: &to,
            label: name.into(),
            environment: Some(Environment::Drill),
            key: Some(lock.lock().key()),
            vault: None,
            checkpoint: None,
            volume_bytes: None,
            station: None,
            catalogue: None,
            parity: None,
            skip_unreadable: false,
            now: NOW,
        };
        let paths = [source];
        seal(Source::Paths(&paths), &recipient, &options, &mut rng(seed + 1), &Unwatched).unwrap();
        let split = ArchiveSplit::decode(&split.encode()).unwrap();
        Sealed { set: open_set(&to).unwrap(), split }
    }

    pub(super) fn bring(
        &mut self,
        split: &ArchiveSplit,
        holder: &str,
        pin: &str,
    ) -> Result<OfferedShare, ThresholdError> {
        let (_, token) = self.tokens.iter_mut().find(|(name, _)| name == holder).unwrap();
        split.bring(holder, token, &Pin::new(&text(pin)), &mut |_| ())
    }

    fn shares(&mut self, split: &ArchiveSplit, holders: &[&str]) -> Vec<OfferedShare> {
        holders.iter().map(|holder| self.bring(split, holder, PIN).unwrap()).collect()
    }
}

impl Sealed {
    fn known(&self) -> Known {
        Known { description: Some(self.split.description().clone()), retired: Vec::new() }
    }

    fn open(&self, shares: Vec<OfferedShare>) -> Result<usize, UnlockError> {
        let unlocked = unlock(&self.set, shares, self.known())?;
        assert!(self.set.unlock(&unlocked.key).is_ok());
        Ok(unlocked.set_aside.len())
    }
}

#[test]
fn a_quorum_of_tokens_opens_an_archive_and_one_token_less_does_not() {
    let mut office = office();
    let sealed = office.seal("first", 40);
    for holders in [["Ada", "Cleo", "Otto"], ["Ben", "Ada", "Olga"]] {
        let shares = office.shares(&sealed.split, &holders);
        assert_eq!(sealed.open(shares).unwrap(), 0);
    }
    for holders in [&["Ada", "Ben", "Cleo"][..], &["Ada", "Olga", "Otto"], &["Ada"], &[]] {
        let shares = office.shares(&sealed.split, holders);
        assert!(matches!(sealed.open(shares), Err(UnlockError::Rejected(_))), "{holders:?}");
    }
}

/// threshold-1 T7
#[test]
fn what_opened_one_archive_opens_no_other_and_is_named() {
    let mut office = office();
    let (first, second) = (office.seal("first", 40), office.seal("second", 50));
    assert_ne!(first.set.fingerprints(), second.set.fingerprints(), "no key is behind both");
    let quorum = ["Ada", "Cleo", "Otto"];
    let shares = office.shares(&first.split, &quorum);
    let Err(UnlockError::Rejected(rejection)) = second.open(shares) else { panic!() };
    let told = rejection.to_string();
    assert!(quorum.iter().all(|holder| told.contains(holder)), "{told}");
    // Even the whole seed of the first archive is none of the second's.
    let shares = office.shares(&first.split, &quorum);
    let opened = unlock(&first.set, shares, first.known()).unwrap();
    assert!(second.set.unlock(&opened.key).is_err());
    // One share of the wrong archive is set aside, and the others suffice.
    let mut shares = office.shares(&second.split, &["Ada", "Ben", "Otto"]);
    shares.push(office.bring(&first.split, "Cleo", PIN).unwrap());
    assert_eq!(second.open(shares).unwrap(), 1);
}

#[test]
fn a_wrong_pin_or_a_token_without_its_half_brings_nothing() {
    let mut office = office();
    let sealed = office.seal("first", 40);
    let wrong = office.bring(&sealed.split, "Ada", "000001").unwrap_err();
    assert_eq!(wrong.code(), "SR-TOKEN-WRONG-PIN");
    // A token of the same number that was made anew holds another key.
    let card = VirtualYubiKey::new(serial(1).unwrap(), &mut rng(9)).unwrap();
    let mut token = card.connect().unwrap();
    let (pin, puk) = (text(PIN), text("31415926"));
    let (start, minimum) = (Start::Fresh, Firmware::MINIMUM);
    token.enrol(&Enrolment { pin: &pin, puk: &puk, start, minimum }, &mut rng(8)).unwrap();
    let other = sealed.split.bring("Ada", &mut token, &Pin::new(&pin), &mut |_| ()).unwrap_err();
    assert_eq!(other.code(), "SR-TOKEN-WRONG-KEY");
    let none = token.quantum_seed(&Pin::new(&pin)).unwrap_err();
    assert_eq!(none, TokenError::NoQuantumSeed);
    // What is kept stays: envelopes are sealed to it.
    let first = token.keep_quantum_seed(&Pin::new(&pin), &mut rng(10)).unwrap();
    let second = token.keep_quantum_seed(&Pin::new(&pin), &mut rng(11)).unwrap();
    assert_eq!(first, second);
}

#[test]
fn a_changed_file_beside_the_archive_is_noticed_at_every_byte() {
    let mut office = office();
    let sealed = office.seal("first", 40);
    let good = sealed.split.encode();
    println!("{} bytes for {} holders", good.len(), office.tokens.len());
    let mut opened = 0;
    for at in (0..good.len()).step_by(97) {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        let Ok(split) = ArchiveSplit::decode(&bytes) else { continue };
        let mut whole = true;
        for holder in ["Ada", "Ben", "Cleo", "Olga", "Otto"] {
            match office.bring(&split, holder, PIN) {
                Ok(share) => drop(share),
                Err(ThresholdError::Envelope(EnvelopeError::Altered { holder: named })) => {
                    assert_eq!(named, holder);
                    whole = false;
                }
                Err(error) => {
                    assert_eq!(error.code(), "SR-TOKEN-WRONG-KEY", "byte {at}");
                    whole = false;
                }
            }
        }
        // What decodes and opens throughout has a changed remark: the lock's or a salt's.
        opened += usize::from(whole);
    }
    assert!(opened <= 3, "{opened} changes were not noticed by an envelope");
}

#[test]
fn a_lock_has_one_token_for_each_holder() {
    let office = office();
    let lock = &office.lock;
    let keys: Vec<_> = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1)]
        .map(|(group, member)| lock.token(group, member).unwrap())
        .into();
    let made = |keys: &[TokenKey]| Lock::new(lock.key(), lock.policy(), keys);
    assert_eq!(made(&keys).unwrap().fingerprint(), lock.fingerprint());
    assert!(
        matches!(made(&keys[1..]), Err(ThresholdError::OneToken { holder }) if holder == "Ada")
    );
    let mut twice = keys.clone();
    twice[1].serial = twice[0].serial;
    assert!(matches!(made(&twice), Err(ThresholdError::SameToken { .. })));
    let mut twice = keys.clone();
    twice[1].key = twice[0].key.clone();
    assert!(matches!(made(&twice), Err(ThresholdError::SameToken { .. })));
    let bytes = lock.encode();
    for at in (0..bytes.len()).step_by(53) {
        let mut other = bytes.clone();
        other[at] ^= 1;
        let is_same = Lock::decode(&other).is_ok_and(|o| o.fingerprint() == lock.fingerprint());
        assert!(!is_same, "byte {at}");
    }
    assert!(Lock::decode(&bytes[..bytes.len() - 1]).is_err());
}
