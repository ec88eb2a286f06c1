//! Where the desktop keeps things: one folder below the person's data folder.

use std::path::PathBuf;

/// The desktop's folders.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    data: PathBuf,
}

impl Places {
    /// The folder `strongroom` in the data folder of this person (XDG base directories).
    pub(crate) fn of_this_person() -> Self {
        let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        let home = || PathBuf::from(variable("HOME").unwrap_or_default());
        let data =
            variable("XDG_DATA_HOME").map_or_else(|| home().join(".local/share"), Into::into);
        Self { data: data.join("strongroom") }
    }

    #[cfg(test)]
    pub(crate) fn below(dir: &std::path::Path) -> Self {
        Self { data: dir.join("strongroom") }
    }

    /// All of it.
    pub(crate) fn data(&self) -> &std::path::Path {
        &self.data
    }

    /// The vault that is made at the first start.
    pub(crate) fn vault(&self) -> PathBuf {
        self.data.join("vault")
    }

    /// The guided drill.
    pub(crate) fn drill(&self) -> PathBuf {
        self.data.join("drill")
    }

    /// How the page looks.
    pub(crate) fn settings(&self) -> PathBuf {
        self.data.join("settings.json")
    }
}
