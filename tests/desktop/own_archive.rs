//! A person's own archive in the real window: damage, an honest restore, and who may not approve.

use std::fs;
use std::path::Path;

use crate::furnished::{Furnished, PIN};
use crate::harness::page::Page;
use crate::harness::{AtDesk, E2E, at_desk_in, built, built_with_entry};
use crate::room::{
    ask, fill, open_the_archive, press, take_steps_at_a_desk_with, tick_row, turn_row,
    wait_for_words,
};

#[test]
fn a_restore_of_ones_own_damaged_archive_names_exactly_the_damage() {
    let name = "a_restore_of_ones_own_damaged_archive";
    let Some(program) = built_with_entry(name) else { return };
    let Some(own) = Furnished::make(name) else { return };
    own.scratch();
    let (tree, words) = (own.path("tree"), own.words());
    let (target, pick) = own.target();
    at_desk_in(name, &program, &[&pick], own.home, async |desk| {
        open_the_archive(&desk.page).await;
        press(&desk.page, "Verify the media").await;
        wait_for_words(&desk.page, "Parts of the archive are damaged").await;
        desk.page.screenshot("restore-verified").await;
        choose(&desk.page).await;
        ask(&desk.page, "Rita Sommer").await;
        desk.page.screenshot("restore-asked").await;
        press(&desk.page, "Begin the restore ceremony").await;
        restore(desk, &words).await;
        let lost = damaged(&tree.join("folder"), &target.join("tree/folder"));
        assert_eq!(lost.len(), 1, "one file is damaged: {lost:?}");
        assert!(!target.join("tree/note.txt").exists(), "it was not chosen");
        wait_for_words(&desk.page, &lost[0]).await;
        wait_for_words(&desk.page, &format!("{}.damaged", lost[0])).await;
    });
}

#[test]
fn whoever_asks_for_a_restore_cannot_approve_it() {
    let name = "whoever_asks_for_a_restore_cannot_approve_it";
    let Some(program) = built(name, E2E) else { return };
    let Some(own) = Furnished::make(name) else { return };
    let (target, pick) = own.target();
    at_desk_in(name, &program, &[&pick], own.home, async |desk| {
        let page = &desk.page;
        open_the_archive(page).await;
        ask(page, "Ada Kern").await;
        wait_for_words(page, "This person is chosen below to approve, and cannot do both.").await;
        wait_for_words(page, "One person has two roles. See the marked field.").await;
        page.wait_until(
            "[...document.querySelectorAll('button.primary')].every((one) => \
               !one.innerText.includes('Begin the restore') || one.ariaDisabled == 'true')",
        )
        .await;
        page.screenshot("restore-refused").await;
        // A page that does not ask is refused by the program itself.
        let refused = page.run_async(FORCE, Vec::new()).await;
        assert_eq!(refused["code"], "SR-CEREMONY-EXCLUSIVE-ROLES", "{refused}");
        assert_eq!(fs::read_dir(&target).expect("a folder").count(), 0);
    });
}

/// Chooses the tree but for the note, from the list that the vault keeps.
async fn choose(page: &Page) {
    wait_for_words(page, "7 files").await;
    tick_row(page, "tree").await;
    wait_for_words(page, "7 files are chosen").await;
    fill(page, "Search", "NOTE").await;
    wait_for_words(page, "note.txt").await;
    picture_of_the_list(page, "restore-search").await;
    tick_row(page, "note.txt").await;
    wait_for_words(page, "6 files are chosen").await;
    fill(page, "Search", "").await;
    turn_row(page, "tree").await;
    wait_for_words(page, "folder").await;
    turn_row(page, "folder").await;
    wait_for_words(page, "file-5.bin").await;
    picture_of_the_list(page, "restore-contents").await;
    page.wait_until("document.querySelector('textarea').value == 'tree/folder'").await;
}

/// A picture with the list in its middle, which anybody can use.
async fn picture_of_the_list(page: &Page, name: &str) {
    page.run("document.querySelector('[role=tree]').scrollIntoView({ block: 'center' })").await;
    page.screenshot(name).await;
    if let Some(violations) = page.accessibility().await {
        assert!(violations.is_empty(), "{violations:#?}");
    }
}

#[test]
fn damaged_media_are_mended_into_a_sound_copy() {
    let name = "damaged_media_are_mended_into_a_sound_copy";
    let Some(program) = built(name, E2E) else { return };
    let Some(own) = Furnished::make_with(name, "10%") else { return };
    let sealed = fs::read(own.volume()).expect("a volume");
    own.scratch();
    let file = own.volume().file_name().expect("a name").to_owned();
    let (target, pick) = own.target();
    at_desk_in(name, &program, &[&pick], own.home, async |desk| {
        let page = &desk.page;
        open_the_archive(page).await;
        press(page, "Verify the media").await;
        wait_for_words(page, "Nothing is lost; what is damaged can be mended").await;
        wait_for_words(page, "mends it").await;
        press(page, "Make a sound copy").await;
        wait_for_words(page, "The copy is as it was sealed").await;
        wait_for_words(page, "1 place was mended").await;
        page.run("document.querySelector('[role=status] a').scrollIntoView()").await;
        page.screenshot("mended").await;
        assert!(fs::read(target.join(&file)).expect("a copy") == sealed, "byte for byte");
        press(page, "Open the copy").await;
        wait_for_words(page, "Verify the media").await;
        press(page, "Verify the media").await;
        wait_for_words(page, "Everything is as it was sealed").await;
    });
}

/// Begins the ceremony behind the form's back.
const FORCE: &str = "const order = { requester: 'Ada Kern', reason: 'none', medium: 1, target: 2, \
      officials: { place: 'Here', administrator: 'Max Amend', witness: 'Wilma Berg' }, \
      approvers: ['Ada Kern', 'Bruno Lang', 'Dirk Nolte'], selection: [], conflict: 'fail', \
      names: 'auto', reread: false, resume: false, privileges: false, \
      owners: { by: 'none', users: [], groups: [] } }; \
    window.__TAURI_INTERNALS__.invoke('begin_restore', { order }) \
      .then(() => done({ code: 'none' }), (refusal) => done(refusal));";

/// Takes the ceremony to its end; Dirk types the words of his sheet.
async fn restore(desk: &AtDesk, words: &[String]) {
    take_steps_at_a_desk_with(desk, PIN, words, "Complete but damaged").await;
    desk.page.screenshot("restore-report").await;
}

/// Files of `before` that are not in `after` byte for byte; each must be there as `.damaged`.
fn damaged(before: &Path, after: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(before).expect("a folder").flatten() {
        let name = entry.file_name().into_string().expect("a plain name");
        let restored = after.join(&name);
        let same = fs::read(entry.path()).ok() == fs::read(&restored).ok();
        if !same {
            assert!(!restored.exists(), "damaged content under the name of whole content");
            assert!(restored.with_file_name(format!("{name}.damaged")).exists(), "{name}");
            found.push(name);
        }
    }
    found
}
