//! The life of five tokens in readers: enrolled, given shares, pulled out, mistyped, mixed up,
//! lost, replaced, checked, and in the end enough to restore. `cargo xtask demo tokens` shows it.

use std::fs;
use std::path::{Path, PathBuf};

use engine::approval::Approvals;
use engine::custody::{Copying, retire};
use engine::files::{Conflict, open_set};
use engine::genesis::Attendee;
use engine::health::{self, Margin, Means};
use engine::plan::{Intent, Plan};
use engine::restore::Choices;
use engine::vault::Vault;
use reader::HardwareToken;
use registry::{Role, WhyRetired};
use secret::SecretText;
use serde_json::Value;
use tempfile::TempDir;
use terms::{CeremonyId, Digest, Environment, KeyName, Problem, RequestId, Timestamp};
use token::virtual_yubikey::{Faults, VirtualYubiKey};
use token::{LastTry, Pin, Serial, Start, Token};

use crate::fixture::{PIN, enrol, factory, rng, text};
use crate::inside::inside;
use crate::plug::Plug;
use crate::program::{ask, order};
use crate::service::Pcscd;

const SCRIPT: (&str, Digest) = ("test", Digest::from_bytes([3; 32]));
const CUSTODIANS: [&str; 5] = ["Ada", "Ben", "Cleo", "Dan", "Eve"];
const OFFICERS: [&str; 2] = ["Olga", "Otto"];
const KEY: KeyName = KeyName { environment: Environment::Drill, version: 1 };
/// More commands than an approval sends.
const MANY: u32 = 100;

/// A custodian's token, in a reader of its own.
struct Carried {
    card: VirtualYubiKey,
    token: HardwareToken,
    plug: Option<Plug>,
}

/// A folder with a drill vault, and everybody's tokens and sheets.
struct House {
    dir: TempDir,
    carried: Vec<Carried>,
    /// Files with the shares on paper: custodians, then officers.
    sheets: Vec<PathBuf>,
}

impl House {
    fn at(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.at(name).display().to_string()
    }

    fn write(&self, name: &str, more: &str) -> String {
        let officials =
            "place = \"a test\"\nadministrator = \"Max Amend\"\nwitness = \"Wilma Berg\"\n";
        fs::write(self.at(name), format!("{officials}{more}")).unwrap();
        self.text(name)
    }

    fn order(&self, arguments: &[&str]) -> Value {
        order(self.dir.path(), arguments)
    }

    /// The code with which the command line refuses.
    fn refused(&self, arguments: &[&str]) -> Value {
        let vault = self.text("vault");
        let (told, is_good) = ask(&[&["--vault", &vault], arguments].concat());
        assert!(!is_good, "{told}");
        told["error"]["code"].clone()
    }

    fn open(&self) -> Vault {
        Vault::open(&self.at("vault"), now()).unwrap()
    }

    fn words(&self, place: usize) -> SecretText {
        let sheet = fs::read_to_string(&self.sheets[place]).unwrap();
        let words = sheet.lines().find_map(|line| line.strip_prefix("words:")).unwrap();
        text(words.trim())
    }
}

/// The programs take the time of day; what is done in here comes after it.
fn now() -> Timestamp {
    Timestamp::from_unix(1_800_000_000)
}

fn enrolment(names: &[&str]) -> String {
    let holder = |name: &&str| format!("{{ name = \"{name}\", pin = \"{PIN}\" }}");
    let holders = names.iter().map(holder).collect::<Vec<_>>().join(", ");
    format!("[enrolment]\nholders = [{holders}]\n")
}

/// A token of unknown history is refused by name of what is on it, and erased only if told so.
fn erase(house: &House, service: &Pcscd) -> Carried {
    let (card, mut token) = factory(6);
    let plug = service.insert(5, &card);
    enrol(&mut token, Start::Fresh).unwrap();
    let answers = house.write("enrol-eve.toml", &enrolment(&["Eve"]));
    let run = ["ceremony", "run", "enrol", "--readers", "--answers", &answers];
    assert_eq!(house.refused(&run), "SR-ENROLMENT-USED");
    let other = [&run[..], &["--reset", "4200000001"]].concat();
    assert_eq!(house.refused(&other), "SR-ENROLMENT-USED", "another token was to be erased");
    let serial = card.serial().to_string();
    let done = house.order(&[&run[..], &["--reset", &serial]].concat());
    let erased = done["tokens"][0]["erased"].as_str().unwrap();
    assert!(erased.contains("its PIN was set, its PUK was set"), "{erased}");
    println!("a used token: refused, then erased by name ({erased})");
    Carried { card, token, plug: Some(plug) }
}

