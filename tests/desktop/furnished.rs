//! A home in which a drill vault has a key and an archive, made by the command line.

use std::fs;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::harness::built;
use crate::harness::home::Home;

/// The PIN of every token in it; nothing else on the machine is like it.
pub(crate) const PIN: &str = "84z61kq9";
/// Files of the tree that is sealed, each of two segments.
const FILES: usize = 6;
const FILE_BYTES: usize = 2 << 20;
/// Where the volume is damaged.
const SCRATCH_AT: u64 = 5 << 20;

/// The home, with what lies in it.
pub(crate) struct Furnished {
    pub(crate) home: Home,
    line: PathBuf,
    recipient: String,
}

impl Furnished {
    /// Makes vault, key, tree and archive; `None` after saying that `test` was skipped.
    ///
    /// Ada Kern, Bruno Lang and Cora Mai hold tokens, Dirk Nolte a sheet; two of the three and Dirk
    /// open the key.
    pub(crate) fn make(test: &str) -> Option<Self> {
        // What the tests damage is to stay damaged.
        Self::make_with(test, "0%")
    }

    /// The same, with a share of parity.
    pub(crate) fn make_with(test: &str, parity: &str) -> Option<Self> {
        let (home, line) = (Home::make(), built(test, "strongroom")?);
        let mut furnished = Self { home, line, recipient: String::new() };
        let vault = furnished.home.data().join("vault");
        fs::create_dir_all(furnished.home.data()).expect("a folder");
        furnished.run(&["init", text(&vault), "--environment", "drill"]);
        let (answers, sheets) = (furnished.path("genesis.toml"), furnished.path("sheets"));
        fs::write(&answers, ANSWERS).expect("written");
        let genesis = ["ceremony", "run", "genesis", "--answers", text(&answers), "--sheets"];
        let key = furnished.run(&[&genesis[..], &[text(&sheets)]].concat());
        furnished.recipient = key["recipient"].as_str().expect("a key").to_owned();
        let recipient = &furnished.recipient;
        let (tree, archive) = (furnished.path("tree"), furnished.path("archive"));
        plant(&tree);
        let seal =
            ["seal", "-r", recipient, "--label", "ledger", "--catalogue", "--parity", parity];
        furnished.run(&[&seal[..], &["-o", text(&archive), text(&tree)]].concat());
        Some(furnished)
    }

    /// A path in the home, outside of what the program itself keeps.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// An empty folder to restore into, and the argument by which the window picks it.
    pub(crate) fn target(&self) -> (PathBuf, String) {
        let target = self.path("restored");
        fs::create_dir(&target).expect("a folder");
        let pick = format!("--pick={}", text(&target));
        (target, pick)
    }

    /// Damages the medium far behind its beginning, so in the content of one file.
    pub(crate) fn scratch(&self) {
        let volume = fs::OpenOptions::new().write(true).open(self.volume()).expect("a volume");
        volume.write_all_at(b"scratched", SCRATCH_AT).expect("damaged");
    }

    /// Seals the tree once more, onto discs that hold 4 MiB; their files in the order of volumes.
    pub(crate) fn discs(&self) -> Vec<PathBuf> {
        let (discs, tree) = (self.path("discs"), self.path("tree"));
        let seal = ["seal", "-r", &self.recipient, "--label", "reels", "--volume-size", "4M"];
        self.run(&[&seal[..], &["--parity", "0%", "-o", text(&discs), text(&tree)]].concat());
        let entries = fs::read_dir(discs).expect("discs").flatten().map(|entry| entry.path());
        let mut discs: Vec<_> = entries
            .filter(|path| path.extension().is_some_and(|end| end == "strongroom"))
            .collect();
        discs.sort();
        discs
    }

    /// What the command line says in one JSON object; it must end well.
    pub(crate) fn run(&self, words: &[&str]) -> Value {
        let mut command = Command::new(&self.line);
        command.arg("--json").arg("--vault").arg(self.home.data().join("vault")).args(words);
        let output = command.output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{words:?}: {said}");
        serde_json::from_str(&said).expect("one object")
    }

    /// The one volume of the archive.
    pub(crate) fn volume(&self) -> PathBuf {
        let entries = fs::read_dir(self.path("archive")).expect("an archive").flatten();
        let mut volumes = entries
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|end| end == "strongroom"));
        volumes.next().expect("a volume")
    }

    /// The words of Dirk's sheet.
    pub(crate) fn words(&self) -> Vec<String> {
        words_of_dirk(&self.path("sheets"))
    }
}

/// The words of Dirk's sheet in the folder.
pub(crate) fn words_of_dirk(sheets: &Path) -> Vec<String> {
    let entries = fs::read_dir(sheets).expect("sheets").flatten();
    let files = entries.map(|entry| fs::read_to_string(entry.path()).unwrap_or_default());
    let sheet = files.into_iter().find(|text| text.contains("Dirk Nolte")).expect("a sheet");
    let words = sheet.lines().find_map(|line| line.strip_prefix("words:")).expect("words");
    words.split_whitespace().map(str::to_owned).collect()
}

const ANSWERS: &str = r#"
place = "The small meeting room"
administrator = "Max Amend"
witness = "Wilma Berg"

[quorum]
group_threshold = 2

[[quorum.groups]]
name = "custodians"
threshold = 2
holders = [
  { name = "Ada Kern", pin = "84z61kq9", sheet = false },
  { name = "Bruno Lang", pin = "84z61kq9", sheet = false },
  { name = "Cora Mai", pin = "84z61kq9", sheet = false },
]

[[quorum.groups]]
name = "officers"
threshold = 1
holders = [{ name = "Dirk Nolte", sheet = true }]
"#;

/// Files that do not compress, so that each byte of the archive belongs to one of them.
fn plant(tree: &Path) {
    fs::create_dir_all(tree.join("folder")).expect("a folder");
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for number in 0..FILES {
        let words = std::iter::repeat_with(|| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()
        });
        let bytes: Vec<u8> = words.take(FILE_BYTES / 8).flatten().collect();
        fs::write(tree.join(format!("folder/file-{number}.bin")), bytes).expect("written");
    }
    fs::write(tree.join("note.txt"), "the quick brown fox\n").expect("written");
}

/// A path as an argument.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}
