//! Domain types on their way into and out of columns.

use std::error::Error;
use std::str::FromStr;

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use terms::Timestamp;

/// A column that holds the text form of `T`.
pub(crate) fn parsed<T>(value: ValueRef<'_>) -> FromSqlResult<T>
where
    T: FromStr<Err: Error + Send + Sync + 'static>,
{
    value.as_str()?.parse().map_err(|error| FromSqlError::Other(Box::new(error)))
}

/// A point in time as whole seconds.
pub(crate) struct At(pub(crate) Timestamp);

impl ToSql for At {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let seconds = i64::try_from(self.0.unix());
        Ok(seconds.map_err(|e| rusqlite::Error::ToSqlConversionFailure(Box::new(e)))?.into())
    }
}

impl FromSql for At {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let seconds = value.as_i64()?;
        let unix = u64::try_from(seconds).map_err(|_| FromSqlError::OutOfRange(seconds))?;
        Ok(Self(Timestamp::from_unix(unix)))
    }
}

/// A text column that holds the text form of `T`.
pub(crate) struct Text<T>(pub(crate) T);

impl<T: FromStr<Err: Error + Send + Sync + 'static>> FromSql for Text<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        parsed(value).map(Self)
    }
}
