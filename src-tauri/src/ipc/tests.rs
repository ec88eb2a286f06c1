//! The border, with the real configuration and the real capabilities, on the mock runtime.
//!
//! `tauri::test` calls itself unstable, so its use stays in this file.

use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;

use engine::conduct::{PinQuestion, RoomError};
use secret::SecretText;
use tauri::ipc::{CallbackFn, InvokeBody};
use tauri::test::{
    INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder, mock_context, noop_assets,
};
use tauri::webview::InvokeRequest;
use tauri::{App, Manager, WebviewWindow, WebviewWindowBuilder};

use crate::desk::Desk;
use crate::hardening::{Measure, State};
use crate::picker::Picker;
use crate::places::Places;
use crate::secrets::{About, Secrets};

/// The mock runtime has no process of its own to harden.
const NOTHING_IN_FORCE: State = State {
    landlock: Measure::LeftOut,
    seccomp: Measure::LeftOut,
    sandbox: Measure::LeftOut,
    core_dumps: Measure::LeftOut,
    dumpable: Measure::LeftOut,
};

/// Nobody chooses a folder, and nobody types a secret.
struct Nobody;

impl Picker for Nobody {
    fn folder(&self, _: &str) -> Option<PathBuf> {
        None
    }
}

impl Secrets for Nobody {
    fn pin(&self, _: &About, _: &PinQuestion<'_>) -> Result<SecretText, RoomError> {
        Err(RoomError::Cancelled)
    }

    fn puk(&self, _: &About, _: &PinQuestion<'_>) -> Result<SecretText, RoomError> {
        Err(RoomError::Cancelled)
    }

    fn words(&self, _: &About, _: (&str, &str)) -> Result<SecretText, RoomError> {
        Err(RoomError::Cancelled)
    }

    fn dice(&self, _: &About, _: &str) -> Result<SecretText, RoomError> {
        Err(RoomError::Cancelled)
    }
}

const OWN_PAGE: &str = "tauri://localhost";

fn application() -> App<MockRuntime> {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::new(Places::below(folder.path()), Box::new(Nobody), Arc::new(Nobody));
    crate::shell::application(mock_builder(), NOTHING_IN_FORCE, desk)
        .manage(folder)
        .build(crate::shell::context())
        .expect("built")
}

fn window(app: &App<MockRuntime>, label: &str) -> WebviewWindow<MockRuntime> {
    WebviewWindowBuilder::new(app, label, Default::default()).build().expect("a window")
}

/// What the page at `address` receives when it calls `command`.
fn call(window: &WebviewWindow<MockRuntime>, address: &str, command: &str) -> Result<Value, Value> {
    call_with(window, address, command, InvokeBody::default())
}

/// The same with `arguments`.
fn call_with(
    window: &WebviewWindow<MockRuntime>,
    address: &str,
    command: &str,
    body: InvokeBody,
) -> Result<Value, Value> {
    let request = InvokeRequest {
        cmd: command.to_owned(),
        callback: CallbackFn(0),
        error: CallbackFn(1),
        url: address.parse().expect("an address"),
        body,
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
    assert_eq!(answer.as_object().map(serde_json::Map::len), Some(4));
}

#[test]
fn a_vault_that_is_changed_is_read_anew() {
    let app = application();
    let window = window(&app, "main");
    let log = || call(&window, OWN_PAGE, "status").map(|status| status["log"].clone());
    let before = log();
    assert_eq!(before.as_ref().expect("a status")["is"], "holds");
    assert_eq!(log(), before);
    let entries = app.state::<Desk>().vault_dir().join("log/entries.log");
    let mut bytes = std::fs::read(&entries).expect("a log");
    bytes[40] ^= 1;
    std::fs::write(&entries, bytes).expect("written");
    assert_ne!(log(), before, "what was known before is not told any more");
}

#[test]
fn a_foreign_page_in_the_main_window_is_refused() {
    let app = application();
    let main = window(&app, "main");
    for address in [
        "https://example.org",
        "http://localhost",
        "http://127.0.0.1:8080",
        "https://tauri.localhost",
        "tauri://localhost.example.org",
        "file:///tmp/page.html",
        "data:text/html,hello",
    ] {
        let refusal = call(&main, address, "about").expect_err(address);
        assert!(is_refusal(&refusal), "{address}: {refusal}");
    }
}

#[test]
fn another_window_is_refused() {
    let app = application();
    for label in ["projector", "main2", "Main"] {
        let refusal = call(&window(&app, label), OWN_PAGE, "about").expect_err(label);
        assert!(is_refusal(&refusal), "{label}: {refusal}");
    }
}

#[test]
fn the_window_for_the_room_looks_on_and_decides_nothing() {
    let app = application();
    let room = window(&app, "projector");
    assert!(call(&room, OWN_PAGE, "status").is_ok());
    // Allowed, and answered: nothing is under way.
    let channel = json!({ "channel": "__CHANNEL__:1" });
    let watched = call_with(&room, OWN_PAGE, "watch_ceremony", InvokeBody::Json(channel));
    assert_eq!(watched.expect_err("no ceremony")["code"], "SR-SHELL-NO-CEREMONY");
    for command in [
        "reply",
        "begin_genesis",
        "begin_restore",
        "open_projector",
        "show_vault",
        "save_settings",
        "choose_archive",
        "choose_folder",
        "verify_medium",
        "preview",
        "answer_drive",
        "kept_media",
        "add_medium",
        "check_kept",
        "guide_genesis",
        "guide_restore",
        "guide_reset",
    ] {
        let refusal = call(&room, OWN_PAGE, command).expect_err(command);
        assert!(is_refusal(&refusal), "{command}: {refusal}");
    }
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
        "plugin:navigation|anything",
    ] {
        let refusal = call(&main, OWN_PAGE, command).expect_err(command);
        assert!(refusal.is_string(), "{command}: {refusal}");
    }
}

