//! Texts that stand for the values of an enum, in the database and on screens.

/// Declares an enum whose values are stored as the given texts.
macro_rules! codes {
    (
        $(#[$doc:meta])* $name:ident, $expected:literal:
        $($(#[$about:meta])* $value:ident = $text:literal),+ $(,)?
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$about])* $value,)+
        }

        impl $name {
            /// All values in the order in which screens list them.
            pub const ALL: &'static [Self] = &[$(Self::$value),+];

            /// The text that stands for it.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$value => $text,)+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = terms::ParseError;

            fn from_str(text: &str) -> Result<Self, terms::ParseError> {
                match text {
                    $($text => Ok(Self::$value),)+
                    _ => Err(terms::ParseError::new(text, $expected)),
                }
            }
        }

        impl rusqlite::ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
                self.as_str().to_sql()
            }
        }

        impl rusqlite::types::FromSql for $name {
            fn column_result(
                value: rusqlite::types::ValueRef<'_>,
            ) -> rusqlite::types::FromSqlResult<Self> {
                crate::value::parsed(value)
            }
        }
    };
}

pub(crate) use codes;
