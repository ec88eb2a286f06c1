//! Rolls of a six-sided die.

use entry::{Outcome, Range};

use crate::asking::{Asking, Body, Control, Key, Step, View, step_focus};
use crate::field::Field;

const ORDER: [Control; 3] = [Control::Field(0), Control::Primary, Control::Cancel];

/// Rolls while they are typed.
pub(super) struct Dice {
    range: Range,
    rolls: Field,
    focus: Control,
    problem: Option<String>,
}

impl Dice {
    pub(super) fn new(range: Range) -> Self {
        let rolls = Field::for_ascii(range.most());
        Self { range, rolls, focus: Control::Field(0), problem: None }
    }

    fn needs(&self) -> Option<String> {
        let left = self.range.least().saturating_sub(self.rolls.count());
        (left > 0).then(|| format!("{left} more rolls are needed."))
    }

    fn go_on(&mut self) -> Step {
        self.problem = self.needs();
        match self.problem {
            Some(_) => Step::Stay,
            None => Step::Done(Outcome::Entered, Some(self.rolls.to_text())),
        }
    }

    fn roll(&mut self, face: char) {
        self.problem = if !('1'..='6').contains(&face) {
            Some("A die shows 1 to 6.".to_owned())
        } else if self.rolls.push(face) {
            None
        } else {
            Some(format!("At most {} rolls are taken.", self.range.most()))
        };
    }
}

impl Asking for Dice {
    fn view(&self) -> View<'_> {
        let count = self.rolls.count();
        View {
            question: "Roll the die, and type each number".to_owned(),
            help: "Backspace takes back the last roll. Roll at random: do not leave out or repeat \
                   a roll because you like it better."
                .to_owned(),
            warning: None,
            body: Body::Rolls {
                count,
                least: self.range.least(),
                last: self.rolls.expose().chars().next_back(),
            },
            problem: self.problem.clone(),
            progress: format!("{count} of {} rolls", self.range.least()),
            primary: "Continue",
            needs: self.needs(),
            secondary: None,
            focus: self.focus,
        }
    }

    fn press(&mut self, key: Key) -> Step {
        match (key, self.focus) {
            (Key::Tab | Key::BackTab, at) => {
                self.focus = step_focus(&ORDER, at, key == Key::BackTab);
            }
            (Key::Enter, Control::Field(_)) => return self.go_on(),
            (Key::Char(' '), Control::Field(_)) => {}
            (Key::Char(face), Control::Field(_)) => self.roll(face),
            (Key::Backspace, Control::Field(_)) => {
                self.rolls.pop();
                self.problem = None;
            }
            (Key::Enter | Key::Char(' '), control) => return self.click(control),
            _ => {}
        }
        Step::Stay
    }

    fn click(&mut self, control: Control) -> Step {
        match control {
            Control::Primary => return self.go_on(),
            Control::Cancel => return Step::CANCEL,
            Control::Field(_) => self.focus = Control::Field(0),
            Control::Secondary => {}
        }
        Step::Stay
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(dice: &mut Dice, keys: &str) {
        for key in keys.chars() {
            assert_eq!(dice.press(Key::Char(key)), Step::Stay);
        }
    }

    #[test]
    fn rolls_are_taken_once_there_are_enough_and_nothing_else_counts_as_one() {
        let mut dice = Dice::new(Range::new(6, 8).unwrap());
        typed(&mut dice, "1 2 3 7 0 x");
        assert_eq!(dice.view().problem.as_deref(), Some("A die shows 1 to 6."));
        assert_eq!(dice.view().progress, "3 of 6 rolls");
        assert_eq!(dice.press(Key::Enter), Step::Stay);
        assert_eq!(dice.view().problem.as_deref(), Some("3 more rolls are needed."));
        typed(&mut dice, "6666");
        assert_eq!(dice.press(Key::Backspace), Step::Stay);
        let Step::Done(Outcome::Entered, Some(text)) = dice.press(Key::Enter) else {
            panic!("six rolls are enough")
        };
        assert_eq!(text.expose(), "123666");
    }

    #[test]
    fn no_more_rolls_are_taken_than_asked_for() {
        let mut dice = Dice::new(Range::new(1, 2).unwrap());
        typed(&mut dice, "123");
        assert_eq!(dice.view().problem.as_deref(), Some("At most 2 rolls are taken."));
        assert_eq!(dice.rolls.expose(), "12");
    }
}
