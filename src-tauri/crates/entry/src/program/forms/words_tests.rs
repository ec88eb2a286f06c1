use super::*;

/// A share of a drill key, from the vectors of share-1.
const SHARE: &str = "scroll type acrobat echo amazing valid axis romp party duckling froth hour \
    entrance fact regular guilt prisoner dream check kitchen orbit rhythm legs pacific bundle \
    provide width cargo density spark alien evening gross";

fn type_text(form: &mut Words, text: &str) {
    for character in text.chars() {
        assert_eq!(form.press(Key::Char(character)), Step::Stay);
    }
}

fn problem(form: &Words) -> String {
    form.view().problem.unwrap_or_default()
}

fn words() -> Words {
    Words::new("sheet 1")
}

#[test]
fn first_letters_are_enough_for_a_word_and_capitals_do_not_count() {
    let mut form = words();
    for word in SHARE.split(' ') {
        type_text(&mut form, &word[..4].to_uppercase());
        assert_eq!(form.press(Key::Tab), Step::Stay);
    }
    let Step::Done(Outcome::Entered, Some(text)) = form.press(Key::Enter) else {
        panic!("{}", problem(&form))
    };
    assert_eq!(text.expose(), SHARE);
}

#[test]
fn a_word_is_completed_only_when_no_other_word_begins_so() {
    let mut form = words();
    type_text(&mut form, "ac ");
    assert_eq!(problem(&form), "Word 1: type more letters of it.");
    assert_eq!(form.cells[0].expose(), "ac");
    type_text(&mut form, "ro ");
    assert_eq!(form.cells[0].expose(), "acrobat");
    assert_eq!(form.at, 1);
}

#[test]
fn a_word_that_is_not_on_the_list_is_named_by_its_place_at_once_and_never_corrected() {
    let mut form = words();
    type_text(&mut form, "scroll type acrobaq");
    assert!(problem(&form).starts_with("Word 3 is not on the word list."), "{}", problem(&form));
    for key in [Key::Char(' '), Key::Tab, Key::Enter, Key::Right, Key::Down] {
        assert_eq!(form.press(key), Step::Stay);
        assert_eq!(form.at, 2, "{key:?} leaves the wrong word");
    }
    assert_eq!(form.cells[2].expose(), "acrobaq");
    assert!(!problem(&form).contains("acrobat"));
    assert!(matches!(&form.view().body, Body::Grid { word, .. } if word.rest.is_none()));
}

#[test]
fn words_that_are_no_share_are_not_given_away_and_no_place_is_guessed() {
    let mut form = words();
    let swapped = SHARE.replace("scroll type", "type scroll");
    type_text(&mut form, &swapped);
    assert_eq!(form.press(Key::Enter), Step::Stay);
    assert!(problem(&form).contains("do not match their checksum"), "{}", problem(&form));
    assert!(!problem(&form).chars().any(|c| c.is_ascii_digit()), "no place is named");
    assert_eq!(form.click(Control::Primary), Step::Stay);
}

#[test]
fn fewer_words_than_a_share_has_are_not_given_away() {
    let mut form = words();
    type_text(&mut form, "scroll type ");
    assert_eq!(form.click(Control::Primary), Step::Stay);
    assert_eq!(problem(&form), "31 of the 33 words are not typed yet.");
}

#[test]
fn a_number_is_no_part_of_a_word() {
    let mut form = words();
    type_text(&mut form, "1");
    assert!(problem(&form).contains("number"), "{}", problem(&form));
    assert!(form.cells[0].is_empty());
}

#[test]
fn backspace_walks_back_and_wipes_what_it_takes() {
    let mut form = words();
    type_text(&mut form, "echo ");
    assert_eq!(form.press(Key::Backspace), Step::Stay);
    assert_eq!(form.at, 0);
    for _ in 0..4 {
        assert_eq!(form.press(Key::Backspace), Step::Stay);
    }
    assert!(form.cells[0].is_empty());
}

#[test]
fn the_view_shows_the_word_that_is_typed_and_no_other() {
    let mut form = words();
    type_text(&mut form, "scroll type acro");
    let view = form.view();
    let Body::Grid { filled, at: 2, word } = &view.body else { panic!("no grid") };
    assert_eq!(filled.iter().filter(|cell| **cell).count(), 2);
    assert_eq!(word.typed, "acro");
    let said = format!("{view:?}");
    assert!(["scroll", "type", "acro"].iter().all(|word| !said.contains(&format!("\"{word}"))));
    assert_eq!(view.progress, "word 3, 2 of 33 typed");
}

#[test]
fn the_order_of_a_grid_is_that_of_the_sheet() {
    let mut form = words();
    assert_eq!(form.press(Key::Down), Step::Stay);
    assert_eq!(form.at, 3);
    assert_eq!(form.press(Key::Right), Step::Stay);
    assert_eq!(form.at, 4);
    assert_eq!(form.press(Key::Up), Step::Stay);
    assert_eq!(form.at, 1);
    assert_eq!(form.click(Control::Field(32)), Step::Stay);
    assert_eq!(form.press(Key::Right), Step::Stay);
    assert_eq!(form.at, 32);
}
