//! Shares and tokens that are there already, in the real window: shares are proved, tokens are
//! prepared, and new shares take the place of old ones.

use crate::furnished::{Furnished, PIN, words_of_dirk};
use crate::harness::page::Page;
use crate::harness::typist::Typist;
use crate::harness::{AtDesk, at_desk_in, built_with_entry};
use crate::room::{
    fill, is_accessible_in_every_look, press, stands_at, take_every_step,
    take_steps_at_a_desk_with, take_steps_until, take_steps_up_to, tick, wait_for_words,
};

const PROOF: &str = "Prove the share on the token";

#[test]
fn shares_are_proved_in_the_window_and_what_is_not_proved_is_said() {
    let name = "shares_are_proved_in_the_window";
    let Some(program) = built_with_entry(name) else { return };
    let Some(own) = Furnished::make(name) else { return };
    let words = own.words();
    at_desk_in(name, &program, &[], own.home, async |desk| {
        let page = &desk.page;
        form(page, "health", "Who holds shares of drill/1").await;
        tick(page, "Cora Mai").await;
        press(page, "Begin the ceremony").await;
        wait_for_words(page, "Say why, in a few words.").await;
        fill(page, "Why Cora Mai is not here", "She is ill.").await;
        page.screenshot("health-form").await;
        press(page, "Begin the ceremony").await;
        take_steps_until(desk, PIN, PROOF, "Bruno Lang").await;
        a_share_is_not_proved(desk).await;
        take_steps_up_to(desk, PIN, &words, "Say how the shares stand").await;
        wait_for_words(page, "Cora Mai: She is ill.").await;
        wait_for_words(page, "2 of 3 shares can be used, 2 are needed").await;
        page.screenshot("health-margin").await;
        take_steps_up_to(desk, PIN, &words, "Agree with the minutes").await;
        somebody_does_not_agree(page).await;
        take_steps_at_a_desk_with(desk, PIN, &words, "How the shares of drill/1 stand").await;
        wait_for_words(page, "If one share more is lost").await;
        for found in ["Not proved", "Ada Kern, token", "Dirk Nolte, sheet", "Cora Mai: She is ill."]
        {
            wait_for_words(page, found).await;
        }
        page.screenshot("health-outcome").await;
        is_accessible_in_every_look(page).await;
        press(page, "Look at the key").await;
        wait_for_words(page, "How much there is to spare").await;
        page.screenshot("key-after-health").await;
    });
}

/// Bruno mistypes his PIN and does not try again: the ceremony goes on, and the rings say why.
async fn a_share_is_not_proved(desk: &AtDesk) {
    let page = &desk.page;
    press(page, "Prove the share").await;
    Typist::at(&desk.display).answer(&desk.display, "00000000").await;
    wait_for_words(page, "the PIN is wrong; 2 tries are left").await;
    page.screenshot("health-not-proved").await;
    press(page, "Write down that it was not proved").await;
    page.wait_until(&format!("!({})", stands_at(PROOF, "Bruno Lang"))).await;
    page.wait_until(
        "[...document.querySelectorAll('figure li.bad')].some((one) => \
           one.innerText.includes('Bruno Lang') && one.innerText.includes('SR-TOKEN-WRONG-PIN'))",
    )
    .await;
}

/// Whoever signs first does not agree; it stands among the exceptions and the next one is asked.
async fn somebody_does_not_agree(page: &Page) {
    press(page, "I do not agree").await;
    wait_for_words(page, "What do you not agree with?").await;
    fill(page, "What, and why", "The clock on the wall is wrong.").await;
    press(page, "Put it into the minutes").await;
    wait_for_words(page, "The clock on the wall is wrong.").await;
}

#[test]
fn a_token_is_prepared_in_the_window_with_a_pin_and_a_puk() {
    let name = "a_token_is_prepared_in_the_window";
    let Some(program) = built_with_entry(name) else { return };
    let Some(own) = Furnished::make(name) else { return };
    at_desk_in(name, &program, &[], own.home, async |desk| {
        let page = &desk.page;
        form(page, "enrol", "Who gets a token").await;
        fill(page, "Holder 1", "Frida Holm").await;
        page.screenshot("enrol-form").await;
        press(page, "Begin the ceremony").await;
        a_rest_has_seals(desk).await;
        take_every_step(desk, PIN, "One token is admitted").await;
        wait_for_words(page, "of Frida Holm").await;
        wait_for_words(page, "its holder can unblock the PIN").await;
        page.screenshot("enrol-outcome").await;
        is_accessible_in_every_look(page).await;
        press(page, "Look at people and tokens").await;
        wait_for_words(page, "Frida Holm").await;
        wait_for_words(page, "To be replaced by").await;
        page.screenshot("people-with-passports").await;
    });
}

