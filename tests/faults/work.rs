//! The works that are disturbed: what lies there before, what must hold at any time, and what must
//! come of it when it is done again.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::program::{Desk, Ran, answers, assert_same, noise, text, walk};

/// A work and its promises.
#[derive(Clone, Copy)]
pub(crate) struct Work {
    pub(crate) name: &'static str,
    /// Puts what is needed onto the desk.
    arrange: fn(&Desk, &Value),
    /// The command line, for the place it works in.
    arguments: fn(&Place<'_>) -> Vec<String>,
    /// What holds whenever it ends, and however.
    pub(crate) judge: fn(&Place<'_>),
    /// What holds besides once it has reported success.
    pub(crate) done: fn(&Place<'_>),
    /// Does it again, undisturbed, and sees that all is well.
    pub(crate) again: fn(&Place<'_>),
}

/// A desk that is arranged, of which every case gets a copy.
pub(crate) struct Stage {
    pub(crate) work: Work,
    desk: Desk,
    genesis: Value,
}

/// The folder that one case works in.
pub(crate) struct Place<'a> {
    stage: &'a Stage,
    pub(crate) dir: TempDir,
}

impl Stage {
    pub(crate) fn set(work: Work) -> Self {
        let (desk, genesis) = match work.name {
            "init" | "genesis" => (Desk::empty(), Value::Null),
            _ => Desk::with_key(),
        };
        // What one case works on lies in a folder of its own.
        fs::create_dir(desk.path("place")).unwrap();
        (work.arrange)(&desk, &genesis);
        copy(&desk.path("vault"), &desk.path("place/vault"));
        Self { work, desk, genesis }
    }

    /// A fresh copy of everything.
    pub(crate) fn place(&self) -> Place<'_> {
        let place = self.empty_place();
        copy(&self.desk.path("place"), place.dir.path());
        place
    }

    /// A place in which nothing lies yet.
    pub(crate) fn empty_place(&self) -> Place<'_> {
        Place { stage: self, dir: TempDir::new().unwrap() }
    }
}

impl Place<'_> {
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// The command of the work.
    pub(crate) fn command(&self) -> Command {
        let arguments = (self.stage.work.arguments)(self);
        self.command_of(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
    }

    fn command_of(&self, arguments: &[&str]) -> Command {
        self.stage.desk.command_in(&self.path("vault"), arguments)
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.stage.desk.ran(self.command_of(arguments).output().unwrap())
    }

    /// Does the work undisturbed.
    fn work(&self) -> Ran {
        self.stage.desk.ran(self.command().output().unwrap())
    }

    /// What lay on the desk before.
    fn before(&self, name: &str) -> PathBuf {
        self.stage.desk.path(name)
    }

    /// The archive's first volume.
    pub(crate) fn volume(&self) -> String {
        let archive = self.before("archive");
        let name = files(&archive, VOLUME).into_keys().next().unwrap();
        text(&archive.join(name)).to_owned()
    }

    /// The log holds, and a later work has put in order what was left.
    fn vault_is_whole(&self) {
        let fsck = self.run(&["fsck"]);
        assert_eq!(fsck.exit, 0, "{fsck:?}");
    }

    /// Every acknowledged entry of the log is there.
    fn log_holds(&self) {
        let log = self.run(&["log", "verify"]);
        assert_eq!(log.json["holds"], true, "{log:?}");
    }
}

/// Copies a tree.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    let status = Command::new("cp").arg("-a").arg(from.join(".")).arg(to).status().unwrap();
    assert!(status.success());
}

/// The files in a folder whose names end so, with their bytes.
pub(crate) fn files(folder: &Path, ending: &str) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let named = entries.map(|entry| (entry.file_name().into_string().unwrap(), entry.path()));
    let wanted = named.filter(|(name, _)| name.ends_with(ending));
    wanted.map(|(name, path)| (name, fs::read(path).unwrap())).collect()
}

const VOLUME: &str = ".strongroom";

/// A tree with a file of so many bytes; four million make two volumes.
fn large_tree(desk: &Desk, bytes: usize) {
    fs::create_dir_all(desk.path("tree/inner")).unwrap();
    fs::write(desk.path("tree/inner/noise"), noise(bytes)).unwrap();
    fs::write(desk.path("tree/text"), "words ".repeat(1000)).unwrap();
}

