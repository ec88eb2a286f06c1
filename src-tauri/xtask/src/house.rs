//! Where the workspace lies, and how commands are run in it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::stop::Stop;

/// The workspace: its root and its folder for everything that is built.
pub(crate) struct House {
    pub(crate) root: PathBuf,
    pub(crate) target: PathBuf,
}

impl House {
    /// Finds the workspace this program was built from.
    ///
    /// # Errors
    /// When the folder has moved since.
    pub(crate) fn find() -> Result<Self, Stop> {
        let start = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let is_root = |folder: &&Path| folder.join("Cargo.lock").exists();
        let Some(root) = start.ancestors().find(is_root) else {
            return Err(Stop::new(
                format!("No workspace was found above {}.", start.display()),
                "Start the task with `cargo xtask` inside the repository.",
            ));
        };
        let target = std::env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| root.join("target"), |given| root.join(given));
        Ok(Self { root: root.to_path_buf(), target })
    }

    /// `cargo` with `arguments`, in the root and with this target folder.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
        let mut command = self.command(cargo);
        command.args(arguments).env("CARGO_TARGET_DIR", &self.target);
        command
    }

    /// Any program, in the root.
    pub(crate) fn command(&self, program: impl Into<OsString>) -> Command {
        let mut command = Command::new(program.into());
        command.current_dir(&self.root);
        command
    }

    /// The Python environment that holds foreign implementations for tests.
    pub(crate) fn peers_venv(&self) -> PathBuf {
        self.target.join("peers/venv")
    }

    /// Where tools that are no system packages are installed.
    pub(crate) fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }
}

/// Runs `command` with its output shown.
///
/// # Errors
/// When it cannot be started or says that it failed.
pub(crate) fn show(command: &mut Command, what: &str) -> Result<(), Stop> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Stop::new(
            format!("{what} failed ({status})."),
            format!("The lines above say why. The command was: {}", line_of(command)),
        )),
        Err(error) => Err(Stop::new(
            format!("{what} could not be started: {error}."),
            format!("The command was: {}", line_of(command)),
        )),
    }
}

/// What `command` prints, trimmed, or `None` if it is missing or fails.
pub(crate) fn answer(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The command as a person would type it.
pub(crate) fn line_of(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}
