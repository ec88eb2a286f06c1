//! What is wrong with a transcript.

use registry::RegistryError;
use terms::plain::escaped_line;
use terms::{Digest, Problem};

use crate::vault::VaultError;

/// Why a transcript is not believed, or cannot be exported. The first thing that is wrong is named.
#[derive(Debug, thiserror::Error)]
pub enum TranscriptError {
    /// The file is no transcript.
    #[error("this is no transcript: {what}")]
    Malformed {
        /// What is wrong.
        what: String,
    },
    /// A field is not what was put on the record.
    #[error("the field {} was changed: its digest is another one", escaped_line(path))]
    Field {
        /// Its path.
        path: String,
    },
    /// The digests are not those that the log names.
    #[error("the list of digests was changed: its root {root} is not in the closing entry")]
    Digests {
        /// The root of the list.
        root: Digest,
    },
    /// The entry of the log closes no ceremony.
    #[error("the closing entry of the log was changed, or is another one: {what}")]
    Entry {
        /// What is wrong.
        what: String,
    },
    /// The proof does not lead from the entry to the head.
    #[error("the proof that the log has the closing entry was changed, or the entry itself")]
    Proof,
    /// The head of the log is not signed by the key that the file names.
    #[error("the head of the log was changed, or its signature, or its key: {what}")]
    Head {
        /// What is wrong.
        what: String,
    },
    /// The key, the head or the script is not the one that came another way.
    #[error("{what} of the transcript is not the one that was given to compare with")]
    Unexpected {
        /// What it is.
        what: &'static str,
    },
    /// The script's text is not what its digest says.
    #[error("the script was changed: its digest is another one")]
    Script,
    /// What stands in the fields cannot have happened in this order.
    #[error("the script does not run with these people and lines: {why}")]
    Run {
        /// Why.
        why: String,
    },
    /// A text that is to be withheld is in no field.
    #[error("\u{201c}{text}\u{201d} is in no field of the transcript, so nothing was written")]
    Nowhere {
        /// The text.
        text: String,
    },
    /// There is no transcript of this ceremony.
    #[error("there is no transcript of this ceremony in the vault")]
    None,
    /// The document in the vault is not the one that was recorded.
    #[error("the vault's copy of the transcript was changed")]
    Copy,
    /// The vault cannot be read.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl From<RegistryError> for TranscriptError {
    fn from(error: RegistryError) -> Self {
        Self::Vault(error.into())
    }
}

impl Problem for TranscriptError {
    fn code(&self) -> &'static str {
        match self {
            Self::Malformed { .. } => "SR-TRANSCRIPT-MALFORMED",
            Self::Field { .. } => "SR-TRANSCRIPT-FIELD",
            Self::Digests { .. } => "SR-TRANSCRIPT-DIGESTS",
            Self::Entry { .. } => "SR-TRANSCRIPT-ENTRY",
            Self::Proof => "SR-TRANSCRIPT-PROOF",
            Self::Head { .. } => "SR-TRANSCRIPT-HEAD",
            Self::Unexpected { .. } => "SR-TRANSCRIPT-UNEXPECTED",
            Self::Script => "SR-TRANSCRIPT-SCRIPT",
            Self::Run { .. } => "SR-TRANSCRIPT-RUN",
            Self::Nowhere { .. } => "SR-TRANSCRIPT-NOWHERE",
            Self::None => "SR-TRANSCRIPT-NONE",
            Self::Copy => "SR-TRANSCRIPT-COPY",
            Self::Vault(error) => error.code(),
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Malformed { .. } => "Ask for the file again, as ceremony export wrote it.".into(),
            Self::Field { .. }
            | Self::Digests { .. }
            | Self::Entry { .. }
            | Self::Proof
            | Self::Head { .. }
            | Self::Script
            | Self::Run { .. } => {
                "Keep this file as evidence, and ask for another copy from the vault.".into()
            }
            Self::Unexpected { .. } => {
                "Find out which of the two is the right one before you believe either.".into()
            }
            Self::Nowhere { .. } => {
                "Compare the spelling with the minutes; each text is withheld where it stands."
                    .into()
            }
            Self::None => {
                "Ceremonies have one since this version of the program, and once they are over; \
                 see strongroom ceremony show."
                    .into()
            }
            Self::Copy => {
                "Put the vault's folder documents back from a backup; strongroom fsck names what \
                 is missing."
                    .into()
            }
            Self::Vault(error) => error.remedy(),
        }
    }
}
