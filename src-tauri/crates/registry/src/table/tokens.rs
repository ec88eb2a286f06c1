//! Table `tokens`: which token is whose.

use rusqlite::Row;
use terms::Timestamp;

use crate::code::codes;
use crate::value::At;
use crate::{Act, Reader, RegistryError, WhyRetired};

codes! {
    /// What a token is made of.
    TokenKind, "hardware or virtual":
    /// A device.
    Hardware = "hardware",
    /// Software; admitted in a drill vault only.
    Virtual = "virtual",
}

/// An enrolled token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRow {
    /// The serial number as printed on it.
    pub serial: String,
    /// What it is made of.
    pub kind: TokenKind,
    /// The model's name.
    pub model: String,
    /// The firmware's version.
    pub firmware: String,
    /// Whose it is.
    pub person: String,
    /// The public key that envelopes are sealed to, as the token crate encodes it.
    pub agreement_key: Vec<u8>,
    /// The public key that approvals are signed with, as the token crate encodes it.
    pub signing_key: Vec<u8>,
    /// The attestation chain, if the token gave one.
    pub attestation: Option<Vec<u8>>,
    /// When it was enrolled.
    pub enrolled_at: Timestamp,
    /// When it was retired.
    pub retired_at: Option<Timestamp>,
}

const COLUMNS: &str = "SELECT serial, kind, model, firmware, person, agreement_key, signing_key, \
                       attestation, enrolled_at, retired_at FROM tokens";

impl Reader<'_> {
    /// All tokens, by serial number.
    ///
    /// # Errors
    ///
    /// When SQLite cannot read.
    pub fn tokens(&self) -> Result<Vec<TokenRow>, RegistryError> {
        self.rows(&format!("{COLUMNS} ORDER BY serial"), [], read)
    }

    /// The token of that serial number.
    ///
    /// # Errors
    ///
    /// When SQLite cannot read.
    pub fn token(&self, serial: &str) -> Result<Option<TokenRow>, RegistryError> {
        self.row(&format!("{COLUMNS} WHERE serial = ?1"), [serial], read)
    }
}

impl Act<'_> {
    /// Enrols a token; `retired_at` is left out.
    ///
    /// # Errors
    ///
    /// When the serial number is known, the person is not, or a virtual token is to be enrolled
    /// in a vault that is not for drills.
    pub fn add_token(&self, token: &TokenRow) -> Result<(), RegistryError> {
        let sql = "INSERT INTO tokens (serial, kind, model, firmware, person, agreement_key, \
                   signing_key, attestation, enrolled_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, \
                   ?8, ?9)";
        let row = (
            &token.serial,
            token.kind,
            &token.model,
            &token.firmware,
            &token.person,
            &token.agreement_key,
            &token.signing_key,
            &token.attestation,
            At(token.enrolled_at),
        );
        self.execute(sql, row).map(|_| ())
    }

    /// Retires a token for good: its envelopes stay, and count no more.
    ///
    /// # Errors
    ///
    /// When there is no such token in use.
    pub fn retire_token(&self, serial: &str, why: WhyRetired) -> Result<(), RegistryError> {
        let sql = "UPDATE tokens SET retired_at = ?2 WHERE serial = ?1 AND retired_at IS NULL";
        self.execute_one("token in use", sql, (serial, At(self.at())))?;
        let sql = "INSERT INTO retirements (token, why) VALUES (?1, ?2)";
        self.execute(sql, (serial, why)).map(|_| ())
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<TokenRow> {
    Ok(TokenRow {
        serial: row.get(0)?,
        kind: row.get(1)?,
        model: row.get(2)?,
        firmware: row.get(3)?,
        person: row.get(4)?,
        agreement_key: row.get(5)?,
        signing_key: row.get(6)?,
        attestation: row.get(7)?,
        enrolled_at: row.get::<_, At>(8)?.0,
        retired_at: row.get::<_, Option<At>>(9)?.map(|at| at.0),
    })
}
