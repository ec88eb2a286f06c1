//! The application as Tauri builds it: its commands, its guard, its one window.

use tauri::{App, Builder, Context, Runtime, WebviewWindowBuilder};

/// The label of the window that holds the page; `capabilities/main.json` speaks of it.
const MAIN_WINDOW: &str = "main";

/// Opens the window and returns when the last one is closed.
///
/// # Errors
/// When there is no display, or WebKit cannot start.
pub(crate) fn run() -> tauri::Result<()> {
    application(Builder::default()).setup(|app| Ok(open_main_window(app)?)).run(context())
}

/// Everything of the application but the windows, on any runtime.
pub(crate) fn application<R: Runtime>(builder: Builder<R>) -> Builder<R> {
    builder.plugin(crate::navigation::guard()).invoke_handler(crate::ipc::commands())
}

/// The configuration, the capabilities and the page, as they were built in.
#[expect(clippy::disallowed_methods, reason = "the macro ends a program whose assets are broken")]
pub(crate) fn context<R: Runtime>() -> Context<R> {
    tauri::generate_context!()
}

/// Opens the main window as configured; the web view keeps nothing on disk.
fn open_main_window<R: Runtime>(app: &mut App<R>) -> tauri::Result<()> {
    let windows = app.config().app.windows.clone();
    for window in windows.iter().filter(|window| window.label == MAIN_WINDOW) {
        WebviewWindowBuilder::from_config(app, window)?.incognito(true).build()?;
    }
    Ok(())
}
