//! What came of a ceremony, as a window shows it.

use engine::conduct::enrol::Enrolled;
use engine::conduct::health::Checked;
use engine::conduct::{genesis, health};
use engine::enrolment::{Passport, Puk};
use engine::restore::RestoreReport;
use serde::Serialize;

use crate::ipc::margin::MarginShown;
use crate::ipc::report::Report;

/// What came of a ceremony.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "is", rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) enum Outcome {
    /// A key, or new shares of one.
    #[serde(rename_all = "camelCase")]
    Key {
        /// Its name.
        key: String,
        /// Its public half.
        recipient: String,
        /// The fingerprint in words.
        fingerprint_words: String,
        /// The fingerprint in hexadecimal digits.
        fingerprint: String,
        /// Whether it was in use before, and only its shares are new.
        is_kept: bool,
        /// Where the minutes lie.
        minutes: String,
        /// What earlier runs left and people must destroy, as sentences.
        void: Vec<String>,
    },
    /// How the shares of a key stand.
    Shares {
        /// What was found.
        found: Box<SharesFound>,
    },
    /// Tokens that were admitted.
    Tokens {
        /// Each with its passport.
        tokens: Vec<PassportShown>,
        /// Where the minutes lie.
        minutes: String,
    },
    /// Restored data.
    Restored {
        /// What the restore did.
        report: Report,
    },
}

/// What a health ceremony found.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct SharesFound {
    key: String,
    proved: Vec<CopyShown>,
    unproved: Vec<CopyShown>,
    /// What holders who were here have and did not bring, in words.
    not_brought: Vec<String>,
    absent: Vec<AbsentShown>,
    margin: MarginShown,
    /// When the next copy is to be proved.
    next_due: Option<String>,
    minutes: String,
}

/// A copy of a share that was brought.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
struct CopyShown {
    holder: String,
    /// The token that it lies on; none for a sheet.
    token: Option<String>,
    is_sheet: bool,
    /// The code of what was wrong with it.
    code: Option<String>,
}

/// A holder who was not there.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
struct AbsentShown {
    holder: String,
    reason: String,
}

/// What is proved of a token that was admitted.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(specta::Type))]
pub(crate) struct PassportShown {
    serial: String,
    holder: String,
    model: String,
    form: String,
    firmware: String,
    is_virtual: bool,
    /// Whether its holder can unblock its PIN.
    has_puk: bool,
    /// When another one should take its place.
    replace_by: String,
    /// The known flaws of its firmware, in words.
    flaws: Vec<String>,
}

impl Outcome {
    pub(super) fn of_genesis(made: &genesis::Made, is_kept: bool) -> Self {
        let void = made.void.iter();
        let void = void.map(|void| format!("split {} ({})", void.split, void.holders.join(", ")));
        Self::Key {
            key: made.key.clone(),
            recipient: made.recipient.clone(),
            fingerprint_words: made.words.clone(),
            fingerprint: made.fingerprint.clone(),
            is_kept,
            minutes: made.minutes.clone(),
            void: void.collect(),
        }
    }

    pub(super) fn of_health(found: Checked) -> Self {
        let proved = |copy: health::Proved| CopyShown {
            holder: copy.holder,
            is_sheet: copy.token.is_none(),
            token: copy.token,
            code: None,
        };
        let unproved = |copy: health::Unproved| CopyShown {
            token: copy.token.map(|serial| serial.to_string()),
            is_sheet: copy.sheet,
            holder: copy.holder,
            code: Some(copy.code),
        };
        let absent = |away: health::Away| AbsentShown { holder: away.holder, reason: away.reason };
        Self::Shares {
            found: Box::new(SharesFound {
                key: found.key,
                proved: found.proved.into_iter().map(proved).collect(),
                unproved: found.unproved.into_iter().map(unproved).collect(),
                not_brought: found.not_brought,
                absent: found.absent.into_iter().map(absent).collect(),
                margin: MarginShown::of(&found.margin),
                next_due: found.next_due,
                minutes: found.minutes,
            }),
        }
    }

    pub(super) fn of_enrolment(done: Enrolled) -> Self {
        let tokens = done.tokens.iter().map(PassportShown::of).collect();
        Self::Tokens { tokens, minutes: done.minutes }
    }

    pub(super) fn of_restore(report: &RestoreReport) -> Self {
        Self::Restored { report: Report::of(report) }
    }
}

impl PassportShown {
    fn of(passport: &Passport) -> Self {
        let flaw = |flaw: &engine::enrolment::Flaw| format!("{}: {}", flaw.id, flaw.summary);
        Self {
            serial: passport.serial.to_string(),
            holder: passport.holder.clone(),
            model: passport.model.clone(),
            form: passport.form.clone(),
            firmware: passport.firmware.clone(),
            is_virtual: passport.is_virtual,
            has_puk: passport.puk == Puk::Chosen,
            replace_by: passport.replace.by.clone(),
            flaws: passport.flaws.iter().map(flaw).collect(),
        }
    }
}
