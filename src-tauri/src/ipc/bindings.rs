//! What the page knows of the commands is generated from them, and committed.

use std::fs;
use std::path::Path;

use specta_typescript::Typescript;
use tauri::Wry;
use tauri_specta::{Builder, ErrorHandlingMode, collect_commands};

/// Where the page finds the commands and their types.
const BINDINGS: &str = "../ui/src/ipc/bindings.ts";

#[test]
fn the_page_knows_the_commands_as_they_are() {
    let builder = Builder::<Wry>::new().commands(collect_commands![
        super::about::about,
        super::status::status,
        super::status::show_vault,
        super::home::home,
        super::keys::keys,
        super::people::people,
        super::archives::archives,
        super::archives::documents,
        super::log::log_page,
        super::log::log_verify,
        super::settings::settings,
        super::settings::save_settings,
        super::ceremonies::begin_genesis,
        super::ceremonies::begin_restore,
        super::custody::begin_refresh,
        super::custody::begin_health,
        super::custody::begin_enrolment,
        super::ceremonies::watch_ceremony,
        super::ceremonies::reply,
        super::ceremonies::open_projector::<tauri::Wry>,
        super::preview::preview,
        super::media::choose_archive,
        super::media::choose_folder,
        super::media::look_at,
        super::media::verify_medium,
        super::media::mend_medium,
        super::drive::open_drive,
        super::drive::watch_drive,
        super::drive::answer_drive,
        super::interrupted::interrupted,
        super::interrupted::is_interrupted_in,
        super::shelf::kept_media,
        super::shelf::add_medium,
        super::shelf::check_kept,
        super::contents::contents,
        super::contents::contents_of,
        super::contents::contents_found,
        super::contents::contents_chosen,
        super::contents::contents_without,
        super::estimate::estimate_restore,
        super::media::rest_job,
        super::media::stop_job,
        super::guide::guide,
        super::guide::guide_genesis,
        super::guide::guide_seal,
        super::guide::guide_damage,
        super::guide::guide_restore,
        super::guide::guide_reset,
    ]);
    // What the page sends and what it gets has one shape; a refusal is thrown.
    let builder = builder.disable_serde_phases().error_handling(ErrorHandlingMode::Throw);
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
