//! Sidecars that are written anew where they lie.

use std::fs::{self, File};
use std::os::unix::fs::FileExt as _;
use std::path::PathBuf;

use super::desk::{Desk, noise};
use crate::files::Media;
use crate::observer::{Observer, Progress};
use crate::repair::{Where, repair};

/// Brings a file beside the media while they are mended.
struct Brings {
    name: PathBuf,
    bytes: Vec<u8>,
}

impl Observer for Brings {
    fn progress(&self, _: Progress) {}

    fn is_cancelled(&self) -> bool {
        fs::write(&self.name, &self.bytes).unwrap();
        false
    }
}

#[test]
fn a_sidecar_that_comes_later_is_not_taken_for_the_one_that_is_written_anew() {
    let desk = Desk::new();
    fs::write(desk.path("file"), noise(300_000)).unwrap();
    let sealed = desk.seal(&desk.path("file"));
    let archive = desk.path("archive");
    let own = archive.join("m.sidecar");
    desk.set().write_sidecar(&mut File::create(&own).unwrap()).unwrap();
    let whole = fs::read(&own).unwrap();
    let mut damaged = whole.clone();
    let end = damaged.len() - 10;
    damaged[end] ^= 1;
    fs::write(&own, damaged).unwrap();
    // Something on the medium itself is to be written, so that somebody is asked meanwhile.
    let volume = File::options().write(true).open(&sealed.volumes[0]).unwrap();
    volume.write_all_at(&[0xee; 50], 100).unwrap();
    // It stands where the other one stood when the folder was listed.
    let later = Brings { name: archive.join("a.sidecar"), bytes: b"another archive's".to_vec() };
    let report = repair(Media::at(&archive), Where::InPlace, None, &later).unwrap();
    assert_eq!(report.renewed, std::slice::from_ref(&own));
    assert!(fs::read(&own).unwrap() == whole);
    assert_eq!(fs::read(&later.name).unwrap(), later.bytes);
}
