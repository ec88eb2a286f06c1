//! The application as Tauri builds it: its commands, its guard, its windows.

use std::path::PathBuf;
use std::sync::Arc;

use tauri::{AppHandle, Builder, Context, Manager, Runtime, WebviewWindowBuilder, WindowEvent};
use tempfile::TempDir;

use crate::desk::Desk;
use crate::hardening::State;
use crate::picker::Picker;
use crate::places::Places;
use crate::secrets::Window;

/// The label of the window that holds the page; `capabilities/main.json` speaks of it.
const MAIN_WINDOW: &str = "main";
/// The label of the window that the room looks at; it shows the ceremony and decides nothing.
const PROJECTOR_WINDOW: &str = "projector";

/// The folder for what WebKit writes whatever it is told.
struct Traces(PathBuf);

/// Opens the window and returns when the last one is closed.
///
/// # Errors
/// When there is no display, or WebKit cannot start.
pub(crate) fn run(state: State) -> tauri::Result<()> {
    let traces = traces()?;
    let places = Places::of_this_person();
    let secrets = Window::beside_this_program(places.clone());
    let desk = Desk::new(places, picker(), Arc::new(secrets));
    let app = application(Builder::default(), state, desk).build(context())?;
    app.manage(Traces(traces.path().to_path_buf()));
    open_window(app.handle(), MAIN_WINDOW)?;
    app.run_return(|_, _| ());
    // The folder goes when the value does; only here would a failure be seen.
    Ok(traces.close()?)
}

/// Everything of the application but the windows, on any runtime.
pub(crate) fn application<R: Runtime>(builder: Builder<R>, state: State, desk: Desk) -> Builder<R> {
    let guarded = builder.plugin(crate::navigation::guard());
    let shell = guarded.manage(state).manage(desk).invoke_handler(crate::ipc::commands());
    shell.on_window_event(|window, event| {
        // Without the window that decides, the one that looks on would keep the program alive.
        if window.label() == MAIN_WINDOW && matches!(event, WindowEvent::Destroyed) {
            window.app_handle().get_webview_window(PROJECTOR_WINDOW).map(|room| room.close());
        }
    })
}

/// Opens the window for the room, or brings it to the front.
///
/// # Errors
/// When the window system refuses it.
pub(crate) fn open_projector<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    match app.get_webview_window(PROJECTOR_WINDOW) {
        Some(window) => window.set_focus(),
        None => open_window(app, PROJECTOR_WINDOW),
    }
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

/// Opens the window called `label` as configured; what its web view writes goes with the program.
fn open_window<R: Runtime>(app: &AppHandle<R>, label: &str) -> tauri::Result<()> {
    let traces = app.state::<Traces>().0.clone();
    for window in app.config().app.windows.iter().filter(|window| window.label == label) {
        WebviewWindowBuilder::from_config(app, window)?
            // The remote control of tests cannot open a page that keeps nothing.
            .incognito(!cfg!(feature = "e2e"))
            .data_directory(traces.clone())
            .build()?;
    }
    Ok(())
}