/// Five new tokens are enrolled, and the key is split over them and two officers' sheets.
fn found(service: &Pcscd) -> House {
    let dir = TempDir::new().unwrap();
    let mut house = House { dir, carried: Vec::new(), sheets: Vec::new() };
    house.order(&["init", &house.text("vault"), "--environment", "drill"]);
    let eve = erase(&house, service);
    for slot in 0..4 {
        let (card, token) = factory(u8::try_from(slot + 1).unwrap());
        let plug = Some(service.insert(slot, &card));
        house.carried.push(Carried { card, token, plug });
    }
    house.carried.push(eve);
    let answers = house.write("enrol.toml", &enrolment(&CUSTODIANS[..4]));
    let run = ["ceremony", "run", "enrol", "--readers", "--answers", &answers];
    assert_eq!(house.order(&run)["tokens"].as_array().unwrap().len(), 4);
    let holder = |name: &&str| format!("{{ name = \"{name}\", pin = \"{PIN}\", token = true }}");
    let custodians = CUSTODIANS.iter().map(holder).collect::<Vec<_>>().join(", ");
    let officers = OFFICERS.map(|name| format!("{{ name = \"{name}\" }}")).join(", ");
    let quorum = format!(
        "[quorum]\ngroup_threshold = 2\n[[quorum.groups]]\nname = \"custodians\"\nthreshold = 3\n\
         holders = [{custodians}]\n[[quorum.groups]]\nname = \"officers\"\nthreshold = 2\n\
         holders = [{officers}]\n"
    );
    let (answers, sheets) = (house.write("genesis.toml", &quorum), house.text("sheets"));
    let run = ["ceremony", "run", "genesis", "--readers", "--answers", &answers];
    let made = house.order(&[&run[..], &["--sheets", &sheets]].concat());
    let files = made["shares"].as_array().unwrap().iter();
    house.sheets = files.map(|share| share["file"].as_str().unwrap().into()).collect();
    let listed = house.order(&["share", "list"]);
    for (share, carried) in listed["shares"].as_array().unwrap().iter().zip(&house.carried) {
        assert_eq!(share["token"], carried.card.serial().to_string(), "{listed}");
    }
    fs::write(house.at("recipient"), made["recipient"].as_str().unwrap()).unwrap();
    fs::write(house.at("source"), "what was lost").unwrap();
    let (recipient, archive) = (house.text("recipient"), house.text("archive"));
    house.order(&["seal", "-r", &recipient, "-o", &archive, &house.text("source")]);
    println!("five tokens enrolled, split 3 of 5 with two officers, an archive sealed");
    house
}

fn people() -> Vec<Attendee> {
    let person = |role| move |name: &&str| Attendee { name: (*name).to_owned(), role };
    let mut people: Vec<_> = CUSTODIANS.iter().map(person(Role::Custodian)).collect();
    people.extend(OFFICERS.iter().map(person(Role::Custodian)));
    people.push(Attendee { name: "Rita".to_owned(), role: Role::Operator });
    people
}

fn requested(house: &House, vault: &mut Vault) -> Approvals {
    let set = open_set(&house.at("archive")).unwrap();
    let target = house.text("target");
    let intent = Intent {
        selection: &[],
        target: &target,
        conflict: Conflict::Fail,
        choices: &Choices::default(),
        requester: "Rita",
        reason: "a test",
        now: now(),
        valid_s: 60,
    };
    let plan = Plan::new(&set, &intent).unwrap();
    let ids = (CeremonyId::from_bytes([2; 16]), RequestId::from_bytes([2; 16]));
    Approvals::begin(vault, ids, SCRIPT, &people(), (&set, plan), now()).unwrap()
}

