//! Nothing the page tries leaves the process.
//!
//! The same ways are tried twice: in our window, where none may arrive, and in WebKit's own test
//! browser, where most do. So the test would notice if it had forgotten how to listen.

mod listener;

use std::fs;
use std::time::Duration;

use crate::harness::page::Page;
use crate::harness::{in_browser, in_window};
use listener::Listener;

/// All ways, as a function body that returns them by name.
const WAYS: &str = include_str!("ways.js");

/// How long is long for a connection on the same machine.
const QUIET: Duration = Duration::from_secs(2);

/// WebKit's test browser, below the folder of the architecture; the library's own package has it.
const BROWSER: &str = "webkit2gtk-4.1/MiniBrowser";

#[test]
fn nothing_that_the_page_tries_arrives_anywhere() {
    in_window("nothing_that_the_page_tries_arrives_anywhere", async |page| {
        page.wait_for("h1").await;
        let listener = Listener::start();
        let ways = names(page).await;
        assert!(ways.len() >= 19, "{ways:?}");
        for way in &ways {
            attempt(page, way, &listener).await;
            let address = page.address().await;
            assert!(address.starts_with("tauri://localhost"), "{way} led to {address}");
        }
        // A canary is heard at once; two more seconds are long for anything on the same machine.
        listener.hears_a_canary().await;
        listener.hears_more_than(0, QUIET).await;
        assert_eq!(listener.heard(), [""; 0], "of {} ways", ways.len());
        assert_eq!(page.text("h1").await, "Home", "the page is still there");
    });
}

#[test]
fn the_same_ways_arrive_from_a_browser_without_our_guards() {
    let name = "the_same_ways_arrive_from_a_browser_without_our_guards";
    let folders = fs::read_dir("/usr/lib").expect("libraries").flatten();
    let mut places = folders.map(|folder| folder.path().join(BROWSER));
    let Some(browser) = places.find(|place| place.is_file()) else {
        return strongroom_tests::skip(name, "this system has no MiniBrowser of WebKit");
    };
    in_browser(name, &browser, &["--automation"], async |page| {
        // The page comes from one place and reaches for another, as ours would.
        let (home, listener) = (Listener::start(), Listener::start());
        let mut arrived = Vec::new();
        for way in names(page).await {
            page.go_to(&home.address("page")).await;
            let before = listener.heard().len();
            attempt(page, &way, &listener).await;
            if listener.hears_more_than(before, QUIET).await {
                arrived.push(way);
            }
        }
        assert!(arrived.len() >= 15, "only {}: {arrived:?}", arrived.len());
        // Those that get through under a strict content policy alone.
        for way in ["location", "refresh", "preconnect", "link"] {
            assert!(arrived.iter().any(|name| name == way), "{way} is not among {arrived:?}");
        }
    });
}

/// The names of all ways.
async fn names(page: &Page) -> Vec<String> {
    let names = page.run(&format!("return Object.keys((() => {{ {WAYS} }})())")).await;
    let names = names.as_array().expect("a list").iter();
    names.map(|name| name.as_str().unwrap_or_default().to_owned()).collect()
}

/// Goes one way; what the page throws at once is its refusal.
async fn attempt(page: &Page, way: &str, listener: &Listener) {
    let address = listener.address(way);
    let tried = format!("ways[{way:?}]({address:?}); return 'tried'");
    let ways = format!("const ways = (() => {{ {WAYS} }})()");
    let script = format!("{ways}; try {{ {tried}; }} catch (error) {{ return `${{error}}`; }}");
    page.run(&script).await;
}
