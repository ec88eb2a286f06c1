use std::fs;

use super::*;

fn sample(medium: &str, target: &str, slowness: u64) -> Sample {
    Sample {
        medium: medium.into(),
        target: target.into(),
        workers: 2,
        read_bytes: 100 << 20,
        content_bytes: 200 << 20,
        files: 1000,
        medium_ms: 20_000 * slowness,
        opening_ms: 2000,
        target_ms: 4000,
        waiting_ms: 1000,
    }
}

fn work() -> Work {
    Work {
        read_bytes: 1000 << 20,
        content_bytes: 2000 << 20,
        files: 10_000,
        medium: "UDF".into(),
        target: "ext4".into(),
        workers: 2,
    }
}

fn history(samples: &[Sample]) -> History {
    let mut history = History::default();
    samples.iter().cloned().for_each(|sample| history.add(sample));
    history
}

fn seconds(span: Option<Span>) -> Option<(u64, u64)> {
    span.map(|span| (span.shortest_ms / 1000, span.longest_ms / 1000))
}

#[test]
fn nothing_is_said_of_what_was_never_measured() {
    let estimate = Estimate::of(&work(), &History::default());
    assert_eq!(estimate.span, None);
    assert!(estimate.parts.iter().all(|part| part.span.is_none() && part.runs == 0));
    let (range, because) = estimate.to_words();
    assert!(range.starts_with("not known yet"), "{range}");
    let unread = "reading 1000 MiB of UDF: not known yet, for there was no restore with such \
                  media so far";
    assert_eq!(because[0], unread);
    // What is known of other media is not taken for these.
    let estimate = Estimate::of(&work(), &history(&[sample("ext4", "ext4", 1)]));
    let known: Vec<_> = estimate.parts.iter().map(|part| part.span.is_some()).collect();
    assert_eq!((estimate.span, known.as_slice()), (None, &[false, true, true, true][..]));
}

#[test]
fn the_range_spans_what_was_measured_and_is_never_one_number() {
    let twice = [sample("UDF", "ext4", 1), sample("UDF", "ext4", 3)];
    let estimate = Estimate::of(&work(), &history(&twice));
    // Ten times as much: 100 s and 300 s on two threads, a tenth wider.
    assert_eq!(seconds(estimate.parts[0].span), Some((90, 330)));
    assert_eq!(seconds(estimate.parts[1].span), Some((9, 11)));
    assert_eq!(seconds(estimate.parts[2].span), Some((36, 44)));
    assert_eq!(seconds(estimate.parts[3].span), Some((9, 11)));
    // The longest part and the last one; or all of them.
    assert_eq!(seconds(estimate.span), Some((99, 396)));
    let (range, because) = estimate.to_words();
    assert_eq!(range, "1 min to 7 min, if nothing fails");
    assert_eq!(because.len(), 5);
    let read = "reading 1000 MiB of UDF: 1 min to 6 min, by 2 earlier restores with such media";
    assert_eq!(because[0], read);
}

#[test]
fn what_was_measured_once_is_no_rule() {
    let estimate = Estimate::of(&work(), &history(&[sample("UDF", "ext4", 1)]));
    assert_eq!(seconds(estimate.parts[0].span), Some((66, 150)));
    for part in &estimate.parts {
        let span = part.span.unwrap();
        assert!(span.longest_ms >= span.shortest_ms * 2, "{part:?}");
    }
}

#[test]
fn files_and_bytes_are_two_guesses() {
    let big = Work { files: 10, ..work() };
    let estimate = Estimate::of(&big, &history(&[sample("UDF", "ext4", 1)]));
    // By files 40 ms, by bytes 40 s.
    assert_eq!(seconds(estimate.parts[2].span), Some((0, 60)));
}

#[test]
fn words_have_two_bounds() {
    let words = |shortest_ms, longest_ms| Span { shortest_ms, longest_ms }.to_words();
    assert_eq!(words(61_000, 200_000), "1 min to 4 min");
    assert_eq!(words(0, 1), "0 s to 1 s");
    assert_eq!(words(2000, 2000), "less than 3 s");
    assert_eq!(words(50_000, 7_300_000), "50 s to 3 h");
}

#[test]
fn a_vault_remembers_a_bounded_number_and_forgets_the_oldest() {
    let vault = tempfile::tempdir().unwrap();
    assert_eq!(History::read(vault.path()), History::default());
    for number in 1..=20 {
        History::learn(vault.path(), sample("UDF", "ext4", number)).unwrap();
    }
    let kept = History::read(vault.path());
    assert_eq!(kept.samples().len(), 8);
    assert_eq!(kept.samples()[0], sample("UDF", "ext4", 13));
    for number in 0..100 {
        History::learn(vault.path(), sample(&format!("kind {number}"), "ext4", 1)).unwrap();
    }
    assert_eq!(History::read(vault.path()).samples().len(), 64);
    assert_eq!(fs::read_dir(vault.path()).unwrap().count(), 1, "something else was left");
}

#[test]
fn a_file_that_is_not_ours_teaches_nothing() {
    let vault = tempfile::tempdir().unwrap();
    for text in ["", "{", "{\"format\":\"strongroom-learned/2\",\"samples\":[]}", "[1]"] {
        fs::write(vault.path().join("learned.json"), text).unwrap();
        assert_eq!(History::read(vault.path()), History::default(), "{text}");
    }
    History::learn(vault.path(), sample("UDF", "ext4", 1)).unwrap();
    assert_eq!(History::read(vault.path()).samples().len(), 1);
    let nowhere = vault.path().join("nowhere");
    assert!(History::learn(&nowhere, sample("UDF", "ext4", 1)).is_err());
    assert!(!nowhere.exists());
}
