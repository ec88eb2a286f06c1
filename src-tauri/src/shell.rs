//! The application as Tauri builds it: its commands, its guard, its one window.

use std::path::PathBuf;

use tauri::{App, Builder, Context, Runtime, WebviewWindowBuilder};
use tempfile::TempDir;

use crate::hardening::State;

/// The label of the window that holds the page; `capabilities/main.json` speaks of it.
const MAIN_WINDOW: &str = "main";

/// Opens the window and returns when the last one is closed.
///
/// # Errors
/// When there is no display, or WebKit cannot start.
pub(crate) fn run(state: State) -> tauri::Result<()> {
    let traces = traces()?;
    let mut app = application(Builder::default(), state).build(context())?;
    open_main_window(&mut app, traces.path().to_path_buf())?;
    app.run_return(|_, _| ());
    // The folder goes when the value does; only here would a failure be seen.
    Ok(traces.close()?)
}

/// Everything of the application but the windows, on any runtime.
pub(crate) fn application<R: Runtime>(builder: Builder<R>, state: State) -> Builder<R> {
    let guarded = builder.plugin(crate::navigation::guard());
    guarded.manage(state).invoke_handler(crate::ipc::commands())
}

/// The configuration, the capabilities and the page, as they were built in.
#[expect(clippy::disallowed_methods, reason = "the macro ends a program whose assets are broken")]
pub(crate) fn context<R: Runtime>() -> Context<R> {
    tauri::generate_context!()
}

/// A folder for what WebKit writes whatever it is told, in memory where the system offers it.
fn traces() -> std::io::Result<TempDir> {
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    let place = runtime.filter(|folder| folder.is_dir()).unwrap_or_else(std::env::temp_dir);
    tempfile::Builder::new().prefix("strongroom-").tempdir_in(place)
}

/// Opens the main window as configured; what the web view writes lands in `traces`.
fn open_main_window<R: Runtime>(app: &mut App<R>, traces: PathBuf) -> tauri::Result<()> {
    let windows = app.config().app.windows.clone();
    for window in windows.iter().filter(|window| window.label == MAIN_WINDOW) {
        WebviewWindowBuilder::from_config(app, window)?
            // The remote control of tests cannot open a page that keeps nothing.
            .incognito(!cfg!(feature = "e2e"))
            .data_directory(traces.clone())
            .build()?;
    }
    Ok(())
}
