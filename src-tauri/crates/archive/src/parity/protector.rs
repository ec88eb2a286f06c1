//! The writer's side: windows fill up, and their parity is given out.

use super::code::Encoder;
use super::layout::{CRC_BYTES, Layout, Parity};
use crate::error::ArchiveError;

/// A parity shard as the body of its frame, with the frame's number (archive-1 A33).
pub(crate) struct Shard {
    pub(crate) number: u64,
    pub(crate) body: Vec<u8>,
}

/// The window that is filling up.
pub(crate) struct Protector {
    parity: Parity,
    number: u64,
    window: Vec<u8>,
}

impl Protector {
    pub(crate) fn new(parity: Parity) -> Self {
        Self { parity, number: 0, window: Vec::new() }
    }

    /// Takes as much of `bytes` as the window holds and returns the rest.
    pub(crate) fn take<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let full = usize::try_from(self.parity.window_bytes()).unwrap_or(usize::MAX);
        let (taken, rest) = bytes.split_at(bytes.len().min(full - self.window.len()));
        self.window.extend_from_slice(taken);
        rest
    }

    /// Whether nothing more goes into the window.
    pub(crate) fn is_full(&self) -> bool {
        self.window.len() as u64 == self.parity.window_bytes()
    }

    /// Ends the window and returns its parity shards, places before groups; none of an empty one.
    pub(crate) fn end_window(&mut self) -> Result<Vec<Shard>, ArchiveError> {
        if self.window.is_empty() {
            return Ok(Vec::new());
        }
        let layout = self.parity.layout(self.window.len() as u64);
        self.window.resize(layout.bytes(), 0);
        let mut groups = parity_of(&layout, &self.window)?;
        let window = self.number;
        let mut shards = Vec::with_capacity(layout.groups * layout.parity);
        for place in 0..layout.parity {
            for (group, bodies) in groups.iter_mut().enumerate() {
                let number = self.parity.number(window, place, group);
                let body = bodies.get_mut(place).map(std::mem::take);
                shards.extend(body.map(|body| Shard { number, body }));
            }
        }
        self.number += 1;
        self.window.clear();
        Ok(shards)
    }
}

/// The bodies of all parity frames of a window: by group, then by place.
pub(super) fn parity_of(layout: &Layout, window: &[u8]) -> Result<Vec<Vec<Vec<u8>>>, ArchiveError> {
    let refused = || ArchiveError::Field { what: "parity cannot be made of these shards" };
    let Layout { data, parity, groups, shard } = *layout;
    let mut encoder = Encoder::new(data, parity, shard).ok_or_else(refused)?;
    let mut bodies = Vec::with_capacity(groups);
    for group in 0..groups {
        let shards = || layout.shards_of(group).map(|range| &window[range]);
        let mut parity = encoder.encode(shards()).ok_or_else(refused)?;
        let checks: Vec<u8> =
            shards().flat_map(|shard| crc32c::crc32c(shard).to_be_bytes()).collect();
        debug_assert_eq!(checks.len(), data * CRC_BYTES);
        parity.iter_mut().for_each(|body| body.extend_from_slice(&checks));
        bodies.push(parity);
    }
    Ok(bodies)
}
