//! After the answer neither process keeps what was typed.

use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::FileExt;
use std::process::Child;

use entry::{Outcome, read_answer};
use rustix::process::{Pid, Signal, geteuid, kill_process};
use zeroize::Zeroizing;

use crate::asked::{SHARE, drill, pin, production, start, words};
use crate::screen::{ENTER, Screen};

const SCREEN: &str = "1024x768";
/// What the sentinel is turned with, so that this process does not hold it by being the test.
const TURN: u8 = 0x55;
/// `Zq7!kV2x`, turned.
const TURNED: [u8; 8] = [0x0f, 0x24, 0x62, 0x74, 0x3e, 0x03, 0x67, 0x2d];

/// How often the turned `sentinels`, turned back, stand in the memory of a process.
fn occurrences(process: &str, sentinels: &[&[u8]]) -> usize {
    let maps = fs::read_to_string(format!("/proc/{process}/maps")).unwrap();
    let memory = File::open(format!("/proc/{process}/mem")).unwrap();
    let mut found = 0;
    for map in maps.lines() {
        let mut parts = map.split([' ', '-']);
        let mut bound = || u64::from_str_radix(parts.next().unwrap(), 16).unwrap();
        let (start, end) = (bound(), bound());
        let Ok(size) = usize::try_from(end.wrapping_sub(start)) else { continue };
        let is_readable = parts.next().is_some_and(|rights| rights.starts_with('r'));
        // Copies are wiped: this process is searched too.
        let mut bytes = Zeroizing::new(vec![0; if is_readable { size } else { 0 }]);
        // The kernel's own pages at the end of the list cannot be read, and hold nothing of ours.
        if memory.read_exact_at(&mut bytes, start).is_ok() {
            found += sentinels.iter().map(|turned| count(&bytes, turned)).sum::<usize>();
        }
    }
    found
}

fn count(bytes: &[u8], turned: &[u8]) -> usize {
    let (first, rest) = turned.split_first().unwrap();
    let first = first ^ TURN;
    let begins = bytes.iter().enumerate().filter(|(_, byte)| **byte == first);
    let is_here = |at: usize| {
        let place = bytes.get(at + 1..).unwrap_or_default();
        place.len() >= rest.len() && place.iter().zip(rest).all(|(a, b)| a ^ TURN == *b)
    };
    begins.filter(|(at, _)| is_here(*at)).count()
}

fn may_look(test: &str) -> bool {
    let is_root = geteuid().is_root();
    if !is_root {
        strongroom_tests::skip(test, "only root can read the memory of a hardened process");
    }
    is_root
}

/// Stops a window that has answered, and now waits for the end of the request pipe (entry-1 E15).
fn stop(child: &mut Child) -> Pid {
    assert_eq!(child.stdout.as_mut().unwrap().read(&mut [0]).unwrap(), 0, "nothing follows");
    let pid = Pid::from_child(child);
    kill_process(pid, Signal::STOP).unwrap();
    pid
}

#[test]
fn after_the_answer_neither_process_holds_the_pin() {
    if !may_look("after_the_answer_no_pin") {
        return;
    }
    let Some(screen) = Screen::start("after_the_answer_no_pin", SCREEN) else { return };
    let (mut child, input) = start(&screen, &drill(pin(3)));
    let process = child.id().to_string();
    let window = screen.window();
    for turned in TURNED {
        screen.press(u32::from(turned ^ TURN));
    }
    screen.wait_for_end(window, "PIN: 8 characters");
    // The search sees what is there: the one field, in protected memory.
    assert_eq!(occurrences(&process, &[&TURNED]), 1, "the field holds it while it is typed");
    screen.press(ENTER);
    let (outcome, secret) = read_answer(child.stdout.as_mut().unwrap()).unwrap();
    let pid = stop(&mut child);
    assert_eq!(outcome, Outcome::Entered);
    assert_eq!(occurrences(&process, &[&TURNED]), 0, "the window keeps it");
    assert_eq!(occurrences("self", &[&TURNED]), 1, "the asker has it once, in protected memory");
    drop(secret);
    assert_eq!(occurrences("self", &[&TURNED]), 0, "the asker keeps it");
    kill_process(pid, Signal::CONT).unwrap();
    drop(input);
    assert!(child.wait().unwrap().success());
}

#[test]
fn after_the_answer_the_window_holds_no_two_words_of_the_share() {
    if !may_look("after_the_answer_no_words") {
        return;
    }
    let Some(screen) = Screen::start("after_the_answer_no_words", SCREEN) else { return };
    let (mut child, input) = start(&screen, &production(words()));
    let process = child.id().to_string();
    let window = screen.window();
    screen.type_text(SHARE);
    screen.wait_for_end(window, "word 33, 33 of 33 typed");
    screen.press(ENTER);
    screen.press(ENTER);
    let (outcome, secret) = read_answer(child.stdout.as_mut().unwrap()).unwrap();
    let pid = stop(&mut child);
    assert_eq!(outcome, Outcome::Entered);
    assert_eq!(secret.expose(), SHARE);
    let turned = |text: &str| text.bytes().map(|byte| byte ^ TURN).collect::<Vec<u8>>();
    let all: Vec<&str> = SHARE.split(' ').collect();
    let pairs: Vec<Vec<u8>> = all.windows(2).map(|pair| turned(&pair.join(" "))).collect();
    let pairs: Vec<&[u8]> = pairs.iter().map(Vec::as_slice).collect();
    assert_eq!(occurrences(&process, &pairs), 0, "the window keeps two words of the share");
    kill_process(pid, Signal::CONT).unwrap();
    drop(input);
    assert!(child.wait().unwrap().success());
}
