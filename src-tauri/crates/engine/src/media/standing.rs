//! What the checks of a medium mean (decision 0720).

use registry::{Act, Check, Medium, Reader, RegistryError};
use serde::Serialize;
use terms::Timestamp;

use super::check::Extent;

/// So many of the newest checks count for the share of a medium that was read.
pub const WINDOW: usize = 20;
/// A medium that reads this many times slower than it did is worth a warning.
pub const SLOWER_FACTOR: u64 = 2;
/// The speed of less than this says nothing about a medium.
const TIMED_BYTES_MIN: u64 = 16 << 20;
/// Seconds in a twelfth of a year.
const MONTH_S: u64 = 2_629_746;

const FULL_SETTING: &str = "media.full-check-months";
const SAMPLE_SETTING: &str = "media.sample-check-months";

/// How often media are to be checked, in months.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Intervals {
    /// Between two checks that read everything.
    pub full_months: u32,
    /// Between two checks of whatever size.
    pub sample_months: u32,
}

impl Default for Intervals {
    fn default() -> Self {
        Self { full_months: 12, sample_months: 3 }
    }
}

impl Intervals {
    /// What the vault says, or else the default; decision 0720 has the reasons.
    ///
    /// # Errors
    ///
    /// The registry cannot be read.
    pub fn read(reader: &Reader<'_>) -> Result<Self, RegistryError> {
        let months = |name, default| {
            let text = reader.setting(name)?;
            Ok(text.and_then(|text| text.parse().ok()).filter(|n| *n > 0).unwrap_or(default))
        };
        let default = Self::default();
        Ok(Self {
            full_months: months(FULL_SETTING, default.full_months)?,
            sample_months: months(SAMPLE_SETTING, default.sample_months)?,
        })
    }

    /// Keeps them in the vault.
    ///
    /// # Errors
    ///
    /// The registry cannot be written.
    pub fn write(self, act: &Act<'_>) -> Result<(), RegistryError> {
        act.set_setting(FULL_SETTING, &self.full_months.to_string())?;
        act.set_setting(SAMPLE_SETTING, &self.sample_months.to_string())
    }
}

impl Extent {
    /// The sample of at least `percent` of a medium, from 1 to 50, that is next after `checks`: the
    /// parts take turns, so as many samples as there are parts read everything.
    pub fn sample(percent: u32, checks: &[Check]) -> Self {
        let parts = 100 / percent.clamp(1, 50);
        let last = checks.iter().rev().find(|check| check.parts == parts);
        Self { parts, part: last.map_or(0, |last| (last.part + 1) % parts) }
    }

    fn of(check: &Check) -> Self {
        Self { parts: check.parts, part: check.part }
    }

    /// Whether a check of this extent read all that one of `other` reads.
    fn covers(self, other: Self) -> bool {
        self.parts == 1 || self == other
    }
}

/// What a medium is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MediumHealth {
    /// Nobody has looked yet.
    Unchecked,
    /// The newest check found everything as it was written.
    Good,
    /// Something is damaged, and nothing is lost yet.
    Weak,
    /// Something on it is lost.
    Lost,
}

/// What a custodian should know of a medium.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "lowercase")]
pub enum Warning {
    /// More is damaged than copies and parity can mend.
    Lost {
        /// Frames.
        frames: u64,
    },
    /// So many frames are damaged, and this medium alone does not tell whether they are lost.
    Unjudged {
        /// Frames.
        frames: u64,
    },
    /// More frames are damaged than when the same ones were read before; nothing is lost yet.
    Grown {
        /// Damaged frames then.
        before: u64,
        /// Damaged frames now.
        now: u64,
    },
    /// It reads much slower than it did.
    Slower {
        /// Bytes per second then.
        before: u64,
        /// Bytes per second now.
        now: u64,
    },
    /// The drive failed to read.
    Unreadable {
        /// How often.
        errors: u64,
    },
}

/// A check that should be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Due {
    /// Whether everything is to be read, or a sample is enough.
    pub is_full: bool,
    /// When it is or was to be made.
    #[serde(serialize_with = "as_text")]
    pub at: Timestamp,
    /// Whether that time is here.
    pub is_now: bool,
}

/// How much of a medium was read lately.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// How many of the newest checks are counted, at most [`WINDOW`].
    pub checks: usize,
    /// The share of the frames that at least one of them read, in percent, rounded down.
    pub percent: u8,
}

/// What the checks of a medium mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// What it is worth.
    pub health: MediumHealth,
    /// What a custodian should know, the worst first.
    pub warnings: Vec<Warning>,
    /// The next check; none of a medium that is no longer kept.
    pub due: Option<Due>,
    /// What was read lately.
    pub coverage: Coverage,
}

impl Standing {
    /// Judges `medium` by its `checks`, oldest first.
    pub fn of(medium: &Medium, checks: &[Check], intervals: Intervals, now: Timestamp) -> Self {
        let due = medium.retired_at.is_none().then(|| due(checks, intervals, medium, now));
        let (health, warnings) = judged(checks);
        Self { health, warnings, due, coverage: coverage(checks) }
    }

