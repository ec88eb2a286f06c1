use terms::{ArchiveId, Digest};

use super::*;

const DAY_S: u64 = 86_400;
const SEEN: Timestamp = Timestamp::from_unix(1_800_000_000);

fn medium() -> Medium {
    Medium {
        name: "BR-1".into(),
        kind: registry::MediumKind::BdR,
        place: "Safe A".into(),
        archive: ArchiveId::from_bytes([1; 16]),
        label: "Ledger".into(),
        root: Digest::from_bytes([2; 32]),
        volumes: vec![(1, 1 << 30)],
        seen_at: SEEN,
        retired_at: None,
    }
}

/// A check `day` days after the medium was first seen; read at 100 MiB a second.
fn check(day: u64, (parts, part): (u32, u32), mendable: u64) -> Check {
    let read = 1000 / u64::from(parts);
    Check {
        at: after(day),
        person: "Ada".into(),
        parts,
        part,
        frames: 1000,
        read,
        mendable,
        lost: 0,
        unjudged: 0,
        read_errors: 0,
        bytes: read << 20,
        duration_ms: read * 10,
    }
}

fn after(day: u64) -> Timestamp {
    Timestamp::from_unix(SEEN.unix() + day * DAY_S)
}

fn standing(checks: &[Check], day: u64) -> Standing {
    Standing::of(&medium(), checks, Intervals::default(), after(day))
}

#[test]
fn a_medium_that_nobody_read_is_due_at_once_and_in_full() {
    let found = standing(&[], 0);
    assert_eq!(found.health, MediumHealth::Unchecked);
    assert_eq!(found.due, Some(Due { is_full: true, at: SEEN, is_now: true }));
    assert_eq!(found.coverage, Coverage { checks: 0, percent: 0 });
}

#[test]
fn a_sample_is_due_after_three_months_and_a_full_check_after_twelve() {
    let full = check(0, (1, 0), 0);
    let due = standing(std::slice::from_ref(&full), 80).due.unwrap();
    assert!(!due.is_now && !due.is_full, "{due:?}");
    let due = standing(std::slice::from_ref(&full), 92).due.unwrap();
    assert!(due.is_now && !due.is_full, "{due:?}");
    let sampled = [full, check(300, (20, 0), 0)];
    let due = standing(&sampled, 366).due.unwrap();
    assert!(due.is_now && due.is_full, "{due:?}");
}

#[test]
fn a_medium_that_was_given_up_is_never_due() {
    let given_up = Medium { retired_at: Some(SEEN), ..medium() };
    assert_eq!(Standing::of(&given_up, &[], Intervals::default(), after(999)).due, None);
}

#[test]
fn samples_take_turns_until_they_have_read_everything() {
    let mut checks = Vec::new();
    for number in 0..20 {
        let Extent { parts, part } = Extent::sample(5, &checks);
        assert_eq!((parts, part), (20, number));
        checks.push(check(u64::from(number), (parts, part), 0));
        let percent = 5 * (u8::try_from(number).unwrap() + 1);
        assert_eq!(standing(&checks, 0).coverage.percent, percent);
    }
    assert_eq!(Extent::sample(5, &checks), Extent { parts: 20, part: 0 });
    assert_eq!(Extent::sample(3, &checks), Extent { parts: 33, part: 0 }, "at least 3 %");
    assert_eq!(Extent::sample(100, &checks).parts, 2, "all of it is no sample");
}

#[test]
fn what_two_samples_have_in_common_counts_once() {
    // Every second frame and every fifth: 500 + 200 - 100 of a thousand.
    let checks = [check(0, (2, 0), 0), check(1, (5, 0), 0)];
    assert_eq!(standing(&checks, 2).coverage, Coverage { checks: 2, percent: 60 });
    let old = vec![check(0, (1, 0), 0); 1];
    let many = (0..20).map(|day| check(day, (20, 0), 0));
    let checks: Vec<Check> = old.into_iter().chain(many).collect();
    assert_eq!(standing(&checks, 30).coverage, Coverage { checks: 20, percent: 5 });
}

#[test]
fn more_damage_in_what_was_read_before_is_growth_and_as_much_is_not() {
    let checks = [check(0, (1, 0), 3), check(1, (1, 0), 3)];
    let found = standing(&checks, 2);
    assert_eq!((found.health, found.warnings), (MediumHealth::Weak, vec![]));
    let checks = [check(0, (1, 0), 3), check(1, (1, 0), 4)];
    let found = standing(&checks, 2);
    assert_eq!(found.warnings, [Warning::Grown { before: 3, now: 4 }]);
    assert!(found.is_to_be_copied());
}

#[test]
fn a_sample_is_compared_with_a_check_that_read_its_frames_and_with_no_other() {
    let other_part = [check(0, (20, 0), 0), check(1, (20, 1), 2)];
    assert_eq!(standing(&other_part, 2).warnings, []);
    let same_part = [check(0, (20, 1), 0), check(1, (20, 0), 0), check(2, (20, 1), 2)];
    assert_eq!(standing(&same_part, 3).warnings, [Warning::Grown { before: 0, now: 2 }]);
    let after_full = [check(0, (1, 0), 1), check(1, (20, 0), 2)];
    assert_eq!(standing(&after_full, 2).warnings, [Warning::Grown { before: 1, now: 2 }]);
    let full_after = [check(0, (20, 0), 1), check(1, (1, 0), 9)];
    assert_eq!(standing(&full_after, 2).warnings, [], "it read more, so it may find more");
}

#[test]
fn damage_is_not_forgotten_until_its_part_is_read_again() {
    let mut lost = check(0, (20, 3), 0);
    lost.lost = 1;
    let mut checks = vec![lost, check(1, (20, 4), 0)];
    let found = standing(&checks, 2);
    assert_eq!(found.health, MediumHealth::Lost);
    assert_eq!(found.warnings, [Warning::Lost { frames: 1 }]);
    checks.push(check(2, (1, 0), 0));
    assert_eq!(standing(&checks, 3).health, MediumHealth::Good);
}

#[test]
fn growth_that_a_sample_found_stands_while_other_parts_are_sampled() {
    let mut checks = vec![check(0, (1, 0), 0), check(1, (20, 0), 2), check(2, (20, 1), 0)];
    assert_eq!(standing(&checks, 3).warnings, [Warning::Grown { before: 0, now: 2 }]);
    checks.push(check(4, (1, 0), 0));
    assert_eq!(standing(&checks, 5).warnings, []);
}

#[test]
fn half_the_speed_is_a_warning_and_a_little_slower_is_not() {
    let slow = |factor: u64| {
        let mut slow = check(1, (1, 0), 0);
        slow.duration_ms = slow.duration_ms * factor / 10;
        standing(&[check(0, (1, 0), 0), slow], 2).warnings
    };
    assert_eq!(slow(19), []);
    let speed = 100 << 20;
    assert_eq!(slow(40), [Warning::Slower { before: speed, now: speed / 4 }]);
    let tiny = |ms| Check { bytes: 1 << 20, duration_ms: ms, ..check(0, (1, 0), 0) };
    assert_eq!(standing(&[tiny(1), tiny(900)], 2).warnings, [], "too little to time");
}

#[test]
fn a_drive_that_could_not_read_is_told() {
    let check = Check { read_errors: 2, ..check(0, (1, 0), 2) };
    let found = standing(&[check], 1);
    assert_eq!(found.warnings, [Warning::Unreadable { errors: 2 }]);
}