/// A rest asks for seals and heads when it begins and when it ends.
async fn a_rest_has_seals(desk: &AtDesk) {
    let page = &desk.page;
    wait_for_words(page, "Open the ceremony").await;
    press(page, "Pause").await;
    wait_for_words(page, "Let the ceremony rest").await;
    fill(page, "Where everything secret is now", "nothing secret yet").await;
    fill(page, "How many people leave the room", "3").await;
    press(page, "Let it rest").await;
    wait_for_words(page, "The ceremony rests").await;
    press(page, "Go on").await;
    wait_for_words(page, "Go on after the rest").await;
    fill(page, "What the seals look like", "there were none").await;
    fill(page, "How many people are back", "3").await;
    page.run("document.querySelector('dialog[open] button.primary').click()").await;
    page.wait_until("!document.body.innerText.includes('The ceremony rests')").await;
}

#[test]
fn new_shares_take_the_place_of_old_ones_in_the_window() {
    let name = "new_shares_take_the_place_of_old_ones_in_the_window";
    let Some(program) = built_with_entry(name) else { return };
    let Some(own) = Furnished::make(name) else { return };
    let words = own.words();
    let (sheets, pick) = own.target();
    at_desk_in(name, &program, &[&pick], own.home, async |desk| {
        let page = &desk.page;
        form(page, "refresh", "Who brings a share now").await;
        tick(page, "Cora Mai").await;
        fill(page, "Holder 3", "Frida Holm").await;
        press(page, "Choose the folder").await;
        wait_for_words(page, "restored").await;
        page.screenshot("refresh-form").await;
        press(page, "Begin the ceremony").await;
        take_steps_up_to(desk, PIN, &words, "Put the key together").await;
        wait_for_words(page, "Old shares").await;
        page.screenshot("refresh-old-shares").await;
        take_steps_until(desk, PIN, "Prove the share on the new sheet", "Dirk Nolte").await;
        let new = words_of_dirk(&sheets);
        assert_ne!(new, words, "the new share is another one");
        take_steps_up_to(desk, PIN, &new, "Say what the old shares still open").await;
        wait_for_words(page, "only a new key helps").await;
        page.screenshot("refresh-exposure").await;
        take_steps_at_a_desk_with(desk, PIN, &new, "The new shares of drill/1 count").await;
        page.screenshot("refresh-outcome").await;
        press(page, "Look at the key").await;
        wait_for_words(page, "Frida Holm").await;
        page.wait_until("!document.body.innerText.includes('Cora Mai')").await;
    });
}

#[test]
fn a_key_takes_the_place_of_another_in_the_window() {
    let name = "a_key_takes_the_place_of_another_in_the_window";
    let Some(program) = built_with_entry(name) else { return };
    let Some(own) = Furnished::make(name) else { return };
    let (sheets, pick) = own.target();
    at_desk_in(name, &program, &[&pick], own.home, async |desk| {
        let page = &desk.page;
        form(page, "rotation", "The key that is replaced").await;
        press(page, "Choose the folder").await;
        wait_for_words(page, "restored").await;
        page.screenshot("rotation-form").await;
        press(page, "Begin the ceremony").await;
        take_steps_up_to(desk, PIN, &[], "Say which key is replaced").await;
        wait_for_words(page, "drill/1, which is active").await;
        take_steps_until(desk, PIN, "Prove the share on the sheet", "Dirk Nolte").await;
        let words = words_of_dirk(&sheets);
        take_steps_up_to(desk, PIN, &words, "Say what the old key still opens").await;
        wait_for_words(page, "1 archive that this vault knows needs drill/1").await;
        page.screenshot("rotation-exposure").await;
        let end = "The master key drill/2 is effective";
        take_steps_at_a_desk_with(desk, PIN, &words, end).await;
        page.run("window.location.hash = '#/keys'").await;
        wait_for_words(page, "drill/2").await;
        wait_for_words(page, "Deactivated").await;
        page.screenshot("keys-after-rotation").await;
    });
}

/// Opens the form of a ceremony and says who leads it.
async fn form(page: &Page, script: &str, words: &str) {
    page.wait_for("h1").await;
    page.run(&format!("window.location.hash = '#/ceremonies/{script}'")).await;
    wait_for_words(page, words).await;
    for (label, value) in [
        ("Place", "The small meeting room"),
        ("Ceremony administrator", "Max Amend"),
        ("Witness", "Wilma Berg"),
    ] {
        fill(page, label, value).await;
    }
}
