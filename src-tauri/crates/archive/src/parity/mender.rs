//! The reader's side: a damaged frame, worked out of what is left of its window.

use std::sync::{Mutex, PoisonError};

use super::layout::Parity;
use super::map::{Map, Placed};
use super::window::{Trust, Window};
use crate::error::ArchiveError;
use crate::frame::{FrameKind, PREAMBLE_BYTES};
use crate::record::FrameRecord;
use crate::set::Set;

/// Mends the frames of one archive; it holds the window that it read last.
pub(crate) struct Mender {
    parity: Parity,
    map: Map,
    last: Mutex<Option<(u64, Trust, Window)>>,
}

impl Mender {
    /// Finds out which frames lie in which window of `set`; none if it was sealed without parity.
    ///
    /// # Errors
    ///
    /// A part of the index is lost, so nobody knows what lies where.
    pub(crate) fn new(set: &Set) -> Result<Option<Self>, ArchiveError> {
        let Some(parity) = set.settings().parity else { return Ok(None) };
        let map = Map::new(set, &parity)?;
        Ok(Some(Self { parity, map, last: Mutex::default() }))
    }

    /// Number of windows.
    pub(crate) fn windows(&self) -> u64 {
        self.map.total.div_ceil(self.parity.window_bytes())
    }

    /// Whether all of window `number` is there or can be worked out.
    pub(crate) fn is_whole(&self, set: &Set, number: u64) -> Result<bool, ArchiveError> {
        self.with_window(set, number, Trust::Checks, Window::is_whole)
    }

    /// The body of a frame, compared with its record (archive-1 A35).
    ///
    /// # Errors
    ///
    /// Too much of its window is lost.
    pub(crate) fn mend(&self, set: &Set, record: &FrameRecord) -> Result<Vec<u8>, ArchiveError> {
        for trust in [Trust::Checks, Trust::Nothing] {
            let body = match record.kind {
                FrameKind::Parity => self.parity_again(set, record, trust)?,
                _ => match self.map.find(set, record)? {
                    Some(placed) => self.assembled(set, &placed, trust)?,
                    None => None,
                },
            };
            // Believing nothing loses more: where too much is lost already, it is of no use.
            let Some(body) = body else { break };
            if record.check(&body).is_ok() {
                return Ok(body);
            }
        }
        Err(record.damaged())
    }

    /// The body of a frame out of the windows in which it lies.
    fn assembled(
        &self,
        set: &Set,
        placed: &Placed,
        trust: Trust,
    ) -> Result<Option<Vec<u8>>, ArchiveError> {
        let bytes = self.parity.window_bytes();
        let (start, end) = (placed.start + PREAMBLE_BYTES as u64, placed.end());
        let mut body = Vec::new();
        for number in start / bytes..end.div_ceil(bytes) {
            let is_there = self.with_window(set, number, trust, |window| {
                window.part(start..end).map(|part| body.extend_from_slice(part)).is_some()
            })?;
            if !is_there {
                return Ok(None);
            }
        }
        Ok(Some(body))
    }

    /// A parity shard, made anew from a window that is whole.
    fn parity_again(
        &self,
        set: &Set,
        record: &FrameRecord,
        trust: Trust,
    ) -> Result<Option<Vec<u8>>, ArchiveError> {
        let (number, place, group) = self.parity.place(record.number);
        if number >= self.windows() {
            return Ok(None);
        }
        self.with_window(set, number, trust, |window| {
            window.parity_body(place, group).map(<[u8]>::to_vec)
        })
    }

    fn with_window<T>(
        &self,
        set: &Set,
        number: u64,
        trust: Trust,
        look: impl FnOnce(&Window) -> T,
    ) -> Result<T, ArchiveError> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, _, window)) = last.as_ref().filter(|it| (it.0, it.1) == (number, trust)) {
            return Ok(look(window));
        }
        // The old window goes before the new one comes: there is room for one.
        *last = None;
        let window = Window::read((set, &self.parity, &self.map), number, trust)?;
        let seen = look(&window);
        *last = Some((number, trust, window));
        Ok(seen)
    }
}
