//! The standard's own behaviour: what combines, what does not, and what is noticed.

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use secret::{SecretBytes, SecretText};

use super::{SetError, ShareWords, WordsError, combine, split};

const NUMBERS: [(u8, u8); 3] = [(2, 3), (1, 1), (3, 5)];

fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}

fn empty() -> SecretText {
    SecretText::from_exposed("")
}

fn secret(len: usize, rng: &mut ChaCha20Rng) -> SecretBytes {
    SecretBytes::from_fill(len, |bytes| rng.fill_bytes(bytes))
}

fn shares(len: usize) -> (SecretBytes, Vec<Vec<ShareWords>>) {
    let mut rng = rng(1);
    let secret = secret(len, &mut rng);
    let shares = split(&secret, 2, &NUMBERS, &empty(), &mut rng).unwrap();
    (secret, shares)
}

#[test]
fn a_quorum_gives_the_secret_in_any_order() {
    for len in [16, 32] {
        let (secret, s) = shares(len);
        for set in [
            vec![&s[0][0], &s[0][2], &s[1][0]],
            vec![&s[1][0], &s[0][1], &s[0][0]],
            vec![&s[2][4], &s[2][0], &s[2][2], &s[1][0]],
            vec![&s[0][1], &s[2][4], &s[0][2], &s[2][1], &s[2][3]],
        ] {
            assert_eq!(combine(&set, &empty()), Ok(secret_copy(&secret)));
        }
    }
}

#[test]
fn too_few_too_many_and_doubled_shares_are_refused_and_nothing_is_trimmed() {
    let (_, s) = shares(32);
    let refused = |set: &[&ShareWords]| combine(set, &empty()).unwrap_err();
    assert_eq!(refused(&[]), SetError::Empty);
    assert_eq!(refused(&[&s[1][0]]), SetError::Groups { needed: 2, found: 1 });
    let lacking = SetError::Members { group: 0, needed: 2, found: 1 };
    assert_eq!(refused(&[&s[1][0], &s[0][0]]), lacking);
    let surplus = SetError::Members { group: 0, needed: 2, found: 3 };
    assert_eq!(refused(&[&s[1][0], &s[0][0], &s[0][1], &s[0][2]]), surplus);
    let doubled = SetError::Duplicate { group: 0, member: 1 };
    assert_eq!(refused(&[&s[1][0], &s[0][1], &s[0][1]]), doubled);
    let groups = SetError::Groups { needed: 2, found: 3 };
    assert_eq!(refused(&[&s[1][0], &s[0][0], &s[0][1], &s[2][0], &s[2][1], &s[2][2]]), groups);
}

#[test]
fn shares_of_two_splits_are_refused() {
    let (secret, a) = shares(32);
    let b = split(&secret, 2, &NUMBERS, &empty(), &mut rng(9)).unwrap();
    let mixed = combine(&[&a[1][0], &a[0][0], &b[0][1]], &empty());
    assert_eq!(mixed, Err(SetError::Mixed { field: "identifier" }));
    let others = split(&secret, 1, &[(1, 1), (1, 1)], &empty(), &mut rng(1)).unwrap();
    assert!(matches!(combine(&[&a[1][0], &others[0][0]], &empty()), Err(SetError::Mixed { .. })));
}

#[test]
fn a_wrong_value_does_not_pass_the_digest() {
    let (_, s) = shares(32);
    let mut value = SecretBytes::from_slice(s[0][1].value().expose());
    value.expose_mut()[31] ^= 1;
    let wrong = ShareWords::new(*s[0][1].header(), value);
    assert_eq!(combine(&[&s[1][0], &s[0][0], &wrong], &empty()), Err(SetError::Digest));
    // A group with threshold 1 has no digest of its own: that of the groups notices.
    let mut value = SecretBytes::from_slice(s[1][0].value().expose());
    value.expose_mut()[0] ^= 0x80;
    let wrong = ShareWords::new(*s[1][0].header(), value);
    assert_eq!(combine(&[&wrong, &s[0][0], &s[0][1]], &empty()), Err(SetError::Digest));
}

#[test]
fn a_passphrase_is_part_of_the_secret_and_a_wrong_one_is_silent() {
    let mut rng = rng(3);
    let secret = secret(32, &mut rng);
    let phrase = SecretText::from_exposed("TREZOR");
    let s = split(&secret, 1, &[(2, 2)], &phrase, &mut rng).unwrap();
    let set = [&s[0][0], &s[0][1]];
    assert_eq!(combine(&set, &phrase), Ok(secret_copy(&secret)));
    assert_ne!(combine(&set, &empty()), Ok(secret));
}

#[test]
fn our_shares_are_extendable_with_exponent_zero() {
    let (_, s) = shares(32);
    for share in s.iter().flatten() {
        assert!(share.header().extendable);
        assert_eq!(share.header().iteration_exponent, 0);
        assert_eq!(share.word_count(), 33);
        assert_eq!(share.to_text().expose().split(' ').count(), 33);
    }
}

