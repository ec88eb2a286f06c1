//! The people of a ceremony in the window: they press the one button, and type their PINs.

use crate::harness::page::Page;
use crate::harness::typist::Typist;
use crate::harness::{AtDesk, wait_for};

/// The one primary button that can be pressed now.
const PRIMARY: &str = "button.primary:not([aria-disabled])";

/// Waits until the page shows `words`.
pub(crate) async fn wait_for_words(page: &Page, words: &str) {
    page.wait_until(&format!("document.body.innerText.includes({words:?})")).await;
}

/// Presses the button that says `words`, once it can be pressed.
pub(crate) async fn press(page: &Page, words: &str) {
    let script = format!(
        "const found = [...document.querySelectorAll('button:not([aria-disabled]), a')]\
           .find((one) => one.checkVisibility() && one.innerText.trim().startsWith({words:?})); \
         found?.click(); return Boolean(found)"
    );
    let pressed = async || (page.run(&script).await == true).then_some(());
    wait_for(&format!("a button that says {words}"), pressed).await;
}

/// Opens the guided drill, wherever the page is.
pub(crate) async fn open_the_drill(page: &Page) {
    page.run("window.location.hash = '#/drills'").await;
    press(page, "Open the guided drill").await;
    wait_for_words(page, "Three custodians each get a share").await;
}

/// What axe has against the page, in each of its looks: nothing.
pub(crate) async fn is_accessible_in_every_look(page: &Page) {
    for theme in ["light", "dark", "projector"] {
        page.run(&format!("document.documentElement.dataset.theme = '{theme}'")).await;
        page.wait_until("document.getAnimations().every((one) => one.playState != 'running')")
            .await;
        let broken = page.accessibility().await.unwrap_or_default();
        assert!(broken.is_empty(), "{theme}: {}", broken.join("\n"));
    }
    page.run("document.documentElement.dataset.theme = 'light'").await;
}

/// Opens the archive that the vault knows.
pub(crate) async fn open_the_archive(page: &Page) {
    page.wait_for("h1").await;
    page.run("window.location.hash = '#/restore'").await;
    page.click("a[aria-label='Open ledger']").await;
    wait_for_words(page, "Verify the media").await;
}

/// Writes the request, with three approvers who suffice.
pub(crate) async fn ask(page: &Page, requester: &str) {
    press(page, "Choose the folder").await;
    wait_for_words(page, "restored").await;
    fill(page, "Who asks", requester).await;
    fill(page, "Why", "The originals are lost.").await;
    name_the_room(page).await;
}

/// Writes who is in the room, with three approvers who suffice.
pub(crate) async fn name_the_room(page: &Page) {
    for (label, value) in [
        ("Place", "The small meeting room"),
        ("Administrator", "Max Amend"),
        ("Witness", "Wilma Berg"),
    ] {
        fill(page, label, value).await;
    }
    for approver in ["Ada Kern", "Bruno Lang", "Dirk Nolte"] {
        tick(page, approver).await;
    }
    wait_for_words(page, "These people can open it together.").await;
}

/// Puts the virtual token of `holder` in or takes it out, by the switch beside the name.
pub(crate) async fn switch_token(page: &Page, holder: &str, is_in: bool) {
    let switch = format!("button[role=switch][aria-label^=\"Token of {holder}\"]");
    page.click(&switch).await;
    page.wait_until(&format!("document.querySelector('{switch}').ariaChecked == '{is_in}'")).await;
}

/// Writes `value` into the field called `label`.
pub(crate) async fn fill(page: &Page, label: &str, value: &str) {
    let script = format!(
        "const label = [...document.querySelectorAll('label')]\
           .find((one) => one.innerText.trim().startsWith({label:?})); \
         const field = document.getElementById(label?.htmlFor); \
         if (field) {{ field.value = {value:?}; \
           field.dispatchEvent(new Event('input', {{ bubbles: true }})); }} \
         return Boolean(field)"
    );
    let filled = async || (page.run(&script).await == true).then_some(());
    wait_for(&format!("a field called {label}"), filled).await;
}

