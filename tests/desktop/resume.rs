//! A restore that the program did not survive goes on where it was, from the home page.

use std::fs;
use std::path::Path;

use crate::furnished::{Furnished, PIN};
use crate::harness::display::Display;
use crate::harness::page::Page;
use crate::harness::{AtDesk, E2E, built, built_with_entry, runtime};
use crate::room::{
    ask, fill, is_accessible_in_every_look, name_the_room, open_the_archive, press,
    take_steps_at_a_desk_with, take_steps_up_to, wait_for_words,
};

#[test]
fn a_restore_that_was_killed_goes_on_from_the_home_page() {
    let name = "a_restore_that_was_killed_goes_on_from_the_home_page";
    let Some(program) = built_with_entry(name).and_then(|_| built(name, E2E)) else { return };
    let Some(own) = Furnished::make(name) else { return };
    let (tree, words) = (own.path("tree"), own.words());
    let (target, pick) = own.target();
    runtime().block_on(async {
        let place = (own.home, Display::open());
        let desk = AtDesk::sit_down(name, &program, &[&pick], place).await;
        open_the_archive(&desk.page).await;
        ask(&desk.page, "Rita Sommer").await;
        press(&desk.page, "Begin the restore ceremony").await;
        take_steps_up_to(&desk, PIN, &words, "Restore").await;
        wait_for_words(&desk.page, "What will come back, and what it meets").await;
        desk.page.screenshot("restore-foreseen").await;
        is_accessible_in_every_look(&desk.page).await;
        look_into_a_file(&desk.page).await;
        begin_and_rest(&desk.page).await;
        desk.page.screenshot("restore-rests").await;
        is_accessible_in_every_look(&desk.page).await;
        let place = desk.crash();
        assert!(holds_a_quarantine(&target), "the restore had begun");

        let desk = AtDesk::sit_down(name, &program, &[&pick], place).await;
        go_on(&desk.page).await;
        press(&desk.page, "Begin the restore ceremony").await;
        take_steps_at_a_desk_with(&desk, PIN, &words, "Everything that was asked for").await;
        for number in 0..6 {
            let file = format!("folder/file-{number}.bin");
            let (before, after) = (tree.join(&file), target.join("tree").join(&file));
            assert!(fs::read(before).ok() == fs::read(after).ok(), "{file}");
        }
        assert!(!holds_a_quarantine(&target), "nothing is left of it");
        desk.page.run("window.location.hash = '#/home'").await;
        wait_for_words(&desk.page, "What needs a person").await;
        desk.page.wait_until("!document.body.innerText.includes('was interrupted')").await;
    });
}

/// A file of the open archive is shown as text; a picture could be shown, and bytes are not.
async fn look_into_a_file(page: &Page) {
    page.run(
        "[...document.querySelectorAll('summary')]\
           .find((one) => one.innerText.includes('Look into files')).click()",
    )
    .await;
    fill(page, "Path of a file", "tree/note.txt").await;
    press(page, "Look at it").await;
    wait_for_words(page, "the quick brown fox").await;
    page.run("document.querySelector('pre').scrollIntoView({ block: 'center' })").await;
    page.screenshot("restore-preview").await;
    is_accessible_in_every_look(page).await;
    fill(page, "Path of a file", "tree/folder/file-1.bin").await;
    press(page, "Look at it").await;
    wait_for_words(page, "It is neither a text nor a PNG or JPEG picture").await;
    let image = "const one = new Image(); one.onload = () => done(true); \
                 one.onerror = () => done(false); \
                 one.src = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAA\
                   DUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='.replaceAll(' ', '')";
    assert_eq!(page.run_async(image, Vec::new()).await, true, "the content policy lets it pass");
}

/// Lets the restore begin and rest before it has filled a file.
async fn begin_and_rest(page: &Page) {
    let rest = "window.__TAURI_INTERNALS__.invoke('reply', { reply: { is: 'rest', rests: true } })\
                  .then(() => done(true), () => done(false))";
    assert_eq!(page.run_async(rest, Vec::new()).await, true);
    press(page, "Begin the restore").await;
    wait_for_words(page, "It rests. Nothing is lost").await;
}

/// The home page tells what was interrupted, and leads to a request that is written already.
async fn go_on(page: &Page) {
    page.wait_for("h1").await;
    wait_for_words(page, "A restore of “ledger” was interrupted").await;
    page.screenshot("home-unfinished").await;
    is_accessible_in_every_look(page).await;
    press(page, "Go on with it").await;
    wait_for_words(page, "Restores that were interrupted").await;
    page.screenshot("restore-unfinished").await;
    is_accessible_in_every_look(page).await;
    press(page, "Go on").await;
    wait_for_words(page, "Go on with the restore that was interrupted in this folder").await;
    name_the_room(page).await;
    wait_for_words(page, "Rita Sommer asks for it, because: The originals are lost.").await;
    page.screenshot("restore-resumes").await;
    is_accessible_in_every_look(page).await;
}

fn holds_a_quarantine(target: &Path) -> bool {
    let names = fs::read_dir(target).expect("a folder").flatten().map(|entry| entry.file_name());
    names.into_iter().any(|name| name.to_string_lossy().starts_with(".strongroom-"))
}