#[test]
fn a_command_that_is_not_declared_is_refused_before_it_is_looked_for() {
    let app = application();
    let main = window(&app, "main");
    for command in ["undeclared", "", "About", "about ", "allow-about", "../about"] {
        let refusal = call(&main, OWN_PAGE, command).expect_err(command);
        assert!(refusal.is_string(), "{command:?}: {refusal}");
    }
}

#[test]
fn arguments_nobody_asked_for_change_nothing() {
    let app = application();
    let main = window(&app, "main");
    let plain = call(&main, OWN_PAGE, "about").expect("allowed");
    for body in [json!({ "name": "Evil" }), json!([1]), json!("x"), json!(null)] {
        let answer = call_with(&main, OWN_PAGE, "about", InvokeBody::Json(body));
        assert_eq!(answer.expect("allowed"), plain);
    }
    let bytes = call_with(&main, OWN_PAGE, "about", InvokeBody::Raw(vec![0xFF; 1 << 20]));
    assert_eq!(bytes.expect("allowed"), plain);
}

/// A command with arguments, as those of the application have them.
#[tauri::command]
fn typed(count: u8, names: Vec<String>) -> String {
    format!("{count} {}", names.len())
}

#[test]
fn arguments_of_the_wrong_type_come_back_as_a_text_that_names_them() {
    let app = mock_builder()
        .invoke_handler(tauri::generate_handler![typed])
        .build(mock_context(noop_assets()))
        .expect("built");
    let main = window(&app, "main");
    let send = |body| call_with(&main, OWN_PAGE, "typed", InvokeBody::Json(body));
    assert_eq!(send(json!({ "count": 2, "names": ["a"] })), Ok(json!("2 1")));
    for (body, named) in [
        (json!({ "count": 256, "names": [] }), "count"),
        (json!({ "count": -1, "names": [] }), "count"),
        (json!({ "count": "2", "names": [] }), "count"),
        (json!({ "count": 2.5, "names": [] }), "count"),
        (json!({ "names": [] }), "count"),
        (json!({ "count": 2, "names": "a" }), "names"),
        (json!({ "count": 2, "names": [1] }), "names"),
        (json!({ "count": 2, "names": null }), "names"),
        (json!([2, []]), "count"),
    ] {
        let refusal = send(body.clone()).expect_err("refused");
        let text = refusal.as_str().unwrap_or_default();
        assert!(text.contains("invalid args") && text.contains(named), "{body}: {refusal}");
    }
    let raw = call_with(&main, OWN_PAGE, "typed", InvokeBody::Raw(vec![0xFF; 64]));
    assert!(raw.is_err_and(|refusal| refusal.is_string()), "bytes are no arguments");
}

/// Refusals of the border are texts, not errors of ours: the page must expect both.
fn is_refusal(answer: &Value) -> bool {
    answer.as_str().is_some_and(|text| text.contains("not allowed"))
}
