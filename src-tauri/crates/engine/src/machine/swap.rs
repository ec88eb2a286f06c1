//! Swap areas, and whether what lands there is readable later.

use std::path::Path;

use serde::Serialize;

use super::{names, text};

/// A swap area in use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Swap {
    /// The device or file.
    pub place: String,
    /// What is known of it.
    pub kind: SwapKind,
}

/// What becomes of memory that is swapped out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SwapKind {
    /// It stays in memory, compressed, and is gone when the power is.
    Memory,
    /// It is encrypted before it reaches a disk.
    Encrypted,
    /// It reaches a disk as it is.
    Plain,
    /// It reaches a file, or a device of which nothing is known.
    Unknown,
}

/// Devices on devices on devices: deeper than this nobody builds.
const DEEPEST_STACK: u32 = 8;

/// The swap areas in use.
pub(super) fn areas(root: &Path) -> Option<Vec<Swap>> {
    let list = text(&root.join("proc/swaps"))?;
    Some(list.lines().skip(1).filter_map(|line| area(root, line)).collect())
}

/// `Filename Type Size Used Priority`.
fn area(root: &Path, line: &str) -> Option<Swap> {
    let mut fields = line.split_whitespace();
    let place = fields.next()?.to_owned();
    let kind = match fields.next()? {
        "partition" => device(root, &place).map_or(SwapKind::Unknown, |name| kind(root, &name)),
        _ => SwapKind::Unknown,
    };
    Some(Swap { place, kind })
}

/// The kernel's name of the block device at `place`.
fn device(root: &Path, place: &str) -> Option<String> {
    let Some(mapped) = place.strip_prefix("/dev/mapper/") else {
        return place.strip_prefix("/dev/").map(str::to_owned);
    };
    let blocks = root.join("sys/block");
    let is_it = |name: &String| text(&blocks.join(name).join("dm/name")).as_deref() == Some(mapped);
    names(&blocks)?.into_iter().find(is_it)
}

fn kind(root: &Path, device: &str) -> SwapKind {
    let folder = root.join("sys/block").join(device);
    if device.starts_with("zram") {
        // With a backing device, pages that do not compress go to a disk.
        return match text(&folder.join("backing_dev")).as_deref() {
            None | Some("none") => SwapKind::Memory,
            Some(_) => SwapKind::Unknown,
        };
    }
    if is_encrypted(root, device, DEEPEST_STACK) {
        SwapKind::Encrypted
    } else if folder.join("dm").exists() || device.starts_with("md") {
        SwapKind::Unknown
    } else {
        SwapKind::Plain
    }
}

/// Whether the mapped device, or everything it rests on, is encrypted by the kernel.
fn is_encrypted(root: &Path, device: &str, depth: u32) -> bool {
    let folder = root.join("sys/block").join(device);
    let uuid = text(&folder.join("dm/uuid")).unwrap_or_default();
    if uuid.starts_with("CRYPT-") {
        return true;
    }
    let below = names(&folder.join("slaves")).unwrap_or_default();
    depth > 0 && !below.is_empty() && below.iter().all(|name| is_encrypted(root, name, depth - 1))
}
