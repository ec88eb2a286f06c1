use super::*;

const SHARE: &str = "scroll type acrobat echo amazing valid axis romp party duckling froth hour \
    entrance fact regular guilt prisoner dream check kitchen orbit rhythm legs pacific bundle \
    provide width cargo density spark alien evening gross";

fn show(places: Places) -> Show {
    Show::new("Ada Kern", &SecretText::from_exposed(SHARE), places)
}

fn three() -> Show {
    show(Places::new(&[1, 2, 33]).unwrap())
}

fn type_text(form: &mut Show, text: &str) -> Step {
    let mut last = Step::Stay;
    for character in text.chars() {
        assert_eq!(last, Step::Stay);
        last = form.press(Key::Char(character));
    }
    last
}

#[test]
fn a_share_is_covered_until_somebody_asks_for_it_and_can_be_covered_again() {
    let mut form = three();
    assert!(matches!(form.view().body, Body::Share(None)));
    assert_eq!(form.press(Key::Enter), Step::Stay);
    assert!(matches!(form.view().body, Body::Share(Some(SHARE))));
    assert_eq!(form.click(Control::Secondary), Step::Stay);
    assert!(matches!(form.view().body, Body::Share(None)));
}

#[test]
fn every_word_asked_for_is_typed_while_the_share_is_covered() {
    let mut form = three();
    form.press(Key::Enter);
    form.press(Key::Enter);
    assert!(matches!(form.view().body, Body::Back { place: 1, .. }));
    assert_eq!(type_text(&mut form, "scro type "), Step::Stay);
    assert_eq!(type_text(&mut form, "gross "), Step::Done(Outcome::WrittenDown, None));
}

#[test]
fn another_word_than_the_one_that_was_shown_proves_nothing_and_is_not_corrected() {
    let mut form = three();
    form.press(Key::Enter);
    form.press(Key::Enter);
    assert_eq!(type_text(&mut form, "type "), Step::Stay);
    let view = form.view();
    let problem = view.problem.unwrap_or_default();
    assert!(problem.starts_with("Word 1 is not the word that was shown."), "{problem}");
    assert!(!problem.contains("scroll"));
    assert_eq!(view.progress, "word 1, 0 of 3 proved");
}

#[test]
fn whoever_looks_again_begins_the_proof_again() {
    let mut form = three();
    form.press(Key::Enter);
    form.press(Key::Enter);
    assert_eq!(type_text(&mut form, "scroll type "), Step::Stay);
    assert_eq!(form.view().progress, "word 33, 2 of 3 proved");
    assert_eq!(form.click(Control::Secondary), Step::Stay);
    assert!(matches!(form.view().body, Body::Share(Some(_))));
    assert_eq!(form.click(Control::Primary), Step::Stay);
    assert_eq!(form.view().progress, "word 1, 0 of 3 proved");
}

#[test]
fn all_words_can_be_asked_for() {
    let mut form = show(Places::all());
    form.press(Key::Enter);
    form.press(Key::Enter);
    let text = format!("{SHARE} ");
    assert_eq!(type_text(&mut form, &text), Step::Done(Outcome::WrittenDown, None));
}

#[test]
fn a_click_through_the_buttons_alone_proves_nothing() {
    let mut form = three();
    for _ in 0..10 {
        assert_eq!(form.click(Control::Primary), Step::Stay);
    }
    assert_eq!(form.view().problem.as_deref(), Some("Type word 1."));
}
