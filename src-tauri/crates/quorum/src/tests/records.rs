//! The public record: one encoding, and nothing that cannot be.

use terms::Problem;

use super::made;
use crate::{QuorumError, Reason, ShareRecord};

#[test]
fn a_record_reads_back_and_has_one_encoding() {
    let (_, made) = made(1);
    for record in made.description.records() {
        let bytes = record.encode();
        assert!(bytes.len() < 300, "it fits into a code on paper");
        assert_eq!(ShareRecord::decode(&bytes).as_ref(), Ok(record));
        assert!(ShareRecord::decode(&bytes[..bytes.len() - 1]).is_err());
        assert!(ShareRecord::decode(&[&bytes[..], &[0]].concat()).is_err());
    }
    assert!(matches!(ShareRecord::decode(&[0; 1025]), Err(QuorumError::Record { .. })));
}

#[test]
fn places_that_no_split_has_are_refused() {
    let (_, made) = made(1);
    type Change = fn(&mut crate::Place);
    let changes: [Change; 10] = [
        |place| place.group = 2,
        |place| place.group_threshold = 0,
        |place| place.group_threshold = 3,
        |place| place.group_count = 17,
        |place| place.member = 3,
        |place| place.member_threshold = 0,
        |place| place.member_threshold = 4,
        |place| place.member_count = 17,
        |place| place.holder = "\u{202e}adA".into(),
        |place| place.group_name = String::new(),
    ];
    for (at, change) in changes.iter().enumerate() {
        let record = &made.description.records()[0];
        let mut place = record.place().clone();
        change(&mut place);
        let (salt, commitment) = (*record.salt(), *record.commitment());
        let parts = (record.facts(), record.identifier());
        let changed = ShareRecord::from_parts(parts.0, parts.1, place, salt, commitment);
        assert!(changed.is_err(), "change {at}");
    }
}

#[test]
fn a_record_of_another_version_or_key_zero_is_refused() {
    let (_, made) = made(1);
    let bytes = made.description.records()[0].encode();
    assert_eq!(bytes[..3], [0xaa, 0, 1]);
    let mut later = bytes.clone();
    later[2] = 2;
    assert_eq!(ShareRecord::decode(&later).unwrap_err().code(), "SR-QUORUM-RECORD");
    let at = bytes.windows(6).position(|part| part == b"\x65drill").unwrap() + 6;
    let mut zero = bytes.clone();
    zero[at] = 0;
    assert_eq!(ShareRecord::decode(&zero).unwrap_err().code(), "SR-QUORUM-RECORD");
}

#[test]
fn a_changed_salt_split_or_commitment_does_not_match_the_words() {
    let (_, made) = made(1);
    let share = &made.shares[0];
    let bytes = share.record.encode();
    let secret_parts = [share.record.salt(), share.record.commitment().as_bytes()];
    for part in secret_parts {
        let at = bytes.windows(32).position(|window| window == part).unwrap();
        for offset in [0, 31] {
            let mut changed = bytes.clone();
            changed[at + offset] ^= 1;
            let record = ShareRecord::decode(&changed).unwrap();
            assert_eq!(share.check(&record), Err(Reason::Altered));
        }
    }
    let at = bytes.windows(16).position(|window| window == [1; 16]).unwrap();
    let mut changed = bytes.clone();
    changed[at] ^= 1;
    assert_eq!(share.check(&ShareRecord::decode(&changed).unwrap()), Err(Reason::Altered));
}
