//! What a genesis made, as machines read it.

use serde::Serialize;

use super::Work;
use crate::conduct::ConductError;
use crate::genesis::{Unagreed, Void};

/// What a genesis made, as machines read it.
#[derive(Debug, Serialize)]
pub struct Made {
    /// The key's name.
    pub key: String,
    /// Its public half.
    pub recipient: String,
    /// The recipient's fingerprint, in hexadecimal digits.
    pub fingerprint: String,
    /// The fingerprint as words.
    pub words: String,
    /// The effective split.
    pub split: String,
    /// Every share and where it lies.
    pub shares: Vec<MadeShare>,
    /// The minutes, as a path.
    pub minutes: String,
    /// The run of the ceremony.
    pub ceremony: String,
    /// What earlier, interrupted runs left and people must destroy.
    pub void: Vec<Void>,
    /// Keys of earlier, interrupted runs that are effective although nobody agreed with minutes.
    pub unagreed: Vec<Unagreed>,
}

/// One share of it.
#[derive(Debug, Serialize)]
pub struct MadeShare {
    /// The group's name.
    pub group: String,
    /// The member's number within the group, from 1.
    pub member: u8,
    /// Who holds it.
    pub holder: String,
    /// Whether it lies on a token.
    pub token: bool,
    /// What must be said of that token; none if there is nothing (envelope-1 E17).
    pub token_remark: Option<&'static str>,
    /// Whether it lies on a sheet.
    pub sheet: bool,
    /// A drill's text of the sheet, if there is a sheet.
    pub file: Option<String>,
}

impl Work<'_, '_> {
    /// Notes what the report says of each share, before the shares are forgotten.
    pub(super) fn shares_made(&mut self) -> Result<(), ConductError> {
        let mut made = Vec::new();
        for holder in self.genesis.holders() {
            let share = self.genesis.share(&holder)?;
            let place = share.record.place();
            let file = self.sheets.as_ref().map(|sheets| sheets.text_path(share));
            made.push(MadeShare {
                group: place.group_name.clone(),
                member: place.member + 1,
                holder: holder.clone(),
                token: self.tokens.contains_key(&holder),
                token_remark: self.tokens.get(&holder).and_then(|s| s.assurance().remark()),
                sheet: self.printed.contains(&holder),
                file: file.filter(|file| file.exists()).map(|file| file.display().to_string()),
            });
        }
        self.shares = made;
        Ok(())
    }
}
