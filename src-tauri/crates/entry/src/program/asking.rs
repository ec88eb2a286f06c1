//! A form as a state machine: keys and clicks go in, a picture and at last an answer come out.
//!
//! Nothing here knows a display, so every form is tested key by key.

use entry::Outcome;
use secret::SecretText;
use zeroize::Zeroizing;

/// A key that was pressed, as the forms understand it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    /// A character, the space among them.
    Char(char),
    /// Return, or Enter on the number pad.
    Enter,
    /// Cancels, everywhere.
    Escape,
    /// To the next control.
    Tab,
    /// To the control before.
    BackTab,
    /// Takes back the last character.
    Backspace,
    /// An arrow.
    Left,
    /// An arrow.
    Right,
    /// An arrow.
    Up,
    /// An arrow.
    Down,
}

/// What can have the focus, and what can be clicked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Control {
    /// A field, or a cell of the grid of words, counted from 0.
    Field(usize),
    /// The one button that goes on.
    Primary,
    /// A second button, where there is one.
    Secondary,
    /// Ends the window without an answer.
    Cancel,
}

/// What follows from a key or a click.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The window stays.
    Stay,
    /// The window closes with an answer.
    Done(Outcome, Option<SecretText>),
}

impl Step {
    /// The person said no (entry-1 E13).
    pub(crate) const CANCEL: Self = Self::Done(Outcome::Cancelled, None);
}

/// A form that is being filled in.
pub(crate) trait Asking {
    /// What is on the screen.
    fn view(&self) -> View<'_>;

    /// Takes a key; never Escape, which cancels before any form sees it.
    fn press(&mut self, key: Key) -> Step;

    /// Takes a click on a control; never on Cancel.
    fn click(&mut self, control: Control) -> Step;
}

/// What is on the screen, as text and numbers.
#[derive(Debug)]
pub(crate) struct View<'a> {
    /// The one question, in large type.
    pub(crate) question: String,
    /// What helps to answer it.
    pub(crate) help: String,
    /// What is dangerous about it.
    pub(crate) warning: Option<String>,
    /// What is asked for, or shown.
    pub(crate) body: Body<'a>,
    /// What is wrong with what was typed.
    pub(crate) problem: Option<String>,
    /// How far it is, without any part of the secret; the title says it too.
    pub(crate) progress: String,
    /// The button that goes on.
    pub(crate) primary: &'static str,
    /// What must be done before it can be pressed.
    pub(crate) needs: Option<String>,
    /// The second button.
    pub(crate) secondary: Option<&'static str>,
    /// What has the focus.
    pub(crate) focus: Control,
}

/// What is between the question and the buttons.
#[derive(Debug)]
pub(crate) enum Body<'a> {
    /// Nothing.
    Empty,
    /// Fields that show a dot for each character.
    Dots(Vec<Dots>),
    /// The grid of a sheet; the current word is readable, all others are dots.
    Grid {
        /// Which cells are filled.
        filled: Vec<bool>,
        /// The cell that is being typed.
        at: usize,
        /// Its word.
        word: Word<'a>,
    },
    /// One word of a sheet that is typed back.
    Back {
        /// Its place on the sheet, from 1.
        place: u8,
        /// How many were right before it, and how many are asked for.
        done: (usize, usize),
        /// Its word.
        word: Word<'a>,
    },
    /// Rolls; the last one is readable, so that a slip is seen.
    Rolls {
        /// How many there are.
        count: usize,
        /// How many are needed.
        least: usize,
        /// The last one.
        last: Option<char>,
    },
    /// The words of a share, or covered cells while they are hidden.
    Share(Option<&'a str>),
}

/// A field of dots.
#[derive(Debug)]
pub(crate) struct Dots {
    /// What it is for.
    pub(crate) label: &'static str,
    /// How many characters it has.
    pub(crate) count: usize,
}

/// A word while it is typed, and the letters that would complete it.
pub(crate) struct Word<'a> {
    /// The letters that were typed.
    pub(crate) typed: &'a str,
    /// The rest, if only one word of the list begins so.
    pub(crate) rest: Option<Zeroizing<[u8; quorum::slip39::LETTERS_MAX]>>,
}

impl std::fmt::Debug for Word<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Word(redacted)")
    }
}

/// The control after `at` in `order`, or before it; the first if `at` is none of them.
pub(crate) fn step_focus(order: &[Control], at: Control, is_back: bool) -> Control {
    let place = order.iter().position(|control| *control == at);
    let count = order.len();
    let next = match (place, is_back) {
        (None, _) => 0,
        (Some(place), false) => (place + 1) % count,
        (Some(place), true) => (place + count - 1) % count,
    };
    order.get(next).copied().unwrap_or(at)
}
