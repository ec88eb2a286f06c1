//! A genesis and the approval of a restore with five tokens in readers and two officers' sheets.

use std::fs;
use std::path::Path;

use archive::Set;
use engine::approval::Approvals;
use engine::files::{Conflict, open_set};
use engine::genesis::{Attendee, Genesis};
use engine::health::{self, Means};
use engine::observer::Unwatched;
use engine::plan::{Intent, Plan};
use engine::restore::Choices;
use engine::seal::{SealOptions, SidecarRule, Source, seal};
use engine::vault::Vault;
use quorum::{GroupPolicy, QuorumPolicy};
use reader::HardwareToken;
use registry::Role;
use secret::SecretText;
use tempfile::TempDir;
use terms::{CeremonyId, Digest, Environment, KeyName, Problem, RequestId, Timestamp};
use token::virtual_yubikey::{Faults, VirtualYubiKey};
use token::{LastTry, Pin, Token};

use crate::fixture::{PIN, factory, rng, text};
use crate::inside::inside;
use crate::plug::Plug;
use crate::service::Pcscd;

const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);
const SCRIPT: (&str, Digest) = ("test", Digest::from_bytes([3; 32]));
const CUSTODIANS: [&str; 5] = ["Ada", "Ben", "Cleo", "Dan", "Eve"];
const OFFICERS: [&str; 2] = ["Olga", "Otto"];
/// More commands than an approval sends.
const MANY: u32 = 80;

/// What a custodian carries.
struct Custodian {
    name: &'static str,
    card: VirtualYubiKey,
    token: HardwareToken,
    plug: Option<Plug>,
}

/// A drill vault whose key three of five custodians and both officers open.
struct Office {
    dir: TempDir,
    vault: Vault,
    custodians: Vec<Custodian>,
    sheets: Vec<SecretText>,
    set: Set,
}

impl Office {
    fn found(service: &Pcscd) -> Self {
        let dir = TempDir::new().unwrap();
        let home = dir.path().join("vault");
        let mut vault =
            Vault::create(&home, Environment::Drill, "Test", NOW, &mut rng(20)).unwrap();
        let policy = QuorumPolicy::new(
            2,
            vec![
                GroupPolicy::new("custodians", 3, &CUSTODIANS).unwrap(),
                GroupPolicy::new("officers", 2, &OFFICERS).unwrap(),
            ],
        )
        .unwrap();
        let id = CeremonyId::from_bytes([1; 16]);
        let mut genesis = Genesis::begin(&mut vault, id, SCRIPT, &people(), policy, NOW).unwrap();
        genesis.add_system_entropy(&mut rng(21));
        genesis.generate(NOW).unwrap();
        genesis.split(&mut vault, &mut rng(22), NOW).unwrap();
        let mut custodians = Vec::new();
        for (slot, name) in (0..).zip(CUSTODIANS) {
            let (card, mut token) = factory(u8::try_from(slot + 1).unwrap());
            let plug = Some(service.insert(slot, &card));
            let pin = text(PIN);
            let rng = &mut rng(30);
            let serial = genesis.enrol(&mut vault, name, &mut token, &pin, rng, NOW).unwrap();
            assert_eq!(serial, card.serial());
            genesis.seal_share(&mut vault, name, serial, rng, NOW).unwrap();
            let pin = Pin::new(&pin);
            genesis.prove_token(&mut vault, name, &mut token, &pin, &mut |_| ()).unwrap();
            genesis.proved(&mut vault, name, NOW).unwrap();
            custodians.push(Custodian { name, card, token, plug });
        }
        let mut sheets = Vec::new();
        for name in OFFICERS {
            let words = genesis.share(name).unwrap().words.to_text();
            genesis.prove_sheet(name, &words).unwrap();
            genesis.proved(&mut vault, name, NOW).unwrap();
            sheets.push(words);
        }
        let made = genesis.make_effective(&mut vault, NOW).unwrap();
        genesis.close(&mut vault, NOW).unwrap();
        let set = sealed(dir.path(), &made.recipient);
        Self { dir, vault, custodians, sheets, set }
    }

