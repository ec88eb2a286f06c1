//! What can be wrong with scripts and with runs of them.

use terms::{CanonError, Problem};

/// Why a script was not taken.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScriptError {
    /// The text is not a script (script-1 C1).
    #[error("the script cannot be read: {message}")]
    Malformed {
        /// The line, from 1; 0 if the parser names none.
        line: u64,
        /// The column, from 1; 0 if the parser names none.
        column: u64,
        /// What the parser says, with line and column.
        message: String,
    },
    /// The script was written for another version of the language (script-1 C2).
    #[error("the script is of language version {version}, which this program does not know")]
    Version {
        /// The version it states.
        version: u32,
    },
    /// No script of this name is part of the program.
    #[error("there is no script called {name}")]
    Unknown {
        /// The name.
        name: String,
    },
    /// The answers are malformed.
    #[error("the answers cannot be read: {message}")]
    Answers {
        /// What the parser says, with line and column.
        message: String,
    },
}

impl ScriptError {
    /// What the parser says, with its place (script-1 C1).
    pub(crate) fn malformed(error: &serde_saphyr::Error) -> Self {
        let (line, column) = error.location().map_or((0, 0), |at| (at.line(), at.column()));
        Self::Malformed { line, column, message: error.to_string() }
    }
}

impl Problem for ScriptError {
    fn code(&self) -> &'static str {
        match self {
            Self::Malformed { .. } => "SR-CEREMONY-SCRIPT-MALFORMED",
            Self::Version { .. } => "SR-CEREMONY-SCRIPT-VERSION",
            Self::Unknown { .. } => "SR-CEREMONY-SCRIPT-UNKNOWN",
            Self::Answers { .. } => "SR-CEREMONY-ANSWERS",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Malformed { .. } => "Correct the script at the place named, then check it again.",
            Self::Version { .. } => "Use the version of Strongroom the script was written for.",
            Self::Unknown { .. } => "List the scripts: strongroom ceremony list.",
            Self::Answers { .. } => "Compare the file with tests/answers/genesis.toml.",
        }
        .to_owned()
    }
}

/// Why a step was not taken.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum CeremonyError {
    /// A role of the script has too few or too many people (script-1 C6).
    #[error("the script wants {wanted} as {role}; the roster has {present}")]
    Roster {
        /// The role.
        role: String,
        /// How many are wanted, in words.
        wanted: String,
        /// How many there are.
        present: usize,
    },
    /// One person has two roles that exclude each other (script-1 C7).
    #[error("{person} cannot be both {one} and {other}")]
    Exclusive {
        /// The person.
        person: String,
        /// One role.
        one: String,
        /// The other.
        other: String,
    },
    /// A name has invisible parts, or more than one spelling (script-1 C19).
    #[error("\"{name}\" is no name that people could compare")]
    Name {
        /// The name, with what is invisible in it shown.
        name: String,
    },
    /// Two names could be taken for each other (script-1 C19).
    #[error("{one} looks like {other}: one person must not act under two names")]
    NamesAlike {
        /// One name.
        one: String,
        /// The other.
        other: String,
    },
    /// The check of the script finds an error (script-1 C15).
    #[error("the script is not sound: {place}: {problem}")]
    Unsound {
        /// A step, a role or an object.
        place: String,
        /// What, in one sentence.
        problem: String,
    },
    /// A holder cannot take part as the roster has it (script-1 C16).
    #[error("{holder} cannot hold a share here: {reason}")]
    Holder {
        /// The holder.
        holder: String,
        /// Why.
        reason: &'static str,
    },
    /// Nobody but the acting person has the role that confirms (script-1 C7).
    #[error("step {step} needs a second person as {role}")]
    NobodyElse {
        /// The step.
        step: String,
        /// The role that confirms.
        role: String,
    },
    /// A share was not proved on every medium it is on (script-1 C17).
    #[error("the key cannot become effective: the share of {holder} was not proved")]
    Unproved {
        /// The holder.
        holder: String,
    },
    /// Something a step needs is not there (script-1 C9).
    #[error("step {step} cannot be taken: {missing} is missing")]
    Unmet {
        /// The step.
        step: String,
        /// What is missing.
        missing: String,
    },
    /// What was decided is not answered for by two people of the room (script-1 C23).
    #[error("{person} cannot {what}")]
    NotTwo {
        /// Who.
        person: String,
        /// What they cannot do here.
        what: &'static str,
    },
    /// The ceremony cannot rest: something secret lies in no bag (script-1 C24).
    #[error("the ceremony cannot rest now: {object} is in this machine's memory, or nowhere named")]
    NotSealed {
        /// What it is.
        object: String,
    },
    /// Somebody disagrees in a step that asks nobody (script-1 C25).
    #[error("step {step} asks nobody to agree")]
    NotAsked {
        /// The step.
        step: String,
    },
    /// The ceremony is over, or paused.
    #[error("the ceremony is {state}; nothing can be done in it now")]
    NotRunning {
        /// What it is.
        state: &'static str,
    },
    /// A secret object is not accounted for, so the ceremony cannot be closed (script-1 C12).
    #[error("the ceremony cannot be closed: {object} is not accounted for")]
    Unaccounted {
        /// The object.
        object: String,
    },
    /// The journal does not belong to this script, or a line of it was changed (script-1 C14).
    #[error("line {line} of the journal is not what the run wrote")]
    Journal {
        /// Its number, from 0.
        line: usize,
    },
    /// A line of the journal is not in its one encoding.
    #[error("the journal cannot be read")]
    Encoding(#[from] CanonError),
}

