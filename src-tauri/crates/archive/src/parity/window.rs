//! One window of the protected stream, as far as it can be read or mended.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ops::Range;

use super::code;
use super::layout::{CRC_BYTES, Layout, Parity};
use super::map::{Map, Placed};
use super::protector::{Bodies, parity_of};
use crate::error::ArchiveError;
use crate::frame::{PREAMBLE_BYTES, Preamble};
use crate::set::Set;

/// What is believed of a frame that is not what its record says (archive-1 A35).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// Those of its shards whose CRC-32C is right.
    Checks,
    /// Nothing.
    Nothing,
}

/// The bytes of a window, and which of its shards are as they were sealed.
pub(super) struct Window {
    layout: Layout,
    start: u64,
    bytes: Vec<u8>,
    good: Vec<bool>,
    /// Whether frames of it have no digest, so that nothing but checks says what is damaged.
    has_hints: bool,
    /// Bodies of its parity frames, made again when the first of them is asked for.
    parity: OnceCell<Bodies>,
}

/// How many choices of parity shards are tried where damaged ones may be among them.
const TRIES_MAX: usize = 16;

/// Good parity shards of one group, by place, each with the group's checks behind it.
type ParityShards = BTreeMap<usize, Vec<u8>>;

impl Window {
    /// Reads window `number` and mends what can be mended.
    pub(super) fn read(
        (set, parity, map): (&Set, &Parity, &Map),
        number: u64,
        trust: Trust,
    ) -> Result<Self, ArchiveError> {
        let start = number * parity.window_bytes();
        let end = (start + parity.window_bytes()).min(map.total);
        let layout = parity.layout(end.saturating_sub(start).max(1));
        let (bytes, good) = (vec![0; layout.bytes()], vec![true; layout.data * layout.groups]);
        let (has_hints, remade) = (false, OnceCell::new());
        let mut window = Self { layout, start, bytes, good, has_hints, parity: remade };
        let mut suspects = Vec::new();
        for placed in map.frames(set, start, end)? {
            let (range, is_whole) = window.place(set, &placed);
            window.has_hints |= placed.record.is_hint;
            suspects.extend((!is_whole || placed.record.is_hint).then_some((range, placed)));
        }
        if suspects.is_empty() {
            return Ok(window);
        }
        let shards = window.parity_shards((set, parity, map), number)?;
        for shard in suspects.iter().flat_map(|(range, _)| layout.touched(range)) {
            let is_good = trust == Trust::Checks && window.is_right(shard, &shards);
            window.good[shard] = is_good;
        }
        if trust == Trust::Checks {
            for (range, placed) in &suspects {
                window.take_from_copies(set, (range, placed), &shards);
            }
        }
        for (group, shards) in &shards {
            window.mend(*group, shards);
        }
        Ok(window)
    }

    /// Bytes of the protected stream from `range` that lie in this window; none if one of their
    /// shards is lost.
    pub(super) fn part(&self, range: Range<u64>) -> Option<&[u8]> {
        let range = self.within(&range);
        let is_good = self.layout.touched(&range).all(|shard| self.good[shard]);
        is_good.then(|| &self.bytes[range])
    }

    /// Whether nothing of it is lost.
    pub(super) fn is_whole(&self) -> bool {
        self.good.iter().all(|good| *good)
    }

    /// The body of one of its parity frames, made again; none unless all of the window is there.
    pub(super) fn parity_body(&self, place: usize, group: usize) -> Option<&[u8]> {
        if !self.is_whole() {
            return None;
        }
        let made = || parity_of(&self.layout, &self.bytes).unwrap_or_default();
        let groups = self.parity.get_or_init(made);
        groups.get(group)?.get(place).map(Vec::as_slice)
    }

    /// The part of a range of the stream that lies in this window, counted from its start.
    fn within(&self, range: &Range<u64>) -> Range<usize> {
        let inside = |at: u64| {
            let at = usize::try_from(at.saturating_sub(self.start)).unwrap_or(usize::MAX);
            at.min(self.bytes.len())
        };
        inside(range.start)..inside(range.end)
    }

    /// Puts a frame into its place; returns where its body lies and whether it is as it was sealed.
    fn place(&mut self, set: &Set, placed: &Placed) -> (Range<usize>, bool) {
        let (start, record) = (placed.start, &placed.record);
        let mut frame = Preamble::of(record, set.settings().archive).encode().to_vec();
        let (preamble, mut body) = (frame.len() as u64, Vec::new());
        let is_whole = set.read_what_is_left(record, &mut body);
        frame.append(&mut body);
        let range = self.within(&(start..placed.end()));
        let skipped = usize::try_from(self.start.saturating_sub(start)).unwrap_or(usize::MAX);
        let seen = frame.get(skipped..).unwrap_or_default();
        // What is not there stays as it is: memory that nobody touches is none.
        let there = range.len().min(seen.len());
        self.bytes[range.start..range.start + there].copy_from_slice(&seen[..there]);
        (self.within(&(start + preamble..placed.end())), is_whole)
    }

