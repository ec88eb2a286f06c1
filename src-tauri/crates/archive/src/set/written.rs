//! What a scan found, in the order in which a writer that never goes back wrote it.

use super::found::Spot;
use crate::chunked::sealed_len;
use crate::frame::{Compression, FrameKind, PREAMBLE_BYTES};
use crate::layout::VOLUMES_MAX;
use crate::places::Place;

/// The frames that are in the way of no other, in their order. Those that another frame follows
/// come first; one that nothing follows is a frame if there is room for it.
pub(super) fn in_order(mut spots: Vec<Spot>) -> Vec<Spot> {
    // Further copies of a volume have numbers that no volume can have.
    spots.retain(|spot| spot.volume <= VOLUMES_MAX);
    spots.sort_unstable_by_key(|spot| (spot.volume, spot.offset, spot.is_loose));
    let mut next = None;
    let rooms: Vec<_> = spots
        .iter()
        .rev()
        .map(|spot| {
            let before = next;
            next = if spot.is_loose { next } else { Some(spot.place()) };
            before
        })
        .collect();
    let (mut last, mut rooms): (Option<Place>, _) = (None, rooms.into_iter().rev());
    spots.retain(|spot| {
        let (place, room) = (spot.place(), rooms.next().flatten());
        let follows = last.is_none_or(|last| last.is_before(&place));
        let fits = !spot.is_loose || room.is_none_or(|next| place.is_before(&next));
        if follows && fits {
            last = Some(place);
        }
        follows && fits
    });
    spots
}

/// Segments of which the preamble is lost, and that must have lain where there is a gap: exactly
/// one number is missing between two neighbours, and exactly as many bytes as are `known` to be of
/// nothing else. All but the last segment have `segment_bytes` of text.
pub(super) fn missing_between(in_order: &[Spot], known: &[Place], segment_bytes: u32) -> Vec<Spot> {
    let mut found = Vec::new();
    let (mut before, mut gap): (Option<&Spot>, Option<Place>) = (None, None);
    let mut gaps = 0;
    let mut last: Option<Place> = None;
    let known = known.iter().map(|place| (*place, None));
    let mut all: Vec<_> = in_order.iter().map(|it| (it.place(), Some(it))).chain(known).collect();
    all.sort_unstable_by_key(|(place, _)| *place);
    for (place, spot) in all {
        let between = last.and_then(|last| last.until(&place));
        if between.is_some() {
            (gap, gaps) = (between, gaps + 1);
        }
        last = Some(place);
        let Some(spot) = spot.filter(|spot| spot.kind == FrameKind::Segment) else { continue };
        let is_one = before.is_some_and(|before| {
            before.volume == spot.volume && before.number.checked_add(2) == Some(spot.number)
        });
        if let Some(gap) = gap.filter(|_| is_one && gaps == 1) {
            found.extend(segment_in(gap, spot.number - 1, segment_bytes));
        }
        (before, gap, gaps) = (Some(spot), None, 0);
    }
    found
}

/// A segment that fills `gap`.
fn segment_in(gap: Place, number: u32, plain_length: u32) -> Option<Spot> {
    let offset = gap.start + PREAMBLE_BYTES as u64;
    let length = u32::try_from(gap.end.checked_sub(offset)?).ok()?;
    let plain = sealed_len(usize::try_from(plain_length).ok()?);
    let is_plain = usize::try_from(length) == Ok(plain);
    let compression = if is_plain { Compression::None } else { Compression::Zstd };
    let is_segment = (sealed_len(0)..=plain).contains(&usize::try_from(length).ok()?);
    let (kind, is_loose, volume) = (FrameKind::Segment, true, gap.volume);
    is_segment.then_some(Spot {
        kind,
        number,
        is_loose,
        volume,
        offset,
        length,
        plain_length,
        compression,
    })
}
