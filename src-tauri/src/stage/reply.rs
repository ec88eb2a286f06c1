//! What a window can say to a ceremony.

use engine::conduct::Decision;
use serde::Deserialize;

/// What a window can say.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "is", rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) enum Reply {
    /// About the step of now, or about going on after a rest.
    Decide {
        /// What was decided.
        decision: Decided,
    },
    /// Whether to try the failed step again.
    Again {
        /// Yes or no.
        again: bool,
    },
    /// A drill's token was put in or taken out.
    #[serde(rename_all = "camelCase")]
    Token {
        /// Whose.
        holder: String,
        /// In or out.
        is_in: bool,
    },
    /// The restore rests at its next safe point, or goes on.
    Rest {
        /// Rests or goes on.
        rests: bool,
    },
    /// The restore stops at its next safe point; what it did is not lost.
    Stop,
}

/// What people decide about a step.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "is", rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) enum Decided {
    /// It is done and confirmed.
    Done,
    /// Something went otherwise than written, and two people answer for what was decided.
    Deviation {
        /// What was expected.
        expected: String,
        /// What happened.
        happened: String,
        /// What was decided.
        decided: String,
        /// Who decided.
        by: String,
        /// Who countersigned.
        countersigned: String,
    },
    /// The ceremony rests, and what is secret lies sealed.
    Rest {
        /// Where everything secret is, and under which seals.
        secrets: String,
        /// How many people leave.
        heads: u32,
    },
    /// It goes on after a rest.
    GoesOn {
        /// What the seals look like.
        seals: String,
        /// How many people are back.
        heads: u32,
    },
    /// The person who is asked to agree does not.
    Disagree {
        /// Why.
        reason: String,
    },
    /// The ceremony is given up.
    GiveUp {
        /// Why.
        reason: String,
    },
}

impl Decided {
    /// The decision about a step; none of them is about going on after a rest.
    pub(super) fn about_step(self) -> Option<Decision> {
        Some(match self {
            Self::Done => Decision::Done,
            Self::Deviation { expected, happened, decided, by, countersigned } => {
                Decision::Deviation { expected, happened, decided, by, countersigned }
            }
            Self::Rest { secrets, heads } => Decision::Rest { secrets, heads },
            Self::Disagree { reason } => Decision::Disagree { reason },
            Self::GiveUp { reason } => Decision::GiveUp { reason },
            Self::GoesOn { .. } => return None,
        })
    }
}
