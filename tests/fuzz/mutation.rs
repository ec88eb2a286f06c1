//! Changing an input in ways that its readers were written against.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::Rng;

/// Numbers at which readers go wrong.
const EDGES: [u64; 15] =
    [0, 1, 2, 23, 24, 127, 128, 255, 256, 65_535, 65_536, 1 << 25, 1 << 31, 1 << 60, u64::MAX];
/// Pieces of text at which readers go wrong.
const WORDS: [&str; 22] = [
    "",
    "\n",
    "\r\n",
    " ",
    ":",
    "..",
    "/",
    "\0",
    "\u{202e}",
    "\u{feff}",
    "é",
    "e\u{301}",
    "-1",
    "0",
    "99999999999999999999",
    "[",
    "{",
    "\"",
    "- ",
    "*a",
    "&a",
    "#",
];

/// A number below `bound`; 0 if there is none.
fn below(rng: &mut ChaCha8Rng, bound: usize) -> usize {
    usize::try_from(rng.next_u64() % bound.max(1) as u64).unwrap_or(0)
}

/// Changes `bytes` in one way mostly, in four at most; `other` gives what may be spliced in.
pub(crate) fn mutate(bytes: &mut Vec<u8>, other: &[u8], most: usize, rng: &mut ChaCha8Rng) {
    for _ in 0..[1, 1, 1, 2, 2, 4][below(rng, 6)] {
        match below(rng, 15) {
            0 | 1 => flip(bytes, rng),
            2 => set(bytes, rng),
            3 => number(bytes, rng),
            4 => remove(bytes, rng),
            5 => double(bytes, rng),
            6 => insert(bytes, rng),
            7 => bytes.truncate(below(rng, bytes.len() + 1)),
            8 => swap(bytes, rng),
            9 => splice(bytes, other, rng),
            10 => word(bytes, rng),
            11 => line(bytes, rng),
            12 => bytes.resize(bytes.len() + 1 + below(rng, 2), [0, b'\n'][below(rng, 2)]),
            _ => item(bytes, rng),
        }
        bytes.truncate(most);
    }
}

fn flip(bytes: &mut [u8], rng: &mut ChaCha8Rng) {
    let at = below(rng, bytes.len());
    if let Some(byte) = bytes.get_mut(at) {
        *byte ^= 1 << below(rng, 8);
    }
}

fn set(bytes: &mut [u8], rng: &mut ChaCha8Rng) {
    let at = below(rng, bytes.len());
    let value = [0, 1, 0x7f, 0x80, 0xff, rng.next_u64().to_le_bytes()[0]][below(rng, 6)];
    if let Some(byte) = bytes.get_mut(at) {
        *byte = value;
    }
}

/// Writes an edge, or a number near what is there, over one, two, four or eight bytes.
fn number(bytes: &mut [u8], rng: &mut ChaCha8Rng) {
    let width = 1 << below(rng, 4);
    let at = below(rng, (bytes.len() + 1).saturating_sub(width));
    let Some(place) = bytes.get_mut(at..at + width) else { return };
    let old = place.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    let new = match below(rng, 3) {
        0 => EDGES[below(rng, EDGES.len())],
        1 => old.wrapping_add(1 + rng.next_u64() % 16),
        _ => old.wrapping_sub(1 + rng.next_u64() % 16),
    };
    place.copy_from_slice(&new.to_be_bytes()[8 - width..]);
}

/// A range of `bytes`, mostly a short one.
fn range(bytes: &[u8], rng: &mut ChaCha8Rng) -> std::ops::Range<usize> {
    let start = below(rng, bytes.len() + 1);
    let most = [4, 16, 64, bytes.len()][below(rng, 4)];
    start..start + below(rng, most.min(bytes.len() - start) + 1)
}

fn remove(bytes: &mut Vec<u8>, rng: &mut ChaCha8Rng) {
    bytes.drain(range(bytes, rng));
}

