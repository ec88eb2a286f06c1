//! A set on several discs in the real window, through one drive.

use std::fs;
use std::path::PathBuf;

use crate::furnished::{Furnished, PIN, text};
use crate::harness::page::Page;
use crate::harness::{E2E, at_desk_in, built, built_with_entry, wait_for};
use crate::room::{
    ask, is_accessible_in_every_look, press, stands_at, take_steps_at_a_desk_with,
    take_steps_up_to, wait_for_words,
};

/// A drive that holds one disc, and the discs.
struct Hand {
    drive: PathBuf,
    discs: Vec<PathBuf>,
}

impl Hand {
    /// Puts a file into the drive in place of what is in it.
    fn put_in(&self, disc: &PathBuf) {
        for inside in fs::read_dir(&self.drive).expect("a drive").flatten() {
            fs::remove_file(inside.path()).expect("taken out");
        }
        let name = disc.file_name().expect("a name");
        fs::copy(disc, self.drive.join(name)).expect("put in");
    }

    /// Puts in whatever is asked for until the JavaScript expression `end` is true;
    /// returns the volumes in the order in which they were asked for.
    async fn change_until(&self, page: &Page, end: &str) -> Vec<usize> {
        let mut asked = Vec::new();
        loop {
            let look = format!(
                "if ({end}) return 0; \
                 const found = document.body.innerText.match(/Insert volume (\\d+) of/); \
                 const one = [...document.querySelectorAll('button')]\
                   .some((one) => one.innerText.startsWith('It is in the drive')); \
                 return found && one ? Number(found[1]) : null"
            );
            let next = async || page.run(&look).await.as_u64();
            match wait_for("the next disc", next).await {
                0 => return asked,
                volume => {
                    let volume = usize::try_from(volume).expect("a volume");
                    asked.push(volume);
                    self.put_in(&self.discs[volume - 1]);
                    press(page, "It is in the drive").await;
                    let gone =
                        format!("!document.body.innerText.includes('Insert volume {volume} of')");
                    page.wait_until(&gone).await;
                }
            }
        }
    }
}

#[test]
fn a_set_on_discs_is_restored_through_one_drive() {
    let name = "a_set_on_discs_is_restored_through_one_drive";
    let Some(program) = built_with_entry(name).and_then(|_| built(name, E2E)) else { return };
    let Some(own) = Furnished::make(name) else { return };
    let hand = Hand { drive: own.path("drive"), discs: own.discs() };
    fs::create_dir(&hand.drive).expect("a drive");
    assert!(hand.discs.len() >= 3, "{:?}", hand.discs);
    let (first, last) = (hand.discs[0].clone(), hand.discs[hand.discs.len() - 1].clone());
    hand.put_in(&first);
    let (tree, words, foreign) = (own.path("tree"), own.words(), own.volume());
    let letter = own.path("letter.strongroom");
    fs::write(&letter, "Dear Ada").expect("written");
    let (target, pick) = own.target();
    let picks = [format!("--pick={}", text(&hand.drive)), pick];
    let picks: Vec<&str> = picks.iter().map(String::as_str).collect();
    at_desk_in(name, &program, &picks, own.home, async |desk| {
        let page = &desk.page;
        page.wait_for("h1").await;
        page.run("window.location.hash = '#/restore'").await;
        press(page, "Read through one drive").await;
        wait_for_words(page, "Insert the last volume of “reels”, which carries the index").await;
        wait_for_words(page, "In the drive is volume 1 of this archive").await;
        page.screenshot("drive-opening").await;
        is_accessible_in_every_look(page).await;
        hand.put_in(&last);
        press(page, "It is in the drive").await;
        wait_for_words(page, "Volumes are not verified through one drive.").await;
        page.screenshot("drive-opened").await;
        ask(page, "Rita Sommer").await;
        press(page, "Begin the restore ceremony").await;
        take_steps_up_to(desk, PIN, &words, "Restore").await;
        wait_for_words(page, "Volumes that are read, in this order").await;
        press(page, "Begin the restore").await;
        mistakes(page, &hand, [&foreign, &letter]).await;
        stop_and_go_on(page, &hand).await;
        let asked = hand.change_until(page, &stands_at("Write the evidence", "")).await;
        // Readers that are ahead of others may ask for a disc again at the border of two.
        let all = 2..=hand.discs.len();
        assert!(all.clone().all(|disc| asked.contains(&disc)), "every disc: {asked:?}");
        assert!(asked.iter().all(|disc| all.contains(disc)), "none that was read: {asked:?}");
        take_steps_at_a_desk_with(desk, PIN, &words, "Everything that was asked for").await;
        page.screenshot("drive-report").await;
        for number in 0..6 {
            let file = format!("folder/file-{number}.bin");
            let (before, after) = (tree.join(&file), target.join("tree").join(&file));
            assert!(fs::read(before).ok() == fs::read(after).ok(), "{file}");
        }
    });
}

/// Another archive's disc and a file that is none are named, and an empty drive.
async fn mistakes(page: &Page, hand: &Hand, [foreign, letter]: [&PathBuf; 2]) {
    wait_for_words(page, "Insert volume 1 of").await;
    wait_for_words(page, "belongs here, and another one is wanted now").await;
    for (disc, said) in [
        (foreign, "In the drive is a volume of another archive"),
        (letter, "What is in the drive cannot be recognised"),
    ] {
        hand.put_in(disc);
        press(page, "It is in the drive").await;
        wait_for_words(page, said).await;
    }
    page.screenshot("drive-wrong").await;
    is_accessible_in_every_look(page).await;
    press(page, "Go on without it").await;
    wait_for_words(page, "Go on without volume 1?").await;
    page.screenshot("drive-without").await;
    press(page, "Back").await;
}

/// Stops when the second disc is asked for, and tries again: no disc is lost by that.
async fn stop_and_go_on(page: &Page, hand: &Hand) {
    let second = "document.body.innerText.includes('Insert volume 2 of')";
    hand.change_until(page, second).await;
    press(page, "Stop").await;
    wait_for_words(page, "SR-ENGINE-CANCELLED").await;
    page.screenshot("restore-stopped").await;
    press(page, "Try again").await;
    wait_for_words(page, "What will come back, and what it meets").await;
    press(page, "Begin the restore").await;
}
