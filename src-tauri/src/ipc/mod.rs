//! The border to the page: one file per area, adapters of a few lines.
//!
//! A command appears in three places: here, in `build.rs` (which makes it a permission) and in the
//! capability file of each window that may call it.

mod about;
#[cfg(test)]
mod bindings;
#[cfg(test)]
mod tests;

use tauri::Runtime;
use tauri::ipc::Invoke;

/// Every command of the application.
pub(crate) fn commands<R: Runtime>() -> impl Fn(Invoke<R>) -> bool + Send + Sync + 'static {
    tauri::generate_handler![about::about]
}