fn double(bytes: &mut Vec<u8>, rng: &mut ChaCha8Rng) {
    let piece = bytes[range(bytes, rng)].to_vec();
    let (at, times) = (below(rng, bytes.len() + 1), [1, 1, 2, 300][below(rng, 4)]);
    bytes.splice(at..at, piece.repeat(times));
}

fn insert(bytes: &mut Vec<u8>, rng: &mut ChaCha8Rng) {
    let at = below(rng, bytes.len() + 1);
    let piece = rng.next_u64().to_le_bytes();
    bytes.splice(at..at, piece[..1 + below(rng, 8)].to_vec());
}

fn swap(bytes: &mut Vec<u8>, rng: &mut ChaCha8Rng) {
    let first = range(bytes, rng);
    let piece: Vec<u8> = bytes.drain(first).collect();
    let at = below(rng, bytes.len() + 1);
    bytes.splice(at..at, piece);
}

fn splice(bytes: &mut Vec<u8>, other: &[u8], rng: &mut ChaCha8Rng) {
    let piece = other[range(other, rng)].to_vec();
    bytes.splice(range(bytes, rng), piece);
}

fn word(bytes: &mut Vec<u8>, rng: &mut ChaCha8Rng) {
    let piece = WORDS[below(rng, WORDS.len())].repeat([1, 1, 1, 1000][below(rng, 4)]);
    bytes.splice(range(bytes, rng), piece.into_bytes());
}

/// Removes, doubles or moves a line.
fn line(bytes: &mut Vec<u8>, rng: &mut ChaCha8Rng) {
    let mut lines: Vec<Vec<u8>> = bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    let taken = lines.remove(below(rng, lines.len()));
    let times = below(rng, 3);
    for _ in 0..times {
        lines.insert(below(rng, lines.len() + 1), taken.clone());
    }
    *bytes = lines.join(&b'\n');
}

/// Changes what one item of CBOR says of itself: its number, its length or its kind.
fn item(bytes: &mut Vec<u8>, rng: &mut ChaCha8Rng) {
    let heads = heads(bytes);
    let Some(head) = heads.get(below(rng, heads.len())) else { return };
    let mut major = bytes[head.start] & 0xe0;
    let mut value = head.value;
    let mut width = below(rng, 5);
    match below(rng, 5) {
        0 => value = EDGES[below(rng, EDGES.len())],
        1 => value = value.wrapping_add(1),
        2 => value = value.wrapping_sub(1),
        3 => major = (rng.next_u64().to_le_bytes()[0] & 7) << 5,
        // Another length of the same number, which is not canonical.
        _ => width += 1,
    }
    let least = [24, 1 << 8, 1 << 16, 1 << 32].iter().filter(|edge| value >= **edge).count();
    let width = if below(rng, 4) == 0 { width.max(least).min(4) } else { least };
    let digits = value.to_be_bytes();
    let new = match width {
        0 => vec![major | digits[7]],
        1 => vec![major | 24, digits[7]],
        2 => [&[major | 25], &digits[6..]].concat(),
        3 => [&[major | 26], &digits[4..]].concat(),
        _ => [&[major | 27], &digits[..]].concat(),
    };
    bytes.splice(head.start..head.end, new);
}

/// The head of an item of CBOR: where it stands, and its number.
struct Head {
    start: usize,
    end: usize,
    value: u64,
}

/// The heads of all items, as far as `bytes` are CBOR.
fn heads(bytes: &[u8]) -> Vec<Head> {
    let (mut heads, mut at) = (Vec::new(), 0);
    while let Some(first) = bytes.get(at) {
        let width = match first & 0x1f {
            0..24 => 0,
            info @ 24..28 => 1 << (info - 24),
            _ => break,
        };
        let end = at + 1 + width;
        let Some(digits) = bytes.get(at + 1..end) else { break };
        let value = match width {
            0 => u64::from(first & 0x1f),
            _ => digits.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)),
        };
        heads.push(Head { start: at, end, value });
        let inside = if matches!(first >> 5, 2 | 3) { value } else { 0 };
        let next = usize::try_from(inside).ok().and_then(|inside| end.checked_add(inside));
        let Some(next) = next else { break };
        at = next;
    }
    heads
}
