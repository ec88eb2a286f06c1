use entry::{Line, Tries};

use super::*;

fn pin(tries_left: u8) -> Typed {
    Typed::new(&Form::Pin {
        device: Line::new("token 7").unwrap(),
        tries_left: Tries::new(tries_left).unwrap(),
        range: Range::new(6, 8).unwrap(),
    })
}

fn new_pin() -> Typed {
    let device = Line::new("token 7").unwrap();
    Typed::new(&Form::NewPin { device, range: Range::new(6, 8).unwrap() })
}

fn type_text(form: &mut Typed, text: &str) {
    for character in text.chars() {
        assert_eq!(form.press(Key::Char(character)), Step::Stay);
    }
}

fn entered(step: Step) -> String {
    let Step::Done(Outcome::Entered, Some(text)) = step else { panic!("{step:?}") };
    text.expose().to_owned()
}

fn new_puk() -> Typed {
    let device = Line::new("token 7").unwrap();
    Typed::new(&Form::NewPuk { device, range: Range::new(6, 8).unwrap() })
}

#[test]
fn a_puk_is_typed_twice_or_left_out_and_never_half() {
    let mut form = new_puk();
    assert_eq!(form.press(Key::Enter), Step::Stay, "the second field comes next");
    assert_eq!(entered(form.press(Key::Enter)), "", "none was chosen");

    let mut form = new_puk();
    type_text(&mut form, "31415926");
    assert_eq!(form.press(Key::Enter), Step::Stay);
    assert_eq!(form.press(Key::Enter), Step::Stay, "it was typed once only");
    assert_eq!(form.view().problem.as_deref(), Some("A PUK has 6 to 8 characters."));
    type_text(&mut form, "31415926");
    assert_eq!(entered(form.press(Key::Enter)), "31415926");
}

#[test]
fn a_pin_that_is_too_short_stays_and_one_that_is_too_long_is_not_taken() {
    let mut form = pin(3);
    type_text(&mut form, "12345");
    assert_eq!(form.press(Key::Enter), Step::Stay);
    assert_eq!(form.view().problem.as_deref(), Some("A PIN has 6 to 8 characters."));
    type_text(&mut form, "6789");
    assert_eq!(form.view().problem.as_deref(), Some("A PIN has at most 8 characters."));
    assert_eq!(entered(form.press(Key::Enter)), "12345678");
}

#[test]
fn a_pin_has_no_space_and_no_accent() {
    let mut form = pin(3);
    type_text(&mut form, "1 é2");
    assert_eq!(form.view().progress, "PIN: 2 characters");
}

#[test]
fn the_last_try_is_used_only_after_a_second_yes_that_no_reflex_gives() {
    let mut form = pin(1);
    assert!(form.view().warning.is_some());
    type_text(&mut form, "271828");
    assert_eq!(form.press(Key::Enter), Step::Stay);
    assert_eq!(form.view().question, "Use the last try?");
    // Enter again goes back, and what was typed is kept.
    assert_eq!(form.press(Key::Enter), Step::Stay);
    assert_eq!(form.view().focus, Control::Field(0));
    assert_eq!(form.press(Key::Enter), Step::Stay);
    assert_eq!(form.press(Key::Tab), Step::Stay);
    assert_eq!(entered(form.press(Key::Enter)), "271828");
}

#[test]
fn two_tries_need_no_second_yes() {
    let mut form = pin(2);
    type_text(&mut form, "271828");
    assert_eq!(entered(form.press(Key::Enter)), "271828");
}

#[test]
fn entries_that_differ_are_both_wiped() {
    let mut form = new_pin();
    type_text(&mut form, "314159");
    assert_eq!(form.press(Key::Enter), Step::Stay);
    type_text(&mut form, "314158");
    assert_eq!(form.press(Key::Enter), Step::Stay);
    assert_eq!(form.view().focus, Control::Field(0));
    assert!(form.fields.iter().all(|field| field.memory().iter().all(|byte| *byte == 0)));
    assert!(form.view().problem.is_some_and(|problem| problem.contains("differ")));
}

#[test]
fn a_new_pin_that_was_typed_once_is_not_given_away() {
    let mut form = new_pin();
    type_text(&mut form, "314159");
    assert_eq!(form.click(Control::Primary), Step::Stay);
    assert!(form.view().problem.is_some());
}

#[test]
fn the_view_says_how_many_characters_there_are_and_none_of_them() {
    let mut form = pin(3);
    type_text(&mut form, "Zq7kV2");
    let said = format!("{:?}", form.view());
    assert!(said.contains("count: 6"));
    assert!(["Zq7kV2", "'Z'", "Zq"].iter().all(|part| !said.contains(part)), "{said}");
}

#[test]
fn an_empty_passphrase_is_an_answer_where_it_is_allowed() {
    let range = Range::new(0, 64).unwrap();
    let mut form = Typed::new(&Form::Passphrase { range, is_new: false });
    assert_eq!(entered(form.press(Key::Enter)), "");
    assert_eq!(form.click(Control::Cancel), Step::CANCEL);
}