    /// Whether somebody should copy the medium anew.
    pub fn is_to_be_copied(&self) -> bool {
        self.warnings.iter().any(|warning| !matches!(warning, Warning::Unjudged { .. }))
    }
}

/// By which media are listed: those never checked first, then the one whose last check is oldest.
pub fn urgency(checks: &[Check]) -> u64 {
    checks.last().map_or(0, |last| last.at.unix())
}

/// What the newest checks say. A part that was found damaged stays so until it is read again: a
/// sample of another part says nothing of it.
fn judged(checks: &[Check]) -> (MediumHealth, Vec<Warning>) {
    let mut standing: Vec<&Check> = Vec::new();
    for check in checks.iter().rev() {
        let is_read_again =
            standing.iter().any(|newer| Extent::of(newer).covers(Extent::of(check)));
        if !is_read_again {
            standing.push(check);
        }
    }
    let Some(last) = checks.last() else { return (MediumHealth::Unchecked, Vec::new()) };
    let most = |count: fn(&Check) -> u64| standing.iter().map(|check| count(check)).max();
    let lost = most(|check| check.lost).unwrap_or(0);
    let mendable = most(|check| check.mendable).unwrap_or(0);
    let unjudged = most(|check| check.unjudged).unwrap_or(0);
    let mut warnings = Vec::new();
    if lost > 0 {
        warnings.push(Warning::Lost { frames: lost });
    } else {
        warnings.extend(standing.iter().find_map(|check| growth(checks, check)));
    }
    warnings.extend((unjudged > 0).then_some(Warning::Unjudged { frames: unjudged }));
    warnings.extend(slower(checks, last));
    let errors = most(|check| check.read_errors).unwrap_or(0);
    if errors > 0 {
        warnings.push(Warning::Unreadable { errors });
    }
    let health = match (lost, mendable + unjudged) {
        (0, 0) => MediumHealth::Good,
        (0, _) => MediumHealth::Weak,
        _ => MediumHealth::Lost,
    };
    (health, warnings)
}

/// Growth is told only where it is certain: an earlier check read the same frames, or all of them,
/// and found fewer damaged.
fn growth(checks: &[Check], check: &Check) -> Option<Warning> {
    let earlier = checks.iter().rev().skip_while(|other| *other != check).skip(1);
    let before = earlier
        .filter(|before| Extent::of(before).covers(Extent::of(check)))
        .map(|before| before.mendable)
        .next()?;
    let now = check.mendable;
    (now > before).then_some(Warning::Grown { before, now })
}

/// Speeds are compared between checks that skip as much as each other.
fn slower(checks: &[Check], last: &Check) -> Option<Warning> {
    let speed = |check: &Check| {
        (check.bytes >= TIMED_BYTES_MIN && check.duration_ms > 0)
            .then(|| check.bytes.saturating_mul(1000) / check.duration_ms)
    };
    let (_, earlier) = checks.split_last()?;
    let alike = earlier.iter().filter(|check| check.parts == last.parts);
    // The best it ever did: a medium that slows down a little every year is found as well.
    let (before, now) = (alike.filter_map(speed).max()?, speed(last)?);
    (now.saturating_mul(SLOWER_FACTOR) < before).then_some(Warning::Slower { before, now })
}

fn due(checks: &[Check], intervals: Intervals, medium: &Medium, now: Timestamp) -> Due {
    let after = |check: Option<&Check>, months: u32| {
        check.map_or(medium.seen_at.unix(), |check| check.at.unix() + u64::from(months) * MONTH_S)
    };
    let last_full = checks.iter().rev().find(|check| check.parts == 1);
    let full = after(last_full, intervals.full_months);
    let sample = after(checks.last(), intervals.sample_months);
    let at = full.min(sample);
    Due { is_full: full <= sample, at: Timestamp::from_unix(at), is_now: at <= now.unix() }
}

fn coverage(checks: &[Check]) -> Coverage {
    let newest = &checks[checks.len().saturating_sub(WINDOW)..];
    let frames = newest.iter().map(|check| check.frames).max().unwrap_or(0);
    let mut parts: Vec<Extent> = newest.iter().map(Extent::of).collect();
    parts.sort_by_key(|extent| (extent.parts, extent.part));
    parts.dedup();
    let is_read = |at: u64| parts.iter().any(|extent| extent.has(at));
    let read = match parts.first() {
        Some(extent) if extent.parts == 1 => frames,
        _ => (0..frames).filter(|at| is_read(*at)).count() as u64,
    };
    let percent = u8::try_from(read * 100 / frames.max(1)).unwrap_or(100);
    Coverage { checks: newest.len(), percent }
}

fn as_text<S: serde::Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(at)
}

#[cfg(test)]
mod tests;
