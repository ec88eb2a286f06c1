//! What stands in for settings that are lost (archive-1 A39).

use std::collections::BTreeMap;

use super::found::Spot;
use crate::layout::SEGMENT_BYTES;
use crate::root::Root;
use crate::superblock::Settings;

/// A root that fits what stands for the settings; its MAC proves it (archive-1 A39).
pub(super) fn accept_without_settings(settings: &mut Settings, body: &[u8]) -> Option<Root> {
    let root: Root = terms::decode(body).ok()?;
    if root.archive != settings.archive || root.fault().is_some() {
        return None;
    }
    let fits = |bytes: u32| root.content_bytes.div_ceil(bytes.into()) == root.segments;
    let sizes = std::iter::successors(Some(*SEGMENT_BYTES.start()), |bytes| bytes.checked_mul(2));
    let sizes = sizes.take_while(|bytes| SEGMENT_BYTES.contains(bytes));
    let bytes = std::iter::once(settings.segment_bytes).chain(sizes).find(|it| fits(*it))?;
    settings.segment_bytes = bytes;
    Some(root)
}

/// The text length that most segments have, that of the highest number left out (archive-1 A39).
pub(super) fn segment_bytes(spots: &[Spot]) -> u32 {
    let last = spots.last().map(|spot| spot.number);
    let mut counts: BTreeMap<u32, u32> = BTreeMap::new();
    let is_size = |bytes: u32| bytes.is_power_of_two() && SEGMENT_BYTES.contains(&bytes);
    for spot in spots.iter().filter(|spot| Some(spot.number) != last) {
        if is_size(spot.plain_length) {
            *counts.entry(spot.plain_length).or_default() += 1;
        }
    }
    let most = counts.into_iter().max_by_key(|(_, count)| *count).map(|(bytes, _)| bytes);
    let least = || {
        let longest = spots.iter().map(|spot| spot.plain_length).max().unwrap_or(0);
        let longest = longest.clamp(*SEGMENT_BYTES.start(), *SEGMENT_BYTES.end());
        longest.next_power_of_two()
    };
    most.unwrap_or_else(least)
}
