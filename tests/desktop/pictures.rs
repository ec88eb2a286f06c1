//! Pictures for the guides: every screen in every theme, from the real window.
//!
//! `cargo xtask pictures` runs this; it promises nothing, so it is no test.

use std::fs;
use std::path::PathBuf;

use crate::furnished::{Furnished, PIN};
use crate::harness::home::Home;
use crate::harness::page::Page;
use crate::harness::typist::Typist;
use crate::harness::{AtDesk, E2E, at_desk_in, built};
use crate::room::{
    ask, open_the_archive, open_the_drill, press, take_every_step, take_steps_at_a_desk_with,
    take_steps_until, tick_row, turn_row, wait_for_words,
};

const THEMES: [&str; 3] = ["light", "dark", "projector"];

/// Writes the pictures of docs/guides.
pub(crate) fn take() {
    let name = "every_screen_in_every_theme";
    let program = built(name, E2E).expect("built");
    for theme in THEMES {
        let album = Album::of(theme);
        let home = Home::make();
        album.dress(&home);
        at_desk_in(name, &program, &[], home, async |desk| drill(desk, &album).await);
        let own = Furnished::make(name).expect("built");
        album.dress(&own.home);
        own.scratch();
        let ((_, pick), words) = (own.target(), own.words());
        at_desk_in(name, &program, &[&pick], own.home, async |desk| {
            vault(desk, &album, &words).await;
        });
    }
}

/// The first start, and the guided drill's genesis.
async fn drill(desk: &AtDesk, album: &Album) {
    let page = &desk.page;
    wait_for_words(page, "Begin with the guided drill").await;
    album.take(page, "first-start").await;
    go(page, "drills", "Open the guided drill").await;
    album.take(page, "drills").await;
    open_the_drill(page).await;
    album.take(page, "guided-drill").await;
    press(page, "Begin the ceremony").await;
    take_steps_until(desk, PIN, "Prepare the token", "Bruno Lang").await;
    album.take(page, "runner").await;
    press(page, "Prepare the token").await;
    desk.display.wait_for_entry("0 characters").await;
    album.take(page, "runner-waits").await;
    desk.display.picture(&album.path("entry-pin"));
    Typist::at(&desk.display).answer(&desk.display, PIN).await;
    take_steps_until(desk, PIN, "Compare the fingerprint", "").await;
    album.take(page, "fingerprint").await;
    take_every_step(desk, PIN, "Back to the guided drill").await;
    album.take(page, "key-is-effective").await;
}

/// A vault in use: its shelves, and a restore from a damaged medium.
async fn vault(desk: &AtDesk, album: &Album, words: &[String]) {
    let page = &desk.page;
    for (place, shows) in [
        ("home", "What needs a person"),
        ("ceremonies", "Make a master key"),
        ("ceremonies/genesis", "The room"),
        ("keys", "drill/1"),
        ("archives", "ledger"),
        ("people", "Ada Kern"),
        ("log", "archive.seal"),
        ("settings", "Projector"),
        ("about", "Strongroom"),
        ("restore", "ledger"),
    ] {
        go(page, place, shows).await;
        album.take(page, &place.replace('/', "-")).await;
    }
    open_the_archive(page).await;
    press(page, "Verify the media").await;
    wait_for_words(page, "Parts of the archive are damaged").await;
    show(page, "Verify it without a key").await;
    album.take(page, "restore-verified").await;
    turn_row(page, "tree").await;
    wait_for_words(page, "note.txt").await;
    tick_row(page, "folder").await;
    wait_for_words(page, "6 files are chosen").await;
    show(page, "Choose what comes back").await;
    album.take(page, "restore-contents").await;
    press(page, "Choose everything").await;
    ask(page, "Rita Sommer").await;
    show(page, "Who approves").await;
    album.take(page, "restore-request").await;
    press(page, "Begin the restore ceremony").await;
    take_steps_until(desk, PIN, "Approve", "Dirk Nolte").await;
    album.take(page, "restore-plan").await;
    take_steps_at_a_desk_with(desk, PIN, words, "Complete but damaged").await;
    album.take(page, "restore-report").await;
}

/// Goes to a place and waits until it shows `words`.
async fn go(page: &Page, place: &str, words: &str) {
    page.run(&format!("window.location.hash = '#/{place}'")).await;
    wait_for_words(page, words).await;
}

/// Scrolls to the heading that says `words`.
async fn show(page: &Page, words: &str) {
    let script = format!(
        "[...document.querySelectorAll('h2, h3')].find((one) => \
           one.innerText.includes({words:?})).scrollIntoView()"
    );
    page.run(&script).await;
}

/// The pictures of one theme.
struct Album {
    theme: &'static str,
    folder: PathBuf,
}

impl Album {
    fn of(theme: &'static str) -> Self {
        let folder = strongroom_tests::repository().join("docs/guides/pictures").join(theme);
        fs::create_dir_all(&folder).expect("a folder");
        Self { theme, folder }
    }

    /// Chooses the theme in the settings of `home`.
    fn dress(&self, home: &Home) {
        fs::create_dir_all(home.data()).expect("a folder");
        let settings = format!("{{ \"theme\": {:?} }}", self.theme);
        fs::write(home.data().join("settings.json"), settings).expect("written");
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.png"))
    }

    /// Takes a picture of the page.
    async fn take(&self, page: &Page, name: &str) {
        let taken = page.screenshot(name).await;
        fs::copy(taken, self.path(name)).expect("copied");
    }
}
