//! The frames between a program and the window in which secrets are typed (entry-1).

use ::entry::{Outcome, read_answer, read_request, write_answer, write_request};

use super::{Target, USUAL, files, refused, same};

/// The vectors of entry-1 of this frame.
fn vectors(frame: &str) -> Vec<Vec<u8>> {
    let vectors = files("tests/vectors/entry").into_iter().filter_map(|vector| {
        let vector = String::from_utf8(vector).unwrap();
        let line = |label: &str| vector.lines().find_map(|line| line.strip_prefix(label));
        (line("frame: ")? == frame).then(|| hex::decode(line("bytes: ").unwrap()).unwrap())
    });
    vectors.collect()
}

pub(crate) const REQUEST: Target = Target {
    name: "entry_request",
    seeds: || vectors("request"),
    read: |bytes| {
        let mut rest = bytes;
        let request = read_request(&mut rest).map_err(refused)?;
        let mut again = Vec::new();
        write_request(&request, &mut again).unwrap();
        same(&again, &bytes[..bytes.len() - rest.len()]);
        Ok(())
    },
    ..USUAL
};

pub(crate) const ANSWER: Target = Target {
    name: "entry_answer",
    seeds: || vectors("answer"),
    read: |bytes| {
        let mut rest = bytes;
        let (outcome, secret) = read_answer(&mut rest).map_err(refused)?;
        let mut again = Vec::new();
        let secret = (outcome == Outcome::Entered).then_some(&secret);
        write_answer(outcome, secret, &mut again).unwrap();
        same(&again, &bytes[..bytes.len() - rest.len()]);
        Ok(())
    },
    ..USUAL
};