    fn ask(&mut self) -> Approvals {
        let target = self.dir.path().join("target");
        let intent = Intent {
            selection: &[],
            target: &target.display().to_string(),
            conflict: Conflict::Fail,
            choices: &Choices::default(),
            requester: "Rita",
            reason: "a test",
            now: NOW,
            valid_s: 60,
        };
        let plan = Plan::new(&self.set, &intent).unwrap();
        let ids = (CeremonyId::from_bytes([2; 16]), RequestId::from_bytes([2; 16]));
        Approvals::begin(&mut self.vault, ids, SCRIPT, &people(), (&self.set, plan), NOW).unwrap()
    }

    /// The custodian approves; the code of what stops that.
    fn approve(
        &mut self,
        approvals: &mut Approvals,
        custodian: usize,
        pin: &str,
    ) -> Result<(), &'static str> {
        let Custodian { name, token, .. } = &mut self.custodians[custodian];
        let pin = text(pin);
        let pin = Pin::with_last_try(&pin, LastTry::Keep);
        let given = approvals.approve(&mut self.vault, name, token, (&pin, &mut |_| ()), NOW);
        given.map_err(|error| error.code())
    }
}

fn people() -> Vec<Attendee> {
    let person = |role| move |name: &&str| Attendee { name: (*name).to_owned(), role };
    let mut people: Vec<_> = CUSTODIANS.iter().map(person(Role::Custodian)).collect();
    people.extend(OFFICERS.iter().map(person(Role::Custodian)));
    people.push(Attendee { name: "Rita".to_owned(), role: Role::Operator });
    people
}

fn sealed(dir: &Path, recipient: &keys::Recipient) -> Set {
    let (to, source) = (dir.join("archive"), dir.join("file"));
    fs::write(&source, "something").unwrap();
    let options = SealOptions {
        kit: false,
        sidecar: SidecarRule::Never,
        to: &to,
        label: "a test".into(),
        environment: Some(Environment::Drill),
        key: None,
        vault: None,
        checkpoint: None,
        volume_bytes: None,
        station: None,
        catalogue: None,
        parity: None,
        skip_unreadable: false,
        now: NOW,
    };
    seal(Source::Paths(&[source]), recipient, &options, &mut rng(23), &Unwatched).unwrap();
    open_set(&to).unwrap()
}

#[test]
fn five_tokens_hold_a_key_and_three_of_them_approve_whatever_happens_to_one() {
    let name = "ceremony::\
                five_tokens_hold_a_key_and_three_of_them_approve_whatever_happens_to_one";
    inside(name, |service| {
        let mut office = Office::found(service);
        let mut approvals = office.ask();
        // Ada's token is pulled out at every single command of her approval, before the token has
        // seen it or after it was carried out, in turn.
        let mut pulled = 0;
        for number in 1..MANY {
            let fault = if number % 2 == 0 { Faults::remove_before } else { Faults::remove_after };
            office.custodians[0].card.inject(fault(number));
            let stopped = office.approve(&mut approvals, 0, PIN);
            if office.custodians[0].card.commands() < number {
                break;
            }
            let gone = ["SR-TOKEN-REMOVED", "SR-TOKEN-WRONG-TOKEN"];
            let code = stopped.unwrap_err();
            assert!(gone.contains(&code), "at command {number}: {code}");
            pulled += 1;
            let ada = &mut office.custodians[0];
            ada.card.inject(Faults::default());
            service.remove(ada.plug.take().unwrap());
            ada.plug = Some(service.insert(0, &ada.card));
            assert_eq!(ada.token.pin_state().unwrap().tries_left, 3);
        }
        println!("Ada's token was pulled out {pulled} times");
        assert!(pulled >= 15, "only {pulled}");
        assert_eq!(approvals.given().len(), 1, "she approved once, and that counts once");
        assert_eq!(office.approve(&mut approvals, 1, "000001"), Err("SR-TOKEN-WRONG-PIN"));
        assert_eq!(office.approve(&mut approvals, 1, PIN), Ok(()));
        // Cleo has lost hers: nobody else's passes for it, and Dan takes her place.
        service.remove(office.custodians[2].plug.take().unwrap());
        assert_eq!(office.approve(&mut approvals, 2, PIN), Err("SR-TOKEN-WRONG-TOKEN"));
        // Eve's PIN is tried up to the edge, not over it.
        for wanted in ["SR-TOKEN-WRONG-PIN", "SR-TOKEN-WRONG-PIN", "SR-TOKEN-LAST-TRY"] {
            assert_eq!(office.approve(&mut approvals, 4, "000001"), Err(wanted));
        }
        assert_eq!(office.custodians[4].token.pin_state().unwrap().tries_left, 1);
        assert_eq!(office.approve(&mut approvals, 3, PIN), Ok(()));
        for (name, words) in OFFICERS.iter().zip(&office.sheets) {
            approvals.approve_with_sheet(&mut office.vault, name, words, NOW).unwrap();
        }
        approvals.open(&mut office.vault, &office.set, NOW).unwrap();
    });
}

