//! The guided drill from its beginning to its end, with people who type what they should.

use std::path::Path;
use std::sync::Arc;

use ceremony::{Pending, Runner, StepKind};
use engine::conduct::{
    ConductError, Decision, LastTry, PinQuestion, PinState, Room, RoomError, Serial, Surroundings,
    TypedPin, genesis, restore,
};
use engine::files::{Conflict, open_set};
use engine::observer::Unwatched;
use engine::plan::{Intent, Plan};
use engine::restore::{Choices, RestoreVerdict};
use engine::vault::Vault;
use engine::verify::{VerifyVerdict, verify};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;
use terms::Timestamp;

use crate::{DrillError, Guide, Stage};

const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

/// People who agree, and whose PIN is always the same.
struct Willing;

impl Room for Willing {
    fn show_token(&mut self, _: Serial, _: &PinState) -> Result<(), RoomError> {
        Ok(())
    }

    fn confirm(&mut self, _: &Pending<'_>, _: &Runner) -> Result<Decision, RoomError> {
        Ok(Decision::Done)
    }

    fn pin(&mut self, _: &PinQuestion<'_>) -> Result<TypedPin, RoomError> {
        let text = secret::SecretText::from_exposed("271828");
        Ok(TypedPin { text, last_try: LastTry::Keep })
    }

    fn words(&mut self, _: &str) -> Result<Option<secret::SecretText>, RoomError> {
        Ok(None)
    }

    fn dice(&mut self) -> Result<secret::SecretText, RoomError> {
        Err(RoomError::Cancelled)
    }

    fn failed(&mut self, _: &Pending<'_>, _: &ConductError) -> Result<bool, RoomError> {
        Ok(false)
    }
}

/// People in front of a machine whose power fails when the minutes are about to be written.
struct PowerCut;

impl Room for PowerCut {
    fn show_token(&mut self, _: Serial, _: &PinState) -> Result<(), RoomError> {
        Ok(())
    }

    fn present(&mut self, pending: &Pending<'_>, _: &Runner) -> Result<(), RoomError> {
        if pending.step.kind == StepKind::WriteMinutes {
            std::panic::resume_unwind(Box::new("the power fails"));
        }
        Ok(())
    }

    fn confirm(&mut self, pending: &Pending<'_>, run: &Runner) -> Result<Decision, RoomError> {
        Willing.confirm(pending, run)
    }

    fn pin(&mut self, question: &PinQuestion<'_>) -> Result<TypedPin, RoomError> {
        Willing.pin(question)
    }

    fn words(&mut self, holder: &str) -> Result<Option<secret::SecretText>, RoomError> {
        Willing.words(holder)
    }

    fn dice(&mut self) -> Result<secret::SecretText, RoomError> {
        Willing.dice()
    }

    fn failed(&mut self, _: &Pending<'_>, _: &ConductError) -> Result<bool, RoomError> {
        Ok(false)
    }
}

fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}

