//! What a genesis does with tokens: whose they become, and that they open what is sealed to them.

use terms::Timestamp;
use terms::plain::escaped_line;
use token::{Assurance, Serial};

use super::Work;
use crate::conduct::{ConductError, Facts, PinQuestion, roster, typed_pin};

impl Work<'_, '_> {
    pub(super) fn enrol(
        &mut self,
        holder: &str,
        step: &str,
        now: Timestamp,
    ) -> Result<Facts, ConductError> {
        if let Some(facts) = self.own_token(holder)? {
            return Ok(facts);
        }
        let label = roster::label(self.answers, holder);
        let serial = match label {
            Some(label) => self.given.tokens(&mut self.drawer)?.0.labelled(label)?,
            None => self.new_token()?,
        };
        let (tokens, rng) = self.given.tokens(&mut self.drawer)?;
        let mut token = tokens.take(serial, rng)?;
        let pin = match label {
            // Its administrator has set the PIN, which is not a new one.
            Some(_) => typed_pin(self.room, &mut *token, (holder, serial, step))?,
            None => {
                let question = PinQuestion { holder, serial, tries_left: None, operation: step };
                self.room.pin(&question)?
            }
        };
        let (genesis, vault) = (&mut self.genesis, &mut self.vault);
        let enrolled = genesis.enrol(vault, holder, &mut *token, &pin.text, rng, now);
        tokens.put_back()?;
        let serial = enrolled?;
        self.tokens.insert(holder.to_owned(), serial);
        if serial.assurance() == Assurance::Claimed {
            return self.facts_of_unattested(holder, serial);
        }
        let puk = "not kept: if the PIN is blocked, nobody can unblock the token, and its holder \
                   needs the sheet or a new split";
        Ok(vec![
            (format!("Token of {holder}"), serial.to_string()),
            (format!("PUK of token {serial}"), puk.to_owned()),
        ])
    }

    /// What the minutes say of a token that attests nothing (envelope-1 E17).
    fn facts_of_unattested(&self, holder: &str, serial: Serial) -> Result<Facts, ConductError> {
        let row = self.vault.read().token(&serial.to_string())?;
        let reason = self.answers.unattested_tokens.as_deref().unwrap_or_default();
        Ok(vec![
            (format!("Token of {holder}"), serial.with_remark()),
            (format!("Token {serial}"), row.map(|row| row.model).unwrap_or_default()),
            (format!("Token {serial} is admitted"), escaped_line(reason.trim())),
        ])
    }

    /// A token that has a passport for the holder and is here: it is used as it is (decision 0502).
    fn own_token(&mut self, holder: &str) -> Result<Option<Facts>, ConductError> {
        let rows = self.vault.read().tokens()?.into_iter();
        let papers = self.vault.read().documents()?;
        let has_passport = |serial: &str| {
            let name = format!("passport-{serial}-");
            papers.iter().any(|paper| paper.kind == "passport" && paper.file.starts_with(&name))
        };
        let own = rows.filter(|row| row.person == holder && row.retired_at.is_none());
        // In a refresh the tokens that carry a share of this key are in use already, and in a
        // rotation those that carry one of the key that is replaced.
        let carries = match (&self.old, &self.replaced) {
            (Some(old), _) => old.tokens(&self.vault, holder)?,
            (None, Some(replaced)) => replaced.tokens(&self.vault, holder)?,
            (None, None) => Vec::new(),
        };
        let is_used = |serial: &str| carries.iter().any(|own| own.to_string() == *serial);
        let own = own.filter(|row| is_used(&row.serial) || has_passport(&row.serial));
        let (tokens, rng) = self.given.tokens(&mut self.drawer)?;
        for row in own {
            let Ok(number) = row.serial.parse() else { continue };
            let is_here = tokens.take(Serial(number), rng).is_ok_and(|mut t| t.identity().is_ok());
            tokens.put_back()?;
            if is_here {
                self.tokens.insert(holder.to_owned(), Serial(number));
                let token = Serial(number).with_remark();
                let value = format!("{token}, enrolled {}", row.enrolled_at);
                return Ok(Some(vec![(format!("Token of {holder}"), value)]));
            }
        }
        Ok(None)
    }

    /// The token that somebody gets now: nobody has it yet, neither before nor in this ceremony.
    fn new_token(&mut self) -> Result<Serial, ConductError> {
        let (vault, given_out) = (&self.vault, &self.tokens);
        let is_known = |serial: Serial| {
            let is_enrolled = matches!(vault.read().token(&serial.to_string()), Ok(Some(_)));
            is_enrolled || given_out.values().any(|other| *other == serial)
        };
        let (tokens, rng) = self.given.tokens(&mut self.drawer)?;
        Ok(tokens.new_token(&is_known, rng)?)
    }

    pub(super) fn prove_token(&mut self, holder: &str, step: &str) -> Result<Facts, ConductError> {
        let serial = self.serial(holder)?;
        let (tokens, rng) = self.given.tokens(&mut self.drawer)?;
        let mut token = tokens.take(serial, rng)?;
        let pin = typed_pin(self.room, &mut *token, (holder, serial, step))?;
        let room = &mut *self.room;
        let mut touch = |touch| room.touch(holder, touch);
        let (genesis, vault) = (&mut self.genesis, &mut self.vault);
        let proved = genesis.prove_token(vault, holder, &mut *token, &pin.as_pin(), &mut touch);
        // The counter of tries changed, whether or not the PIN was right.
        tokens.put_back()?;
        proved?;
        Ok(Facts::new())
    }

    pub(super) fn serial(&self, holder: &str) -> Result<Serial, ConductError> {
        let missing = || ConductError::NowhereToGo { holder: holder.to_owned() };
        self.tokens.get(holder).copied().ok_or_else(missing)
    }
}
