//! What can go wrong between the asker and the window.

use std::io;
use std::path::PathBuf;

use terms::{CanonError, Problem};

/// Why bytes are no request or no answer of entry-1, or why a request cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The pipe ended or failed.
    #[error("the pipe to the entry window ended early: {0}")]
    Pipe(#[from] io::Error),
    /// The name or the version is another, entry-1 E1 and E12.
    #[error("the frame has another name or version than entry-1")]
    Name,
    /// A part is longer than allowed, entry-1 E2.
    #[error("a part of the frame has {found} bytes where {most} are allowed")]
    TooLong {
        /// How many it says it has.
        found: usize,
        /// How many are allowed.
        most: usize,
    },
    /// The public part is not what entry-1 E3 and E4 say.
    #[error(transparent)]
    Record(#[from] CanonError),
    /// A text cannot be shown as it is, entry-1 E5.
    #[error("a text for the entry window cannot be shown: {reason}")]
    Line {
        /// What about it.
        reason: &'static str,
    },
    /// A range is none, entry-1 E6.
    #[error("{least} to {most} is no range of characters")]
    Range {
        /// The fewest.
        least: u16,
        /// The most.
        most: u16,
    },
    /// A token that takes a PIN has 1 to 15 tries left, entry-1 E7.
    #[error("a PIN cannot be asked for with {left} tries left")]
    Tries {
        /// How many there are.
        left: u8,
    },
    /// The places to type back are none, entry-1 E8.
    #[error("the words to type back are not three or more places from 1 to 33 in rising order")]
    Places,
    /// The share is missing, wrong, or in a form that shows none, entry-1 E8.
    #[error("the form and its share do not belong together")]
    Share,
    /// The time without a key or a click is out of bounds, entry-1 E4.
    #[error("{seconds} seconds are no time to wait for a person")]
    Idle {
        /// How many were asked for.
        seconds: u16,
    },
    /// The outcome is none of entry-1 E12, or has a secret where none may be.
    #[error("the answer of the entry window is none")]
    Outcome,
}

impl Problem for FrameError {
    fn code(&self) -> &'static str {
        match self {
            Self::Pipe(_) => "SR-ENTRY-PIPE",
            Self::Name => "SR-ENTRY-NAME",
            Self::TooLong { .. } => "SR-ENTRY-LENGTH",
            Self::Record(_) => "SR-ENTRY-RECORD",
            Self::Line { .. } => "SR-ENTRY-LINE",
            Self::Range { .. } => "SR-ENTRY-RANGE",
            Self::Tries { .. } => "SR-ENTRY-TRIES",
            Self::Places => "SR-ENTRY-PLACES",
            Self::Share => "SR-ENTRY-SHARE",
            Self::Idle { .. } => "SR-ENTRY-IDLE-TIME",
            Self::Outcome => "SR-ENTRY-OUTCOME",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Pipe(_) | Self::Name | Self::Outcome => {
                "Install strongroom-entry and the program that asks from the same release."
            }
            _ => "This is a fault of the program that asks; report it with this code.",
        }
        .to_owned()
    }
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum EntryError {
    /// The program cannot be started.
    #[error("the entry window {} cannot be started: {source}", program.display())]
    Start {
        /// Where it was looked for.
        program: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The window has no display.
    #[error("the entry window has no display")]
    NoDisplay,
    /// The window refused the request.
    #[error("the entry window refused the request")]
    Refused,
    /// The system refused the protection of the process, entry-1 E17.
    #[error("the entry window could not protect itself, so it asked for nothing")]
    Unprotected,
    /// No answer came within the time allowed, entry-1 E16.
    #[error("the entry window gave no answer within {seconds} seconds and was ended")]
    Overdue {
        /// How long it had.
        seconds: u64,
    },
    /// The asker called its question back, entry-1 E16.
    #[error("the question was called back, and the entry window closed")]
    Recalled,
    /// The window ended without an answer.
    #[error("the entry window ended without an answer")]
    Gone,
    /// The answer cannot be read, or the request cannot be written.
    #[error(transparent)]
    Frame(#[from] FrameError),
}

impl Problem for EntryError {
    fn code(&self) -> &'static str {
        match self {
            Self::Start { .. } => "SR-ENTRY-START",
            Self::NoDisplay => "SR-ENTRY-NO-DISPLAY",
            Self::Refused => "SR-ENTRY-REFUSED",
            Self::Unprotected => "SR-ENTRY-UNPROTECTED",
            Self::Overdue { .. } => "SR-ENTRY-OVERDUE",
            Self::Recalled => "SR-ENTRY-RECALLED",
            Self::Gone => "SR-ENTRY-GONE",
            Self::Frame(error) => error.code(),
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Start { .. } => "Install strongroom-entry beside the program that asks.",
            Self::NoDisplay => {
                "Run it in a graphical session with an X server on this machine, or type on the \
                 terminal with the command line."
            }
            Self::Refused => {
                "Install strongroom-entry and the program that asks from the same release."
            }
            Self::Unprotected => {
                "Use a kernel with seccomp, or type on the terminal with the command line."
            }
            Self::Overdue { .. } | Self::Recalled | Self::Gone => {
                "Ask again; what was typed is lost."
            }
            Self::Frame(error) => return error.remedy(),
        }
        .to_owned()
    }
}
