//! Comparing a log with what is known of it from elsewhere.

use std::fmt;

use terms::{Digest, Timestamp, VaultId};

use crate::scan::{Scan, scan};
use crate::{ActMark, AuditError, Checkpoint, LogPublicKey, LogStorage, OpenIntent, Tree};

/// A head of the log that was kept elsewhere: in minutes, on a token, by a witness, in an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// Where it was kept, as a noun phrase: `the minutes of 2026-10-02`.
    pub source: String,
    /// When it was made, if that is known; else the time of the entry it ends with is taken.
    pub at: Option<Timestamp>,
    /// The head itself.
    pub head: Checkpoint,
}

/// What a log must agree with. A log is never valid by itself.
#[derive(Debug, Clone)]
pub struct Expectation {
    /// Whose log it is.
    pub vault: VaultId,
    /// The key that signs its checkpoints.
    pub key: LogPublicKey,
    /// Heads kept elsewhere, in any order; may be empty.
    pub anchors: Vec<Anchor>,
    /// Cosigned heads that lie beside the log: they can contradict it, but whoever puts an old copy
    /// of the folder back puts them back too, so they never count for freshness (log-1 L21).
    pub beside: Vec<Anchor>,
}

/// What comparing a log with anchors says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// All anchors hold, and one of them is the head itself.
    Consistent,
    /// All anchors hold, but what came after the newest could have been cut off unnoticed.
    FreshnessUnknown {
        /// The time of the newest anchor; `None` when there is no anchor.
        since: Option<Timestamp>,
    },
    /// An anchor is newer than the log: the log is an old copy, or its end was cut off.
    Rollback {
        /// The anchor's source.
        source: String,
        /// The anchor's size.
        anchored: u64,
        /// The log's size.
        size: u64,
    },
    /// An anchor has the log's size but another root: two logs claim the same place.
    Fork {
        /// The anchor's source.
        source: String,
        /// The size of both.
        size: u64,
    },
    /// An anchor is older than the log, and the log does not continue it: its past was changed.
    Rewrite {
        /// The anchor's source.
        source: String,
        /// The anchor's size.
        anchored: u64,
    },
}

impl Verdict {
    /// Whether no anchor contradicts the log.
    pub const fn holds(&self) -> bool {
        matches!(self, Self::Consistent | Self::FreshnessUnknown { .. })
    }

    /// The stable code of this verdict.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Consistent => "SR-LOG-CONSISTENT",
            Self::FreshnessUnknown { .. } => "SR-LOG-FRESHNESS",
            Self::Rollback { .. } => "SR-LOG-ROLLBACK",
            Self::Fork { .. } => "SR-LOG-FORK",
            Self::Rewrite { .. } => "SR-LOG-REWRITE",
        }
    }

    /// The verdict's word, as reports and JSON carry it.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Consistent => "consistent",
            Self::FreshnessUnknown { .. } => "freshness-unknown",
            Self::Rollback { .. } => "ROLLBACK",
            Self::Fork { .. } => "FORK",
            Self::Rewrite { .. } => "REWRITE",
        }
    }

    /// How `head` contradicts `tree`; `None` when `tree` continues it (log-1 L16).
    pub(crate) fn compare(tree: &Tree, source: &str, head: &Checkpoint) -> Option<Self> {
        let (source, size) = (source.to_owned(), tree.size());
        match tree.root_at(head.size) {
            None => Some(Self::Rollback { source, anchored: head.size, size }),
            Some(root) if root == head.root => None,
            Some(_) if head.size == size => Some(Self::Fork { source, size }),
            Some(_) => Some(Self::Rewrite { source, anchored: head.size }),
        }
    }

    /// Orders verdicts by what must be looked at first.
    const fn weight(&self) -> u8 {
        match self {
            Self::Consistent => 0,
            Self::FreshnessUnknown { .. } => 1,
            Self::Rollback { .. } => 2,
            Self::Rewrite { .. } => 3,
            Self::Fork { .. } => 4,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Consistent => f.write_str("consistent"),
            Self::FreshnessUnknown { since: None } => {
                f.write_str("consistent, freshness unknown: no anchor was given")
            }
            Self::FreshnessUnknown { since: Some(since) } => {
                write!(f, "consistent, freshness unknown since {since}")
            }
            Self::Rollback { source, anchored, size } => {
                write!(f, "ROLLBACK: {source} knows {anchored} entries, the log has only {size}")
            }
            Self::Fork { source, size } => {
                write!(f, "FORK: {source} knows another log of {size} entries")
            }
            Self::Rewrite { source, anchored } => {
                write!(f, "REWRITE: the first {anchored} entries are not those that {source} knows")
            }
        }
    }
}

