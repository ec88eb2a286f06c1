//! PINs, PUKs and passphrases: one field of dots, or two that must agree.

use entry::{Form, Outcome, Range};

use crate::asking::{Asking, Body, Control, Dots, Key, Step, View, step_focus};
use crate::field::Field;

/// What kind of text is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Pin,
    Puk,
    Passphrase,
}

/// A PIN, a PUK or a passphrase while it is typed.
pub(super) struct Typed {
    kind: Kind,
    range: Range,
    question: String,
    tries_left: Option<u8>,
    labels: &'static [&'static str],
    fields: Vec<Field>,
    focus: Control,
    problem: Option<String>,
    /// The form is complete, and the second yes for the last try is asked for (entry-1 E9).
    asks_last_try: bool,
}

impl Typed {
    /// The empty form for a PIN, a new PIN, a new PUK or a passphrase.
    pub(super) fn new(form: &Form) -> Self {
        let (kind, range, question, tries_left, is_new) = match form {
            Form::Pin { device, tries_left, range } => {
                let question = format!("Type the PIN of {device}");
                (Kind::Pin, *range, question, Some(tries_left.left()), false)
            }
            Form::NewPin { device, range } => {
                (Kind::Pin, *range, format!("Choose a new PIN for {device}"), None, true)
            }
            Form::NewPuk { device, range } => {
                (Kind::Puk, *range, format!("Choose a PUK for {device}, or none"), None, true)
            }
            Form::Passphrase { range, is_new: true } => {
                (Kind::Passphrase, *range, "Choose a passphrase".to_owned(), None, true)
            }
            Form::Passphrase { range, .. } => {
                (Kind::Passphrase, *range, "Type the passphrase".to_owned(), None, false)
            }
            Form::Words { .. } | Form::Dice { .. } | Form::Show { .. } => {
                unreachable!("these have forms of their own")
            }
        };
        let labels: &[&str] = match (kind, is_new) {
            (Kind::Pin, false) => &["PIN"],
            (Kind::Pin, true) => &["New PIN", "New PIN again"],
            (Kind::Puk, _) => &["New PUK", "New PUK again"],
            (Kind::Passphrase, false) => &["Passphrase"],
            (Kind::Passphrase, true) => &["Passphrase", "Passphrase again"],
        };
        let field = |_: &&str| match kind {
            Kind::Pin | Kind::Puk => Field::for_ascii(range.most()),
            Kind::Passphrase => Field::for_text(range.most()),
        };
        Self {
            kind,
            range,
            question,
            tries_left,
            labels,
            fields: labels.iter().map(field).collect(),
            focus: Control::Field(0),
            problem: None,
            asks_last_try: false,
        }
    }

    fn order(&self) -> Vec<Control> {
        if self.asks_last_try {
            return vec![Control::Secondary, Control::Primary, Control::Cancel];
        }
        let fields = (0..self.fields.len()).map(Control::Field);
        fields.chain([Control::Primary, Control::Cancel]).collect()
    }

