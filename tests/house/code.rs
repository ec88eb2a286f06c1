//! Just enough reading of Rust for the rules: no strings, no comments, no tests.

/// `text` with the insides of strings, characters and comments replaced by spaces; line breaks and
/// byte offsets stay.
pub(crate) fn blank(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    while out.len() < bytes.len() {
        let at = out.len();
        let rest = &bytes[at..];
        let length = match rest {
            [b'/', b'/', ..] => line_length(rest),
            [b'/', b'*', ..] => block_comment_length(rest),
            [b'"', ..] => string_length(rest),
            [b'r', b'"' | b'#', ..] if !is_word(bytes, at) => raw_string_length(&rest[1..]) + 1,
            [b'\'', ..] => char_length(rest),
            _ => 1,
        };
        let is_hidden = length > 1;
        let piece = &rest[..length.clamp(1, rest.len())];
        let hide = |byte: &u8| if *byte == b'\n' || !is_hidden { *byte } else { b' ' };
        out.extend(piece.iter().map(hide).map(|byte| if byte.is_ascii() { byte } else { b' ' }));
    }
    String::from_utf8(out).unwrap_or_default()
}

/// `code` (blanked) with inline test modules blanked too.
pub(crate) fn without_tests(code: &str) -> String {
    let mut out = code.to_owned();
    let mut from = 0;
    while let Some(found) = out[from..].find("#[cfg(test)]") {
        let start = from + found;
        let open = out[start..].find(['{', ';']).map(|length| start + length);
        from = start + 1;
        let Some(open) = open.filter(|open| out.as_bytes()[*open] == b'{') else { continue };
        let end = matching_brace(&out, open).unwrap_or(out.len() - 1);
        let hidden: String =
            out[start..=end].chars().map(|c| if c == '\n' { c } else { ' ' }).collect();
        out.replace_range(start..=end, &hidden);
    }
    out
}

/// The modules that the file at `path` declares for tests only, as paths without `.rs`.
pub(crate) fn test_modules(path: &str, text: &str) -> Vec<String> {
    let Some((folder, file)) = path.rsplit_once('/') else { return Vec::new() };
    let folder = match file.strip_suffix(".rs") {
        None => return Vec::new(),
        Some("mod" | "lib" | "main") => folder.to_owned(),
        Some(stem) => format!("{folder}/{stem}"),
    };
    let code = blank(text);
    let declared = code.split("#[cfg(test)]").skip(1);
    declared
        .filter_map(|rest| {
            let statement = rest.split([';', '{']).next()?;
            let is_file = rest[statement.len()..].starts_with(';');
            let name = statement.split_whitespace().skip_while(|word| *word != "mod").nth(1)?;
            is_file.then(|| format!("{folder}/{name}"))
        })
        .collect()
}

/// Name, offset and number of lines of every function with a body in `code` (blanked).
pub(crate) fn functions(code: &str) -> Vec<(String, usize, usize)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("fn ") {
        if is_word(code.as_bytes(), at) {
            continue;
        }
        let name: String = code[at + 3..].chars().take_while(|c| is_word_char(*c)).collect();
        let Some(open) = code[at..].find(['{', ';']).map(|length| at + length) else { continue };
        if name.is_empty() || code.as_bytes()[open] == b';' {
            continue;
        }
        let end = matching_brace(code, open).unwrap_or(code.len() - 1);
        let lines = 1 + code[at..=end].matches('\n').count();
        found.push((name, at, lines));
    }
    found
}

/// Places where `word` begins an identifier in `code`.
pub(crate) fn words_starting_with<'a>(
    code: &'a str,
    word: &'a str,
) -> impl Iterator<Item = usize> + 'a {
    code.match_indices(word).map(|(at, _)| at).filter(|at| !is_word(code.as_bytes(), *at))
}

pub(crate) fn is_word_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Whether the byte before `at` belongs to the same word.
fn is_word(bytes: &[u8], at: usize) -> bool {
    at > 0 && is_word_char(char::from(bytes[at - 1]))
}

fn matching_brace(code: &str, open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in code.bytes().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return Some(at),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn line_length(rest: &[u8]) -> usize {
    rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len())
}

fn block_comment_length(rest: &[u8]) -> usize {
    let end = rest.windows(2).position(|pair| pair == b"*/");
    end.map_or(rest.len(), |at| at + 2)
}

fn string_length(rest: &[u8]) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != b'"' {
        at += if rest[at] == b'\\' { 2 } else { 1 };
    }
    at + 1
}

/// The length of `#…#"…"#…#`, or 0 when this is no raw string.
fn raw_string_length(rest: &[u8]) -> usize {
    let hashes = rest.iter().take_while(|byte| **byte == b'#').count();
    if rest.get(hashes) != Some(&b'"') {
        return 0;
    }
    let close: Vec<u8> = [b"\"".as_slice(), &b"#".repeat(hashes)].concat();
    let inside = &rest[hashes + 1..];
    let end = inside.windows(close.len()).position(|window| window == close);
    hashes + 1 + end.map_or(inside.len(), |at| at + close.len())
}

/// The length of a character, or 1 for a lifetime.
fn char_length(rest: &[u8]) -> usize {
    match rest {
        [_, b'\\', ..] => {
            let end = rest.iter().skip(3).position(|byte| *byte == b'\'');
            end.map_or(1, |at| at + 4)
        }
        [_, _, b'\'', ..] => 3,
        [_, first, ..] if !first.is_ascii() => {
            rest.iter().take(6).skip(1).position(|byte| *byte == b'\'').map_or(1, |at| at + 2)
        }
        _ => 1,
    }
}
