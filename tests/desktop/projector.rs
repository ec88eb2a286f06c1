//! The window for the room: it shows what the other one shows, live, and decides nothing.

use crate::harness::{E2E, at_desk, built};
use crate::room::{open_the_drill, press, wait_for_words};

#[test]
fn the_window_for_the_room_follows_the_ceremony_and_has_no_buttons() {
    let name = "the_window_for_the_room_follows_the_ceremony";
    let Some(program) = built(name, E2E) else { return };
    at_desk(name, &program, &[], async |desk| {
        let page = &desk.page;
        open_the_drill(page).await;
        press(page, "Begin the ceremony").await;
        wait_for_words(page, "Open the ceremony").await;
        press(page, "Open a window for the room").await;
        desk.display.wait_for("Strongroom, for the room").await;
        page.go_to_room(true).await;
        wait_for_words(page, "Open the ceremony").await;
        let looks = "document.documentElement.dataset.theme == 'projector' && \
            !document.querySelector('button, a[href], input, select')";
        page.screenshot("window-for-the-room").await;
        page.wait_until(looks).await;
        page.screenshot("window-for-the-room").await;
        page.go_to_room(false).await;
        press(page, "Done").await;
        wait_for_words(page, "Everybody says who they are").await;
        page.go_to_room(true).await;
        wait_for_words(page, "Everybody says who they are").await;
        page.wait_until(looks).await;
        // Whatever a script in this window tries, the shell refuses.
        let forced = "window.__TAURI_INTERNALS__.invoke('reply', { reply: { is: 'decide', \
            decision: { is: 'done' } } }).then(() => done('taken'), (refusal) => done(refusal))";
        let refusal = page.run_async(forced, Vec::new()).await;
        assert!(refusal.to_string().contains("not allowed"), "{refusal}");
        page.go_to_room(false).await;
    });
}
