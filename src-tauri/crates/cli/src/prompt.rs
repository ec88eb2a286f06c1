//! Questions on the terminal; secrets are read without echo into wiped memory.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};

use engine::plain;
use rustix::termios::{self, LocalModes, OptionalActions, QueueSelector, Termios};
use secret::{SecretBytes, SecretText};

use crate::pinentry;

/// The longest secret line that is read: the words of a share with room to spare.
const SECRET_LINE_MAX: usize = 1024;

/// The controlling terminal, if there is one.
pub(crate) struct Terminal {
    tty: File,
}

impl Terminal {
    /// Opens the terminal that the command was started from, even if its streams are redirected.
    pub(crate) fn open() -> io::Result<Self> {
        let tty = File::options().read(true).write(true).open("/dev/tty")?;
        Ok(Self { tty })
    }

    /// Writes a line for the person at the terminal; nothing in it can repaint what stands there.
    pub(crate) fn say(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.tty, "{}", plain::escaped(text))
    }

    /// Asks for a line of text.
    pub(crate) fn ask(&mut self, question: &str) -> io::Result<String> {
        write!(self.tty, "{} ", plain::escaped(question))?;
        self.tty.flush()?;
        let mut line = String::new();
        if BufReader::with_capacity(1, &self.tty).read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim().to_owned())
    }

    /// Asks until the answer is yes or no: whatever else was typed was meant for something else.
    pub(crate) fn yes_or_no(&mut self, question: &str) -> io::Result<bool> {
        loop {
            match self.ask(question)?.to_ascii_lowercase().as_str() {
                "yes" => return Ok(true),
                "no" => return Ok(false),
                _ => self.say("  Please type yes or no.")?,
            }
        }
    }

    /// Asks for a PIN: through pinentry where it is installed and works, else here.
    pub(crate) fn ask_pin(&mut self, title: &str) -> io::Result<SecretText> {
        let path = termios::ttyname(&self.tty, Vec::new()).ok();
        let path = path.as_ref().and_then(|path| path.to_str().ok()).unwrap_or("/dev/tty");
        match pinentry::ask(path, title, "PIN:")? {
            Some(answer) => Ok(answer),
            None => self.ask_words(title, "PIN:"),
        }
    }

    /// Asks for a secret without echo: the words of a share, which are too long for pinentry.
    pub(crate) fn ask_words(&mut self, title: &str, question: &str) -> io::Result<SecretText> {
        // Whoever sees the question may type at once, so nothing is echoed from before it on.
        let quiet = NoEcho::on(&self.tty)?;
        let asked = write!(&self.tty, "{}\n{question} (not shown) ", plain::escaped(title));
        let line = asked.and_then(|()| read_secret_line(&mut &self.tty));
        drop(quiet);
        writeln!(self.tty)?;
        line
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // What was typed and not asked for, words of a share perhaps, must not reach the shell.
        let _ = termios::tcflush(&self.tty, QueueSelector::IFlush);
    }
}

/// Switches echo off and back on when dropped, also if reading fails.
struct NoEcho<'a> {
    tty: &'a File,
    before: Termios,
}

impl<'a> NoEcho<'a> {
    fn on(tty: &'a File) -> io::Result<Self> {
        let before = termios::tcgetattr(tty)?;
        let mut quiet = before.clone();
        quiet.local_modes.remove(LocalModes::ECHO);
        termios::tcsetattr(tty, OptionalActions::Flush, &quiet)?;
        Ok(Self { tty, before })
    }
}

impl Drop for NoEcho<'_> {
    fn drop(&mut self) {
        // What was typed beyond the line is still secret, and is thrown away before echo is back.
        // The terminal is what it was or it is gone; there is nobody left to tell.
        let _ = termios::tcsetattr(self.tty, OptionalActions::Flush, &self.before);
    }
}

/// Reads one line straight into protected memory.
pub(crate) fn read_secret_line(reader: &mut impl Read) -> io::Result<SecretText> {
    let mut buffer = SecretBytes::from_fill(SECRET_LINE_MAX, |_| ());
    let mut len = 0;
    loop {
        let Some(free) = buffer.expose_mut().get_mut(len..len + 1) else {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the line is too long"));
        };
        if reader.read(free)? == 0 || free[0] == b'\n' {
            break;
        }
        len += 1;
    }
    let line = buffer.expose()[..len].trim_ascii();
    SecretText::from_utf8(SecretBytes::from_slice(line))
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_line_ends_at_its_newline_and_is_trimmed() {
        let mut typed = &b" duckling enlarge \nnext"[..];
        assert_eq!(read_secret_line(&mut typed).unwrap().expose(), "duckling enlarge");
        assert_eq!(typed, b"next");
    }

    #[test]
    fn a_secret_line_without_end_is_refused() {
        assert!(read_secret_line(&mut io::repeat(b'a')).is_err());
    }
}
