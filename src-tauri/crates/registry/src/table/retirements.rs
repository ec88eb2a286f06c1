//! Table `retirements`: why tokens were retired.

use crate::code::codes;
use crate::{Reader, RegistryError};

codes! {
    /// What became of a token that is no longer used.
    WhyRetired, "a reason to retire a token":
    /// Nobody knows where it is.
    Lost = "lost",
    /// Somebody else has it.
    Stolen = "stolen",
    /// It works no more, or its PIN and PUK are blocked.
    Broken = "broken",
    /// Another one took its place.
    Replaced = "replaced",
    /// It is not needed.
    Surplus = "surplus",
}

impl Reader<'_> {
    /// Why the token was retired; none if it is in use, or was retired by an older program.
    ///
    /// # Errors
    ///
    /// When SQLite cannot read.
    pub fn why_retired(&self, serial: &str) -> Result<Option<WhyRetired>, RegistryError> {
        self.row("SELECT why FROM retirements WHERE token = ?1", [serial], |row| row.get(0))
    }
}
