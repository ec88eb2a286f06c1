//! What a restore lost, compared byte by byte with what it says that it lost.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::ops::Range;
use std::path::Path;

use serde_json::Value;
use strongroom_tests::outcome::{Outcome, context, fail};
use strongroom_tests::tree as files;

/// What is lost, told and found to be so.
#[derive(Default)]
pub(crate) struct Injury {
    identical: u64,
    damaged: u64,
    lost_bytes: u64,
    saved_bytes: u64,
}

impl Injury {
    /// Compares every file below `tree` with what was restored to `to` and what `report` says.
    ///
    /// A file that came back different must be named, and be right outside of the ranges that are
    /// said to be lost; a range must really be lost; a file that is named must not be identical.
    pub(crate) fn compare(tree: &Path, to: &Path, report: &Value) -> Outcome<Self> {
        let list = report["damaged"].as_array().map_or(&[][..], Vec::as_slice);
        let named = list.iter().map(|file| (file["path"].as_str().unwrap_or_default(), file));
        let mut named: BTreeMap<_, _> = named.collect();
        let top = Path::new(tree.file_name().unwrap_or_default());
        let mut injury = Self::default();
        for path in files::portrait(tree)?.into_keys() {
            if !fs::symlink_metadata(tree.join(&path)).is_ok_and(|metadata| metadata.is_file()) {
                continue;
            }
            let path = top.join(path);
            let original = tree.with_file_name(&path);
            let original = fs::read(&original).map_err(context("reading an original"))?;
            match named.remove(&*path.to_string_lossy()) {
                Some(file) => injury.see(&original, to, file)?,
                None if fs::read(to.join(&path)).is_ok_and(|there| there == original) => {
                    injury.identical += 1;
                }
                None => return fail(format!("{} is lost, and nothing says so", path.display())),
            }
        }
        match named.into_keys().next() {
            Some(path) => fail(format!("{path} is said to be damaged, and never was sealed")),
            None if injury.damaged == 0 => fail("a third is lost, and nothing is damaged"),
            None => Ok(injury),
        }
    }

    fn see(&mut self, original: &[u8], to: &Path, file: &Value) -> Outcome<()> {
        let published = file["published"].as_str().unwrap_or_default();
        let there =
            fs::read(to.join(published)).map_err(context(format!("reading {published}")))?;
        let mut from = 0;
        for lost in ranges(file) {
            if original.get(from..lost.start) != there.get(from..lost.start) {
                return fail(format!("{published} is different where nothing is said to be lost"));
            }
            if original.get(lost.clone()) == there.get(lost.clone()) {
                return fail(format!("{lost:?} of {published} is not lost at all"));
            }
            self.lost_bytes += lost.len() as u64;
            self.saved_bytes += (lost.start - from) as u64;
            from = lost.end;
        }
        if original.get(from..) != there.get(from..) {
            return fail(format!("{published} is different where nothing is said to be lost"));
        }
        self.saved_bytes += (original.len() - from) as u64;
        self.damaged += 1;
        Ok(())
    }
}

fn ranges(file: &Value) -> impl Iterator<Item = Range<usize>> {
    let list = file["ranges"].as_array().map_or(&[][..], Vec::as_slice);
    list.iter().filter_map(|range| {
        let number = |name: &str| usize::try_from(range[name].as_u64()?).ok();
        Some(number("offset")?..number("offset")? + number("length")?)
    })
}

impl fmt::Display for Injury {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { identical, damaged, lost_bytes, saved_bytes } = self;
        let (lost, saved) = (lost_bytes / 1_000_000, saved_bytes / 1_000_000);
        write!(
            f,
            "{identical} files identical; {damaged} damaged files named, exactly {lost} MB of them \
             lost where the report says, {saved} MB of them saved"
        )
    }
}