    /// The good parity shards by group.
    fn parity_shards(
        &mut self,
        (set, parity, map): (&Set, &Parity, &Map),
        number: u64,
    ) -> Result<BTreeMap<usize, ParityShards>, ArchiveError> {
        let mut found: BTreeMap<usize, ParityShards> = BTreeMap::new();
        for record in map.parity(set, parity, number)? {
            let (_, place, group) = parity.place(record.number);
            let mut body = Vec::new();
            self.has_hints |= record.is_hint;
            let is_good = set.read_checked(&record, &mut body).is_ok();
            if is_good && group < self.layout.groups && body.len() == self.layout.body() {
                found.entry(group).or_default().insert(place, body);
            }
        }
        if self.has_hints {
            found.values_mut().for_each(|shards| keep_agreeing(shards, self.layout.shard));
        }
        Ok(found)
    }

    /// Takes lost shards of a damaged frame from whichever copy of its volume has them right: two
    /// copies are seldom damaged at the same places.
    fn take_from_copies(
        &mut self,
        set: &Set,
        (range, placed): (&Range<usize>, &Placed),
        parity: &BTreeMap<usize, ParityShards>,
    ) {
        // One copy alone gave what it has, and reading it again may mean asking for a disc.
        let is_alone = !set.doubled_volumes().contains(&placed.record.volume);
        if is_alone || self.layout.touched(range).all(|shard| self.good[shard]) {
            return;
        }
        let body_at = placed.start + PREAMBLE_BYTES as u64;
        let skipped = usize::try_from(self.start.saturating_sub(body_at)).unwrap_or(usize::MAX);
        for copy in set.left_on_copies(&placed.record) {
            let seen = copy.get(skipped..).unwrap_or_default();
            for shard in self.layout.touched(range) {
                if self.good[shard] {
                    continue;
                }
                let all = shard * self.layout.shard..(shard + 1) * self.layout.shard;
                let end = all.end.min(range.end).min(range.start + seen.len());
                let own = all.start.max(range.start)..end;
                if own.is_empty() {
                    continue;
                }
                let before = self.bytes[own.clone()].to_vec();
                let part = own.start - range.start..own.end - range.start;
                self.bytes[own.clone()].copy_from_slice(&seen[part]);
                self.good[shard] = self.is_right(shard, parity);
                // Beside it in the shard may lie another damaged frame, whose turn comes.
                if !self.good[shard] {
                    self.bytes[own].copy_from_slice(&before);
                }
            }
        }
    }

    /// Whether a shard has the CRC-32C that the parity of its group states.
    fn is_right(&self, shard: usize, parity: &BTreeMap<usize, ParityShards>) -> bool {
        let stated = parity.get(&(shard % self.layout.groups));
        let bytes = &self.bytes[shard * self.layout.shard..][..self.layout.shard];
        stated.is_some_and(|shards| self.states(shards, shard / self.layout.groups, bytes))
    }

    /// Whether the parity of a group states the CRC-32C of `bytes` for the shard at `place`.
    fn states(&self, parity: &ParityShards, place: usize, bytes: &[u8]) -> bool {
        let at = self.layout.shard + place * CRC_BYTES;
        let stated = parity.values().next().and_then(|body| body.get(at..at + CRC_BYTES));
        stated == Some(&crc32c::crc32c(bytes).to_be_bytes())
    }

    /// Works out the lost shards of a group, if enough of it is left. Parity that has no digest may
    /// be damaged itself: then what comes out is compared with the checks, and other shards of it
    /// are tried.
    fn mend(&mut self, group: usize, shards: &ParityShards) {
        let Layout { data, parity, shard, groups, .. } = self.layout;
        let number = |place: usize| place * groups + group;
        let lost = (0..data).filter(|place| !self.good[number(*place)]).count();
        if lost == 0 || lost > shards.len() {
            return;
        }
        let (tries, used) =
            if self.has_hints { (shards.len().min(TRIES_MAX), lost) } else { (1, shards.len()) };
        for skipped in 0..tries {
            let places = self.layout.shards_of(group).enumerate();
            let there = places.filter(|(place, _)| self.good[number(*place)]);
            let there = there.map(|(place, range)| (place, &self.bytes[range]));
            let parity_there = shards.iter().cycle().skip(skipped).take(used);
            let parity_there = parity_there.map(|(place, body)| (*place, &body[..shard]));
            let Some(mended) = code::decode((data, parity, shard), there, parity_there) else {
                continue;
            };
            let states = |(place, bytes): &(usize, Vec<u8>)| self.states(shards, *place, bytes);
            if self.has_hints && !mended.iter().all(states) {
                continue;
            }
            for (place, bytes) in mended {
                let at = number(place) * shard;
                self.bytes[at..at + shard].copy_from_slice(&bytes);
                self.good[number(place)] = true;
            }
            return;
        }
    }
}

/// Keeps of a group's parity, of which no digest is known, those that state the same checks as most
/// of it.
fn keep_agreeing(shards: &mut ParityShards, checks_at: usize) {
    let mut counts: BTreeMap<&[u8], usize> = BTreeMap::new();
    for body in shards.values() {
        *counts.entry(&body[checks_at..]).or_default() += 1;
    }
    let most = counts.into_iter().max_by_key(|(_, count)| *count);
    let Some(most) = most.map(|(checks, _)| checks.to_vec()) else { return };
    shards.retain(|_, body| body[checks_at..] == most);
}
