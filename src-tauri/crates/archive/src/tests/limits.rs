//! Many frames, forbidden settings, and bytes that mean nothing.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::{io, sync::Arc};

use proptest::prelude::*;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use secret::Secret;

use super::press::{Buffers, Shelf, archive_key, entry, file, master, open, settings};
use crate::entry::ManifestPage;
use crate::frame::Preamble;
use crate::layout::{KEYS_PER_PAGE, RECORDS_PER_PAGE};
use crate::record::IndexPage;
use crate::{
    ArchiveError, Entry, EntryKind, FrameKind, Opener, Root, Sealed, Sealer, SetWriter, Settings,
    StationKey, Superblock, Volumes, frame::PREAMBLE_BYTES,
};

/// An archive of `segments` segments of zeros, which compress to almost nothing.
fn wide(segments: u64) -> (Vec<Vec<u8>>, Sealed) {
    let shelf = Shelf::default();
    let mut rng = ChaCha20Rng::from_seed([1; 32]);
    let volumes = Buffers(shelf.clone());
    let recipient = master().recipient().clone();
    let mut writer = SetWriter::new(volumes, &recipient, settings(1), &mut rng).unwrap();
    let (mut sealer, mut body) = (Sealer::new().unwrap(), Vec::new());
    let (text, key) = (vec![0; 64 << 10], Secret::from_fill(|key| key.fill(1)));
    for number in 0..segments {
        let context = writer.segment_context(number);
        let sealed = sealer.seal(context, &key, &[2; 24], &text, &mut body);
        writer.append_segment(&sealed, &key, &body, &mut rng).unwrap();
    }
    let mut zeros = blake3::Hasher::new();
    (0..segments).for_each(|_| {
        zeros.update(&text);
    });
    let mut zeros_file = file("zeros", 0, b"");
    let stored = segments * (64 << 10);
    let digest = terms::Digest::from_bytes(zeros.finalize().into());
    zeros_file.kind = EntryKind::File { position: 0, stored, size: stored, holes: vec![], digest };
    writer.append_entry(zeros_file, &mut rng).unwrap();
    let sealed = writer.finish(None, &mut rng).unwrap();
    (std::mem::take(&mut *shelf.lock().unwrap()), sealed)
}

#[test]
fn every_segment_is_found_in_an_archive_of_many_index_and_key_pages() {
    let segments = KEYS_PER_PAGE + 10;
    let (volumes, sealed) = wide(segments);
    assert_eq!(sealed.segments, segments);
    let set = open(volumes).unwrap();
    assert_eq!(set.index_pages(), usize::try_from(segments).unwrap() / RECORDS_PER_PAGE + 1);
    set.check_index().unwrap();
    let contents = set.unlock(&archive_key(&set).unwrap()).unwrap();
    let (mut opener, mut body, mut text) = (Opener::new().unwrap(), Vec::new(), Vec::new());
    let edge = RECORDS_PER_PAGE as u64;
    for wanted in [0, 1, edge - 1, edge, edge + 1, 2 * edge - 1, 2 * edge, segments - 1] {
        let page = set.index_page(set.index_page_of(wanted)).unwrap();
        let is_wanted = |record: &&crate::FrameRecord| {
            record.kind == FrameKind::Segment && record.number == wanted
        };
        let record = page.iter().find(is_wanted).unwrap();
        set.read_body(record, &mut body).unwrap();
        let key = contents.data_key(wanted).unwrap();
        let plain = (record.compression, record.plain_length);
        opener.open(set.context(record), &key, plain, &body, &mut text).unwrap();
        assert!(text.len() == 64 << 10 && text.iter().all(|byte| *byte == 0));
    }
}

#[test]
fn a_lost_index_page_costs_its_segments_and_nothing_else() {
    let (mut volumes, _) = wide(RECORDS_PER_PAGE as u64 + 50);
    let set = open(volumes.clone()).unwrap();
    for record in set.index_page_records(0) {
        volumes[0][usize::try_from(record.offset).unwrap()] ^= 1;
    }
    let set = open(volumes).unwrap();
    assert!(matches!(set.index_page(0), Err(ArchiveError::Damaged { .. })));
    assert!(set.check_index().is_err());
    let contents = set.unlock(&archive_key(&set).unwrap()).unwrap();
    assert_eq!(contents.entries().filter(Result::is_ok).count(), 1);
    assert_eq!(set.index_page(1).unwrap()[0].number, RECORDS_PER_PAGE as u64);
}

fn writer(settings: Settings) -> Result<(SetWriter<Buffers>, ChaCha20Rng), ArchiveError> {
    let mut rng = ChaCha20Rng::from_seed([1; 32]);
    let volumes = Buffers(Shelf::default());
    SetWriter::new(volumes, master().recipient(), settings, &mut rng).map(|writer| (writer, rng))
}

#[test]
fn a_writer_refuses_settings_that_no_reader_accepts() {
    let label = |label: &str| Settings { label: label.into(), ..settings(1) };
    for bad in [
        Settings { segment_bytes: 100_000, ..settings(1) },
        Settings { segment_bytes: 32 << 20, ..settings(1) },
        Settings { volume_bytes: Some(100_000), ..settings(1) },
        Settings { checkpoint: Some("x".repeat(2000)), ..settings(1) },
        label(&"x".repeat(201)),
        label("a\nb"),
    ] {
        assert!(matches!(writer(bad), Err(ArchiveError::Field { .. })));
    }
}