/// A tree of every kind of entry.
fn small_tree(desk: &Desk) {
    fs::create_dir_all(desk.path("tree/inner/empty")).unwrap();
    for (number, length) in [0, 1, 4096, 70_000, 300_000].into_iter().enumerate() {
        fs::write(desk.path(&format!("tree/inner/file {number}")), noise(length)).unwrap();
    }
    fs::write(desk.path("tree/text"), "words ".repeat(1000)).unwrap();
    fs::hard_link(desk.path("tree/text"), desk.path("tree/zweiter")).unwrap();
    std::os::unix::fs::symlink("text", desk.path("tree/link")).unwrap();
}

pub(crate) const SEAL: Work = Work {
    name: "seal",
    arrange: |desk, _| large_tree(desk, 4_400_000),
    arguments: |place| {
        let recipient = place.stage.genesis["recipient"].as_str().unwrap();
        let (to, tree) = (place.path("archive"), place.before("tree"));
        let parts = ["seal", "-r", recipient, "--volume-size", "4500K", "--parity", "5%", "-o"];
        let parts = parts.into_iter().chain([text(&to), text(&tree)]);
        parts.map(str::to_owned).collect()
    },
    judge: |place| {
        // The archive is all there, or there is none; volumes without the last one are none, or,
        // where the sidecar has its name already, an archive whose last volume is missing.
        if !files(&place.path("archive"), VOLUME).is_empty() {
            let verified = place.run(&["verify", text(&place.path("archive"))]);
            let note = verified.json["notes"][0].as_str().unwrap_or_default();
            let is_none = note.contains("which carries the index, is not here");
            let verdict = verified.json["verdict"].as_str().unwrap();
            let has_no_end = ["incomplete", "repairable"].contains(&verdict)
                && !verified.json["missing_volumes"].as_array().unwrap().is_empty();
            let is_whole = verdict == "intact";
            assert!(is_none || has_no_end || is_whole, "{verified:?}");
        }
        place.log_holds();
    },
    done: |place| {
        let verified = place.run(&["verify", text(&place.path("archive"))]);
        assert_eq!((verified.exit, &verified.json["verdict"]), (0, &"intact".into()));
    },
    again: |place| {
        let _ = fs::remove_dir_all(place.path("archive"));
        let ran = place.work();
        assert_eq!(ran.exit, 0, "{ran:?}");
        (SEAL.done)(place);
        place.vault_is_whole();
    },
};

pub(crate) const RESTORE: Work = Work {
    name: "restore",
    arrange: |desk, genesis| {
        small_tree(desk);
        desk.seal(genesis, &desk.path("tree"), "archive");
    },
    arguments: |place| {
        let (archive, to) = (place.before("archive"), place.path("out"));
        let mut parts = vec!["restore", text(&archive), "--resume", "--to", text(&to)];
        for share in [0, 1, 3] {
            let file = place.stage.genesis["shares"][share]["file"].as_str().unwrap();
            parts.extend(["--share", file]);
        }
        parts.into_iter().map(str::to_owned).collect()
    },
    judge: |place| {
        for (path, original) in restored(place) {
            let (is, was) = (fs::read(&path).unwrap(), fs::read(original).unwrap());
            assert!(is == was, "{} has its name and is not whole", path.display());
        }
        place.log_holds();
    },
    done: |place| assert_same(&place.before("tree"), &place.path("out/tree")),
    again: |place| {
        let ran = place.work();
        assert_eq!((ran.exit, &ran.json["verdict"]), (0, &"complete".into()), "{ran:?}");
        (RESTORE.done)(place);
        assert_eq!(fs::read_dir(place.path("out")).unwrap().count(), 1, "something is left");
        place.vault_is_whole();
    },
};

