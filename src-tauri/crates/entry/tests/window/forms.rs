//! Every form, typed and answered.

use entry::{Answer, Appearance, Form, Palette, Places, Range, Size};

use crate::asked::{SHARE, ask, drill, line, pin, production, show, words};
use crate::screen::{BACKSPACE, ENTER, Screen, TAB};

const SCREEN: &str = "1280x1024";
const DARK: Appearance = Appearance { palette: Palette::Dark, size: Size::Window };

fn entered(answer: Result<Answer, entry::EntryError>) -> String {
    match answer {
        Ok(Answer::Entered(text)) => text.expose().to_owned(),
        other => panic!("not entered: {other:?}"),
    }
}

#[test]
fn a_pin_is_typed_and_comes_back_letter_by_letter() {
    let Some(screen) = Screen::start("a_pin_is_typed", SCREEN) else { return };
    let asked = ask(&screen, drill(pin(3)).with_notice(line("The PIN before was wrong.")));
    let window = screen.window();
    screen.wait_for_end(window, "PIN: 0 characters");
    screen.picture("pin-notice-light");
    screen.type_text("aB#4");
    screen.press(ENTER);
    screen.wait_for_end(window, "A PIN has 6 to 8 characters.");
    screen.picture("pin-short-light");
    screen.type_text("9x ");
    screen.wait_for_end(window, "digits and signs, and no space.");
    screen.press(BACKSPACE);
    screen.type_text("!~");
    screen.wait_for_end(window, "PIN: 7 characters");
    screen.press(ENTER);
    assert_eq!(entered(asked.join().unwrap()), "aB#49!~");
}

#[test]
fn the_last_try_needs_a_second_yes() {
    let Some(screen) = Screen::start("the_last_try", SCREEN) else { return };
    let asked = ask(&screen, production(pin(1)).in_appearance(DARK));
    let window = screen.window();
    screen.wait_for_end(window, "PIN: 0 characters");
    screen.picture("pin-last-try-dark");
    screen.type_text("271828");
    screen.press(ENTER);
    screen.wait_for_end(window, "the last try");
    screen.picture("pin-last-try-yes-dark");
    // Whoever goes on typing Enter goes back.
    screen.press(ENTER);
    screen.wait_for_end(window, "PIN: 6 characters");
    screen.press(ENTER);
    screen.wait_for_end(window, "the last try");
    screen.press(TAB);
    screen.press(ENTER);
    assert_eq!(entered(asked.join().unwrap()), "271828");
}

#[test]
fn a_new_pin_and_a_passphrase_are_typed_twice() {
    let Some(screen) = Screen::start("a_new_pin_is_typed_twice", SCREEN) else { return };
    let range = Range::new(6, 8).unwrap();
    let asked = ask(&screen, drill(Form::NewPin { device: line("YubiKey 21 504 933"), range }));
    let window = screen.window();
    screen.type_text("314159");
    screen.press(ENTER);
    screen.type_text("314158");
    screen.press(ENTER);
    screen.wait_for_end(window, "The two entries differ. Type both again.");
    screen.picture("new-pin-differs-light");
    screen.type_text("314159");
    screen.press(TAB);
    screen.type_text("314159");
    screen.press(ENTER);
    assert_eq!(entered(asked.join().unwrap()), "314159");

    let range = Range::new(12, 64).unwrap();
    let form = Form::Passphrase { range, is_new: true };
    let asked = ask(&screen, production(form).in_appearance(DARK));
    let window = screen.window();
    screen.type_text("Correct horse 7");
    screen.press(ENTER);
    screen.type_text("Correct horse 7");
    screen.wait_for_end(window, "Passphrase again: 15 characters");
    screen.picture("passphrase-dark");
    screen.press(ENTER);
    assert_eq!(entered(asked.join().unwrap()), "Correct horse 7");
}

