//! The writer's side: windows fill up, and their parity is given out.

use std::thread::{self, JoinHandle};

use super::code::Encoder;
use super::layout::{Layout, Parity};
use crate::error::ArchiveError;

/// Bytes of each shard that are worked on at once.
const STRIP_BYTES: usize = 4096;

/// A parity shard as the body of its frame, with the frame's number (archive-1 A33).
pub(crate) struct Shard {
    pub(crate) number: u64,
    pub(crate) body: Vec<u8>,
}

/// A window that was worked on: its memory, to be used again, and its parity.
type Made = (Vec<u8>, Result<Vec<Shard>, ArchiveError>);

/// The window that is filling up; the one before it is worked on meanwhile by another thread.
pub(crate) struct Protector {
    parity: Parity,
    number: u64,
    window: Vec<u8>,
    before: Option<JoinHandle<Made>>,
}

impl Protector {
    pub(crate) fn new(parity: Parity) -> Self {
        Self { parity, number: 0, window: Vec::new(), before: None }
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

    /// Begins a new window; returns the parity of the one before the full one, if there was one.
    pub(crate) fn turn(&mut self) -> Result<Vec<Shard>, ArchiveError> {
        let (memory, shards) = self.join();
        let (parity, number) = (self.parity, self.number);
        let full = std::mem::replace(&mut self.window, memory);
        self.before = Some(thread::spawn(move || made(parity, number, full)));
        self.number += 1;
        shards
    }

    /// Ends the last window; returns all parity that was not given out yet.
    pub(crate) fn end(&mut self) -> Result<Vec<Shard>, ArchiveError> {
        let (_, before) = self.join();
        let last = std::mem::take(&mut self.window);
        let (_, last) = made(self.parity, self.number, last);
        let mut shards = before?;
        shards.extend(last?);
        Ok(shards)
    }

    /// Waits for the window before this one.
    fn join(&mut self) -> Made {
        match self.before.take().map(JoinHandle::join) {
            None => (Vec::new(), Ok(Vec::new())),
            Some(Ok(made)) => made,
            Some(Err(_)) => (Vec::new(), Err(refused())),
        }
    }
}

/// The parity shards of a window, places before groups; none of an empty one.
fn made(parity: Parity, number: u64, mut window: Vec<u8>) -> Made {
    if window.is_empty() {
        return (window, Ok(Vec::new()));
    }
    let layout = parity.layout(window.len() as u64);
    window.resize(layout.bytes(), 0);
    let shards = parity_of(&layout, &window).map(|mut groups| {
        let mut shards = Vec::with_capacity(layout.groups * layout.parity);
        for place in 0..layout.parity {
            for (group, bodies) in groups.iter_mut().enumerate() {
                let number = parity.number(number, place, group);
                let body = bodies.get_mut(place).map(std::mem::take);
                shards.extend(body.map(|body| Shard { number, body }));
            }
        }
        shards
    });
    window.clear();
    (window, shards)
}

/// The bodies of the parity frames of a window: by group, then by place.
pub(super) type Bodies = Vec<Vec<Vec<u8>>>;

/// Makes the parity of a window.
pub(super) fn parity_of(layout: &Layout, window: &[u8]) -> Result<Bodies, ArchiveError> {
    let Layout { data, parity, groups, shard } = *layout;
    let mut bodies = Vec::with_capacity(groups);
    for group in 0..groups {
        let mut encoder = Encoder::new(data, parity, shard.min(STRIP_BYTES)).ok_or_else(refused)?;
        let mut group_bodies = vec![Vec::with_capacity(layout.body()); parity];
        let mut checks = vec![0; data];
        // Blocks of a shard do not know of each other, so a strip of all shards that stays in the
        // cache is worked on at once.
        for start in (0..shard).step_by(STRIP_BYTES) {
            let strip = start..(start + STRIP_BYTES).min(shard);
            let strips = layout.shards_of(group).map(|at| &window[at][strip.clone()]);
            let strips: Vec<&[u8]> = strips.collect();
            if strip.len() < STRIP_BYTES && start > 0 {
                encoder = Encoder::new(data, parity, strip.len()).ok_or_else(refused)?;
            }
            encoder.encode_onto(&strips, &mut group_bodies).ok_or_else(refused)?;
            for (check, strip) in checks.iter_mut().zip(&strips) {
                *check = crc32c::crc32c_append(*check, strip);
            }
        }
        let checks: Vec<u8> = checks.iter().flat_map(|check| check.to_be_bytes()).collect();
        group_bodies.iter_mut().for_each(|body| body.extend_from_slice(&checks));
        bodies.push(group_bodies);
    }
    Ok(bodies)
}

fn refused() -> ArchiveError {
    ArchiveError::Field { what: "parity cannot be made of these shards" }
}
