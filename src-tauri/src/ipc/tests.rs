//! The border, with the real configuration and the real capabilities, on the mock runtime.
//!
//! `tauri::test` calls itself unstable, so its use stays in this file.

use tauri::ipc::{CallbackFn, InvokeBody};
use tauri::test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder};
use tauri::webview::InvokeRequest;
use tauri::{App, WebviewWindow, WebviewWindowBuilder};

use crate::hardening::{Measure, State};

/// The mock runtime has no process of its own to harden.
const NOTHING_IN_FORCE: State = State {
    landlock: Measure::LeftOut,
    seccomp: Measure::LeftOut,
    sandbox: Measure::LeftOut,
    core_dumps: Measure::LeftOut,
    dumpable: Measure::LeftOut,
};

const OWN_PAGE: &str = "tauri://localhost";

fn application() -> App<MockRuntime> {
    crate::shell::application(mock_builder(), NOTHING_IN_FORCE)
        .build(crate::shell::context())
        .expect("built")
}

fn window(app: &App<MockRuntime>, label: &str) -> WebviewWindow<MockRuntime> {
    WebviewWindowBuilder::new(app, label, Default::default()).build().expect("a window")
}

/// What the page at `address` receives when it calls `command`.
fn call(
    window: &WebviewWindow<MockRuntime>,
    address: &str,
    command: &str,
) -> Result<serde_json::Value, serde_json::Value> {
    let request = InvokeRequest {
        cmd: command.to_owned(),
        callback: CallbackFn(0),
        error: CallbackFn(1),
        url: address.parse().expect("an address"),
        body: InvokeBody::default(),
        headers: Default::default(),
        invoke_key: INVOKE_KEY.to_owned(),
    };
    get_ipc_response(window, request).map(|body| body.deserialize().expect("JSON"))
}

#[test]
fn the_own_page_learns_what_the_program_is() {
    let app = application();
    let answer = call(&window(&app, "main"), OWN_PAGE, "about").expect("allowed");
    assert_eq!(answer["name"], "Strongroom");
    assert_eq!(answer["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(answer.as_object().map(serde_json::Map::len), Some(3));
}

#[test]
fn a_foreign_page_in_the_main_window_is_refused() {
    let app = application();
    let main = window(&app, "main");
    for address in ["https://example.org", "http://localhost", "http://127.0.0.1:8080"] {
        let refusal = call(&main, address, "about").expect_err(address);
        assert!(refusal.to_string().contains("not allowed"), "{address}: {refusal}");
    }
}

#[test]
fn another_window_is_refused() {
    let app = application();
    call(&window(&app, "projector"), OWN_PAGE, "about").expect_err("no capability");
}

#[test]
fn what_tauri_itself_offers_is_refused() {
    let app = application();
    let main = window(&app, "main");
    for command in [
        "plugin:event|listen",
        "plugin:window|close",
        "plugin:webview|create_webview",
        "plugin:path|resolve_directory",
        "plugin:app|version",
        "plugin:resources|close",
        "undeclared",
    ] {
        call(&main, OWN_PAGE, command).expect_err(command);
    }
}
