use super::press::{archive_key, noise, open, read, seal, settings};
use crate::{FrameKind, Opener};

fn small() -> (Vec<u8>, Vec<(String, Vec<u8>)>) {
    let files = [("a", b"some text ".repeat(9000)), ("b", noise(40_000))];
    let (mut volumes, _) = seal(settings(1), &files);
    let volume = volumes.remove(0);
    let files = files.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)).collect();
    (volume, files)
}

#[test]
fn a_flipped_bit_is_refused_or_changes_nothing() {
    let (volume, files) = small();
    let (mut refused, mut harmless) = (0, 0);
    for at in (0..volume.len()).step_by(23) {
        let mut damaged = volume.clone();
        damaged[at] ^= 1 << (at % 8);
        match read(vec![damaged]) {
            Ok(same) => {
                assert_eq!(same, files, "the flip at {at} passed for data");
                harmless += 1;
            }
            Err(_) => refused += 1,
        }
    }
    // Superblock, trailer, capsule and root have copies; everything else has none yet.
    assert!(refused > 1500 && harmless > 200, "{refused} refused, {harmless} harmless");
}

#[test]
fn a_truncated_volume_is_never_called_whole_and_never_gives_other_data() {
    let (volume, files) = small();
    let mut opened = 0;
    for len in (0..volume.len()).step_by(97) {
        let cut = volume[..len].to_vec();
        assert!(!open(vec![cut.clone()]).is_ok_and(|set| set.copies_are_whole()), "cut at {len}");
        if let Ok(same) = read(vec![cut]) {
            assert_eq!(same, files, "cut at {len}");
            opened += 1;
        }
    }
    // Only cuts behind the first copy of the root leave everything readable.
    assert!(opened < 80, "{opened} cuts were read");
    let mut longer = volume;
    longer.push(0);
    assert!(!open(vec![longer]).is_ok_and(|set| set.copies_are_whole()));
}

#[test]
fn a_destroyed_start_or_end_does_not_stop_a_restore() {
    let (volume, files) = small();
    let mut headless = volume.clone();
    headless[..4096].fill(0xee);
    assert_eq!(read(vec![headless]).unwrap(), files);
    let mut endless = volume;
    let end = endless.len() - 4096;
    endless[end..].fill(0xee);
    assert_eq!(read(vec![endless]).unwrap(), files);
}

#[test]
fn a_segment_opens_only_in_its_own_place() {
    let files = [("a", noise(200_000))];
    let (volumes, _) = seal(settings(1), &files);
    let set = open(volumes).unwrap();
    let contents = set.unlock(&archive_key(&set).unwrap()).unwrap();
    let records = set.index_page(0).unwrap();
    let segments: Vec<_> = records.iter().filter(|r| r.kind == FrameKind::Segment).collect();
    let (mut body, mut text, mut opener) = (Vec::new(), Vec::new(), Opener::new().unwrap());
    set.read_body(segments[0], &mut body).unwrap();
    let key = contents.data_key(0).unwrap();
    let plain = (segments[0].compression, segments[0].plain_length);
    opener.open(set.context(segments[0]), &key, plain, &body, &mut text).unwrap();
    assert_eq!(text.len(), 64 << 10);
    let moved = set.context(segments[1]);
    assert!(opener.open(moved, &key, plain, &body, &mut text).is_err());
    assert!(text.is_empty(), "plaintext was left behind");
    let other_key = contents.data_key(1).unwrap();
    assert!(opener.open(set.context(segments[0]), &other_key, plain, &body, &mut text).is_err());
    let shorter = (plain.0, plain.1 - 1);
    assert!(opener.open(set.context(segments[0]), &key, shorter, &body, &mut text).is_err());
}

#[test]
fn what_is_whole_of_a_damaged_segment_is_saved_and_the_rest_is_named() {
    let files = [("a", noise(64 << 10))];
    let (volumes, _) = seal(settings(1), &files);
    let set = open(volumes).unwrap();
    let contents = set.unlock(&archive_key(&set).unwrap()).unwrap();
    let record = &set.index_page(0).unwrap()[0];
    let (mut body, mut text, mut opener) = (Vec::new(), Vec::new(), Opener::new().unwrap());
    set.read_body(record, &mut body).unwrap();
    // 56 bytes of header, then chunks of 16 KiB and 16: damage chunks 1 and 2.
    body[56 + 16_400 + 5] ^= 1;
    body[56 + 2 * 16_400 + 16_390] ^= 1;
    let key = contents.data_key(0).unwrap();
    let plain = (record.compression, record.plain_length);
    let salvaged = opener.salvage(set.context(record), &key, plain, &body, &mut text);
    assert_eq!(salvaged.lost.as_slice(), std::slice::from_ref(&(16_384..49_152)));
    assert!(text[16_384..49_152].iter().all(|byte| *byte == 0), "unauthenticated text leaked");
    assert_eq!(text[..16_384], files[0].1[..16_384]);
    assert_eq!(text[49_152..], files[0].1[49_152..]);
}

#[test]
fn huge_lengths_are_refused_before_memory_is_taken() {
    let (volume, _) = small();
    let set = open(vec![volume]).unwrap();
    let mut record = set.index_page(0).unwrap()[0].clone();
    record.length = u64::MAX - 5000;
    let mut body = Vec::new();
    assert!(set.read_body(&record, &mut body).is_err());
    assert_eq!(body.capacity(), 0);
}
