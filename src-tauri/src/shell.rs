//! The application as Tauri builds it: its commands, its guard, its one window.

use std::path::PathBuf;
use std::sync::Arc;

use tauri::{App, Builder, Context, Runtime, WebviewWindowBuilder};
use tempfile::TempDir;

use crate::desk::Desk;
use crate::hardening::State;
use crate::picker::Picker;
use crate::places::Places;
use crate::secrets::Window;

/// The label of the window that holds the page; `capabilities/main.json` speaks of it.
const MAIN_WINDOW: &str = "main";

/// Opens the window and returns when the last one is closed.
///
/// # Errors
/// When there is no display, or WebKit cannot start.
pub(crate) fn run(state: State) -> tauri::Result<()> {
    let traces = traces()?;
    let desk =
        Desk::new(Places::of_this_person(), picker(), Arc::new(Window::beside_this_program()));
    let mut app = application(Builder::default(), state, desk).build(context())?;
    open_main_window(&mut app, traces.path().to_path_buf())?;
    app.run_return(|_, _| ());
    // The folder goes when the value does; only here would a failure be seen.
    Ok(traces.close()?)
}

/// Everything of the application but the windows, on any runtime.
pub(crate) fn application<R: Runtime>(builder: Builder<R>, state: State, desk: Desk) -> Builder<R> {
    let guarded = builder.plugin(crate::navigation::guard());
    guarded.manage(state).manage(desk).invoke_handler(crate::ipc::commands())
}

/// Who chooses folders: the person, or in the program that tests drive the command line.
fn picker() -> Box<dyn Picker> {
    #[cfg(feature = "e2e")]
    return Box::new(crate::picker::ScriptedPicker::from_arguments());
    #[cfg(not(feature = "e2e"))]
    Box::new(crate::picker::NativePicker)
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
