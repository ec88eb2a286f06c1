//! Problems of the line on the screen: each with its code, what it means, and what to do.

use std::fs;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

use crate::furnished::{Furnished, PIN, text};
use crate::harness::page::Page;
use crate::harness::{at_desk_in, built_with_entry, wait_for};
use crate::room::{ask, fill, press, take_steps_at_a_desk_with};

/// Folders that hold no whole archive, and the code under which the page tells of each.
fn broken_media(own: &Furnished) -> Vec<(PathBuf, &'static str)> {
    let (volume, media) = (own.volume(), own.path("media"));
    let medium = |name: &str| {
        let folder = media.join(name);
        fs::create_dir_all(&folder).expect("a folder");
        folder
    };
    let copy_into = |name: &str| {
        let copy = medium(name).join(volume.file_name().expect("a name"));
        fs::copy(&volume, &copy).expect("copied");
        fs::OpenOptions::new().read(true).write(true).open(copy).expect("a copy")
    };
    let size = fs::metadata(&volume).expect("a volume").len();
    copy_into("cut").set_len(size / 2).expect("cut");
    let newer = copy_into("newer");
    [0, size - BLOCK_BYTES as u64].into_iter().for_each(|at| make_newer(&newer, at));
    fs::write(medium("other").join("letter.strongroom"), "Dear Ada").expect("written");
    let mixed = medium("mixed");
    fs::copy(&volume, mixed.join("1.strongroom")).expect("copied");
    let second = own.path("second");
    let recipient = own.run(&["key", "recipient"])["recipient"].as_str().expect("a key").to_owned();
    let tree = own.path("tree");
    own.run(&["seal", "-r", &recipient, "-o", text(&second), text(&tree)]);
    for entry in fs::read_dir(&second).expect("an archive").flatten() {
        let name = entry.file_name();
        fs::copy(entry.path(), mixed.join(name)).expect("copied");
    }
    vec![
        (medium("empty"), "SR-ARCHIVE-NOT-AN-ARCHIVE"),
        (medium("cut"), "SR-ARCHIVE-NOT-SEALED"),
        (medium("newer"), "SR-ARCHIVE-UNKNOWN-VERSION"),
        (medium("other"), "SR-ARCHIVE-NOT-AN-ARCHIVE"),
        (mixed, "SR-ENGINE-SEVERAL-ARCHIVES"),
        (own.path("nowhere"), "SR-ENGINE-FILE"),
    ]
}

/// Bytes of a superblock, and where its version and its digest stand (archive-1 A3).
const BLOCK_BYTES: usize = 4096;
const VERSION_AT: usize = 14;
const DIGEST_AT: usize = 4064;

/// Writes into the superblock at `at` that a later version made it.
fn make_newer(volume: &fs::File, at: u64) {
    let mut block = [0; BLOCK_BYTES];
    volume.read_exact_at(&mut block, at).expect("a block");
    assert_eq!(block[VERSION_AT], 1, "the version stands there");
    block[VERSION_AT] = 2;
    let digest = blake3::hash(&block[..DIGEST_AT]);
    block[DIGEST_AT..].copy_from_slice(digest.as_bytes());
    volume.write_all_at(&block, at).expect("changed");
}

#[test]
fn every_problem_with_media_request_and_quorum_is_told_with_its_remedy() {
    let name = "every_problem_with_media_request_and_quorum_is_told";
    let Some(program) = built_with_entry(name) else { return };
    let Some(own) = Furnished::make(name) else { return };
    let media = broken_media(&own);
    let full = own.path("restored-full");
    fs::create_dir(&full).expect("a folder");
    fs::write(full.join("mine"), "mine").expect("written");
    let picked = media.iter().map(|(folder, _)| folder).chain([&full]);
    let picks = picked.map(|folder| format!("--pick={}", text(folder)));
    let picks: Vec<String> = picks.chain([own.target().1]).collect();
    let picks: Vec<&str> = picks.iter().map(String::as_str).collect();
    let words = own.words();
    at_desk_in(name, &program, &picks, own.home, async |desk| {
        let page = &desk.page;
        page.wait_for("h1").await;
        page.run("window.location.hash = '#/restore'").await;
        for (folder, code) in &media {
            press(page, "Choose an archive").await;
            is_told(page, code, text(folder)).await;
        }
        page.screenshot("problem-of-a-medium").await;
        page.click("a[aria-label='Open ledger']").await;
        ask(page, "Rita Sommer").await;
        fill(page, "Why", "all \u{202e}right").await;
        press(page, "Begin the restore ceremony").await;
        is_told(page, "SR-ENGINE-HIDDEN-TEXT", "reason").await;
        fill(page, "Why", "The originals are lost.").await;
        press(page, "Begin the restore ceremony").await;
        is_told(page, "SR-ENGINE-NOT-EMPTY", "target").await;
        page.screenshot("problem-of-a-request").await;
        press(page, "Choose another folder").await;
        fill(page, "Witness", "WILMA BERG").await;
        press(page, "Begin the restore ceremony").await;
        is_told(page, "SR-CEREMONY-NAMES-ALIKE", "names").await;
        fill(page, "Witness", "Wilma Berg").await;
        fill(page, "Patterns", "tree/nowhere/**").await;
        press(page, "Begin the restore ceremony").await;
        let code = "SR-ENGINE-NOTHING-SELECTED";
        take_steps_at_a_desk_with(desk, PIN, &words, code).await;
        is_told(page, code, "selection").await;
        page.screenshot("problem-of-a-selection").await;
    });
}

/// Waits until the page tells of `code` with meaning and remedy; `about` helps where it fails.
async fn is_told(page: &Page, code: &str, about: &str) {
    let told = format!(
        "[...document.querySelectorAll('[role=alert]')].some((one) => \
           one.innerText.includes({code:?}) && \
           [...one.querySelectorAll('dd')].length >= 2 && \
           [...one.querySelectorAll('dd')].every((said) => said.innerText.trim().endsWith('.')))"
    );
    wait_for(&format!("{code} is told of, about {about}"), async || {
        (page.run(&format!("return {told}")).await == true).then_some(())
    })
    .await;
}
