//! A file system that is made anew for every turn, on a medium of which every block was written.
//!
//! ext4 does not give the number of an inode that was freed within the last minutes to a new file,
//! and searches for another one. Whoever restores many files soon after many were removed pays for
//! that search, several times the work itself, and by chance. So nobody removes anything: every
//! turn gets a file system of its own, in an image that is mounted past the system's memory.
//!
//! A virtual disk gets its room by use: the first write to a block took six times as long as every
//! later one where this was tried (0.43 and 2.8 GB/s), so who writes first pays for all others. The
//! image is written in full before anything is measured, and kept for the whole run.

use std::cell::{Cell, RefCell};
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use rustix::fs::OFlags;
use strongroom_tests::outcome::{Outcome, context, fail};

/// Size of the image, and of that for the small size.
const IMAGE_BYTES: u64 = 36 << 30;
const IMAGE_BYTES_SMALL: u64 = 2 << 30;
/// Enough inodes for ten million files and folders.
const BYTES_PER_INODE: &str = "3072";
/// Bytes that are written at once when the image is made.
const PIECE_BYTES: usize = 16 << 20;
/// What direct writes are aligned to.
const ALIGNMENT: usize = 4096;

/// An image, and where it is mounted.
pub(crate) struct Medium {
    image: PathBuf,
    bytes: u64,
    at: PathBuf,
    /// Kept for the whole run: the system learns with time how fast a device writes, and slows
    /// down whoever writes much to one that it does not know.
    device: RefCell<Option<String>>,
    is_mounted: Cell<bool>,
}

impl Medium {
    /// Nothing is made before [`Self::renew`]; what an earlier run left mounted there is not.
    pub(crate) fn at(at: &Path, small: bool) -> Self {
        let medium = Self {
            image: at.with_extension("image"),
            bytes: if small { IMAGE_BYTES_SMALL } else { IMAGE_BYTES },
            at: at.to_owned(),
            device: RefCell::default(),
            is_mounted: Cell::default(),
        };
        // Mostly there is nothing, which is an error of no interest.
        let _ = Command::new("umount").args(["--quiet", "--detach-loop"]).arg(at).status();
        medium
    }

    /// Mounts an empty file system.
    pub(crate) fn renew(&self) -> Outcome<()> {
        self.unmount()?;
        fs::create_dir_all(&self.at).map_err(context("making the bench"))?;
        let device = self.attached()?;
        let lazily = "lazy_itable_init=1,lazy_journal_init=1,nodiscard";
        let mut format = Command::new("mkfs.ext4");
        run(format.args(["-q", "-F", "-i", BYTES_PER_INODE, "-E", lazily, &device]))?;
        run(Command::new("mount").args(["-o", "noinit_itable", &device]).arg(&self.at))?;
        self.is_mounted.set(true);
        Ok(())
    }

    /// The device of the image, which is made first if need be.
    fn attached(&self) -> Outcome<String> {
        if let Some(device) = self.device.borrow().clone() {
            return Ok(device);
        }
        println!("  writing every block of the medium once");
        write_all(&self.image, self.bytes)?;
        let mut attach = Command::new("losetup");
        let device = run(attach.args(["--find", "--show", "--direct-io=on"]).arg(&self.image))?;
        self.device.replace(Some(device.clone()));
        Ok(device)
    }

    fn unmount(&self) -> Outcome<()> {
        if self.is_mounted.take() {
            run(Command::new("umount").arg(&self.at))?;
        }
        Ok(())
    }

    /// Unmounts and removes it, if it is there.
    pub(crate) fn remove(&self) -> Outcome<()> {
        self.unmount()?;
        if let Some(device) = self.device.take() {
            run(Command::new("losetup").arg("--detach").arg(device))?;
        }
        if self.image.exists() {
            fs::remove_file(&self.image).map_err(context("removing the image"))?;
        }
        Ok(())
    }
}

/// Makes a file of `bytes`, each of which is on the disk, past the system's memory where it can.
fn write_all(path: &Path, bytes: u64) -> Outcome<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    let past = |flags: OFlags| options.clone().custom_flags(flags.bits().cast_signed()).open(path);
    let image = past(OFlags::DIRECT).or_else(|_| File::create(path));
    let mut image = image.map_err(context("making an image"))?;
    // Noise: what compresses might take no room below, and be given some when it is first written.
    let mut piece = vec![0_u8; PIECE_BYTES + ALIGNMENT];
    ChaCha20Rng::from_seed([7; 32]).fill_bytes(&mut piece);
    let skip = piece.as_ptr().align_offset(ALIGNMENT);
    let piece = &piece[skip..skip + PIECE_BYTES];
    for _ in 0..bytes / PIECE_BYTES as u64 {
        image.write_all(piece).map_err(context("writing an image"))?;
    }
    image.sync_all().map_err(context("syncing an image"))
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
