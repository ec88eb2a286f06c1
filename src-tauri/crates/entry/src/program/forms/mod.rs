//! The forms, one per number of entry-1 E7.

mod dice;
mod show;
mod typed;
mod word;
mod words;

use entry::{Form, Request};

use crate::asking::Asking;

/// The form that a request asks for, empty.
pub(crate) fn form_of(request: &Request) -> Box<dyn Asking> {
    match (request.form(), request.share()) {
        (Form::Words { sheet }, _) => Box::new(words::Words::new(sheet.as_str())),
        (Form::Dice { range }, _) => Box::new(dice::Dice::new(*range)),
        (Form::Show { places }, Some(share)) => {
            Box::new(show::Show::new(request.person().as_str(), share, places.clone()))
        }
        (form, _) => Box::new(typed::Typed::new(form)),
    }
}
