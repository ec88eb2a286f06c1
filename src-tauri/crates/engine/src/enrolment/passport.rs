//! The passport of a token: what it is, proved, and until when it should be used.

use registry::{Reader, RegistryError, TokenRow};
use serde::Serialize;
use terms::hex::digits;
use terms::{CeremonyId, Environment, Timestamp};
use token::advisory::{self, LIST_ENDS, Reach};
use token::{Firmware, named};

use super::Prepared;
use crate::vault::{Vault, VaultError};

/// How long a token is used unless the vault says otherwise, in months: it has no battery, but
/// firmware cannot be renewed, and plugs and plastic age.
const LIFETIME_MONTHS: u32 = 60;
const LIFETIME_SETTING: &str = "token.lifetime_months";
/// A month as a twelfth of a year of the Gregorian calendar, in seconds.
const MONTH_S: u64 = 2_629_746;

/// What is proved of a token and on the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Passport {
    /// Its serial number.
    pub serial: u32,
    /// Whose it is.
    pub holder: String,
    /// The maker's name for it.
    pub model: String,
    /// Its form and series, from the attestation.
    pub form: String,
    /// Its firmware, from the attestation.
    pub firmware: String,
    /// For drills only: its keys protect nothing.
    pub is_virtual: bool,
    /// SHA-256 of the root certificate that the attestation leads to.
    pub attested_by: String,
    /// The key in slot 9d that shares are sealed to: a P-256 point in hexadecimal digits.
    pub agreement_key: String,
    /// The key in slot 9c that approvals are signed with, the same way.
    pub signing_key: String,
    /// Who can unblock its PIN.
    pub puk: Puk,
    /// What was on it before it was erased for this enrolment; usually nothing.
    pub erased: Option<String>,
    /// When it was enrolled, in RFC 3339.
    pub enrolled: String,
    /// When another one should take its place.
    pub replace: Replacement,
    /// The known flaws of its firmware.
    pub flaws: Vec<Flaw>,
    /// The month up to which this program knows flaws.
    pub flaws_known_until: &'static str,
    /// The ceremony.
    pub ceremony: String,
}

/// Who can unblock the PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Puk {
    /// Its holder, who chose the PUK.
    Chosen,
    /// Nobody: it was drawn at random and not kept.
    Forgotten,
}

/// When a token should be replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Replacement {
    /// The day, in RFC 3339.
    pub by: String,
    /// Why then.
    pub because: &'static str,
}

/// A published flaw of a firmware.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Flaw {
    /// The maker's number for it.
    pub id: &'static str,
    /// What goes wrong.
    pub summary: &'static str,
    /// Whether keys of shares or approvals can come to light.
    pub reaches_our_keys: bool,
}

/// What a passport says that the token does not.
pub(super) struct Facts<'a> {
    pub(super) ceremony: CeremonyId,
    pub(super) environment: Environment,
    pub(super) lifetime_months: u32,
    pub(super) program: &'a str,
    pub(super) now: Timestamp,
}

impl Flaw {
    /// The known flaws of a firmware.
    pub fn of(firmware: Firmware) -> Vec<Self> {
        let flaw = |advisory: &advisory::Advisory| Self {
            id: advisory.id,
            summary: advisory.summary,
            reaches_our_keys: advisory.reach == Reach::OurKeys,
        };
        advisory::of(firmware).map(flaw).collect()
    }
}

impl Replacement {
    /// At the end of its life, or at once if its firmware lets keys come to light.
    pub fn of(flaws: &[Flaw], enrolled: Timestamp, lifetime_months: u32, now: Timestamp) -> Self {
        if flaws.iter().any(|flaw| flaw.reaches_our_keys) {
            return Self { by: now.to_string(), because: "its firmware lets keys come to light" };
        }
        let by = enrolled.unix() + u64::from(lifetime_months) * MONTH_S;
        Self { by: Timestamp::from_unix(by).to_string(), because: "its time is over then" }
    }
}

/// Sets how long the vault uses tokens from their enrolment on, in months.
///
/// # Errors
///
/// The vault cannot be written.
pub fn set_lifetime(
    vault: &mut Vault,
    months: u32,
    actor: &str,
    now: Timestamp,
) -> Result<(), VaultError> {
    let reason = format!("a token is used for {months} months");
    vault.perform("token.lifetime", actor, &reason, now, |act| {
        act.set_setting(LIFETIME_SETTING, &months.to_string())
    })
}

/// How long the vault uses tokens from their enrolment on, in months.
///
/// # Errors
///
/// The registry cannot be read.
pub fn lifetime_months(reader: &Reader<'_>) -> Result<u32, RegistryError> {
    let text = reader.setting(LIFETIME_SETTING)?;
    let months = text.and_then(|text| text.parse().ok()).filter(|months| *months > 0);
    Ok(months.unwrap_or(LIFETIME_MONTHS))
}

/// The known flaws of an enrolled token.
pub fn flaws_of(token: &TokenRow) -> Vec<Flaw> {
    Flaw::of(firmware_of(token))
}

