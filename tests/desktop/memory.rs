//! Canary: what people typed into the entry window is nowhere in the page's processes, nor on disk.

use std::fs;

use crate::furnished::{Furnished, PIN};
use crate::harness::{at_desk_in, built_with_entry};
use crate::room::{
    ask, open_the_archive, open_the_drill, press, take_every_step, take_steps_at_a_desk_with,
    wait_for_words,
};

/// The PIN of the guided drill; like the other one, it is like nothing else on the machine.
const DRILL_PIN: &str = "37v58xk2";
/// What is written into the page by a script, and so must be found there.
const PLANTED: &str = "planted-61fd-canary";
/// WebKit's processes, by the first letters of their names.
const OF_THE_PAGE: [&str; 2] = ["WebKitWebProces", "WebKitNetworkPr"];

#[test]
fn no_pin_and_no_word_of_a_share_reaches_the_page_or_the_disk() {
    let name = "no_pin_and_no_word_of_a_share_reaches_the_page_or_the_disk";
    let Some(program) = built_with_entry(name) else { return };
    let Some(own) = Furnished::make(name) else { return };
    let (words, (_, pick)) = (own.words(), own.target());
    at_desk_in(name, &program, &[&pick], own.home, async |desk| {
        let page = &desk.page;
        open_the_archive(page).await;
        ask(page, "Rita Sommer").await;
        press(page, "Begin the restore ceremony").await;
        take_steps_at_a_desk_with(desk, PIN, &words, "Everything that was asked for").await;
        open_the_drill(page).await;
        press(page, "Begin the ceremony").await;
        take_every_step(desk, DRILL_PIN, "Back to the guided drill").await;
        page.run(&format!("window.planted = {PLANTED:?} + ' '.repeat(3)")).await;

        let share = words[..4].join(" ");
        let secrets = [PIN, DRILL_PIN, &share];
        let processes = desk.processes();
        let mut planted = 0;
        for kind in OF_THE_PAGE {
            let process = processes.iter().find(|process| process.name().starts_with(kind));
            let process = process.unwrap_or_else(|| panic!("{kind} runs"));
            let found = process.search(&[PLANTED, secrets[0], secrets[1], secrets[2]]);
            let Some(found) = found else {
                return strongroom_tests::skip(name, "the memory of others may not be read here");
            };
            planted += found[0];
            assert_eq!(found[1..], [0, 0, 0], "{kind} holds a secret");
        }
        assert!(planted > 0, "what finds nothing must be able to find something");
        nothing_on_disk(desk.home.path(), &secrets);
        wait_for_words(page, "is effective").await;
    });
}

/// No file of the home holds a secret, but for virtual tokens, the answers and sheets of the
/// command line, which hold them for the test.
fn nothing_on_disk(home: &std::path::Path, secrets: &[&str]) {
    let mut open = vec![home.to_owned()];
    let (mut looked_at, mut of_the_test) = (0, 0);
    while let Some(path) = open.pop() {
        if path.is_dir() && !path.is_symlink() {
            open.extend(fs::read_dir(&path).into_iter().flatten().flatten().map(|e| e.path()));
            continue;
        }
        let bytes = fs::read(&path).unwrap_or_default();
        let holds = secrets
            .iter()
            .any(|secret| bytes.windows(secret.len()).any(|window| window == secret.as_bytes()));
        let ours = path.extension().is_some_and(|end| end == "token")
            || path.ends_with("genesis.toml")
            || path.parent().is_some_and(|folder| folder.ends_with("sheets"));
        assert!(ours || !holds, "{} holds a secret", path.display());
        looked_at += 1;
        of_the_test += usize::from(ours && holds);
    }
    assert!(looked_at > 20, "vaults, logs and the web view's folders were looked at: {looked_at}");
    assert!(of_the_test >= 5, "the tokens, the answers and the sheet hold what is looked for");
}
