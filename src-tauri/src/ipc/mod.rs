//! The border to the page: one file per area, adapters of a few lines.
//!
//! A command appears in three places: here, in `build.rs` (which makes it a permission) and in the
//! capability file of each window that may call it.

mod about;
mod archives;
#[cfg(test)]
mod bindings;
mod ceremonies;
pub(crate) mod contents;
mod custody;
mod drive;
mod estimate;
mod guide;
mod home;
mod interrupted;
mod keys;
mod log;
pub(crate) mod margin;
pub(crate) mod media;
mod people;
mod preview;
pub(crate) mod refusal;
pub(crate) mod report;
pub(crate) mod settings;
mod shelf;
pub(crate) mod status;
#[cfg(test)]
mod tests;

use tauri::Runtime;
use tauri::ipc::Invoke;

/// Every command of the application.
pub(crate) fn commands<R: Runtime>() -> impl Fn(Invoke<R>) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        about::about,
        status::status,
        status::show_vault,
        home::home,
        keys::keys,
        people::people,
        archives::archives,
        archives::documents,
        log::log_page,
        log::log_verify,
        settings::settings,
        settings::save_settings,
        ceremonies::begin_genesis,
        ceremonies::begin_restore,
        custody::begin_refresh,
        custody::begin_health,
        custody::begin_enrolment,
        ceremonies::watch_ceremony,
        ceremonies::reply,
        ceremonies::open_projector,
        preview::preview,
        media::choose_archive,
        media::choose_folder,
        media::look_at,
        media::verify_medium,
        media::mend_medium,
        drive::open_drive,
        drive::watch_drive,
        drive::answer_drive,
        interrupted::interrupted,
        interrupted::is_interrupted_in,
        shelf::kept_media,
        shelf::add_medium,
        shelf::check_kept,
        contents::contents,
        contents::contents_of,
        contents::contents_found,
        contents::contents_chosen,
        contents::contents_without,
        estimate::estimate_restore,
        media::rest_job,
        media::stop_job,
        guide::guide,
        guide::guide_genesis,
        guide::guide_seal,
        guide::guide_damage,
        guide::guide_restore,
        guide::guide_reset,
    ]
}
