//! BER-TLV as PIV uses it (ISO 7816-4 section 6.3): tags of up to three bytes, definite lengths.

/// Appends `tag`, the length of `value`, and `value`.
pub(crate) fn append(out: &mut Vec<u8>, tag: u32, value: &[u8]) {
    let bytes = tag.to_be_bytes();
    let leading = bytes.iter().position(|byte| *byte != 0).unwrap_or(3);
    out.extend_from_slice(&bytes[leading..]);
    append_length(out, value.len());
    out.extend_from_slice(value);
}

/// Appends a length in its shortest form.
pub(crate) fn append_length(out: &mut Vec<u8>, len: usize) {
    let bytes = len.to_be_bytes();
    let leading = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len() - 1);
    let digits = &bytes[leading..];
    if len >= 0x80 {
        out.push(0x80 | u8::try_from(digits.len()).unwrap_or(0));
    }
    out.extend_from_slice(digits);
}

/// One object alone.
pub(crate) fn object(tag: u32, value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len() + 6);
    append(&mut out, tag, value);
    out
}

/// All objects of `bytes`, which must consist of nothing else.
pub(crate) fn parse(mut bytes: &[u8]) -> Option<Vec<(u32, &[u8])>> {
    let mut objects = Vec::new();
    while !bytes.is_empty() {
        let (tag, rest) = parse_tag(bytes)?;
        let (len, rest) = parse_length(rest)?;
        let (value, rest) = rest.split_at_checked(len)?;
        objects.push((tag, value));
        bytes = rest;
    }
    Some(objects)
}

/// The value of the first object with this tag.
pub(crate) fn find<'a>(objects: &[(u32, &'a [u8])], tag: u32) -> Option<&'a [u8]> {
    objects.iter().find(|(found, _)| *found == tag).map(|(_, value)| *value)
}

/// The value of the only object of `bytes`, which must have this tag.
pub(crate) fn only(bytes: &[u8], tag: u32) -> Option<&[u8]> {
    match parse(bytes)?.as_slice() {
        [(found, value)] if *found == tag => Some(value),
        _ => None,
    }
}

fn parse_tag(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (first, mut rest) = bytes.split_first()?;
    let mut tag = u32::from(*first);
    if first & 0x1f == 0x1f {
        loop {
            let (next, after) = rest.split_first()?;
            tag = tag.checked_shl(8).filter(|_| tag < 0x1_0000)? | u32::from(*next);
            rest = after;
            if next & 0x80 == 0 {
                break;
            }
        }
    }
    Some((tag, rest))
}

fn parse_length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (first, rest) = bytes.split_first()?;
    if *first < 0x80 {
        return Some((usize::from(*first), rest));
    }
    let count = usize::from(first & 0x7f);
    let (digits, rest) = rest.split_at_checked(count).filter(|_| (1..=3).contains(&count))?;
    let len = digits.iter().fold(0, |len, digit| len << 8 | usize::from(*digit));
    Some((len, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_survive_encoding() {
        for (tag, len) in [(0x7c, 0), (0x53, 127), (0x53, 128), (0x7f49, 256), (0x5f_c109, 70_000)]
        {
            let value = vec![0xa5; len];
            assert_eq!(only(&object(tag, &value), tag), Some(&value[..]));
        }
    }

    #[test]
    fn broken_objects_are_refused() {
        for bytes in [
            &[0x7c][..],
            &[0x7c, 2, 0],
            &[0x7c, 0x80],
            &[0x7c, 0x84, 0, 0, 0, 0],
            &[0x7f],
            &[0x7f, 0x81, 0x81, 0x81, 0x01, 0],
        ] {
            assert_eq!(parse(bytes), None, "{bytes:02x?}");
        }
    }
}
