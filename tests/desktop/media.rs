//! A medium in the real window: put on the record, checked, and copied anew when it fails.

use std::fs::OpenOptions;
use std::os::unix::fs::FileExt as _;

use crate::furnished::Furnished;
use crate::harness::page::Page;
use crate::harness::{E2E, at_desk_in, built};
use crate::room::{fill, is_accessible_in_every_look, press, wait_for_words};

#[test]
fn a_medium_is_put_on_the_record_and_its_checks_tell_when_it_fails() {
    let name = "a_medium_is_put_on_the_record_and_its_checks_tell_when_it_fails";
    let Some(program) = built(name, E2E) else { return };
    let Some(own) = Furnished::make_with(name, "10%") else { return };
    let (folder, volume) = (own.path("archive"), own.volume());
    // Added once, and checked twice.
    let picks = vec![format!("--pick={}", folder.display()); 3];
    let picks: Vec<&str> = picks.iter().map(String::as_str).collect();
    at_desk_in(name, &program, &picks, own.home, async |desk| {
        let page = &desk.page;
        page.wait_for("h1").await;
        open_the_page(page).await;
        wait_for_words(page, "No medium of this archive is on the record").await;
        fill(page, "Name written on the medium", "USB-1").await;
        fill(page, "Where it is kept", "Safe A").await;
        press(page, "Choose its folder and add it").await;
        wait_for_words(page, "Full check due").await;
        page.screenshot("media-due").await;

        fill(page, "Who checks", "Ada Kern").await;
        page.click("input[type=radio][value=full]").await;
        press(page, "Choose its folder and check it").await;
        wait_for_words(page, "USB-1 was checked").await;
        wait_for_words(page, "0 are damaged and can be mended, 0 are lost").await;
        wait_for_words(page, "100 % of it was read in the last check").await;

        let medium = OpenOptions::new().write(true).open(&volume).expect("a volume");
        medium.write_all_at(b"scratched", 5 << 20).expect("damaged");
        page.click("input[type=radio][value=full]").await;
        press(page, "Choose its folder and check it").await;
        wait_for_words(page, "Copy USB-1 anew").await;
        wait_for_words(page, "The damage grows: 0 damaged parts before, 1 now").await;
        page.screenshot("media-weak").await;
        is_accessible_in_every_look(page).await;

        page.run("window.location.hash = '#/home'").await;
        wait_for_words(page, "A medium should be copied anew").await;
    });
}

async fn open_the_page(page: &Page) {
    page.run("window.location.hash = '#/archives'").await;
    wait_for_words(page, "ledger").await;
    page.run(
        "[...document.querySelectorAll('[role=row]')]\
           .find((one) => one.innerText.includes('ledger'))?.click()",
    )
    .await;
    wait_for_words(page, "Media on the record").await;
}