impl Problem for CeremonyError {
    fn code(&self) -> &'static str {
        match self {
            Self::Roster { .. } => "SR-CEREMONY-ROSTER",
            Self::Exclusive { .. } => "SR-CEREMONY-EXCLUSIVE-ROLES",
            Self::Name { .. } => "SR-CEREMONY-NAME",
            Self::NamesAlike { .. } => "SR-CEREMONY-NAMES-ALIKE",
            Self::Unsound { .. } => "SR-CEREMONY-SCRIPT-UNSOUND",
            Self::Holder { .. } => "SR-CEREMONY-HOLDER",
            Self::NobodyElse { .. } => "SR-CEREMONY-NOBODY-ELSE",
            Self::Unproved { .. } => "SR-CEREMONY-UNPROVED",
            Self::Unmet { .. } => "SR-CEREMONY-UNMET",
            Self::NotTwo { .. } => "SR-CEREMONY-NOT-TWO",
            Self::NotSealed { .. } => "SR-CEREMONY-NOT-SEALED",
            Self::NotAsked { .. } => "SR-CEREMONY-NOT-ASKED",
            Self::NotRunning { .. } => "SR-CEREMONY-NOT-RUNNING",
            Self::Unaccounted { .. } => "SR-CEREMONY-UNACCOUNTED",
            Self::Journal { .. } => "SR-CEREMONY-JOURNAL",
            Self::Encoding(_) => "SR-CEREMONY-JOURNAL-ENCODING",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Roster { .. } => "Name as many people for the role as the script wants.",
            Self::Exclusive { .. } => "Give one of the two roles to somebody else.",
            Self::Name { .. } => "Write the name with single spaces and visible characters only.",
            Self::NamesAlike { .. } => {
                "Use the spelling that the vault knows; two people of one name add what tells them \
                 apart."
            }
            Self::Unsound { .. } => "Check the script, correct it, and have it approved again.",
            Self::Holder { .. } => "Name the holder with a role, and a token or a sheet.",
            Self::NobodyElse { .. } => "Name somebody else for the role that confirms.",
            Self::Unproved { .. } => "Prove the share on its token and on its sheet first.",
            Self::Unmet { .. } => "Do the step that makes it first, or record an exception.",
            Self::NotTwo { .. } => {
                "Name one person of the roster who decides, and another one who countersigns."
            }
            Self::NotSealed { .. } => {
                "Go on until it is split, sealed and proved, or give the ceremony up."
            }
            Self::NotAsked { .. } => "Note an exception instead, or give the ceremony up.",
            Self::NotRunning { .. } => "Resume it if it is paused; else begin a new ceremony.",
            Self::Unaccounted { .. } => "Seal it, hand it over or destroy it, and record that.",
            Self::Journal { .. } | Self::Encoding(_) => {
                "Keep the vault as evidence; give the ceremony up and begin a new one."
            }
        }
        .to_owned()
    }
}