fn surrounded<T>(seed: u8, conduct: impl FnOnce(Surroundings<'_>) -> T) -> T {
    let (clock, machine) = (|| NOW, Vec::new);
    let mut rng = rng(seed);
    conduct(Surroundings {
        clock: &clock,
        rng: &mut rng,
        machine: &machine,
        readers: None,
        program: "test",
    })
}

fn make_key(guide: &Guide) {
    let vault = Vault::open(&guide.vault(), NOW).unwrap();
    let answers = guide.genesis();
    surrounded(2, |given| genesis::run(vault, &mut Willing, &answers, None, given)).unwrap();
}

fn restore_all(guide: &Guide) -> engine::restore::RestoreReport {
    restore_with(guide, &mut Willing)
}

fn restore_with(guide: &Guide, room: &mut dyn Room) -> engine::restore::RestoreReport {
    let set = open_set(&guide.archive()).unwrap();
    let (target, answers) = (guide.restored(), guide.restore());
    let intent = Intent {
        selection: &[],
        target: &target.to_string_lossy(),
        conflict: Conflict::Fail,
        choices: &Choices::default(),
        requester: "Rita Sommer",
        reason: "a drill",
        now: NOW,
        valid_s: 3600,
    };
    let plan = Plan::new(&set, &intent).unwrap();
    let order = restore::Order { set: Arc::new(set), plan, choices: Choices::default() };
    let vault = Vault::open(&guide.vault(), NOW).unwrap();
    surrounded(3, |given| restore::run(vault, room, &answers, order, given)).unwrap()
}

/// People who mistype a PIN twice, and say yes to the last try.
#[derive(Default)]
struct Forgetful {
    wrong: u8,
    asked_for_last: bool,
}

impl Room for Forgetful {
    fn show_token(&mut self, _: Serial, _: &PinState) -> Result<(), RoomError> {
        Ok(())
    }

    fn confirm(&mut self, _: &Pending<'_>, _: &Runner) -> Result<Decision, RoomError> {
        Ok(Decision::Done)
    }

    fn pin(&mut self, question: &PinQuestion<'_>) -> Result<TypedPin, RoomError> {
        let is_last = question.tries_left == Some(1);
        let is_wrong = self.wrong < 2;
        self.asked_for_last |= is_last;
        self.wrong += u8::from(is_wrong);
        let text = secret::SecretText::from_exposed(if is_wrong { "000001" } else { "271828" });
        let last_try = if is_last { LastTry::Use } else { LastTry::Keep };
        Ok(TypedPin { text, last_try })
    }

    fn words(&mut self, _: &str) -> Result<Option<secret::SecretText>, RoomError> {
        Ok(None)
    }

    fn dice(&mut self) -> Result<secret::SecretText, RoomError> {
        Err(RoomError::Cancelled)
    }

    fn failed(&mut self, _: &Pending<'_>, _: &ConductError) -> Result<bool, RoomError> {
        Ok(true)
    }
}

fn begun(dir: &Path) -> Guide {
    Guide::open(&dir.join("drill"), NOW, &mut rng(1)).unwrap()
}

#[test]
fn the_drill_ends_with_exactly_the_injected_damage_and_everything_else_identical() {
    let dir = tempfile::tempdir().unwrap();
    let guide = begun(dir.path());
    assert_eq!(guide.stage().unwrap(), Stage::Key);
    make_key(&guide);
    assert_eq!(guide.stage().unwrap(), Stage::Seal);
    let (sample, sealed) = guide.seal(NOW, &mut rng(4), &Unwatched).unwrap();
    assert_eq!(sample.bytes, sealed.bytes_in);
    assert!(!dir.path().join("drill/sample").exists(), "the original is gone");
    let set = open_set(&guide.archive()).unwrap();
    assert_eq!(verify(&set, &Unwatched).unwrap().verdict, VerifyVerdict::Intact);
    assert_eq!(guide.stage().unwrap(), Stage::Damage);
    let damage = guide.damage(&mut rng(5)).unwrap();
    assert_eq!(guide.stage().unwrap(), Stage::Restore);
    let found = verify(&open_set(&guide.archive()).unwrap(), &Unwatched).unwrap();
    let found: Vec<_> = found.damaged.iter().filter_map(|place| place.segment).collect();
    let injected: Vec<_> = damage.flipped.iter().map(|flipped| flipped.segment).collect();
    assert_eq!(found, injected);
    let report = restore_all(&guide);
    assert_eq!(report.verdict, RestoreVerdict::Damaged);
    let debrief = guide.debrief(&report).unwrap();
    assert!(debrief.disguised.is_empty(), "{debrief:?}");
    assert_eq!(debrief.sealed, debrief.identical + debrief.named.len() as u64);
    assert_eq!(guide.stage().unwrap(), Stage::Debrief);
    assert_eq!(guide.debriefing().unwrap(), Some(debrief));
}

#[test]
fn a_drill_that_was_left_is_taken_up_where_it_was() {
    let dir = tempfile::tempdir().unwrap();
    make_key(&begun(dir.path()));
    let again = begun(dir.path());
    assert_eq!(again.stage().unwrap(), Stage::Seal);
    let reset = again.reset(NOW, &mut rng(6)).unwrap();
    assert_eq!(reset.stage().unwrap(), Stage::Key);
}

#[test]
fn a_key_that_became_effective_before_a_crash_is_named_with_its_missing_minutes() {
    let dir = tempfile::tempdir().unwrap();
    let guide = begun(dir.path());
    let (vault, answers) = (Vault::open(&guide.vault(), NOW).unwrap(), guide.genesis());
    let run = || surrounded(2, |given| genesis::run(vault, &mut PowerCut, &answers, None, given));
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).is_err());
    let vault = Vault::open(&guide.vault(), NOW).unwrap();
    let made = surrounded(7, |given| genesis::run(vault, &mut Willing, &answers, None, given));
    let made = made.unwrap();
    assert_eq!(made.key, "drill/2");
    let named: Vec<_> = made.unagreed.iter().map(|left| (&*left.key, &left.minutes)).collect();
    assert_eq!(named, [("drill/1", &None)]);
}

#[test]
fn a_stage_cannot_be_jumped_over() {
    let dir = tempfile::tempdir().unwrap();
    let guide = begun(dir.path());
    let refused = guide.seal(NOW, &mut rng(4), &Unwatched).unwrap_err();
    assert!(matches!(refused, DrillError::NotYet { .. }), "{refused}");
    let refused = guide.damage(&mut rng(4)).unwrap_err();
    assert!(matches!(refused, DrillError::NotYet { .. }), "{refused}");
    assert!(!guide.archive().exists());
}

#[test]
fn a_file_that_came_back_wrong_and_was_not_named_would_be_seen() {
    let dir = tempfile::tempdir().unwrap();
    let guide = begun(dir.path());
    make_key(&guide);
    guide.seal(NOW, &mut rng(4), &Unwatched).unwrap();
    guide.damage(&mut rng(5)).unwrap();
    let report = restore_all(&guide);
    let planted = guide.restored().join("sample/empty.note");
    std::fs::write(planted, "not empty any more").unwrap();
    assert_eq!(guide.debrief(&report).unwrap().disguised, ["empty.note"]);
}

#[test]
fn two_mistyped_pins_and_a_yes_to_the_last_try_still_bring_the_share() {
    let dir = tempfile::tempdir().unwrap();
    let guide = begun(dir.path());
    make_key(&guide);
    guide.seal(NOW, &mut rng(4), &Unwatched).unwrap();
    let mut room = Forgetful::default();
    assert_eq!(restore_with(&guide, &mut room).verdict, RestoreVerdict::Complete);
    assert!(room.asked_for_last, "nobody was asked about the last try");
}
