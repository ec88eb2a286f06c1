//! The first screen is there, can be used by keyboard, and is readable by everyone.

use std::fs;

use crate::harness::in_window;
use crate::harness::page::TAB;

#[test]
fn the_first_screen_appears_in_the_look_of_the_house() {
    in_window("the_first_screen_appears_in_the_look_of_the_house", async |page| {
        assert!(page.address().await.starts_with("tauri://localhost"));
        assert!(page.text("h1").await.contains("Home"));
        page.wait_until("document.body.innerText.includes('guided drill')").await;
        let picture = page.screenshot("first-screen").await;
        // A blank page of this size is a few kilobytes; the screen has text and a mark.
        assert!(fs::metadata(picture).expect("kept").len() > 5_000, "the page is painted");
    });
}

#[test]
fn every_control_of_the_first_screen_is_reached_by_keyboard_and_shows_it() {
    in_window("every_control_of_the_first_screen_is_reached_by_keyboard", async |page| {
        page.wait_for("h1").await;
        let controls = "[...document.querySelectorAll('a[href], button, input, select, summary')]\
            .filter((control) => !control.disabled && control.checkVisibility())";
        let wanted = page.run(&format!("return {controls}.length")).await;
        let wanted = wanted.as_u64().expect("a number");
        page.run("window.reached = new Set()").await;
        for _ in 0..wanted {
            page.press(TAB).await;
            let shown = page.run(
                "const at = document.activeElement; window.reached.add(at); \
                 const shows = (one, part) => { const look = getComputedStyle(one, part); \
                   return look.outlineStyle !== 'none' || look.boxShadow !== 'none' }; \
                 return at === document.body || shows(at) || shows(at, '::after')",
            );
            assert_eq!(shown.await, true, "the focus is visible");
        }
        let count = format!("return {controls}.filter((c) => reached.has(c)).length");
        assert_eq!(page.run(&count).await, wanted, "every control was reached by the Tab key");
    });
}

#[test]
fn the_first_screen_breaks_no_rule_of_accessibility() {
    let name = "the_first_screen_breaks_no_rule_of_accessibility";
    in_window(name, async |page| {
        page.wait_for("h1").await;
        let Some(broken) = page.accessibility().await else {
            return strongroom_tests::skip(name, "axe-core is not in ui/node_modules");
        };
        assert_eq!(broken, [""; 0]);
        // What finds nothing must be able to find something.
        page.run("document.body.append(document.createElement('img'))").await;
        let planted = page.accessibility().await.unwrap_or_default();
        assert!(planted.iter().any(|line| line.starts_with("image-alt")), "{planted:?}");
    });
}