/// When an enrolled token should be replaced.
///
/// # Errors
///
/// The registry cannot be read.
pub fn replacement_of(
    reader: &Reader<'_>,
    token: &TokenRow,
    now: Timestamp,
) -> Result<Replacement, RegistryError> {
    let months = lifetime_months(reader)?;
    Ok(Replacement::of(&flaws_of(token), token.enrolled_at, months, now))
}

/// The firmware as it was enrolled; what is no version is older than everything.
pub(crate) fn firmware_of(token: &TokenRow) -> Firmware {
    let mut numbers = token.firmware.split('.').map(|part| part.parse().unwrap_or(0));
    let mut next = || numbers.next().unwrap_or(0);
    Firmware(next(), next(), next())
}

impl Passport {
    pub(super) fn of(prepared: &Prepared, facts: &Facts<'_>) -> Self {
        let (attested, identity) = (&prepared.attested, &prepared.enrolled.identity);
        let flaws = Flaw::of(attested.firmware());
        let replace = Replacement::of(&flaws, facts.now, facts.lifetime_months, facts.now);
        Self {
            serial: attested.serial().0,
            holder: prepared.holder.clone(),
            model: identity.model.clone(),
            form: attested.form().to_string(),
            firmware: attested.firmware().to_string(),
            is_virtual: identity.is_virtual,
            attested_by: attested.root().to_string(),
            agreement_key: digits(prepared.enrolled.key_agreement.as_bytes()),
            signing_key: digits(prepared.enrolled.signature.as_bytes()),
            puk: prepared.puk,
            erased: (!prepared.erased.is_empty()).then(|| named(&prepared.erased)),
            enrolled: facts.now.to_string(),
            replace,
            flaws,
            flaws_known_until: LIST_ENDS,
            ceremony: facts.ceremony.to_string(),
        }
    }

    /// The passport as machines read it.
    pub(super) fn json(&self) -> Vec<u8> {
        let mut text = serde_json::to_vec_pretty(self).unwrap_or_default();
        text.push(b'\n');
        text
    }

    /// The passport as people read it.
    pub(super) fn paper<'a>(
        &self,
        facts: &Facts<'a>,
        log_head: &'a str,
    ) -> paper::TokenPassport<'a> {
        paper::TokenPassport {
            environment: facts.environment,
            serial: self.serial.to_string(),
            holder: self.holder.clone(),
            facts: self.lines(),
            warnings: self.warnings(),
            enrolled: facts.now,
            ceremony: facts.ceremony,
            log_head,
            program: facts.program,
        }
    }

    fn lines(&self) -> Vec<(String, String)> {
        let line = |label: &str, value: String| (label.to_owned(), value);
        let puk = match self.puk {
            Puk::Chosen => "chosen by its holder, who keeps it apart from the token",
            Puk::Forgotten => "not kept: a PIN that is blocked stays blocked",
        };
        let mut lines = vec![
            line("Model", format!("{}, {}", self.model, self.form)),
            line("Firmware", self.firmware.clone()),
            line("Attested by", self.attested_by.clone()),
            line("Key for shares (9d)", self.agreement_key.clone()),
            line("Key for approvals (9c)", self.signing_key.clone()),
            line("Uses", "PIN and touch, each time; both keys were made in the token".to_owned()),
            line("Management key", "random, in the token behind its PIN".to_owned()),
            line("PUK", puk.to_owned()),
            line("Self-test", "both keys were used once and answered rightly".to_owned()),
            line("Replace by", format!("{}: {}", self.replace.by, self.replace.because)),
        ];
        lines.extend(self.erased.clone().map(|what| line("Erased before", what)));
        let flaws = self.flaws.iter().filter(|flaw| !flaw.reaches_our_keys);
        lines.extend(flaws.map(|flaw| line(flaw.id, format!("{}; not used here", flaw.summary))));
        let until = format!("known to this program up to {}", self.flaws_known_until);
        lines.push(line("Advisories", until));
        lines
    }

    fn warnings(&self) -> Vec<String> {
        let flaws = self.flaws.iter().filter(|flaw| flaw.reaches_our_keys);
        let mut warnings: Vec<_> =
            flaws.map(|flaw| format!("{}: {}", flaw.id, flaw.summary)).collect();
        if self.is_virtual {
            warnings.push("a virtual token, for drills only: it protects nothing".to_owned());
        }
        warnings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

    #[test]
    fn firmware_that_lets_keys_come_to_light_is_to_be_replaced_at_once() {
        let flaws = Flaw::of(Firmware(5, 4, 3));
        let later = Timestamp::from_unix(NOW.unix() + 1000);
        assert_eq!(Replacement::of(&flaws, NOW, 60, later).by, later.to_string());
        // A flaw that does not touch our keys changes nothing.
        let mut flaws = Flaw::of(Firmware(4, 3, 4));
        flaws.retain(|flaw| !flaw.reaches_our_keys);
        assert!(!flaws.is_empty());
        let by = Timestamp::from_unix(NOW.unix() + 60 * MONTH_S);
        assert_eq!(Replacement::of(&flaws, NOW, 60, later).by, by.to_string());
    }
}
