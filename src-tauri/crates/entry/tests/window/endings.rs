//! How a window ends: cancelled, left alone, or with its asker.

use std::process::{Command, Stdio};
use std::time::Duration;

use entry::{Answer, EntryError, EntryWindow, Form, Range, write_request};

use crate::asked::{ask, drill, pin, program, start};
use crate::screen::{ENTER, ESCAPE, Screen};

const SCREEN: &str = "1024x768";

#[test]
fn cancelled_and_empty_are_different_answers() {
    let Some(screen) = Screen::start("cancelled_and_empty", SCREEN) else { return };
    let form = Form::Passphrase { range: Range::new(0, 64).unwrap(), is_new: false };
    let asked = ask(&screen, drill(form.clone()));
    let window = screen.window();
    screen.wait_for_end(window, "Passphrase: 0 characters");
    screen.press(ENTER);
    let Answer::Entered(text) = asked.join().unwrap().unwrap() else { panic!("not entered") };
    assert!(text.is_empty());

    let asked = ask(&screen, drill(form));
    let window = screen.window();
    screen.type_text("half");
    screen.wait_for_end(window, "Passphrase: 4 characters");
    screen.press(ESCAPE);
    assert_eq!(asked.join().unwrap().unwrap(), Answer::Cancelled);
}

#[test]
fn a_click_on_cancel_cancels_and_no_button_pastes() {
    let Some(screen) = Screen::start("a_click_on_cancel", SCREEN) else { return };
    let asked = ask(&screen, drill(pin(3)));
    let window = screen.window();
    screen.wait_for_end(window, "PIN: 0 characters");
    screen.click(window, (480, 430), 2);
    screen.press_with_control('v');
    screen.press_with_control('a');
    screen.type_text("1");
    screen.wait_for_end(window, "PIN: 1 character");
    // The button is at the lower left: 60 to 180 of 1000 across, 724 to 778 of 800 down.
    screen.click(window, (100, 720), 1);
    assert_eq!(asked.join().unwrap().unwrap(), Answer::Cancelled);
}

#[test]
fn a_window_that_is_left_alone_closes() {
    let Some(screen) = Screen::start("a_window_that_is_left_alone", SCREEN) else { return };
    let asked = ask(&screen, drill(pin(3)).idle_after(5).unwrap());
    let window = screen.window();
    screen.type_text("12345");
    screen.wait_until_gone(window);
    assert_eq!(asked.join().unwrap().unwrap(), Answer::Idle);
}

#[test]
fn a_window_closes_when_its_asker_closes_the_pipe() {
    let Some(screen) = Screen::start("a_window_closes_with_the_pipe", SCREEN) else { return };
    let (child, input) = start(&screen, &drill(pin(3)));
    let window = screen.window();
    screen.wait_for_end(window, "PIN: 0 characters");
    drop(input);
    screen.wait_until_gone(window);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.stdout, b"", "nobody is there to answer");
}

#[test]
fn a_window_closes_when_its_asker_dies_even_if_another_process_holds_the_pipe() {
    let Some(screen) = Screen::start("a_window_closes_with_its_asker", SCREEN) else { return };
    // The shell is the asker; the test holds the pipe.
    let mut shell = Command::new("/bin/sh")
        .args(["-c", "exec 3<&0; \"$0\" <&3 & wait"])
        .arg(program())
        .env("DISPLAY", &screen.display)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = shell.stdin.take().unwrap();
    write_request(&drill(pin(3)), &mut input).unwrap();
    let window = screen.window();
    screen.wait_for_end(window, "PIN: 0 characters");
    shell.kill().unwrap();
    screen.wait_until_gone(window);
    shell.wait().unwrap();
    drop(input);
}

#[test]
fn a_window_that_takes_too_long_is_ended() {
    let Some(screen) = Screen::start("a_window_that_takes_too_long", SCREEN) else { return };
    let environment = [("DISPLAY".into(), screen.display.clone().into())];
    let patience = Duration::from_secs(2);
    let asking = EntryWindow::new(program(), environment).with_patience(patience);
    let asked = std::thread::spawn(move || asking.ask(&drill(pin(3))));
    let window = screen.window();
    screen.wait_until_gone(window);
    let outcome = asked.join().unwrap();
    assert!(matches!(outcome, Err(EntryError::Overdue { seconds: 2 })), "{outcome:?}");
}

#[test]
fn a_question_that_is_called_back_takes_its_window_away() {
    let Some(screen) = Screen::start("a_question_that_is_called_back", SCREEN) else { return };
    let environment = [("DISPLAY".into(), screen.display.clone().into())];
    let asking = EntryWindow::new(program(), environment);
    let (recall, wanted) = std::io::pipe().unwrap();
    let asked = std::thread::spawn(move || {
        let first = asking.ask_unless(&drill(pin(3)), Some(&recall));
        // Once called back, every further question is.
        (first, asking.ask_unless(&drill(pin(3)), Some(&recall)))
    });
    let window = screen.window();
    screen.type_text("12345");
    screen.wait_for_end(window, "PIN: 5 characters");
    drop(wanted);
    screen.wait_until_gone(window);
    let (first, second) = asked.join().unwrap();
    for outcome in [first, second] {
        assert!(matches!(outcome, Err(EntryError::Recalled)), "{outcome:?}");
    }
}

#[test]
fn without_a_display_of_this_machine_there_is_no_window() {
    for display in ["", ":4711", "127.0.0.1:0", "localhost:10.0"] {
        let environment = [("DISPLAY".into(), display.into())];
        let outcome = EntryWindow::new(program(), environment).ask(&drill(pin(3)));
        assert!(matches!(outcome, Err(EntryError::NoDisplay)), "{display}: {outcome:?}");
    }
}

#[test]
fn a_program_that_is_not_there_is_named() {
    let missing = std::path::PathBuf::from("/nonexistent/strongroom-entry");
    let outcome = EntryWindow::new(missing.clone(), []).ask(&drill(pin(3)));
    assert!(matches!(outcome, Err(EntryError::Start { program, .. }) if program == missing));
}