#[test]
fn every_holder_proves_a_share_alone_and_a_wrong_one_is_named() {
    inside("ceremony::every_holder_proves_a_share_alone_and_a_wrong_one_is_named", |service| {
        let mut office = Office::found(service);
        let key = KeyName { environment: Environment::Drill, version: 1 };
        let later = Timestamp::from_unix(NOW.unix() + 1000);
        let Office { vault, custodians, sheets, .. } = &mut office;
        let pin = text(PIN);
        for custodian in custodians.iter_mut() {
            let (token, pin) = (&mut custodian.token, &Pin::new(&pin));
            let means = Means::Token { token, pin, touch: &mut |_| () };
            health::prove(vault, key, custodian.name, means, later).unwrap();
        }
        health::prove(vault, key, OFFICERS[0], Means::Sheet(&sheets[0]), later).unwrap();
        // Olga's sheet is not Otto's, and a wrong PIN proves nothing.
        let wrong = health::prove(vault, key, OFFICERS[1], Means::Sheet(&sheets[0]), later);
        assert_eq!(wrong.unwrap_err().code(), "SR-APPROVAL-SHARE");
        let wrong_pin = text("000001");
        let (token, pin) = (&mut custodians[0].token, &Pin::new(&wrong_pin));
        let much_later = Timestamp::from_unix(NOW.unix() + 2000);
        let means = Means::Token { token, pin, touch: &mut |_| () };
        let wrong = health::prove(vault, key, CUSTODIANS[0], means, much_later);
        assert_eq!(wrong.unwrap_err().code(), "SR-TOKEN-WRONG-PIN");
        let standings = health::standings(vault, key, much_later).unwrap();
        assert_eq!(standings.len(), 7);
        for standing in standings {
            let is_old = standing.holder == OFFICERS[1];
            let wanted = if is_old { NOW } else { later };
            assert_eq!(standing.proved, Some(wanted.to_string()), "{}", standing.holder);
            assert_eq!(standing.token.is_some(), CUSTODIANS.contains(&&*standing.holder));
        }
        // A token that was retired proves nothing, although it still opens.
        let number = custodians[4].card.serial().to_string();
        let retire =
            |act: &registry::Act<'_>| act.retire_token(&number, registry::WhyRetired::Lost);
        vault.perform("token.retire", "Rita", "it was lost", later, retire).unwrap();
        let pin = text(PIN);
        let (token, pin) = (&mut custodians[4].token, &Pin::new(&pin));
        let means = Means::Token { token, pin, touch: &mut |_| () };
        let retired = health::prove(vault, key, CUSTODIANS[4], means, later);
        assert_eq!(retired.unwrap_err().code(), "SR-APPROVAL-RETIRED");
    });
}

#[test]
fn a_virtual_token_is_refused_where_shares_are_to_be_protected() {
    inside("ceremony::a_virtual_token_is_refused_where_shares_are_to_be_protected", |service| {
        let dir = TempDir::new().unwrap();
        let home = dir.path().join("vault");
        let environment = Environment::Production;
        let mut vault = Vault::create(&home, environment, "Test", NOW, &mut rng(20)).unwrap();
        let groups = vec![GroupPolicy::new("custodians", 1, &["Ada"]).unwrap()];
        let policy = QuorumPolicy::new(1, groups).unwrap();
        let id = CeremonyId::from_bytes([1; 16]);
        let mut genesis = Genesis::begin(&mut vault, id, SCRIPT, &people(), policy, NOW).unwrap();
        let (card, mut token) = factory(1);
        let _plug = service.insert(0, &card);
        // As if a program had not looked at the serial number: its attestation tells.
        let enrolled = genesis.enrol(&mut vault, "Ada", &mut token, &text(PIN), &mut rng(30), NOW);
        assert_eq!(enrolled.unwrap_err().code(), "SR-ATTESTATION-DRILL-ONLY");
        assert!(vault.read().token(&card.serial().to_string()).unwrap().is_none());
    });
}
