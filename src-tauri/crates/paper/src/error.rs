//! What can go wrong when a document is made or its code is read.

use terms::Problem;

/// Why there is no document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PaperError {
    /// A bundled font cannot be read: the program itself is damaged.
    #[error("the bundled font {name} cannot be read")]
    Font {
        /// The file's name.
        name: &'static str,
    },
    /// A share has another number of words than the sheet has places.
    #[error("a share has {expected} words, this one has {found}")]
    WordCount {
        /// The number that the sheet has places for.
        expected: usize,
        /// The number that was given.
        found: usize,
    },
    /// A word of a share is none of the standard's list: 4 to 8 small letters. The word is not
    /// repeated here.
    #[error("word {position} of the share is no word of the SLIP-39 list")]
    Word {
        /// Counts from 1.
        position: usize,
    },
    /// More than one code can hold.
    #[error("{length_bytes} bytes do not fit into a QR code")]
    CodeTooLong {
        /// The length of the text.
        length_bytes: usize,
    },
    /// A scanned text is no code of the expected kind.
    #[error("the scanned text is not the code of a {expected}")]
    NotACode {
        /// What was expected, as a noun.
        expected: &'static str,
    },
    /// A picture cannot be read.
    #[error("the picture cannot be read: {reason}")]
    Picture {
        /// What is wrong with it.
        reason: String,
    },
    /// No code is found in a picture.
    #[error("no code is found in the picture")]
    NoCode,
    /// The writer of the file format refused.
    #[error("the document cannot be written: {reason}")]
    Format {
        /// What the writer said.
        reason: String,
    },
}

impl Problem for PaperError {
    fn code(&self) -> &'static str {
        match self {
            Self::Font { .. } => "SR-PAPER-FONT",
            Self::WordCount { .. } => "SR-PAPER-WORD-COUNT",
            Self::Word { .. } => "SR-PAPER-WORD",
            Self::CodeTooLong { .. } => "SR-PAPER-CODE-TOO-LONG",
            Self::NotACode { .. } => "SR-PAPER-NOT-A-CODE",
            Self::Picture { .. } => "SR-PAPER-PICTURE",
            Self::NoCode => "SR-PAPER-NO-CODE",
            Self::Format { .. } => "SR-PAPER-FORMAT",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Font { .. } => "Install the program again and check its digest.",
            Self::WordCount { .. } | Self::Word { .. } => {
                "Print no sheet; check the share against its record first."
            }
            Self::CodeTooLong { .. } => "Shorten the names in this object, or report this.",
            Self::NotACode { .. } => "Scan the code on the right sheet again.",
            Self::Picture { .. } => {
                "Scan the sheet to a PNG file, in grey, at 200 to 300 dots an inch."
            }
            Self::NoCode => "Scan the whole first page, straight and in focus; or type the words.",
            Self::Format { .. } => "Report this with the code and the kind of document.",
        }
        .to_owned()
    }
}