/// The holder approves with `token`; the code of what stops that.
fn approve(
    (vault, approvals): (&mut Vault, &mut Approvals),
    name: &str,
    token: &mut dyn Token,
    pin: &str,
) -> Result<(), &'static str> {
    let pin = text(pin);
    let pin = Pin::with_last_try(&pin, LastTry::Keep);
    let given = approvals.approve(vault, name, token, (&pin, &mut |_| ()), now());
    given.map_err(|error| error.code())
}

/// Ada's token is pulled out at every command of her approval, before or after it was carried out.
fn pull(house: &mut House, service: &Pcscd, vault: &mut Vault, approvals: &mut Approvals) -> u32 {
    let ada = &mut house.carried[0];
    for number in 1..MANY {
        let fault = if number % 2 == 0 { Faults::remove_before } else { Faults::remove_after };
        ada.card.inject(fault(number));
        let stopped = approve((vault, approvals), CUSTODIANS[0], &mut ada.token, PIN);
        if ada.card.commands() < number {
            ada.card.inject(Faults::default());
            assert_eq!(stopped, Ok(()));
            return number - 1;
        }
        let gone = ["SR-TOKEN-REMOVED", "SR-TOKEN-WRONG-TOKEN"];
        let code = stopped.unwrap_err();
        assert!(gone.contains(&code), "at command {number}: {code}");
        ada.card.inject(Faults::default());
        service.remove(ada.plug.take().unwrap());
        ada.plug = Some(service.insert(0, &ada.card));
        assert_eq!(ada.token.pin_state().unwrap().tries_left, 3);
    }
    panic!("an approval never ends");
}

/// What can happen to tokens while a restore is approved; nothing of it is restored.
fn trouble(house: &mut House, service: &Pcscd) {
    let mut vault = house.open();
    let mut approvals = requested(house, &mut vault);
    let pulled = pull(house, service, &mut vault, &mut approvals);
    println!("Ada's token was pulled out at each of {pulled} commands, and then approved once");
    assert!(pulled >= 15 && approvals.given().len() == 1, "{pulled}");
    let at = &mut (&mut vault, &mut approvals);
    // Ben types a wrong PIN up to the edge, not over it.
    for wanted in ["SR-TOKEN-WRONG-PIN", "SR-TOKEN-WRONG-PIN", "SR-TOKEN-LAST-TRY"] {
        let ben = &mut house.carried[1].token;
        assert_eq!(approve((at.0, at.1), CUSTODIANS[1], ben, "000001"), Err(wanted));
    }
    assert_eq!(house.carried[1].token.pin_state().unwrap().tries_left, 1);
    // Cleo brings the token of Eve.
    let eves = &mut house.carried[4].token;
    assert_eq!(approve((at.0, at.1), CUSTODIANS[2], eves, PIN), Err("SR-APPROVAL-SIGNATURE"));
    assert_eq!(house.carried[4].token.pin_state().unwrap().tries_left, 3);
    // Dan lost his: it is retired, and whoever found it approves nothing with it.
    let dans = house.carried[3].card.serial();
    let lost = retire(at.0, dans, WhyRetired::Lost, "Max Amend", now()).unwrap();
    assert_eq!((lost.len(), &lost[0].left[..]), (1, &["sheet".to_owned()][..]));
    let found = &mut house.carried[3].token;
    assert_eq!(approve((at.0, at.1), CUSTODIANS[3], found, PIN), Err("SR-APPROVAL-RETIRED"));
    assert_eq!(house.carried[3].token.pin_state().unwrap().tries_left, 3);
    assert_eq!(approvals.given().len(), 1);
    approvals.abort(&mut vault, "SR-TEST", now()).unwrap();
    println!("wrong PINs to the edge, somebody else's token, a retired one: nothing counted");
}

