//! Faults at the border to the system: every call that writes fails, fills up or is the last one;
//! and power is cut at every moment of what a disk may have made of it.
//!
//! Both sweeps drive the real program under `strace`. `injection` has it make single calls fail;
//! `crash` records all of them and plays them to a model of a disk with a page cache. A few hundred
//! cases are tried here, spread over all; with `STRONGROOM_FAULTS=all` every one.
#![allow(clippy::unwrap_used, clippy::panic)]

mod canary;
mod crash;
mod disk;
mod injection;
#[allow(dead_code)]
#[path = "../line/program.rs"]
mod program;
mod reading;
mod tape;
mod trace;
mod work;

use std::io::Write as _;

/// How many of `all` cases are tried: every one in a long run, else as many as `few`.
#[expect(clippy::disallowed_methods, reason = "a long run asks for every case")]
fn share_of(all: usize, few: usize) -> usize {
    let every = std::env::var_os("STRONGROOM_FAULTS").is_some();
    if every { all } else { few.min(all) }
}

/// Cases spread evenly over all of them, the first and the last included.
fn spread<T>(cases: Vec<T>, few: usize) -> Vec<T> {
    let (all, wanted) = (cases.len(), share_of(cases.len(), few));
    let is_wanted = |place: usize| {
        let turn = |place: usize| place * wanted.saturating_sub(1) / all.saturating_sub(1).max(1);
        place == 0 || turn(place) != turn(place - 1)
    };
    let chosen = cases.into_iter().enumerate().filter(|(place, _)| is_wanted(*place));
    chosen.map(|(_, case)| case).collect()
}

/// Tells a count past the test harness, which keeps what tests print to itself.
fn tell(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

#[test]
fn a_sample_has_the_first_and_the_last_case() {
    let cases: Vec<usize> = (0..1000).collect();
    let few = spread(cases.clone(), 10);
    assert!(few.len() == 10 || few.len() == 1000, "{} cases", few.len());
    assert_eq!((few[0], few[few.len() - 1]), (0, 999));
    assert_eq!(spread(cases, 2000).len(), 1000);
    assert_eq!(spread(vec![7], 5), [7]);
}
