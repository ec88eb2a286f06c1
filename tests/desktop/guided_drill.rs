//! The guided drill in the real window: a key, a sample, real damage, an honest restore.

use std::fs;
use std::path::Path;

use crate::harness::page::Page;
use crate::harness::{AtDesk, at_desk, built_with_entry};
use crate::room::{press, take_every_step, wait_for_words};

/// The PIN that everybody in the drill chooses; nothing else on the machine is like it.
const PIN: &str = "73k91zq5";

#[test]
fn the_guided_drill_ends_with_an_honest_restore() {
    let name = "the_guided_drill_ends_with_an_honest_restore";
    let Some(program) = built_with_entry(name) else { return };
    at_desk(name, &program, &[], async |desk| {
        let page = &desk.page;
        wait_for_words(page, "Begin with the guided drill").await;
        page.screenshot("01-first-start").await;
        page.run("window.location.hash = '#/drills'").await;
        press(page, "Open the guided drill").await;
        wait_for_words(page, "Three custodians each get a share").await;
        page.screenshot("02-guided-drill").await;
        make_a_key(desk).await;
        seal_and_damage(page).await;
        restore(desk).await;
        no_pin_is_left(desk);
    });
}

async fn make_a_key(desk: &AtDesk) {
    press(&desk.page, "Begin the ceremony").await;
    wait_for_words(&desk.page, "Open the ceremony").await;
    desk.page.screenshot("03-genesis-begins").await;
    let confirmed = take_every_step(desk, PIN, "Back to the guided drill").await;
    assert!(confirmed > 20, "a genesis has many steps; {confirmed} were confirmed");
    desk.page.screenshot("04-the-key-is-effective").await;
    desk.page.run("window.location.hash = '#/drills'").await;
}

async fn seal_and_damage(page: &Page) {
    press(page, "Seal the sample").await;
    press(page, "Flip bits on the medium").await;
    press(page, "Verify without a key").await;
    wait_for_words(page, "The medium is damaged").await;
    page.screenshot("05-damage-seen-without-a-key").await;
}

async fn restore(desk: &AtDesk) {
    let page = &desk.page;
    press(page, "Begin the restore").await;
    wait_for_words(page, "Open the ceremony").await;
    page.screenshot("06-restore-begins").await;
    take_every_step(desk, PIN, "Back to the guided drill").await;
    page.screenshot("07-restore-report").await;
    page.run("window.location.hash = '#/drills'").await;
    wait_for_words(page, "The restore was honest").await;
    page.screenshot("08-debriefing").await;
}

/// The PIN was typed many times; outside of the virtual tokens, which are no secret, it is nowhere
/// in the person's files.
fn no_pin_is_left(desk: &AtDesk) {
    let files = desk.home.files();
    assert!(files.iter().any(|file| file.ends_with("vault.sqlite")), "the vault is there");
    let holds = |path: &Path| {
        let bytes = fs::read(path).unwrap_or_default();
        bytes.windows(PIN.len()).any(|window| window == PIN.as_bytes())
    };
    let found: Vec<_> =
        files.iter().filter(|file| holds(&desk.home.path().join(file))).cloned().collect();
    let outside: Vec<_> = found.iter().filter(|file| !file.ends_with(".token")).collect();
    assert!(outside.is_empty(), "the PIN is in {outside:?}");
    // What finds nothing must be able to find something: a drill's tokens hold their PIN.
    assert_eq!(found.len(), 3, "three virtual tokens hold it: {found:?}");
}