#[test]
fn impossible_splits_are_refused() {
    let mut rng = rng(4);
    let long = secret(32, &mut rng);
    let cases: [(u8, &[(u8, u8)]); 8] = [
        (0, &[(1, 1)]),
        (2, &[(1, 1)]),
        (1, &[]),
        (1, &[(1, 2)]),
        (1, &[(0, 1)]),
        (1, &[(3, 2)]),
        (1, &[(2, 17)]),
        (1, &[(1, 1); 17]),
    ];
    for (threshold, groups) in cases {
        let outcome = split(&long, threshold, groups, &empty(), &mut rng);
        assert!(matches!(outcome, Err(SetError::Parameters { .. })), "{threshold} of {groups:?}");
    }
    let short = secret(15, &mut rng);
    assert!(split(&short, 1, &[(1, 1)], &empty(), &mut rng).is_err());
    assert!(split(&long, 16, &[(16, 16); 16], &empty(), &mut rng).is_ok());
}

#[test]
fn every_header_reads_back() {
    let mut rng = rng(5);
    for group in 0..16 {
        for (member, threshold) in [(0, 1), (15, 16), (7, 2)] {
            let header = super::Header {
                identifier: 0x7fff - u16::from(group),
                extendable: group % 2 == 0,
                iteration_exponent: group % 6,
                group,
                group_threshold: group + 1,
                group_count: 16,
                member,
                member_threshold: threshold,
            };
            let share = ShareWords::new(header, secret(32, &mut rng));
            assert_eq!(ShareWords::parse(share.to_text().expose()), Ok(share));
        }
    }
}

#[test]
fn capitals_and_spaces_do_not_matter() {
    let (_, s) = shares(32);
    let text = s[0][0].to_text();
    let loud = format!("\n  {}\t\n", text.expose().to_uppercase().replace(' ', " \r\n "));
    assert_eq!(ShareWords::parse(&loud).as_ref(), Ok(&s[0][0]));
}

#[test]
fn an_unknown_word_is_named_by_position_and_never_repeated() {
    let (_, s) = shares(32);
    for position in [1, 17, 33] {
        let text = s[0][0].to_text();
        let mut words: Vec<&str> = text.expose().split(' ').collect();
        words[position - 1] = "strongrom";
        let error = ShareWords::parse(&words.join(" ")).unwrap_err();
        assert_eq!(error, WordsError::UnknownWord { position });
        assert!(!format!("{error} {error:?}").contains("strongrom"));
    }
}

#[test]
fn a_missing_or_added_word_is_counted() {
    let (_, s) = shares(32);
    let text = s[0][0].to_text();
    let (short, _) = text.expose().rsplit_once(' ').unwrap();
    assert_eq!(ShareWords::parse(short), Err(WordsError::Count { found: 32 }));
    let long = format!("{} acid", text.expose());
    assert_eq!(ShareWords::parse(&long), Err(WordsError::Count { found: 34 }));
    assert_eq!(ShareWords::parse(""), Err(WordsError::Count { found: 0 }));
}

#[test]
fn every_change_of_one_word_is_noticed() {
    let (_, s) = shares(32);
    let text = s[0][1].to_text();
    let words: Vec<&str> = text.expose().split(' ').collect();
    let list: Vec<&str> = include_str!("words.txt").lines().collect();
    for position in 0..words.len() {
        // Every other word of the list would take a minute; each place gets 64 spread over it.
        for other in list.iter().skip(position % 16).step_by(16).filter(|w| **w != words[position])
        {
            let mut changed = words.clone();
            changed[position] = other;
            let error = ShareWords::parse(&changed.join(" ")).unwrap_err();
            assert_eq!(error, WordsError::Checksum, "{other} at {position}");
        }
    }
}

#[test]
fn two_words_that_changed_places_are_noticed() {
    let (_, s) = shares(32);
    let text = s[2][3].to_text();
    let words: Vec<&str> = text.expose().split(' ').collect();
    for a in 0..words.len() {
        for b in a + 1..words.len() {
            let mut changed = words.clone();
            changed.swap(a, b);
            let is_same = words[a] == words[b];
            assert_eq!(ShareWords::parse(&changed.join(" ")).is_ok(), is_same, "{a} and {b}");
        }
    }
}

#[test]
fn nothing_of_a_share_shows_in_its_debug_text() {
    let (_, s) = shares(32);
    let shown = format!("{:?}", s[0][0]);
    let text = s[0][0].to_text();
    assert!(shown.contains("redacted"));
    for word in text.expose().split(' ').skip(4) {
        assert!(!shown.contains(word), "{word}");
    }
}

fn secret_copy(secret: &SecretBytes) -> SecretBytes {
    SecretBytes::from_slice(secret.expose())
}
