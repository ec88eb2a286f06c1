//! A share that is shown once, and proved to be written down.

use entry::{Outcome, Places};
use secret::SecretText;

use super::word::{self, Unfinished, WordField};
use crate::asking::{Asking, Body, Control, Key, Step, View, step_focus};

/// Where the person is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// The words are covered.
    Hidden,
    /// The words can be read.
    Shown,
    /// The words are gone; the one at this index of the places is typed back.
    Back(usize),
}

/// A share on its way to paper.
pub(super) struct Show {
    person: String,
    share: SecretText,
    places: Places,
    stage: Stage,
    typed: WordField,
    focus: Control,
    problem: Option<String>,
}

impl Show {
    pub(super) fn new(person: &str, share: &SecretText, places: Places) -> Self {
        Self {
            person: person.to_owned(),
            share: SecretText::from_exposed(share.expose()),
            places,
            stage: Stage::Hidden,
            typed: WordField::new(),
            focus: Control::Primary,
            problem: None,
        }
    }

    fn enter(&mut self, stage: Stage) {
        self.stage = stage;
        self.problem = None;
        self.typed.clear();
        self.focus = match stage {
            Stage::Back(_) => Control::Field(0),
            Stage::Hidden | Stage::Shown => Control::Primary,
        };
    }

    fn order(&self) -> Vec<Control> {
        let field = matches!(self.stage, Stage::Back(_)).then_some(Control::Field(0));
        let second = (self.stage != Stage::Hidden).then_some(Control::Secondary);
        field.into_iter().chain([Control::Primary]).chain(second).chain([Control::Cancel]).collect()
    }

    /// The place of the word that is typed back, from 1.
    fn place(&self, index: usize) -> u8 {
        self.places.as_slice().get(index).copied().unwrap_or(1)
    }

    /// Whether the word that was typed is the one that was shown, in constant time.
    fn is_right(&self, place: u8) -> bool {
        let shown = self.share.expose().split(' ').nth(usize::from(place) - 1);
        let shown = shown.map(SecretText::from_exposed);
        shown.is_some_and(|shown| shown == SecretText::from_exposed(self.typed.expose()))
    }

    fn prove(&mut self, index: usize) -> Step {
        let place = self.place(index);
        self.problem = match self.typed.finish() {
            Err(unfinished) => Some(word::problem(place.into(), &unfinished)),
            Ok(()) if !self.is_right(place) => Some(format!(
                "Word {place} is not the word that was shown. Compare your sheet with the words."
            )),
            Ok(()) if index + 1 < self.places.as_slice().len() => {
                self.enter(Stage::Back(index + 1));
                None
            }
            Ok(()) => return Step::Done(Outcome::WrittenDown, None),
        };
        Step::Stay
    }

    fn type_letter(&mut self, index: usize, character: char) {
        let is_taken = self.typed.push(character);
        let is_unknown = character.is_ascii_alphabetic() && (!is_taken || self.typed.is_unknown());
        let place = usize::from(self.place(index));
        self.problem = is_unknown.then(|| word::problem(place, &Unfinished::Unknown));
    }
}

impl Asking for Show {
    fn view(&self) -> View<'_> {
        let total = self.places.as_slice().len();
        let (question, help, progress) = match self.stage {
            Stage::Hidden => (
                "The share is ready to be written down".to_owned(),
                format!(
                    "Make sure that nobody but {} can see this screen, and that no projector or \
                     camera does.",
                    self.person
                ),
                "the share is hidden".to_owned(),
            ),
            Stage::Shown => (
                "Write these words on the sheet".to_owned(),
                "Row by row, with their numbers, in capital letters. Then read them once more."
                    .to_owned(),
                "the share is shown".to_owned(),
            ),
            Stage::Back(index) => (
                format!("Type word {} from your sheet", self.place(index)),
                "This proves that the sheet can be read. The words are hidden.".to_owned(),
                format!("word {}, {index} of {total} proved", self.place(index)),
            ),
        };
        let body = match self.stage {
            Stage::Hidden => Body::Share(None),
            Stage::Shown => Body::Share(Some(self.share.expose())),
            Stage::Back(index) => Body::Back {
                place: self.place(index),
                done: (index, total),
                word: self.typed.view(),
            },
        };
        View {
            question,
            help,
            warning: None,
            body,
            problem: self.problem.clone(),
            progress,
            primary: match self.stage {
                Stage::Hidden => "Show the words",
                Stage::Shown => "I have written them down",
                Stage::Back(_) => "Check this word",
            },
            needs: None,
            secondary: match self.stage {
                Stage::Hidden => None,
                Stage::Shown => Some("Hide"),
                Stage::Back(_) => Some("Show the words again"),
            },
            focus: self.focus,
        }
    }

    fn press(&mut self, key: Key) -> Step {
        match (key, self.focus, self.stage) {
            (Key::Enter | Key::Char(' '), Control::Field(_), Stage::Back(index)) => {
                return self.prove(index);
            }
            (Key::Tab, Control::Field(_), Stage::Back(index)) if !self.typed.is_empty() => {
                return self.prove(index);
            }
            (Key::Char(character), Control::Field(_), Stage::Back(index)) => {
                self.type_letter(index, character);
            }
            (Key::Backspace, Control::Field(_), _) => {
                self.typed.pop();
                self.problem = None;
            }
            (Key::Tab | Key::Right | Key::Down, at, _) => {
                self.focus = step_focus(&self.order(), at, false);
            }
            (Key::BackTab | Key::Left | Key::Up, at, _) => {
                self.focus = step_focus(&self.order(), at, true);
            }
            (Key::Enter | Key::Char(' '), control, _) => return self.click(control),
            _ => {}
        }
        Step::Stay
    }

    fn click(&mut self, control: Control) -> Step {
        match (control, self.stage) {
            (Control::Cancel, _) => return Step::CANCEL,
            (Control::Primary, Stage::Hidden) => self.enter(Stage::Shown),
            (Control::Primary, Stage::Shown) => self.enter(Stage::Back(0)),
            (Control::Primary, Stage::Back(index)) => return self.prove(index),
            (Control::Secondary, Stage::Shown) => self.enter(Stage::Hidden),
            // Whoever looks again begins the proof again (entry-1 E11).
            (Control::Secondary, Stage::Back(_)) => self.enter(Stage::Shown),
            (Control::Secondary, Stage::Hidden) => {}
            (Control::Field(_), _) => self.focus = Control::Field(0),
        }
        Step::Stay
    }
}

#[cfg(test)]
#[path = "show_tests.rs"]
mod tests;
