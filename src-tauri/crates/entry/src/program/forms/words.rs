//! The 33 words of a share, in the order and the rows of the sheet.

use entry::Outcome;
use quorum::ShareWords;
use quorum::slip39::{LETTERS_MAX, SHARE_WORDS};
use secret::{SecretBytes, SecretText};
use terms::Problem;

use super::word::{self, Unfinished, WordField};
use crate::asking::{Asking, Body, Control, Key, Step, View, step_focus};

/// Words in a row of the sheet.
pub(crate) const COLUMNS: usize = 3;

/// The words of a share while they are typed.
pub(super) struct Words {
    sheet: String,
    cells: Vec<WordField>,
    /// The word that is typed, and readable.
    at: usize,
    focus: Control,
    problem: Option<String>,
}

impl Words {
    /// The empty grid for the sheet that people call `sheet`.
    pub(super) fn new(sheet: &str) -> Self {
        let cells = (0..SHARE_WORDS).map(|_| WordField::new()).collect();
        Self { sheet: sheet.to_owned(), cells, at: 0, focus: Control::Field(0), problem: None }
    }

    fn count(&self) -> usize {
        self.cells.iter().filter(|cell| cell.is_finished()).count()
    }

    fn place(&self) -> usize {
        self.at + 1
    }

    fn go_to(&mut self, at: usize) {
        self.at = at.min(SHARE_WORDS - 1);
        self.focus = Control::Field(self.at);
    }

    /// Finishes the word that is typed; false, with the problem stated, if it cannot be.
    fn finish(&mut self) -> bool {
        match self.cells[self.at].finish() {
            Ok(()) => {
                self.problem = None;
                true
            }
            Err(unfinished) => {
                self.problem = Some(word::problem(self.place(), &unfinished));
                false
            }
        }
    }

    /// Leaves the word for another one; an empty word may be left as it is.
    fn move_to(&mut self, at: usize) {
        if self.cells[self.at].is_empty() || self.finish() {
            self.problem = None;
            self.go_to(at);
        }
    }

    /// After a finished word: the next one that is empty, or the check of all.
    fn advance(&mut self) {
        let after = (self.at + 1..SHARE_WORDS).chain(0..self.at);
        match { after }.find(|at| self.cells[*at].is_empty()) {
            Some(empty) => self.go_to(empty),
            None => {
                if self.checked().is_ok() {
                    self.focus = Control::Primary;
                }
            }
        }
    }

    /// All words in one text, if they are a share; what is wrong with them is stated.
    fn checked(&mut self) -> Result<SecretText, ()> {
        let text = self.joined();
        match ShareWords::parse(text.expose()) {
            Ok(_) => {
                self.problem = None;
                Ok(text)
            }
            Err(error) => {
                let sentence = error.to_string();
                let (first, rest) = sentence.split_at(1);
                let problem = format!("{}{rest}. {}", first.to_uppercase(), error.remedy());
                self.problem = Some(problem);
                Err(())
            }
        }
    }

    /// The words with single spaces between, straight in protected memory.
    fn joined(&self) -> SecretText {
        let mut joined = SecretBytes::from_fill(SHARE_WORDS * (LETTERS_MAX + 1), |_| ());
        let mut len = 0;
        for (at, cell) in self.cells.iter().enumerate() {
            let letters = cell.expose().as_bytes();
            let start = if at == 0 { 0 } else { len + 1 };
            let bytes = joined.expose_mut();
            bytes[len..start].fill(b' ');
            bytes[start..start + letters.len()].copy_from_slice(letters);
            len = start + letters.len();
        }
        let text = std::str::from_utf8(&joined.expose()[..len]).unwrap_or_default();
        SecretText::from_exposed(text)
    }

    fn go_on(&mut self) -> Step {
        if !self.cells[self.at].is_empty() && !self.finish() {
            self.go_to(self.at);
            return Step::Stay;
        }
        if let Some(missing) = self.cells.iter().position(|cell| !cell.is_finished()) {
            self.problem = self.needs();
            self.go_to(missing);
            return Step::Stay;
        }
        match self.checked() {
            Ok(text) => Step::Done(Outcome::Entered, Some(text)),
            Err(()) => Step::Stay,
        }
    }

    fn needs(&self) -> Option<String> {
        let left = SHARE_WORDS - self.count();
        (left > 0).then(|| format!("{left} of the {SHARE_WORDS} words are not typed yet."))
    }

    fn type_letter(&mut self, character: char) {
        let place = self.place();
        let cell = &mut self.cells[self.at];
        let is_taken = cell.push(character);
        self.problem = if !character.is_ascii_alphabetic() {
            Some("A word has letters only. Its number is not part of it.".to_owned())
        } else if !is_taken || cell.is_unknown() {
            Some(word::problem(place, &Unfinished::Unknown))
        } else {
            None
        };
    }

    fn take_back(&mut self) {
        self.problem = None;
        if !self.cells[self.at].pop() && self.at > 0 {
            self.go_to(self.at - 1);
        } else if self.cells[self.at].is_unknown() {
            self.problem = Some(word::problem(self.place(), &Unfinished::Unknown));
        }
    }
}

impl Asking for Words {
    fn view(&self) -> View<'_> {
        View {
            question: format!("Type the words of {}", self.sheet),
            help: "Space goes on to the next word, and completes it when its letters are enough. \
                   Arrow keys go back to a word."
                .to_owned(),
            warning: None,
            body: Body::Grid {
                filled: self.cells.iter().map(WordField::is_finished).collect(),
                at: self.at,
                word: self.cells[self.at].view(),
            },
            problem: self.problem.clone(),
            progress: format!("word {}, {} of {SHARE_WORDS} typed", self.place(), self.count()),
            primary: "Check and continue",
            needs: self.needs(),
            secondary: None,
            focus: self.focus,
        }
    }

    fn press(&mut self, key: Key) -> Step {
        let Control::Field(_) = self.focus else {
            match key {
                Key::Enter | Key::Char(' ') => return self.click(self.focus),
                Key::Backspace | Key::Up => self.go_to(self.at),
                Key::Tab | Key::BackTab => {
                    let order = [Control::Field(self.at), Control::Primary, Control::Cancel];
                    self.focus = step_focus(&order, self.focus, key == Key::BackTab);
                }
                _ => {}
            }
            return Step::Stay;
        };
        match key {
            Key::Tab if self.cells[self.at].is_empty() => self.focus = Control::Primary,
            Key::BackTab => self.focus = Control::Cancel,
            Key::Char(' ') | Key::Tab | Key::Enter => {
                if self.finish() {
                    self.advance();
                }
            }
            Key::Char(character) => self.type_letter(character),
            Key::Backspace => self.take_back(),
            Key::Left => self.move_to(self.at.saturating_sub(1)),
            Key::Right => self.move_to(self.at + 1),
            Key::Up if self.at >= COLUMNS => self.move_to(self.at - COLUMNS),
            Key::Down if self.at + COLUMNS < SHARE_WORDS => self.move_to(self.at + COLUMNS),
            Key::Up | Key::Down | Key::Escape => {}
        }
        Step::Stay
    }

    fn click(&mut self, control: Control) -> Step {
        match control {
            Control::Primary => return self.go_on(),
            Control::Cancel => return Step::CANCEL,
            Control::Field(at) => self.move_to(at),
            Control::Secondary => {}
        }
        Step::Stay
    }
}

#[cfg(test)]
#[path = "words_tests.rs"]
mod tests;