/// One anchor and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnchorFinding {
    /// The anchor.
    pub anchor: Anchor,
    /// How it contradicts the log; `None` when it holds.
    pub contradiction: Option<Verdict>,
    /// The time, as claimed, of the last entry that it covers; `None` when it does not hold or
    /// covers none.
    pub covers: Option<Timestamp>,
}

/// What verifying a log found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The gravest thing found.
    pub verdict: Verdict,
    /// The number of whole entries.
    pub size: u64,
    /// The root over them.
    pub root: Digest,
    /// What each anchor says, in the order given.
    pub anchors: Vec<AnchorFinding>,
    /// What each head beside the log says, in the order given.
    pub beside: Vec<AnchorFinding>,
    /// Intents without an outcome, oldest first.
    pub open_intents: Vec<OpenIntent>,
    /// Bytes of an interrupted write at the end, to be cut when the log is next opened.
    pub torn_bytes: u64,
    /// Whole entries behind the checkpoint, to be acknowledged when the log is next opened.
    pub unacknowledged: u64,
    /// The newest registry act in the log, with the registry's state after it.
    pub last_act: Option<ActMark>,
}

/// Reads the whole log and compares it with `expectation`; changes nothing (log-1 L15, L16).
///
/// # Errors
///
/// [`AuditError`] when the log cannot be read as a log: damage names the first bad entry.
pub fn verify<S: LogStorage + ?Sized>(
    storage: &S,
    expectation: &Expectation,
) -> Result<Report, AuditError> {
    let scan = scan(storage, expectation.vault, &expectation.key, &mut |_| {})?;
    let origin = crate::origin(expectation.vault);
    let compared = |anchors: &[Anchor]| -> Result<Vec<_>, AuditError> {
        anchors.iter().map(|anchor| compare(&scan, &origin, anchor)).collect()
    };
    let anchors = compared(&expectation.anchors)?;
    let beside = compared(&expectation.beside)?;
    let holding = anchors.iter().filter(|finding| finding.contradiction.is_none());
    let newest = holding.max_by_key(|finding| finding.anchor.head.size);
    let newest = newest.map(|finding| {
        let AnchorFinding { anchor, covers, .. } = finding;
        (anchor.head.size, anchor.at.or(*covers))
    });
    let verdict = match newest {
        Some((size, _)) if size == scan.tree.size() => Verdict::Consistent,
        Some((_, since)) => Verdict::FreshnessUnknown { since },
        None => Verdict::FreshnessUnknown { since: None },
    };
    let all = anchors.iter().chain(&beside);
    let contradictions = all.filter_map(|finding| finding.contradiction.clone());
    let verdict = contradictions
        .chain(scan.contradiction())
        .fold(verdict, |worst, next| if next.weight() > worst.weight() { next } else { worst });
    Ok(Report {
        verdict,
        size: scan.tree.size(),
        root: scan.tree.root(),
        anchors,
        beside,
        torn_bytes: scan.torn_bytes,
        unacknowledged: scan.unacknowledged(),
        last_act: scan.state.last_act,
        open_intents: scan.state.open.into_values().collect(),
    })
}

fn compare(scan: &Scan, origin: &str, anchor: &Anchor) -> Result<AnchorFinding, AuditError> {
    if anchor.head.origin != origin {
        return Err(AuditError::CheckpointMalformed { reason: "it is about another log" });
    }
    let contradiction = Verdict::compare(&scan.tree, &anchor.source, &anchor.head);
    let last = anchor.head.size.checked_sub(1).and_then(|last| usize::try_from(last).ok());
    let covers = last.and_then(|last| scan.times.get(last).copied());
    let covers = covers.filter(|_| contradiction.is_none());
    Ok(AnchorFinding { anchor: anchor.clone(), contradiction, covers })
}
