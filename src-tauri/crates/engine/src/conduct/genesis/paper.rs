//! Sheets of a genesis: they are made, proved, and their files removed.

use super::Work;
use crate::conduct::{ConductError, Facts, PrintJob};

impl Work<'_, '_> {
    /// Makes the sheet of `holder`, and has it printed.
    pub(super) fn print(&mut self, holder: &str) -> Result<Facts, ConductError> {
        let Some(sheets) = &self.sheets else { return Ok(Facts::new()) };
        let share = self.genesis.share(holder)?;
        let commitment = share.record.commitment().to_words();
        sheets.write(share, &self.policy)?;
        let (file, stays) = (sheets.pdf_path(share), sheets.stay());
        if let Err(error) = self.room.print(&PrintJob { holder, file: &file, stays }) {
            sheets.remove(share)?;
            return Err(error.into());
        }
        self.printed.insert(holder.to_owned());
        Ok(vec![(format!("Check words of {holder}"), commitment)])
    }

    /// `holder` types the words of the sheet back.
    pub(super) fn prove_sheet(&mut self, holder: &str) -> Result<Facts, ConductError> {
        let words = match (self.room.words(holder)?, &self.sheets) {
            (Some(words), _) => words,
            (None, Some(sheets)) => sheets.read_back(self.genesis.share(holder)?)?,
            (None, None) => return Ok(Facts::new()),
        };
        self.genesis.prove_sheet(holder, &words)?;
        self.remove_sheet(holder)
    }

    /// Removes the file of a real sheet: from its proof on the paper alone holds the share.
    fn remove_sheet(&self, holder: &str) -> Result<Facts, ConductError> {
        let real = self.sheets.as_ref().filter(|sheets| !sheets.stay());
        let Some(sheets) = real else { return Ok(Facts::new()) };
        let was_there = sheets.remove(self.genesis.share(holder)?)?;
        let removed = was_there.then(|| (format!("Sheet of {holder}"), "file removed".to_owned()));
        Ok(removed.into_iter().collect())
    }

    /// Removes what is left of real sheets when the ceremony is given up before their proof.
    pub(super) fn remove_sheets(&self) -> Facts {
        let mut facts = Facts::new();
        for holder in self.genesis.holders() {
            match self.remove_sheet(&holder) {
                Ok(removed) => facts.extend(removed),
                // Nothing was split, or nothing is held any more: then there is no file either.
                Err(ConductError::Genesis(_)) => {}
                Err(error) => facts.push((format!("Sheet of {holder}"), error.to_string())),
            }
        }
        facts
    }
}
