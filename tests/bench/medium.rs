//! A file system that is made anew for every turn on trees.
//!
//! ext4 does not give the number of an inode that was freed within the last minutes to a new file,
//! and searches for another one. Whoever restores many files soon after many were removed pays for
//! that search, several times the work itself, and by chance. So nobody removes anything: every
//! turn gets an image of its own, mounted past the system's memory.

use std::cell::RefCell;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use strongroom_tests::outcome::{Outcome, context, fail};

/// Size of the image; it takes only what is written to it.
const IMAGE_BYTES: u64 = 48 << 30;
/// Enough inodes for ten million files and folders.
const BYTES_PER_INODE: &str = "4096";

/// An image, and where it is mounted.
pub(crate) struct Medium {
    image: PathBuf,
    at: PathBuf,
    device: RefCell<Option<String>>,
}

impl Medium {
    /// Nothing is made before [`Self::renew`]; what an earlier run left mounted there is not.
    pub(crate) fn at(at: &Path) -> Self {
        let medium = Self {
            image: at.with_extension("image"),
            at: at.to_owned(),
            device: RefCell::default(),
        };
        // Mostly there is nothing, which is an error of no interest.
        let _ = Command::new("umount").arg("--quiet").arg(at).status();
        medium
    }

    /// Mounts an empty file system.
    pub(crate) fn renew(&self) -> Outcome<()> {
        self.remove()?;
        fs::create_dir_all(&self.at).map_err(context("making the bench"))?;
        let image = File::create(&self.image).and_then(|image| image.set_len(IMAGE_BYTES));
        image.map_err(context("making an image"))?;
        let lazily = "lazy_itable_init=1,lazy_journal_init=1,nodiscard";
        run(Command::new("mkfs.ext4")
            .args(["-q", "-F", "-i", BYTES_PER_INODE, "-E", lazily])
            .arg(&self.image))?;
        let mut attach = Command::new("losetup");
        let device = run(attach.args(["--find", "--show", "--direct-io=on"]).arg(&self.image))?;
        self.device.replace(Some(device.clone()));
        run(Command::new("mount").args(["-o", "noinit_itable", &device]).arg(&self.at)).map(drop)
    }

    /// Unmounts and removes it, if it is there.
    pub(crate) fn remove(&self) -> Outcome<()> {
        if let Some(device) = self.device.take() {
            run(Command::new("umount").arg(&self.at))?;
            run(Command::new("losetup").arg("--detach").arg(device))?;
            fs::remove_file(&self.image).map_err(context("removing the image"))?;
        }
        Ok(())
    }
}

impl Drop for Medium {
    fn drop(&mut self) {
        // A run that failed says why; what stays mounted is unmounted by the next one.
        let _ = self.remove();
    }
}

/// What `command` prints.
fn run(command: &mut Command) -> Outcome<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(context(format!("starting {name}")))?;
    if !output.status.success() {
        return fail(format!("{name}: {}", String::from_utf8_lossy(&output.stderr).trim()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