/// Every copy that is left is proved; how many further shares may be lost.
fn check(house: &mut House) -> usize {
    let mut vault = house.open();
    let pin = text(PIN);
    for (place, name) in CUSTODIANS.iter().enumerate() {
        let token = &mut house.carried[place].token;
        let last_try = LastTry::Use;
        let pin = &Pin::with_last_try(&pin, last_try);
        let means = Means::Token { token, pin, touch: &mut |_| () };
        let proved = health::prove(&mut vault, KEY, name, means, now());
        assert_eq!(proved.is_err(), *name == "Dan", "{name}");
        let words = house.words(place);
        health::prove(&mut vault, KEY, name, Means::Sheet(&words), now()).unwrap();
    }
    for (place, name) in (5..).zip(OFFICERS) {
        let words = house.words(place);
        health::prove(&mut vault, KEY, name, Means::Sheet(&words), now()).unwrap();
    }
    let shares = health::standings(&vault, KEY, now()).unwrap();
    assert!(shares.iter().all(|share| !share.is_due));
    Margin::of(&vault, KEY, &shares).unwrap().may_be_lost
}

/// Dan gets another token, and his share is put on it from his sheet.
fn replace(house: &mut House, service: &Pcscd) -> Serial {
    let lost = house.carried.remove(3);
    service.remove(lost.plug.unwrap());
    let (card, token) = factory(7);
    let plug = Some(service.insert(3, &card));
    let serial = card.serial();
    house.carried.insert(3, Carried { card, token, plug });
    let answers = house.write("enrol-dan.toml", &enrolment(&["Dan"]));
    house.order(&["ceremony", "run", "enrol", "--readers", "--answers", &answers]);
    let (words, mut vault) = (house.words(3), house.open());
    let means = Means::Sheet(&words);
    let copying = Copying::begin(&mut vault, KEY, "Dan", means, serial, now()).unwrap();
    let (pin, token) = (text(PIN), &mut house.carried[3].token);
    copying.seal(&mut vault, token, (&Pin::new(&pin), &mut |_| ()), &mut rng(40), now()).unwrap();
    assert_eq!(health::tokens_of(&vault, KEY, "Dan").unwrap(), [serial]);
    serial
}

/// Who is left restores: three custodians with their tokens, the officers with their sheets.
fn restore(house: &House, target: &Path) {
    let token = |name: &&str| format!("{{ name = \"{name}\", pin = \"{PIN}\" }}");
    let mut approvers: Vec<_> = ["Ada", "Dan", "Eve"].iter().map(token).collect();
    for (place, name) in (5..).zip(OFFICERS) {
        let share = house.sheets[place].display();
        approvers.push(format!("{{ name = \"{name}\", share = \"{share}\" }}"));
    }
    let request = format!(
        "[request]\nrequester = \"Rita\"\nreason = \"a test\"\napprovers = [{}]\n",
        approvers.join(", ")
    );
    let (answers, archive) = (house.write("restore.toml", &request), house.text("archive"));
    let to = target.display().to_string();
    let run = ["ceremony", "run", "restore", "--readers", "--answers", &answers];
    let restored = house.order(&[&run[..], &["--archive", &archive, "--to", &to]].concat());
    assert_eq!(restored["verdict"], "complete");
    assert_eq!(fs::read_to_string(target.join("source")).unwrap(), "what was lost");
}

#[test]
fn five_tokens_are_enrolled_used_lost_replaced_and_enough_to_restore() {
    let name = "life::five_tokens_are_enrolled_used_lost_replaced_and_enough_to_restore";
    inside(name, |service| {
        let mut house = found(service);
        trouble(&mut house, service);
        let margin = check(&mut house);
        println!("every share is proved; {margin} further may be lost (both officers are needed)");
        assert_eq!(margin, 0);
        let serial = replace(&mut house, service);
        println!("Dan's share lies on token {serial} now, from his sheet, without a quorum");
        restore(&house, &house.at("restored"));
        println!("Ada, Dan and Eve with tokens, Olga and Otto with sheets: restored, byte by byte");
        let listed = house.order(&["token", "list", "--enrolled"]);
        let tokens = listed["tokens"].as_array().unwrap();
        let retired = tokens.iter().filter(|token| token["state"] == "retired").count();
        assert_eq!((tokens.len(), retired), (6, 1), "{listed}");
        assert_eq!(house.order(&["fsck"])["good"], true);
    });
}
