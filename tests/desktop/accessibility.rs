//! Every screen can be used by everybody: axe finds nothing, in any look.

use crate::furnished::Furnished;
use crate::harness::page::Page;
use crate::harness::{E2E, at_desk_in, built};
use crate::room::{open_the_archive, open_the_drill, press, turn_row, wait_for_words};

/// The places of the window, and words that show that one is there.
const PLACES: [(&str, &str); 16] = [
    ("home", "What needs a person"),
    ("ceremonies", "Make a master key"),
    ("ceremonies/genesis", "The room"),
    ("ceremonies/rotation", "The key that is replaced"),
    ("ceremonies/refresh", "Who brings a share now"),
    ("ceremonies/health", "Who holds shares of drill/1"),
    ("ceremonies/enrol", "Who gets a token"),
    ("restore", "ledger"),
    ("keys", "drill/1"),
    ("keys/drill%2F1", "drill/1"),
    ("archives", "ledger"),
    ("people", "Ada Kern"),
    ("log", "archive.seal"),
    ("settings", "Projector"),
    ("about", "Strongroom"),
    ("drills", "Open the guided drill"),
];

#[test]
fn no_screen_breaks_a_rule_of_accessibility_in_any_look() {
    let name = "no_screen_breaks_a_rule_of_accessibility_in_any_look";
    let Some(program) = built(name, E2E) else { return };
    let Some(own) = Furnished::make(name) else { return };
    own.scratch();
    at_desk_in(name, &program, &[], own.home, async |desk| {
        let page = &desk.page;
        page.wait_for("h1").await;
        if page.accessibility().await.is_none() {
            return strongroom_tests::skip(name, "axe-core is not in ui/node_modules");
        }
        let mut broken = Vec::new();
        for (place, words) in PLACES {
            page.run(&format!("window.location.hash = '#/{place}'")).await;
            wait_for_words(page, words).await;
            look(page, place, &mut broken).await;
        }
        open_the_archive(page).await;
        press(page, "Verify the media").await;
        wait_for_words(page, "Parts of the archive are damaged").await;
        turn_row(page, "tree").await;
        wait_for_words(page, "note.txt").await;
        look(page, "an archive on the desk", &mut broken).await;
        open_the_drill(page).await;
        look(page, "the guided drill", &mut broken).await;
        assert!(broken.is_empty(), "{}", broken.join("\n"));
    });
}

/// Looks at the screen in every look.
async fn look(page: &Page, place: &str, broken: &mut Vec<String>) {
    for theme in ["light", "dark", "projector"] {
        page.run(&format!("document.documentElement.dataset.theme = '{theme}'")).await;
        // Colours on their way from one look to the other are nobody's.
        page.wait_until("document.getAnimations().every((one) => one.playState != 'running')")
            .await;
        let found = page.accessibility().await.unwrap_or_default().into_iter();
        broken.extend(found.map(|line| format!("{place}, {theme}: {line}")));
    }
}
