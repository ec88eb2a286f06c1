//! Choosing files and folders: the page asks, the person chooses, and the page gets a name only.

use std::path::PathBuf;

/// A dialog of the system; in tests, answers from the command line.
pub(crate) trait Picker: Send + Sync {
    /// A folder, or none if the person changed their mind. `title` says what for.
    fn folder(&self, title: &str) -> Option<PathBuf>;
}

/// The system's own dialog.
#[cfg(not(feature = "e2e"))]
pub(crate) struct NativePicker;

#[cfg(not(feature = "e2e"))]
impl Picker for NativePicker {
    fn folder(&self, title: &str) -> Option<PathBuf> {
        rfd::FileDialog::new().set_title(title).pick_folder()
    }
}

/// Answers one after the other; only the program that tests drive has them.
#[cfg(feature = "e2e")]
pub(crate) struct ScriptedPicker(std::sync::Mutex<std::collections::VecDeque<PathBuf>>);

#[cfg(feature = "e2e")]
impl ScriptedPicker {
    /// The paths given as `--pick=PATH`, in order.
    pub(crate) fn from_arguments() -> Self {
        let picks = std::env::args_os().filter_map(|argument| {
            argument.to_string_lossy().strip_prefix("--pick=").map(PathBuf::from)
        });
        Self(std::sync::Mutex::new(picks.collect()))
    }
}

#[cfg(feature = "e2e")]
impl Picker for ScriptedPicker {
    fn folder(&self, _: &str) -> Option<PathBuf> {
        self.0.lock().ok()?.pop_front()
    }
}
