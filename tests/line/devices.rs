//! Media that are given as devices: a file system that nobody can mount any more, or none at all.

use std::fs::{self, File};
use std::os::unix::fs::{FileExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::lost_index::{restore, volumes};
use crate::program::{Desk, assert_same, noise, sample_tree, text};

/// An image as a block device; detached at the end.
struct Loop(PathBuf);

impl Loop {
    /// None where the system gives none, which is said.
    fn over(image: &Path, test: &str) -> Option<Self> {
        let attached = Command::new("losetup").args(["--find", "--show"]).arg(image).output();
        match attached {
            Ok(it) if it.status.success() => {
                Some(Self(String::from_utf8(it.stdout).unwrap().trim().into()))
            }
            _ => {
                strongroom_tests::skip(test, "no loop devices, or no right to attach one");
                None
            }
        }
    }
}

impl Drop for Loop {
    fn drop(&mut self) {
        let _ = Command::new("losetup").arg("--detach").arg(&self.0).status();
    }
}

/// Volumes, each somewhere in an image among what else was there once.
fn images(desk: &Desk, genesis: &serde_json::Value) -> Vec<PathBuf> {
    let tree = desk.path("tree");
    sample_tree(&tree);
    for number in 0..3 {
        fs::write(tree.join(format!("noise{number}")), noise(2_000_000 + number)).unwrap();
    }
    let split = ["--volume-size", "4M", "--parity", "0%", "--sidecar=none"];
    desk.seal_with(genesis, &split, &tree, "archive");
    let files = volumes(&desk.path("archive"));
    assert!(files.len() > 1, "{files:?}");
    let image = |(place, volume): (usize, &PathBuf)| {
        let path = desk.path(&format!("image{place}"));
        let file = File::create(&path).unwrap();
        file.write_all_at(&noise(1 << 20), 0).unwrap();
        file.write_all_at(&fs::read(volume).unwrap(), (1 << 20) + 4096).unwrap();
        file.set_len(8 << 20).unwrap();
        path
    };
    files.iter().enumerate().map(image).collect()
}

#[test]
fn what_lies_on_devices_is_found_and_restored_and_never_written_to() {
    let test = "what_lies_on_devices_is_found_and_restored_and_never_written_to";
    let (desk, genesis) = Desk::with_key();
    let images = images(&desk, &genesis);
    let Some(devices) =
        images.iter().map(|image| Loop::over(image, test)).collect::<Option<Vec<_>>>()
    else {
        return;
    };
    let before: Vec<_> = images.iter().map(|image| fs::read(image).unwrap()).collect();
    let media = desk.path("media");
    fs::create_dir(&media).unwrap();
    for (place, Loop(device)) in devices.iter().enumerate() {
        symlink(device, media.join(format!("disk{place}"))).unwrap();
    }
    let ran = restore(&desk, &genesis, "media", &["--without-index"], "out");
    assert!(matches!(ran.exit, 0 | 3), "{ran:?}");
    assert_same(&desk.path("tree"), &desk.path("out/tree"));
    let refused = desk.run(&["verify", text(&media), "--repair", "--yes"]);
    assert_ne!(refused.exit, 0, "{refused:?}");
    drop(devices);
    for (image, before) in images.iter().zip(before) {
        assert!(fs::read(image).unwrap() == before, "{}", image.display());
    }
}