/// A restore of folders whose names are translated.
pub(crate) const NAMES: Work = Work {
    name: "names",
    arrange: |desk, genesis| {
        for number in 0..8 {
            fs::create_dir_all(desk.path(&format!("tree/what? {number}"))).unwrap();
        }
        fs::write(desk.path("tree/text"), "words ".repeat(1000)).unwrap();
        desk.seal(genesis, &desk.path("tree"), "archive");
    },
    arguments: |place| {
        let mut all = (RESTORE.arguments)(place);
        all.extend(["--names", "portable"].map(str::to_owned));
        all
    },
    judge: |place| {
        let map = files(&place.path("out"), ".jsonl").into_iter().next();
        let map = map.map_or(String::new(), |(_, bytes)| String::from_utf8(bytes).unwrap());
        let folders = fs::read_dir(place.path("out/tree")).into_iter().flatten().flatten();
        for name in folders.map(|entry| entry.file_name().into_string().unwrap()) {
            assert!(!name.contains('?'), "{name} is not translated");
            // A map writes a percent sign as `%25`, as every byte that could mislead (names-1 N9).
            let written = name.replace('%', "%25");
            assert!(name == "text" || map.contains(&written), "{name} is in no map: {map:?}");
        }
        place.log_holds();
    },
    done: |place| {
        assert_eq!(fs::read_dir(place.path("out/tree")).unwrap().count(), 9);
        (NAMES.judge)(place);
    },
    again: |place| {
        let ran = place.work();
        assert_eq!((ran.exit, &ran.json["verdict"]), (0, &"complete".into()), "{ran:?}");
        (NAMES.done)(place);
    },
};

/// Regular files that have their names, each with what it was; there is nothing else.
fn restored(place: &Place<'_>) -> Vec<(PathBuf, PathBuf)> {
    let entries = fs::read_dir(place.path("out")).into_iter().flatten().flatten();
    for name in entries.map(|entry| entry.file_name().into_string().unwrap()) {
        assert!(name == "tree" || name.starts_with(".strongroom-"), "a stranger: {name}");
    }
    let (was, is) = (place.before("tree"), place.path("out/tree"));
    let found = if is.exists() { walk(&is) } else { Vec::new() };
    let original = |path: &PathBuf| was.join(path.strip_prefix(&is).unwrap());
    for path in &found {
        assert_eq!(path.is_symlink(), original(path).is_symlink(), "{}", path.display());
        assert!(original(path).symlink_metadata().is_ok(), "a stranger: {}", path.display());
    }
    let files = found.into_iter().filter(|path| path.is_file() && !path.is_symlink());
    files.map(|path| (path.clone(), original(&path))).collect()
}

/// An archive of several volumes with much parity, of which the first is damaged.
fn damaged(desk: &Desk, genesis: &Value) {
    large_tree(desk, 5_500_000);
    let more = ["--parity", "100%", "--volume-size", "4200K"];
    desk.seal_with(genesis, &more, &desk.path("tree"), "archive");
    copy(&desk.path("archive"), &desk.path("place/archive"));
    let names: Vec<String> = files(&desk.path("archive"), VOLUME).into_keys().collect();
    let volume = desk.path("place/archive").join(&names[0]);
    let medium = File::options().write(true).open(volume).unwrap();
    for at in [100_000, 1_500_000, 3_000_000] {
        medium.write_all_at(&[9; 700], at).unwrap();
    }
}

/// The same, with a volume lost.
fn damaged_and_lost(desk: &Desk, genesis: &Value) {
    damaged(desk, genesis);
    let name = lost(&desk.path("archive"));
    fs::remove_file(desk.path("place/archive").join(name)).unwrap();
}

/// The volume in the middle, which parity brings back as a whole.
fn lost(archive: &Path) -> String {
    let names: Vec<String> = files(archive, VOLUME).into_keys().collect();
    assert_eq!(names.len(), 3);
    names[1].clone()
}

pub(crate) const REPAIR: Work = Work {
    name: "repair",
    arrange: damaged_and_lost,
    arguments: |place| {
        let archive = place.path("archive");
        let parts = ["verify", text(&archive), "--repair", "--yes"];
        parts.into_iter().map(str::to_owned).collect()
    },
    judge: |place| {
        // Nothing was lost by it: what is there can still be mended, or is.
        let verified = place.run(&["verify", text(&place.path("archive"))]);
        let verdict = verified.json["verdict"].as_str().unwrap_or_default();
        assert!(["intact", "repairable", "incomplete"].contains(&verdict), "{verified:?}");
        let made = lost(&place.before("archive"));
        if let Ok(bytes) = fs::read(place.path("archive").join(&made)) {
            let original = fs::read(place.before("archive").join(&made)).unwrap();
            assert!(bytes == original, "{made} has its name and is not whole");
        }
    },
    done: |place| {
        assert!(
            files(&place.before("archive"), VOLUME) == files(&place.path("archive"), VOLUME),
            "the volumes are not what they were"
        );
    },
    again: |place| {
        let ran = place.work();
        assert_eq!((ran.exit, &ran.json["verdict"]), (0, &"intact".into()), "{ran:?}");
        (REPAIR.done)(place);
        assert!(files(&place.path("archive"), ".partial").is_empty(), "something is left");
    },
};