#[test]
fn a_writer_refuses_segments_and_entries_out_of_order() {
    let (mut writer, mut rng) = writer(settings(1)).unwrap();
    let (mut sealer, mut body) = (Sealer::new().unwrap(), Vec::new());
    let key = Secret::from_fill(|key| key.fill(1));
    let later = sealer.seal(writer.segment_context(1), &key, &[0; 24], &[0; 10], &mut body);
    assert!(writer.append_segment(&later, &key, &body, &mut rng).is_err());
    let folder = |path: &str| entry(path, EntryKind::Directory);
    writer.append_entry(folder("b"), &mut rng).unwrap();
    for bad in [folder("b"), folder("a"), file("c", 5, b"12345")] {
        assert!(writer.append_entry(bad, &mut rng).is_err());
    }
    writer.append_entry(folder("c"), &mut rng).unwrap();
}

#[test]
fn an_archive_whose_content_belongs_to_nobody_is_not_finished() {
    let (mut writer, mut rng) = writer(settings(1)).unwrap();
    let (mut sealer, mut body) = (Sealer::new().unwrap(), Vec::new());
    let key = Secret::from_fill(|key| key.fill(1));
    let sealed = sealer.seal(writer.segment_context(0), &key, &[0; 24], &[0; 10], &mut body);
    writer.append_segment(&sealed, &key, &body, &mut rng).unwrap();
    assert!(writer.finish(None, &mut rng).is_err());
}

/// Volumes that fail after so many writes.
struct Failing(Arc<AtomicUsize>);

struct FailingVolume(Arc<AtomicUsize>, Vec<u8>);

impl io::Write for FailingVolume {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let left = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1));
        left.map_err(|_| io::Error::from(io::ErrorKind::StorageFull))?;
        self.1.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Volumes for Failing {
    type Volume = FailingVolume;

    fn begin(&mut self, _: u32) -> io::Result<FailingVolume> {
        Ok(FailingVolume(self.0.clone(), Vec::new()))
    }

    fn end(&mut self, _: u32, volume: FailingVolume) -> io::Result<()> {
        assert!(
            open(vec![volume.1]).unwrap().copies_are_whole(),
            "a broken volume was handed over"
        );
        Ok(())
    }
}

#[test]
fn a_target_that_fails_at_any_write_leaves_nothing_sealed() {
    let seal = |writes: usize| -> Result<Sealed, ArchiveError> {
        let mut rng = ChaCha20Rng::from_seed([1; 32]);
        let volumes = Failing(Arc::new(AtomicUsize::new(writes)));
        let mut writer = SetWriter::new(volumes, master().recipient(), settings(1), &mut rng)?;
        let (mut sealer, mut body) = (Sealer::new()?, Vec::new());
        let key = Secret::from_fill(|key| key.fill(1));
        let sealed = sealer.seal(writer.segment_context(0), &key, &[0; 24], b"text", &mut body);
        writer.append_segment(&sealed, &key, &body, &mut rng)?;
        writer.append_entry(file("a", 0, b"text"), &mut rng)?;
        writer.finish(None, &mut rng)
    };
    let needed = (1..100).find(|writes| seal(*writes).is_ok()).unwrap();
    assert!(needed > 10);
    for writes in 0..needed {
        let error = seal(writes).unwrap_err();
        assert!(matches!(error, ArchiveError::Io(_)), "{writes} writes: {error}");
    }
}

#[test]
fn a_station_s_signature_is_shown_and_a_changed_one_is_called_invalid() {
    let station = StationKey::from_secret(&Secret::from_fill(|key| key.fill(3)));
    let text = b"text".to_vec();
    let entries: Vec<Entry> = vec![file("a", 0, &text)];
    let sealed = super::press::seal_entries(settings(1), entries, &text, Some(&station));
    let set = open(sealed.0).unwrap();
    assert_eq!(set.root().signature(), crate::Signature::By(station.public()));
    let mut other = set.root().clone();
    other.entries += 1;
    assert_eq!(other.signature(), crate::Signature::Invalid);
    assert_ne!(other.digest(), set.root().digest());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn bytes_that_mean_nothing_are_refused_and_nothing_else_happens(
        bytes in proptest::collection::vec(any::<u8>(), 0..600),
    ) {
        prop_assert!(terms::decode::<Root>(&bytes).is_err());
        let manifest = terms::decode::<ManifestPage>(&bytes);
        prop_assert!(manifest.is_err() || bytes == [0x80]);
        prop_assert!(terms::decode::<IndexPage>(&bytes).is_err() || bytes == [0x80]);
        let mut block = [0; 4096];
        block[..bytes.len()].copy_from_slice(&bytes);
        prop_assert!(Superblock::decode(&block).is_err());
        let mut preamble = [0; PREAMBLE_BYTES];
        preamble.iter_mut().zip(&bytes).for_each(|(to, from)| *to = *from);
        prop_assert!(Preamble::decode(&preamble).is_err());
        prop_assert!(open(vec![bytes]).is_err());
    }
}
