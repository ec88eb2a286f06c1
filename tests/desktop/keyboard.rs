//! Keyboard only: a whole genesis of the guided drill without one click.

use crate::harness::page::{ENTER, ESCAPE, Page, SHIFT, TAB};
use crate::harness::typist::Typist;
use crate::harness::{AtDesk, at_desk, built_with_entry, wait_for};
use crate::room::wait_for_words;

/// The PIN that everybody chooses.
const PIN: &str = "62r90tq1";
/// How often a person would press Tab before giving up.
const PATIENCE: usize = 80;

#[test]
fn a_genesis_is_held_with_the_keyboard_alone() {
    let name = "a_genesis_is_held_with_the_keyboard_alone";
    let Some(program) = built_with_entry(name) else { return };
    at_desk(name, &program, &[], async |desk| {
        let page = &desk.page;
        wait_for_words(page, "Begin with the guided drill").await;
        choose(page, "Drills").await;
        choose(page, "Open the guided drill").await;
        choose(page, "Begin the ceremony").await;
        wait_for_words(page, "Open the ceremony").await;
        a_dialog_holds_the_focus_and_gives_it_back(page).await;
        let confirmed = hold(desk).await;
        assert!(confirmed > 20, "a genesis has many steps; {confirmed} were confirmed");
        wait_for_words(page, "is effective").await;
    });
}

/// Goes to the control that says `words` by Tab, sees that it shows the focus, and presses Enter.
async fn choose(page: &Page, words: &str) {
    wait_for_words(page, words).await;
    let says = format!("document.activeElement.innerText?.trim().startsWith({words:?})");
    reach(page, &says).await;
    page.press(ENTER).await;
}

/// Presses Tab until `condition` holds.
async fn reach(page: &Page, condition: &str) {
    for _ in 0..PATIENCE {
        if page.run(&format!("return Boolean({condition})")).await == true {
            assert_eq!(page.run(SHOWS_FOCUS).await, true, "the focus is visible");
            return;
        }
        page.press(TAB).await;
    }
    panic!("{condition} is not reached by the Tab key");
}

const SHOWS_FOCUS: &str = "const at = document.activeElement; \
    const shows = (one, part) => { const look = getComputedStyle(one, part); \
      return look.outlineStyle !== 'none' || look.boxShadow !== 'none' }; \
    return shows(at) || shows(at, '::after')";

/// Tab goes round in an open dialog, Escape closes it, and the focus is where it was before.
async fn a_dialog_holds_the_focus_and_gives_it_back(page: &Page) {
    choose(page, "Give up").await;
    wait_for_words(page, "Give the ceremony up?").await;
    for round in 0..8 {
        let is_inside = "return Boolean(document.activeElement.closest('dialog'))";
        assert_eq!(page.run(is_inside).await, true, "the focus left the dialog, round {round}");
        page.press_with(if round < 4 { None } else { Some(SHIFT) }, TAB).await;
    }
    page.press(ESCAPE).await;
    page.wait_until("!document.querySelector('dialog[open]')").await;
    let back = "return document.activeElement.innerText?.trim().startsWith('Give up')";
    assert_eq!(page.run(back).await, true, "the focus is back where it was");
}

/// Takes every step; returns how many were confirmed.
async fn hold(desk: &AtDesk) -> usize {
    let (page, typist) = (&desk.page, Typist::at(&desk.display));
    let mut confirmed = 0;
    loop {
        let next = async || {
            if desk.display.entry().is_some() {
                return Some(Next::Secret);
            }
            let look = "const said = document.body.innerText; \
                if (said.includes('Back to the guided drill')) return 'end'; \
                const one = document.querySelector('button.primary:not([aria-disabled])'); \
                return one?.checkVisibility() ? 'step' : ''";
            match page.run(look).await.as_str() {
                Some("end") => Some(Next::End),
                Some("step") => Some(Next::Step),
                _ => None,
            }
        };
        match wait_for("the next step of the ceremony", next).await {
            Next::Secret => typist.answer(&desk.display, PIN).await,
            Next::End => return confirmed,
            Next::Step => {
                let before = page.run("return document.querySelector('.place')?.innerText").await;
                reach(page, "document.activeElement.matches('button.primary')").await;
                page.press(ENTER).await;
                confirmed += 1;
                let before = before.as_str().unwrap_or_default();
                let gone = format!(
                    "document.querySelector('.place')?.innerText != {before:?} || \
                       !document.querySelector('button.primary:not([aria-disabled])')"
                );
                let moved = async || {
                    let has_moved = page.run(&format!("return Boolean({gone})")).await == true;
                    (has_moved || desk.display.entry().is_some()).then_some(())
                };
                wait_for("the ceremony goes on", moved).await;
            }
        }
    }
}

enum Next {
    Secret,
    Step,
    End,
}
