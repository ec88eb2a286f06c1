//! A drill vault in a folder of its own, and the program that works on it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// A vault, its shares on paper, and room for archives.
pub(crate) struct Desk {
    dir: TempDir,
}

/// What a command printed and how it ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) exit: i32,
    pub(crate) json: Value,
    pub(crate) text: String,
}

impl Desk {
    /// An empty folder with an empty drill vault.
    pub(crate) fn empty() -> Self {
        let desk = Self { dir: TempDir::new().unwrap() };
        let vault = desk.path("vault");
        assert_eq!(desk.run(&["init", vault.to_str().unwrap(), "--environment", "drill"]).exit, 0);
        desk
    }

    /// A vault with a key: two of three custodians and one of two officers, on paper and tokens.
    pub(crate) fn with_key() -> (Self, Value) {
        let desk = Self::empty();
        let genesis = desk.genesis();
        (desk, genesis)
    }

    /// Runs the genesis ceremony from the example answers.
    pub(crate) fn genesis(&self) -> Value {
        let (answers, sheets) = (answers("genesis.toml"), self.path("sheets"));
        let ran = self.run(&[
            "ceremony",
            "run",
            "genesis",
            "--answers",
            &answers,
            "--sheets",
            text(&sheets),
        ]);
        assert_eq!(ran.exit, 0, "{ran:?}");
        ran.json
    }

    /// The desk's folder.
    #[allow(dead_code, reason = "only some of the tests that share this file look at it")]
    pub(crate) fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// A path below the desk.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Runs the program with `--json` on the desk's vault.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.ran(self.command(arguments).output().unwrap())
    }

    /// The command itself, for tests that feed or kill it.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        self.command_in(&self.path("vault"), arguments)
    }

    /// The command on another vault.
    pub(crate) fn command_in(&self, vault: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_strongroom"));
        command.env("HOME", self.dir.path()).env_remove("STRONGROOM_VAULT");
        command.arg("--json").arg("--vault").arg(vault).args(arguments);
        command
    }

    /// Reads what a finished command printed.
    pub(crate) fn ran(&self, output: Output) -> Ran {
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Ran { exit: output.status.code().unwrap_or(-1), json, text }
    }

    /// Seals `source` into a new archive called `name`.
    pub(crate) fn seal(&self, genesis: &Value, source: &Path, name: &str) -> Value {
        self.seal_with(genesis, &[], source, name)
    }

    /// The same with more arguments.
    pub(crate) fn seal_with(
        &self,
        genesis: &Value,
        more: &[&str],
        source: &Path,
        name: &str,
    ) -> Value {
        let recipient = genesis["recipient"].as_str().unwrap();
        let to = self.path(name);
        let seal = ["seal", "-r", recipient, "-o", text(&to)];
        let ran = self.run(&[&seal[..], more, &[text(source)]].concat());
        assert_eq!(ran.exit, 0, "{ran:?}");
        ran.json
    }

    /// Restores from paper: the shares at `places` of the genesis report.
    pub(crate) fn restore(&self, genesis: &Value, places: &[usize], name: &str, to: &str) -> Ran {
        let (archive, to) = (self.path(name), self.path(to));
        let mut arguments = vec!["restore", text(&archive), "--to", text(&to)];
        for place in places {
            arguments.extend(["--share", genesis["shares"][*place]["file"].as_str().unwrap()]);
        }
        self.run(&arguments)
    }
}

/// A tree with every kind of entry a folder of documents has.
pub(crate) fn sample_tree(root: &Path) {
    fs::create_dir_all(root.join("folder/inner")).unwrap();
    fs::write(root.join("empty"), "").unwrap();
    fs::write(root.join("folder/text.txt"), "the quick brown fox\n".repeat(5000)).unwrap();
    fs::write(root.join("folder/inner/noise"), noise(3_000_000)).unwrap();
    std::os::unix::fs::symlink("../text.txt", root.join("folder/inner/link")).unwrap();
}

/// Bytes that do not compress, the same in every run.
pub(crate) fn noise(len: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut bytes = Vec::with_capacity(len + 8);
    while bytes.len() < len {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend(state.to_le_bytes());
    }
    bytes.truncate(len);
    bytes
}

/// The example answers that are part of the project.
pub(crate) fn answers(name: &str) -> String {
    format!("{}/../../../tests/answers/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// A path as an argument.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Two trees are the same, name by name and byte by byte.
pub(crate) fn assert_same(before: &Path, after: &Path) {
    let names = |root: &Path| {
        let mut names: Vec<_> =
            walk(root).iter().map(|p| p.strip_prefix(root).unwrap().to_owned()).collect();
        names.sort();
        names
    };
    assert_eq!(names(before), names(after));
    for name in names(before) {
        let (was, is) = (before.join(&name), after.join(&name));
        if was.is_symlink() {
            assert_eq!(fs::read_link(was).unwrap(), fs::read_link(is).unwrap());
        } else if was.is_file() {
            assert!(fs::read(was).unwrap() == fs::read(is).unwrap(), "{} differs", name.display());
        }
    }
}

/// Every entry below `root`.
pub(crate) fn walk(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![root.to_owned()];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.is_symlink() {
                open.push(path.clone());
            }
            found.push(path);
        }
    }
    found
}

/// The example with every `from` replaced by its `to`, as a file on the desk.
pub(crate) fn changed(desk: &Desk, example: &str, pairs: &[(&str, &str)]) -> String {
    let mut all = fs::read_to_string(answers(example)).unwrap();
    for (from, to) in pairs {
        assert!(all.contains(from), "{from}");
        all = all.replace(from, to);
    }
    let path = desk.path("changed.toml");
    fs::write(&path, all).unwrap();
    text(&path).to_owned()
}