    fn noun(&self) -> &'static str {
        match self.kind {
            Kind::Pin => "A PIN",
            Kind::Puk => "A PUK",
            Kind::Passphrase => "A passphrase",
        }
    }

    /// What must be typed before the form can go on.
    fn needs(&self) -> Option<String> {
        let counts = self.fields.iter().map(Field::count);
        let is_none = self.kind == Kind::Puk && counts.clone().all(|count| count == 0);
        let short = counts.min().is_some_and(|count| count < self.range.least());
        (short && !is_none).then(|| {
            let (least, most) = (self.range.least(), self.range.most());
            let amount =
                if least == most { format!("{least}") } else { format!("{least} to {most}") };
            format!("{} has {amount} characters.", self.noun())
        })
    }

    fn type_character(&mut self, at: usize, character: char) {
        let is_allowed = match self.kind {
            Kind::Pin | Kind::Puk => character.is_ascii_graphic(),
            Kind::Passphrase => !character.is_control(),
        };
        let most = self.range.most();
        let Some(field) = self.fields.get_mut(at) else { return };
        self.problem = if !is_allowed {
            Some(format!("{} has unaccented letters, digits and signs, and no space.", self.noun()))
        } else if field.push(character) {
            None
        } else {
            Some(format!("{} has at most {most} characters.", self.noun()))
        };
    }

    fn go_on(&mut self) -> Step {
        if let Some(needs) = self.needs() {
            self.problem = Some(needs);
            return Step::Stay;
        }
        if self.fields.windows(2).any(|pair| pair[0] != pair[1]) {
            self.fields.iter_mut().for_each(Field::clear);
            self.focus = Control::Field(0);
            self.problem = Some("The two entries differ. Type both again.".to_owned());
            return Step::Stay;
        }
        if self.tries_left == Some(1) && !self.asks_last_try {
            self.asks_last_try = true;
            self.focus = Control::Secondary;
            return Step::Stay;
        }
        Step::Done(Outcome::Entered, self.fields.first().map(Field::to_text))
    }

    fn go_back(&mut self) {
        self.asks_last_try = false;
        self.focus = Control::Field(0);
    }

    fn help(&self) -> String {
        if self.asks_last_try {
            return "If the PIN is wrong, the token is blocked and its share is lost to this \
                    ceremony. Go back if you are not sure."
                .to_owned();
        }
        match (self.kind, self.tries_left) {
            (Kind::Pin, Some(1)) => String::new(),
            (Kind::Pin, Some(left)) => {
                format!("{left} tries are left before the token is blocked.")
            }
            (Kind::Pin, None) => {
                "Nobody can read it back. Do not write it on the token or on a sheet.".to_owned()
            }
            (Kind::Puk, _) => "It unblocks the PIN. Leave both empty to have one drawn and \
                               forgotten: then nobody can."
                .to_owned(),
            (Kind::Passphrase, _) => "Capitals and spaces count.".to_owned(),
        }
    }

    fn progress(&self) -> String {
        let counts = self.labels.iter().zip(&self.fields);
        let each = counts.map(|(label, field)| match field.count() {
            1 => format!("{label}: 1 character"),
            count => format!("{label}: {count} characters"),
        });
        each.collect::<Vec<_>>().join(", ")
    }
}

impl Asking for Typed {
    fn view(&self) -> View<'_> {
        let fields = self.labels.iter().zip(&self.fields);
        let dots = fields.map(|(label, field)| Dots { label, count: field.count() }).collect();
        let warning = "One try is left. A wrong PIN blocks this token.".to_owned();
        let is_asking = self.asks_last_try;
        View {
            question: match is_asking {
                true => "Use the last try?".to_owned(),
                false => self.question.clone(),
            },
            help: self.help(),
            warning: (self.tries_left == Some(1)).then_some(warning),
            body: if is_asking { Body::Empty } else { Body::Dots(dots) },
            problem: self.problem.clone(),
            progress: if is_asking { "the last try".to_owned() } else { self.progress() },
            primary: if is_asking { "Use the last try" } else { "Continue" },
            needs: self.needs(),
            secondary: is_asking.then_some("Go back"),
            focus: self.focus,
        }
    }

    fn press(&mut self, key: Key) -> Step {
        match (key, self.focus) {
            (Key::Char(character), Control::Field(at)) => self.type_character(at, character),
            (Key::Backspace, Control::Field(at)) => {
                self.problem = None;
                self.fields.get_mut(at).map(Field::pop);
            }
            (Key::Enter, Control::Field(at)) if at + 1 < self.fields.len() => {
                self.focus = Control::Field(at + 1);
            }
            (Key::Enter, Control::Field(_)) => return self.go_on(),
            (Key::Enter | Key::Char(' '), control) => return self.click(control),
            (Key::Tab | Key::Down | Key::Right, at) => {
                self.focus = step_focus(&self.order(), at, false);
            }
            (Key::BackTab | Key::Up | Key::Left, at) => {
                self.focus = step_focus(&self.order(), at, true);
            }
            _ => {}
        }
        Step::Stay
    }

    fn click(&mut self, control: Control) -> Step {
        match control {
            Control::Primary => return self.go_on(),
            Control::Secondary => self.go_back(),
            Control::Cancel => return Step::CANCEL,
            Control::Field(at) if at < self.fields.len() => self.focus = control,
            Control::Field(_) => {}
        }
        Step::Stay
    }
}

#[cfg(test)]
#[path = "typed_tests.rs"]
mod tests;
