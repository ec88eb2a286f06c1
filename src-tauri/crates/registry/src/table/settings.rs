//! Table `settings`: texts by name.

use crate::{Act, Reader, RegistryError};

impl Reader<'_> {
    /// The setting of that name.
    ///
    /// # Errors
    ///
    /// When SQLite cannot read.
    pub fn setting(&self, name: &str) -> Result<Option<String>, RegistryError> {
        self.row("SELECT value FROM settings WHERE name = ?1", [name], |row| row.get(0))
    }

    /// All settings, by name.
    ///
    /// # Errors
    ///
    /// When SQLite cannot read.
    pub fn settings(&self) -> Result<Vec<(String, String)>, RegistryError> {
        let sql = "SELECT name, value FROM settings ORDER BY name";
        self.rows(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))
    }
}

impl Act<'_> {
    /// Sets the setting of that name.
    ///
    /// # Errors
    ///
    /// When the name is empty or too long.
    pub fn set_setting(&self, name: &str, value: &str) -> Result<(), RegistryError> {
        let sql = "INSERT INTO settings (name, value) VALUES (?1, ?2) \
                   ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        self.execute(sql, (name, value)).map(|_| ())
    }
}
