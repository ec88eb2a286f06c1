//! Where in its text a script names something.

use serde::Deserialize;
use serde_saphyr::Spanned;

use crate::ScriptError;

/// A line and a column of a script's text, both counted from 1 (script-1 C27).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: u64,
    /// The column.
    pub column: u64,
}

/// The names of a script, each with its place: the same text, read a second time.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Positions {
    roles: Vec<Named>,
    objects: Vec<Named>,
    acts: Vec<Act>,
    #[serde(rename = "final")]
    closing: Vec<Spanned<String>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct Named {
    id: Spanned<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct Act {
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct Step {
    id: Spanned<String>,
    actor: Spanned<String>,
    #[serde(default)]
    confirm: Vec<Spanned<String>>,
    #[serde(default)]
    needs: Vec<Spanned<String>>,
    #[serde(default)]
    makes: Vec<Spanned<String>>,
    #[serde(default)]
    ends: Vec<Spanned<String>>,
}

impl Positions {
    /// Finds the names in the text of a script.
    pub(crate) fn read(text: &str) -> Result<Self, ScriptError> {
        serde_saphyr::from_str(text).map_err(|error| ScriptError::malformed(&error))
    }

    /// The name of the step that is the `number`th of the script, counted from 0.
    pub(crate) fn step(&self, number: usize) -> Option<Position> {
        self.nth(number).map(|step| position(&step.id))
    }

    /// Where that step says `word`: as an object or a role, or else its name.
    pub(crate) fn word(&self, number: usize, word: &str) -> Option<Position> {
        let step = self.nth(number)?;
        let objects = step.needs.iter().chain(&step.makes).chain(&step.ends);
        let mut words = objects.chain(&step.confirm).chain([&step.actor]);
        Some(position(words.find(|said| said.value == word).unwrap_or(&step.id)))
    }

    /// Where a role is stated.
    pub(crate) fn role(&self, id: &str) -> Option<Position> {
        named(&self.roles, id)
    }

    /// Where an object is stated, or else where `final` says it.
    pub(crate) fn object(&self, id: &str) -> Option<Position> {
        named(&self.objects, id).or_else(|| self.closing(id))
    }

    /// Where `final` says an object.
    pub(crate) fn closing(&self, id: &str) -> Option<Position> {
        self.closing.iter().find(|said| said.value == id).map(position)
    }

    fn nth(&self, number: usize) -> Option<&Step> {
        self.acts.iter().flat_map(|act| &act.steps).nth(number)
    }
}

fn named(all: &[Named], id: &str) -> Option<Position> {
    all.iter().find(|one| one.id.value == id).map(|one| position(&one.id))
}

fn position(name: &Spanned<String>) -> Position {
    Position { line: name.referenced.line(), column: name.referenced.column() }
}
