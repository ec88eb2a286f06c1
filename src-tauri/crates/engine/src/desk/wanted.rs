//! What a person is asked for, in words.

use std::fmt;

/// A medium that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The volume, from 1; none if it is the last one and its number is not known yet.
    pub volume: Option<u32>,
    /// How many volumes the set has, once that is known.
    pub volumes: Option<u32>,
    /// What people call the archive; none if any archive will do.
    pub label: Option<String>,
    /// What is in the drive instead.
    pub found: InDrive,
}

/// What is in the drive instead of what is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InDrive {
    /// No medium, or one without a volume on it.
    Nothing,
    /// Files that are called volumes and of which nothing is recognised at either end.
    Unreadable,
    /// Another volume of the same archive.
    Other {
        /// Its number.
        volume: u32,
    },
    /// A volume of another archive.
    Foreign {
        /// What people call that.
        label: String,
        /// Its number.
        volume: u32,
    },
}

impl fmt::Display for Wanted {
    /// For example `Insert volume 3 of 7 of Ledger.`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let label = self.label.as_deref().unwrap_or("the archive");
        match (self.volume, self.volumes) {
            (Some(volume), Some(volumes)) => {
                write!(f, "Insert volume {volume} of {volumes} of {label}.")
            }
            (Some(volume), None) => write!(f, "Insert volume {volume} of {label}."),
            (None, _) => write!(f, "Insert the last volume of {label}: it carries the index."),
        }
    }
}

impl fmt::Display for InDrive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => write!(f, "There is no volume in the drive."),
            Self::Unreadable => write!(
                f,
                "What is in the drive cannot be recognised: it is damaged, or no archive. Clean \
                 it, or bring another copy."
            ),
            Self::Other { volume } => {
                write!(f, "In the drive is volume {volume} of the same archive.")
            }
            Self::Foreign { label, volume } => {
                write!(f, "In the drive is volume {volume} of another archive, {label}.")
            }
        }
    }
}