/// Ticks the box called `label`.
pub(crate) async fn tick(page: &Page, label: &str) {
    let script = format!(
        "const label = [...document.querySelectorAll('label')].find((one) => \
           one.querySelector('input[type=checkbox]') && \
           one.innerText.trim().startsWith({label:?})); \
         label?.click(); return Boolean(label)"
    );
    let ticked = async || (page.run(&script).await == true).then_some(());
    wait_for(&format!("a box called {label}"), ticked).await;
}

/// Ticks the row of the tree called `name`.
pub(crate) async fn tick_row(page: &Page, name: &str) {
    click_in_row(page, name, ".tick").await;
}

/// Opens or closes the row of the tree called `name`.
pub(crate) async fn turn_row(page: &Page, name: &str) {
    click_in_row(page, name, ".turn").await;
}

async fn click_in_row(page: &Page, name: &str, part: &str) {
    let script = format!(
        "const row = [...document.querySelectorAll('[role=treeitem]')].find((one) => \
           one.querySelector('.name').innerText == {name:?}); \
         row?.querySelector({part:?}).click(); return Boolean(row)"
    );
    let clicked = async || (page.run(&script).await == true).then_some(());
    wait_for(&format!("a row called {name}"), clicked).await;
}

/// Takes every step of the ceremony on the screen until the page shows `end`; whoever is asked for
/// a PIN types `pin`. Returns how many steps were confirmed.
pub(crate) async fn take_every_step(desk: &AtDesk, pin: &str, end: &str) -> usize {
    take_steps_at_a_desk_with(desk, pin, &[], end).await
}

/// As [`take_every_step`]; whoever is asked for the words of a sheet types `words`.
pub(crate) async fn take_steps_at_a_desk_with(
    desk: &AtDesk,
    pin: &str,
    words: &[String],
    end: &str,
) -> usize {
    take_steps(desk, pin, words, &format!("document.body.innerText.includes({end:?})")).await
}

/// Takes steps until the one called `title` is the step of now, for `subject`.
pub(crate) async fn take_steps_until(desk: &AtDesk, pin: &str, title: &str, subject: &str) {
    take_steps(desk, pin, &[], &stands_at(title, subject)).await;
}

/// As [`take_steps_until`], for a step of nobody in particular; `words` are of a sheet.
pub(crate) async fn take_steps_up_to(desk: &AtDesk, pin: &str, words: &[String], title: &str) {
    take_steps(desk, pin, words, &stands_at(title, "")).await;
}

/// A condition: the step of now is `title`, for `subject`.
pub(crate) fn stands_at(title: &str, subject: &str) -> String {
    format!(
        "[...document.querySelectorAll('h2')].some((h) => \
           h.innerText.includes({title:?}) && h.innerText.includes({subject:?}))"
    )
}

/// Takes steps until the JavaScript expression `end` is true.
async fn take_steps(desk: &AtDesk, pin: &str, words: &[String], end: &str) -> usize {
    let typist = Typist::at(&desk.display);
    let mut confirmed = 0;
    loop {
        let next = async || {
            if desk.display.entry().is_some() {
                return Some(Next::Secret);
            }
            // In one look: between two, the last step could give way to a button that leads away.
            let look = format!(
                "if ({end}) return 'end'; \
                 const one = document.querySelector({PRIMARY:?}); \
                 if (!one?.checkVisibility()) return ''; \
                 one.click(); return 'step'"
            );
            match desk.page.run(&look).await.as_str() {
                Some("end") => Some(Next::End),
                Some("step") => Some(Next::Step),
                _ => None,
            }
        };
        match wait_for("the next step of the ceremony", next).await {
            Next::Secret => typist.answer_with(&desk.display, pin, words).await,
            Next::Step => confirmed += 1,
            Next::End => return confirmed,
        }
    }
}

enum Next {
    Secret,
    Step,
    End,
}
