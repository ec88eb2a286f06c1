//! A person at a terminal, played by a test: reads what the terminal shows, types answers.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crate::program::{Desk, text};

/// How long the terminal may stay silent before a test gives up.
const SILENCE: Duration = Duration::from_secs(60);

/// The program with a terminal of its own, and everything that stood on it.
pub(crate) struct Seated {
    child: Child,
    shown: Receiver<Vec<u8>>,
    seen: String,
    read: usize,
    before: usize,
}

impl Seated {
    /// Runs `strongroom` with `arguments` on a new terminal; its standard output goes to `output`.
    pub(crate) fn new(desk: &Desk, arguments: &[&str], output: &Path) -> Self {
        Self::on(desk, &desk.path("vault"), arguments, output)
    }

    /// The same on another vault.
    pub(crate) fn on(desk: &Desk, vault: &Path, arguments: &[&str], output: &Path) -> Self {
        Self::shell((desk, vault), "exec ", arguments, output, "")
    }

    /// As [`Self::new`], and then the shell does what `after` says.
    pub(crate) fn and_then(desk: &Desk, arguments: &[&str], output: &Path, after: &str) -> Self {
        Self::shell((desk, &desk.path("vault")), "", arguments, output, after)
    }

    fn shell(
        (desk, vault): (&Desk, &Path),
        how: &str,
        arguments: &[&str],
        output: &Path,
        after: &str,
    ) -> Self {
        let mut line = format!("{how}'{}'", env!("CARGO_BIN_EXE_strongroom"));
        for argument in [&["--vault", text(vault)], arguments].concat() {
            assert!(!argument.contains('\''), "{argument} needs no quotes of its own");
            line = format!("{line} '{argument}'");
        }
        line = format!("{line} > '{}'; {after}", text(output));
        let mut script = Command::new("/usr/bin/script");
        // Without a path no pinentry is found, so that every question comes to this terminal.
        script.env_clear().env("HOME", desk.dir()).env("SHELL", "/bin/sh").env("PATH", "/nowhere");
        script.args(["-qec", &line, "/dev/null"]).current_dir(desk.dir());
        let script = script.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = script.spawn().unwrap();
        let mut screen = child.stdout.take().unwrap();
        let (send, shown) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(len @ 1..) = screen.read(&mut buffer) {
                if send.send(buffer[..len].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self { child, shown, seen: String::new(), read: 0, before: 0 }
    }

    /// Waits until the terminal shows one of `words` behind what was read so far; returns which.
    pub(crate) fn wait_for(&mut self, words: &[&str]) -> Option<usize> {
        loop {
            let fresh = &self.seen[self.read..];
            let found = words.iter().enumerate().filter_map(|(n, w)| Some((fresh.find(w)?, n)));
            if let Some((at, n)) = found.min() {
                self.before = self.read;
                self.read += at + words[n].len();
                return Some(n);
            }
            let more = self.shown.recv_timeout(SILENCE).ok()?;
            self.seen.push_str(&String::from_utf8_lossy(&more));
        }
    }

    /// What the last wait passed over, and found.
    pub(crate) fn just_shown(&self) -> &str {
        &self.seen[self.before..self.read]
    }

    /// Everything that stood on the terminal so far.
    pub(crate) fn seen(&self) -> &str {
        &self.seen
    }

    /// Types a line. It reaches the terminal in one piece: a newline that came later than its
    /// words would answer the next question.
    pub(crate) fn enter(&mut self, line: &str) {
        let input = self.child.stdin.as_mut().unwrap();
        // A program that ended no longer reads; what it said is what counts then.
        let _ = input.write_all(format!("{line}\n").as_bytes()).and_then(|()| input.flush());
    }

    /// Says yes to every step until one of `words` is shown; returns which.
    pub(crate) fn agree_until(&mut self, words: &[&str]) -> Option<usize> {
        let all = [words, &["Type yes, or stop:", "Type yes, or no:"]].concat();
        loop {
            let found = self.wait_for(&all)?;
            if found < words.len() {
                return Some(found);
            }
            self.enter("yes");
        }
    }

    /// Stops at the step that is asked about, and gives the ceremony up.
    pub(crate) fn stop(&mut self) {
        self.enter("stop");
        for question in ["What was expected?", "What happened?"] {
            self.wait_for(&[question]);
            self.enter("a test");
        }
        self.wait_for(&["Type yes to agree:"]);
        self.enter("no");
    }

    /// Types nothing where a secret is asked for, and gives the ceremony up.
    pub(crate) fn keep_secret(&mut self) {
        self.enter("");
        self.wait_for(&["no gives the ceremony up:"]);
        self.enter("no");
    }

    /// Waits for the end; returns how it ended and everything that stood on the terminal.
    pub(crate) fn end(mut self) -> (i32, String) {
        while let Ok(more) = self.shown.recv_timeout(SILENCE) {
            self.seen.push_str(&String::from_utf8_lossy(&more));
        }
        let exit = self.child.wait().unwrap().code().unwrap_or(-1);
        (exit, std::mem::take(&mut self.seen))
    }

    /// The terminal goes away, as when its window is closed.
    pub(crate) fn hang_up(mut self) {
        let _ = self.child.kill();
        self.child.wait().unwrap();
        // The screen ends when nobody holds the terminal any more.
        while self.shown.recv_timeout(SILENCE).is_ok() {}
    }
}
