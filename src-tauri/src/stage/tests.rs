//! A ceremony that is given up while it waits for somebody, on the guided drill's vault.

use std::io::Read as _;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use drill::{Guide, TEAM};
use engine::conduct::{PinQuestion, RoomError};
use engine::vault::{Vault, VaultView};
use registry::CeremonyState;
use secret::SecretText;
use tauri::ipc::Channel;
use tempfile::TempDir;

use super::guard::{self, Patience};
use super::{Decided, Phase, Reply, Stage};
use crate::desk::{Desk, lock};
use crate::secrets::{About, Secrets};

/// An entry window that nobody types into: it is open until it is taken away.
struct Untouched;

impl Untouched {
    fn wait(about: &About) -> Result<SecretText, RoomError> {
        let read = (&*about.recall).read(&mut [0]);
        assert_eq!(read.expect("a pipe"), 0, "the other end was closed");
        Err(RoomError::Cancelled)
    }
}

impl Secrets for Untouched {
    fn pin(&self, about: &About, _: &PinQuestion<'_>) -> Result<SecretText, RoomError> {
        Self::wait(about)
    }

    fn puk(&self, about: &About, _: &PinQuestion<'_>) -> Result<SecretText, RoomError> {
        Self::wait(about)
    }

    fn words(&self, about: &About, _: (&str, &str)) -> Result<SecretText, RoomError> {
        Self::wait(about)
    }

    fn dice(&self, about: &About, _: &str) -> Result<SecretText, RoomError> {
        Self::wait(about)
    }
}

/// An entry window that is open until the test cancels it.
struct Cancelled(Mutex<Receiver<()>>);

impl Cancelled {
    fn wait(&self) -> Result<SecretText, RoomError> {
        // A test that is over cancels too.
        let _ = lock(&self.0).recv();
        Err(RoomError::Cancelled)
    }
}

impl Secrets for Cancelled {
    fn pin(&self, _: &About, _: &PinQuestion<'_>) -> Result<SecretText, RoomError> {
        self.wait()
    }

    fn puk(&self, _: &About, _: &PinQuestion<'_>) -> Result<SecretText, RoomError> {
        self.wait()
    }

    fn words(&self, _: &About, _: (&str, &str)) -> Result<SecretText, RoomError> {
        self.wait()
    }

    fn dice(&self, _: &About, _: &str) -> Result<SecretText, RoomError> {
        self.wait()
    }
}

/// A genesis of the guided drill at its first step.
fn genesis(folder: &TempDir) -> Stage {
    genesis_with(folder, Arc::new(Untouched))
}

fn genesis_with(folder: &TempDir, secrets: Arc<dyn Secrets>) -> Stage {
    let guide = Guide::open(folder.path(), Desk::now(), &mut Desk::rng()).expect("a drill");
    let vault = Vault::open(&folder.path().join("vault"), Desk::now()).expect("a vault");
    Stage::genesis(vault, guide.genesis(), None, secrets).expect("begun")
}

/// Confirms every step until the ceremony stands in `wanted`.
fn go_on_until(stage: &Stage, wanted: Phase) {
    let (changed, changes) = channel();
    stage.watch(Channel::new(move |_| {
        // A test that has seen enough listens no longer.
        let _ = changed.send(());
        Ok(())
    }));
    let mut confirmed = None;
    loop {
        let (phase, step) = {
            let view = lock(&stage.shared.view);
            (view.phase, serde_json::to_value(&view.step).expect("a step"))
        };
        if phase == wanted {
            return;
        }
        // One reply for each step: a view may come twice before the program begins to work.
        if phase == Phase::Deciding && confirmed.as_ref() != Some(&step) {
            let decided = stage.reply(Reply::Decide { decision: Decided::Done });
            decided.expect("the ceremony hears");
            confirmed = Some(step);
        }
        let change = changes.recv_timeout(Duration::from_secs(60));
        change.unwrap_or_else(|_| panic!("it stays in {phase:?} and never comes to {wanted:?}"));
    }
}

fn give_up(stage: &Stage) {
    let decision = Decided::GiveUp { reason: "the token is at home".to_owned() };
    stage.reply(Reply::Decide { decision }).expect("the ceremony hears");
}

/// The ceremony ended as one that was given up, on the screen and on the record.
fn is_given_up(stage: &Stage, folder: &TempDir) {
    go_on_until(stage, Phase::GivenUp);
    let shown = serde_json::to_value(&*lock(&stage.shared.view)).expect("a view");
    assert_eq!(shown["problem"]["code"], "SR-ROOM-GIVEN-UP");
    assert!(shown["problem"]["problem"].to_string().contains("the token is at home"), "{shown}");
    assert_eq!(shown["isLeaving"], false);
    let view = VaultView::open(&folder.path().join("vault")).expect("a vault");
    let states: Vec<_> = view
        .read()
        .ceremonies()
        .expect("read")
        .into_iter()
        .map(|ceremony| ceremony.state)
        .collect();
    assert_eq!(states, [CeremonyState::Aborted]);
    assert_eq!(engine::vault::fsck(&folder.path().join("vault"), &[]).expect("checked"), []);
}

#[test]
fn a_ceremony_is_given_up_while_a_pin_is_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let stage = genesis(&folder);
    go_on_until(&stage, Phase::Entering);
    give_up(&stage);
    is_given_up(&stage, &folder);
}

#[test]
fn a_ceremony_is_given_up_while_a_token_is_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let stage = genesis(&folder);
    for holder in TEAM {
        let out = Reply::Token { holder: holder.to_owned(), is_in: false };
        stage.reply(out).expect("the ceremony hears");
    }
    go_on_until(&stage, Phase::Token);
    give_up(&stage);
    is_given_up(&stage, &folder);
}

#[test]
fn a_ceremony_that_holds_secrets_is_given_up_when_everybody_leaves_it_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let (cancelled, cancels) = channel();
    let stage = genesis_with(&folder, Arc::new(Cancelled(Mutex::new(cancels))));
    let patience = Patience { idle: Duration::from_millis(300), every: Duration::from_millis(20) };
    guard::watch(Arc::downgrade(&stage.shared), stage.replies.clone(), patience);
    // While somebody may type a PIN, nobody is gone; then the question is taken back.
    go_on_until(&stage, Phase::Entering);
    cancelled.send(()).expect("somebody types");
    go_on_until(&stage, Phase::GivenUp);
    let shown = serde_json::to_value(&*lock(&stage.shared.view)).expect("a view");
    assert_eq!(shown["problem"]["code"], "SR-ROOM-GIVEN-UP");
    assert!(shown["problem"]["problem"].to_string().contains("nobody did anything"), "{shown}");
}

#[test]
fn a_token_that_is_put_in_is_not_waited_for_any_longer() {
    let folder = tempfile::tempdir().expect("a folder");
    let stage = genesis(&folder);
    let token = |is_in| {
        let holder = TEAM[0].to_owned();
        stage.reply(Reply::Token { holder, is_in }).expect("the ceremony hears");
    };
    token(false);
    go_on_until(&stage, Phase::Token);
    assert_eq!(lock(&stage.shared.view).waits_for.as_deref(), Some(TEAM[0]));
    token(true);
    go_on_until(&stage, Phase::Entering);
    give_up(&stage);
    is_given_up(&stage, &folder);
}