#[test]
fn thirty_three_words_are_typed_and_a_wrong_one_is_named_by_its_place() {
    let Some(screen) = Screen::start("thirty_three_words", SCREEN) else { return };
    let asked = ask(&screen, production(words()));
    let window = screen.window();
    screen.wait_for_end(window, "word 1, 0 of 33 typed");
    screen.picture("words-empty-light");
    let all: Vec<&str> = SHARE.split_whitespace().collect();
    for word in &all[..13] {
        screen.type_text(&word[..4]);
        screen.press(' ' as u32);
    }
    screen.wait_for_end(window, "word 14, 13 of 33 typed");
    screen.type_text("fant");
    screen.picture("words-completion-light");
    (0..4).for_each(|_| screen.press(BACKSPACE));
    screen.type_text("fax");
    let title = screen.wait_for_end(window, "letter by letter.");
    assert!(title.contains("Word 14 is not on the word list"), "{title}");
    screen.picture("words-wrong-light");
    (0..3).for_each(|_| screen.press(BACKSPACE));
    // A word of the list, but not of this share: the checksum is wrong, and no place is named.
    screen.type_text("acid");
    screen.press(TAB);
    for word in &all[14..] {
        screen.type_text(word);
        screen.press(' ' as u32);
    }
    let title = screen.wait_for_end(window, "two changed places.");
    assert!(title.contains("do not match their checksum"), "{title}");
    screen.picture("words-checksum-light");
    // Up five rows and back two words to word 14.
    for _ in 0..6 {
        screen.press(0xff52);
    }
    screen.press(0xff51);
    screen.wait_for_end(window, "word 14, 33 of 33 typed");
    (0..4).for_each(|_| screen.press(BACKSPACE));
    screen.wait_for_end(window, "word 14, 32 of 33 typed");
    screen.type_text("fact ");
    screen.wait_for_end(window, "word 14, 33 of 33 typed");
    screen.press(ENTER);
    assert_eq!(entered(asked.join().unwrap()), all.join(" "));
}

#[test]
fn rolls_are_counted_and_the_last_one_is_shown() {
    let Some(screen) = Screen::start("rolls_are_counted", SCREEN) else { return };
    let range = Range::new(50, 99).unwrap();
    let asked = ask(&screen, drill(Form::Dice { range }).in_appearance(DARK));
    let window = screen.window();
    screen.type_text(&"142536".repeat(6));
    screen.wait_for_end(window, "36 of 50 rolls");
    screen.picture("dice-dark");
    screen.type_text(&"351624".repeat(3));
    screen.press(ENTER);
    assert_eq!(entered(asked.join().unwrap()), "142536".repeat(6) + &"351624".repeat(3));
}

#[test]
fn a_share_is_shown_on_demand_and_proved_to_be_written_down() {
    let Some(screen) = Screen::start("a_share_is_shown", SCREEN) else { return };
    let asked = ask(&screen, show(Places::new(&[3, 14, 33]).unwrap()));
    let window = screen.window();
    screen.wait_for_end(window, "the share is hidden");
    screen.picture("show-hidden-light");
    screen.press(ENTER);
    screen.wait_for_end(window, "the share is shown");
    screen.picture("show-shown-light");
    screen.press(ENTER);
    screen.wait_for_end(window, "word 3, 0 of 3 proved");
    screen.type_text("acrobat ");
    screen.wait_for_end(window, "word 14, 1 of 3 proved");
    screen.type_text("fancy ");
    let title = screen.wait_for_end(window, "Compare your sheet with the words.");
    assert!(title.contains("Word 14 is not the word that was shown"), "{title}");
    screen.picture("show-back-light");
    // To look again is to begin the proof again.
    screen.press(TAB);
    (0..5).for_each(|_| screen.press(BACKSPACE));
    screen.press(TAB);
    screen.press(TAB);
    screen.press(ENTER);
    screen.wait_for_end(window, "the share is shown");
    screen.press(ENTER);
    screen.wait_for_end(window, "word 3, 0 of 3 proved");
    screen.type_text("acro fact gross ");
    assert_eq!(asked.join().unwrap().unwrap(), Answer::WrittenDown);
}

#[test]
fn the_whole_screen_is_taken_for_a_projector_and_its_type_grows() {
    for (name, size) in [("projector", "1920x1080"), ("small", "800x600")] {
        let Some(screen) = Screen::start("the_whole_screen_is_taken", size) else { return };
        let appearance = Appearance { palette: Palette::Light, size: Size::Screen };
        let asked = ask(&screen, drill(words()).in_appearance(appearance));
        let window = screen.window();
        screen.type_text("duck frot");
        screen.wait_for_end(window, "word 2, 1 of 33 typed");
        screen.picture(&format!("words-{name}-light"));
        screen.press(crate::screen::ESCAPE);
        assert_eq!(asked.join().unwrap().unwrap(), Answer::Cancelled);
    }
}
