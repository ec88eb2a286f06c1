//! A genesis in which things go wrong: a wrong PIN, a pulled token, a crash.

use std::process::Command;

use serde_json::Value;

use crate::harness::display::Display;
use crate::harness::home::Home;
use crate::harness::page::Page;
use crate::harness::typist::Typist;
use crate::harness::{AtDesk, built, built_with_entry, runtime};
use crate::room::{
    open_the_drill, press, stands_at, switch_token, take_every_step, take_steps_until,
    wait_for_words,
};

/// The PIN that everybody in the drill chooses.
const PIN: &str = "58k13zq7";
const PROOF: &str = "Prove the share on the token";

#[test]
fn a_genesis_survives_a_wrong_pin_a_pulled_token_and_a_crash() {
    let name = "a_genesis_survives_a_wrong_pin_a_pulled_token_and_a_crash";
    let Some(program) = built_with_entry(name) else { return };
    let Some(line) = built(name, "strongroom") else { return };
    runtime().block_on(async {
        let place = (Home::make(), Display::open());
        let desk = AtDesk::sit_down(name, &program, &[], place).await;
        open_the_drill(&desk.page).await;
        press(&desk.page, "Begin the ceremony").await;
        take_steps_until(&desk, PIN, PROOF, "Ada Kern").await;
        wrong_pin(&desk).await;
        take_steps_until(&desk, PIN, PROOF, "Bruno Lang").await;
        pulled_token(&desk).await;
        take_steps_until(&desk, PIN, PROOF, "Cora Mai").await;

        let place = desk.crash();
        let keys = ask(&line, &place.0, &["key", "list"]);
        assert_ne!(keys["keys"][0]["state"], "active", "no half-made key counts: {keys}");

        let desk = AtDesk::sit_down(name, &program, &[], place).await;
        says_what_happened(&desk.page).await;
        desk.page.run("window.location.hash = '#/drills'").await;
        press(&desk.page, "Begin the ceremony").await;
        take_every_step(&desk, PIN, "Back to the guided drill").await;
        wait_for_words(&desk.page, "is effective").await;
        desk.page.screenshot("genesis-after-a-crash").await;
        let keys = ask(&line, &desk.home, &["key", "list"]);
        let states = keys["keys"].as_array().expect("keys").iter().map(|key| &key["state"]);
        assert_eq!(states.collect::<Vec<_>>(), ["destroyed", "active"], "{keys}");
        assert_eq!(ask(&line, &desk.home, &["fsck"])["good"], true);
    });
}

/// Ada mistypes: the page says what happened and how many tries are left, and lets her try again.
async fn wrong_pin(desk: &AtDesk) {
    press(&desk.page, "Prove the share").await;
    Typist::at(&desk.display).answer(&desk.display, "00000000").await;
    wait_for_words(&desk.page, "the PIN is wrong; 2 tries are left").await;
    wait_for_words(&desk.page, "Type the PIN again, slowly.").await;
    wait_for_words(&desk.page, "SR-TOKEN-WRONG-PIN").await;
    desk.page.screenshot("genesis-wrong-pin").await;
    press(&desk.page, "Try again").await;
    press(&desk.page, "Prove the share").await;
    Typist::at(&desk.display).answer(&desk.display, PIN).await;
    wait_for_words(&desk.page, "failed attempt: Prove the share on the token (Ada Kern)").await;
    desk.page.wait_until(&format!("!({})", stands_at(PROOF, "Ada Kern"))).await;
}

/// Bruno's token is out when it is needed: the page says whose, and goes on when it is in.
async fn pulled_token(desk: &AtDesk) {
    switch_token(&desk.page, "Bruno Lang", false).await;
    press(&desk.page, "Prove the share").await;
    wait_for_words(&desk.page, "Put in the token of Bruno Lang").await;
    desk.page.screenshot("genesis-pulled-token").await;
    switch_token(&desk.page, "Bruno Lang", true).await;
    Typist::at(&desk.display).answer(&desk.display, PIN).await;
    desk.page.wait_until(&format!("!({})", stands_at(PROOF, "Bruno Lang"))).await;
}

/// After the crash the home screen says what was interrupted and what that means.
async fn says_what_happened(page: &Page) {
    open_the_drill(page).await;
    page.run("window.location.hash = '#/home'").await;
    wait_for_words(page, "A genesis was interrupted").await;
    wait_for_words(page, "No half-made key counts").await;
    page.screenshot("home-after-a-crash").await;
}

/// What the command line says about the drill's vault.
fn ask(line: &std::path::Path, home: &Home, words: &[&str]) -> Value {
    let mut command = Command::new(line);
    command.arg("--json").arg("--vault").arg(home.data().join("drill/vault")).args(words);
    let output = command.output().expect("it runs");
    serde_json::from_slice(&output.stdout).expect("one object")
}
