//! What the page knows of the commands is generated from them, and committed.

use std::fs;
use std::path::Path;

use specta_typescript::Typescript;
use tauri::Wry;
use tauri_specta::{Builder, collect_commands};

/// Where the page finds the commands and their types.
const BINDINGS: &str = "../ui/src/ipc/bindings.ts";

#[test]
fn the_page_knows_the_commands_as_they_are() {
    let builder = Builder::<Wry>::new().commands(collect_commands![super::about::about]);
    let folder = tempfile::tempdir().expect("a folder");
    let fresh = folder.path().join("bindings.ts");
    builder.export(Typescript::default(), &fresh).expect("generated");
    let fresh = fs::read_to_string(fresh).expect("generated");

    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join(BINDINGS);
    if fs::read_to_string(&committed).is_ok_and(|text| text == fresh) {
        return;
    }
    fs::write(&committed, fresh).expect("written");
    panic!("{} was stale and has been written anew: look at it and commit it", BINDINGS);
}
