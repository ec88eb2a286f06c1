//! Where shards lie (archive-1 A30).

use std::ops::{Range, RangeInclusive};

use minicbor::{Decode, Encode};

/// Shards are made of blocks of this many bytes.
const BLOCK_BYTES: u64 = 64;
/// Shortest and longest window: a longer one takes memory, shorter ones take time to go through.
const WINDOW_BYTES: RangeInclusive<u64> = (64 << 10)..=(256 << 20);
/// Bytes of a CRC-32C.
pub(super) const CRC_BYTES: usize = 4;

/// Reed–Solomon parity over ciphertext: shards of `shard_bytes`, `data` and `parity` of them in a
/// group, `interleave` groups side by side (archive-1 A30).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Parity {
    /// Data shards in a group.
    #[n(0)]
    pub data: u16,
    /// Parity shards in a group.
    #[n(1)]
    pub parity: u16,
    /// Bytes of a shard.
    #[n(2)]
    pub shard_bytes: u32,
    /// Groups side by side.
    #[n(3)]
    pub interleave: u16,
}

impl Parity {
    /// The usual layout with `percent` of parity, 1 to 100; none for 0.
    pub fn of_percent(percent: u8) -> Option<Self> {
        let data: u16 = 128;
        let parity = (data * u16::from(percent.min(100))).div_ceil(100);
        let (shard_bytes, interleave) = (64 << 10, 16);
        (percent > 0).then_some(Self { data, parity, shard_bytes, interleave })
    }

    pub(crate) fn fault(&self) -> Option<&'static str> {
        let shard = u64::from(self.shard_bytes);
        let sound = (2..=1024).contains(&self.data)
            && (1..=self.data).contains(&self.parity)
            && (BLOCK_BYTES..=1 << 20).contains(&shard)
            && shard.is_multiple_of(BLOCK_BYTES)
            && (1..=256).contains(&self.interleave)
            && WINDOW_BYTES.contains(&self.window_bytes());
        (!sound).then_some("parity is stated in a way that no archive can have")
    }

    /// Bytes of the protected stream in every window but the last.
    pub(super) fn window_bytes(&self) -> u64 {
        u64::from(self.data) * u64::from(self.shard_bytes) * u64::from(self.interleave)
    }

    /// The layout of a window of `bytes`, which is one at least.
    pub(super) fn layout(&self, bytes: u64) -> Layout {
        let (data, parity) = (u64::from(self.data), u64::from(self.parity));
        let groups = bytes.div_ceil(data * u64::from(self.shard_bytes)).max(1);
        let shard = bytes.div_ceil(data * groups).next_multiple_of(BLOCK_BYTES);
        let size = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        Layout { data: size(data), parity: size(parity), groups: size(groups), shard: size(shard) }
    }

    /// The number of the frame of a parity shard (archive-1 A33).
    pub(super) fn number(&self, window: u64, place: usize, group: usize) -> u64 {
        let (parity, interleave) = (u64::from(self.parity), u64::from(self.interleave));
        (window * parity + place as u64) * interleave + group as u64
    }

    /// Window, place and group of the parity shard in frame `number`.
    pub(super) fn place(&self, number: u64) -> (u64, usize, usize) {
        let (parity, interleave) = (u64::from(self.parity), u64::from(self.interleave));
        let (row, group) = (number / interleave, number % interleave);
        let size = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        (row / parity, size(row % parity), size(group))
    }
}

/// The shards of one window.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    /// Data and parity shards of a group.
    pub(super) data: usize,
    pub(super) parity: usize,
    /// Groups.
    pub(super) groups: usize,
    /// Bytes of a shard.
    pub(super) shard: usize,
}

impl Layout {
    /// Bytes of the window with the zeros behind it.
    pub(super) fn bytes(&self) -> usize {
        self.data * self.groups * self.shard
    }

    /// The data shards of `group` as ranges of the window, by place.
    pub(super) fn shards_of(&self, group: usize) -> impl Iterator<Item = Range<usize>> {
        let Self { data, groups, shard, .. } = *self;
        (0..data).map(move |place| {
            let start = (place * groups + group) * shard;
            start..start + shard
        })
    }

    /// The data shards that a range of the window touches.
    pub(super) fn touched(&self, range: &Range<usize>) -> Range<usize> {
        range.start / self.shard..range.end.div_ceil(self.shard)
    }

    /// Bytes of the body of a parity frame (archive-1 A33).
    pub(super) fn body(&self) -> usize {
        self.shard + self.data * CRC_BYTES
    }
}
