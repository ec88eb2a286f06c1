//! How many shares may yet be lost.

use engine::health::Margin;
use serde::Serialize;

/// How far a key is from being out of reach.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct MarginShown {
    /// Whether enough shares are left to open the key.
    pub(crate) is_reachable: bool,
    /// How many further shares, whichever, may be lost and the key still opens.
    pub(crate) may_be_lost: u32,
    groups: Vec<GroupMarginShown>,
}

/// How far a group is from being out of reach.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
struct GroupMarginShown {
    name: String,
    needed: u8,
    /// Shares with a copy that can be used.
    usable: u32,
    shares: u32,
}

impl MarginShown {
    /// The margin at the border.
    pub(crate) fn of(margin: &Margin) -> Self {
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let group = |group: &engine::health::GroupMargin| GroupMarginShown {
            name: group.name.clone(),
            needed: group.needed,
            usable: number(group.usable),
            shares: number(group.shares),
        };
        Self {
            is_reachable: margin.is_reachable,
            may_be_lost: number(margin.may_be_lost),
            groups: margin.groups.iter().map(group).collect(),
        }
    }
}