pub(crate) const COPY: Work = Work {
    name: "copy",
    arrange: damaged,
    arguments: |place| {
        let (archive, to) = (place.path("archive"), place.path("copy"));
        let parts = ["verify", text(&archive), "--repair-to", text(&to)];
        parts.into_iter().map(str::to_owned).collect()
    },
    judge: |place| {
        let originals = files(&place.before("archive"), VOLUME);
        for (name, bytes) in files(&place.path("copy"), VOLUME) {
            assert!(originals.get(&name) == Some(&bytes), "{name} has its name and is not whole");
        }
        let sidecars = files(&place.before("archive"), ".sidecar");
        for (name, bytes) in files(&place.path("copy"), ".sidecar") {
            assert!(sidecars.get(&name) == Some(&bytes), "{name} has its name and is not whole");
        }
        // The capsule and the sidecar beside the volumes.
        assert_eq!(files(&place.path("archive"), "").len(), originals.len() + 2, "media changed");
    },
    done: |place| {
        let originals = files(&place.before("archive"), VOLUME);
        assert!(originals == files(&place.path("copy"), VOLUME), "the copy is not what was sealed");
        let sidecars = files(&place.before("archive"), ".sidecar");
        assert!(sidecars == files(&place.path("copy"), ".sidecar"), "the sidecar is another");
    },
    again: |place| {
        // What has its name already is not written over.
        if !files(&place.path("copy"), VOLUME).is_empty() {
            assert_eq!(place.work().json["error"]["code"], "SR-ENGINE-FILE");
            fs::remove_dir_all(place.path("copy")).unwrap();
        }
        let ran = place.work();
        assert_eq!((ran.exit, &ran.json["verdict"]), (0, &"intact".into()), "{ran:?}");
        (COPY.done)(place);
        assert!(files(&place.path("copy"), ".partial").is_empty(), "something is left");
    },
};

pub(crate) const INIT: Work = Work {
    name: "init",
    arrange: |_, _| (),
    arguments: |place| {
        let to = place.path("new");
        let parts = ["init", text(&to), "--environment", "drill"];
        parts.into_iter().map(str::to_owned).collect()
    },
    judge: |_| (),
    done: |place| {
        let new = place.path("new");
        let fsck = place.stage.desk.command_in(&new, &["fsck"]).output().unwrap();
        assert_eq!(place.stage.desk.ran(fsck).exit, 0);
    },
    again: |place| {
        let ran = place.work();
        // What was only begun is made again; a vault that is one is opened, and put in order.
        if ran.exit != 0 {
            assert_eq!(ran.json["error"]["code"], "SR-VAULT-EXISTS", "{ran:?}");
            let new = place.path("new");
            let opens = ["media", "intervals", "--full", "11"];
            let opened = place.stage.desk.command_in(&new, &opens).output().unwrap();
            assert_eq!(place.stage.desk.ran(opened).exit, 0);
        }
        (INIT.done)(place);
    },
};

pub(crate) const GENESIS: Work = Work {
    name: "genesis",
    arrange: |_, _| (),
    arguments: |place| {
        let (answers, sheets) = (answers("genesis.toml"), place.path("sheets"));
        let parts = ["ceremony", "run", "genesis", "--answers", &answers, "--sheets"];
        parts.into_iter().chain([text(&sheets)]).map(str::to_owned).collect()
    },
    judge: |place| {
        let keys = place.run(&["key", "list"]).json;
        if keys["keys"].as_array().unwrap().iter().any(|key| key["state"] == "active") {
            let key = place.run(&["key", "show", "drill/1"]).json;
            assert_eq!(key["holders"].as_array().unwrap().len(), 5, "half a key is effective");
        }
        place.log_holds();
    },
    done: |place| {
        let keys = place.run(&["key", "list"]).json;
        assert_eq!(keys["keys"][0]["state"], "active");
    },
    again: |place| {
        let ran = place.work();
        assert_eq!(ran.exit, 0, "{ran:?}");
        place.vault_is_whole();
    },
};
