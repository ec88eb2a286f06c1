//! Reading the registry.

use rusqlite::{Connection, Params, Row};

use crate::RegistryError;

/// What the registry holds at this moment; the tables' modules say what can be asked.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'c> {
    pub(crate) connection: &'c Connection,
}

impl Reader<'_> {
    /// All rows of `sql`, each through `read`.
    pub(crate) fn rows<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, RegistryError> {
        let doing = RegistryError::sql("read");
        let mut statement = self.connection.prepare_cached(sql).map_err(&doing)?;
        let rows = statement.query_map(params, read).map_err(&doing)?;
        rows.collect::<Result<_, _>>().map_err(doing)
    }

    /// The first row of `sql`, if there is one.
    pub(crate) fn row<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, RegistryError> {
        self.rows(sql, params, read).map(|rows| rows.into_iter().next())
    }
}
