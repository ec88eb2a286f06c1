//! A secret through `pinentry`, the small program that GnuPG uses for the same purpose.
//!
//! The Assuan protocol of pinentry: commands are lines, answers are `OK`, `ERR` or `D data`, and
//! data has `%25`, `%0D` and `%0A` for percent sign, carriage return and line feed.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

use secret::{SecretBytes, SecretText};

use crate::prompt::read_secret_line;

/// How pinentry says that the person cancelled (GPG_ERR_CANCELED of the source pinentry).
const CANCELLED: &str = "ERR 83886179";

/// Asks through pinentry on terminal `tty`; none if it is not installed or cannot be used there.
///
/// # Errors
///
/// The person cancelled.
pub(crate) fn ask(tty: &str, title: &str, question: &str) -> io::Result<Option<SecretText>> {
    let mut command = Command::new("pinentry");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let Ok(mut child) = command.spawn() else { return Ok(None) };
    let answer = converse(&mut child, tty, title, question);
    // Its standard input is closed by now, so it ends; how it ends says nothing more.
    let _ = child.wait();
    match answer {
        Err(error) if error.kind() != io::ErrorKind::Interrupted => Ok(None),
        answer => answer,
    }
}

fn converse(
    child: &mut Child,
    tty: &str,
    title: &str,
    question: &str,
) -> io::Result<Option<SecretText>> {
    let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(io::ErrorKind::BrokenPipe.into());
    };
    let mut output = BufReader::with_capacity(1, output);
    expect_ok(&mut output)?;
    let tty = format!("ttyname={tty}");
    let said = [
        ("OPTION", tty.as_str()),
        ("SETTITLE", "Strongroom"),
        ("SETDESC", title),
        ("SETPROMPT", question),
    ];
    for (command, text) in said {
        writeln!(input, "{command} {}", escaped(text))?;
        expect_ok(&mut output)?;
    }
    writeln!(input, "GETPIN")?;
    let line = read_secret_line(&mut output)?;
    match line.expose() {
        said if said.starts_with(CANCELLED) => {
            Err(io::Error::new(io::ErrorKind::Interrupted, "the entry was cancelled"))
        }
        said => Ok(said.strip_prefix("D ").map(unescaped)),
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
