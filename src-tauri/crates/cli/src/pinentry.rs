//! A secret through `pinentry`, the small program that GnuPG uses for the same purpose.
//!
//! The Assuan protocol of pinentry: commands are lines, answers are `OK`, `ERR` or `D data`, and
//! data has `%25`, `%0D` and `%0A` for percent sign, carriage return and line feed.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

use secret::{SecretBytes, SecretText};

use crate::prompt::read_secret_line;

/// Asks through pinentry; none if it is not installed.
///
/// # Errors
///
/// The person cancelled, or pinentry ended without an answer.
pub(crate) fn ask(title: &str, question: &str) -> io::Result<Option<SecretText>> {
    let started = Command::new("pinentry").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child = match started {
        Ok(child) => child,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let answer = converse(&mut child, title, question);
    // Its standard input is closed by now, so it ends; how it ends says nothing more.
    let _ = child.wait();
    answer.map(Some)
}

fn converse(child: &mut Child, title: &str, question: &str) -> io::Result<SecretText> {
    let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(io::ErrorKind::BrokenPipe.into());
    };
    let mut output = BufReader::with_capacity(1, output);
    expect_ok(&mut output)?;
    for (command, text) in [("SETTITLE", "Strongroom"), ("SETDESC", title), ("SETPROMPT", question)]
    {
        writeln!(input, "{command} {}", escaped(text))?;
        expect_ok(&mut output)?;
    }
    writeln!(input, "GETPIN")?;
    let line = read_secret_line(&mut output)?;
    match line.expose().strip_prefix("D ") {
        Some(data) => Ok(unescaped(data)),
        None => Err(io::Error::new(io::ErrorKind::Interrupted, "the entry was cancelled")),
    }
}

fn expect_ok(output: &mut impl BufRead) -> io::Result<()> {
    let mut line = String::new();
    output.read_line(&mut line)?;
    if line.starts_with("OK") { Ok(()) } else { Err(io::ErrorKind::BrokenPipe.into()) }
}

fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Undoes the escapes of a data line without leaving a copy outside protected memory.
fn unescaped(data: &str) -> SecretText {
    let mut len = 0;
    let mut bytes = SecretBytes::from_slice(data.as_bytes());
    let source = data.as_bytes();
    let mut at = 0;
    while at < source.len() {
        let escape = source.get(at..at + 3).and_then(|escape| match escape {
            b"%25" => Some(b'%'),
            b"%0D" => Some(b'\r'),
            b"%0A" => Some(b'\n'),
            _ => None,
        });
        bytes.expose_mut()[len] = escape.unwrap_or(source[at]);
        at += if escape.is_some() { 3 } else { 1 };
        len += 1;
    }
    let text = std::str::from_utf8(&bytes.expose()[..len]).unwrap_or_default();
    SecretText::from_exposed(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone() {
        assert_eq!(unescaped("12%2534%").expose(), "12%34%");
        assert_eq!(unescaped(&escaped("a%b\nc")).expose(), "a%b\nc");
    }
}
