//! What can be wrong with an age file.

use std::io;

use terms::Problem;

use crate::KeysError;

/// Why an age file was not opened, or not to its end.
#[derive(Debug, thiserror::Error)]
pub enum AgeError {
    /// The header is not one of age version 1.
    #[error("this is not an age file that can be read: {reason}")]
    Header {
        /// What about it is wrong.
        reason: &'static str,
    },
    /// No stanza opens with the key that was given.
    #[error("the age file was not encrypted to this master key")]
    OtherKey,
    /// A file key was found, but the header does not carry its authentication code.
    #[error("the header of the age file was altered")]
    HeaderAltered,
    /// A chunk does not authenticate, is missing, or lies behind the end.
    #[error("the age file is damaged or cut off in its chunk {chunk}")]
    Payload {
        /// Number of the chunk, from 0; each holds 64 KiB.
        chunk: u64,
    },
    /// The file cannot be written for this recipient.
    #[error(transparent)]
    Recipient(#[from] KeysError),
    /// The source or the sink failed.
    #[error("the age file cannot be read or written")]
    Io(#[from] io::Error),
}

impl Problem for AgeError {
    fn code(&self) -> &'static str {
        match self {
            Self::Header { .. } => "SR-AGE-HEADER",
            Self::OtherKey => "SR-AGE-OTHER-KEY",
            Self::HeaderAltered => "SR-AGE-HEADER-ALTERED",
            Self::Payload { .. } => "SR-AGE-PAYLOAD",
            Self::Recipient(error) => error.code(),
            Self::Io(_) => "SR-AGE-IO",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Header { .. } => "Give the binary file as age wrote it, without armor.",
            Self::OtherKey => "Bring the shares of the master key it was encrypted to.",
            Self::HeaderAltered | Self::Payload { .. } => "Use another copy of the file.",
            Self::Recipient(error) => return error.remedy(),
            Self::Io(_) => "Look at the medium and its free space, then try again.",
        }
        .to_owned()
    }
}

/// So that a chunk's failure passes through `Read` and can be had back by downcasting.
impl From<AgeError> for io::Error {
    fn from(error: AgeError) -> Self {
        match error {
            AgeError::Io(error) => error,
            other => io::Error::new(io::ErrorKind::InvalidData, other),
        }
    }
}
