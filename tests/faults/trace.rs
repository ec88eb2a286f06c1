//! What a program asked of the system, as `strace` writes it down.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

/// Calls that change what lies on a disk, open what is changed, or make it durable.
pub(crate) const WRITING: [&str; 31] = [
    "chmod",
    "chown",
    "copy_file_range",
    "creat",
    "fallocate",
    "fchmod",
    "fchmodat",
    "fchown",
    "fchownat",
    "fdatasync",
    "fsetxattr",
    "fsync",
    "ftruncate",
    "link",
    "linkat",
    "mkdir",
    "mkdirat",
    "openat",
    "openat2",
    "pwrite64",
    "pwritev",
    "rename",
    "renameat",
    "renameat2",
    "rmdir",
    "symlinkat",
    "syncfs",
    "unlink",
    "unlinkat",
    "utimensat",
    "write",
];
/// Calls besides them without which nobody knows what a descriptor stands for.
const FOLLOWED: [&str; 6] = ["close", "dup", "dup2", "fcntl", "lseek", "writev"];

/// One call that was answered.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) thread: u32,
    pub(crate) name: String,
    pub(crate) arguments: Vec<String>,
    /// What the system answered; negative for an error.
    pub(crate) answer: i64,
}

/// `command` under strace, with these options.
pub(crate) fn under_strace(command: &Command, options: &[&str]) -> Command {
    let mut traced = Command::new("strace");
    traced.args(["-f", "-qq"]).args(options);
    traced.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => traced.env(name, value),
            None => traced.env_remove(name),
        };
    }
    traced
}

/// Runs `command` and returns all its writing calls in the order in which they were done, with
/// everything that was written.
pub(crate) fn record(command: &Command, scratch: &Path) -> (ExitStatus, Vec<Call>) {
    let calls: Vec<&str> = WRITING.iter().chain(&FOLLOWED).copied().collect();
    let trace = format!("trace={}", calls.join(","));
    let out = scratch.join("trace");
    let options = ["-xx", "-s", "33554432", "-e", &trace, "-o", out.to_str().unwrap()];
    let mut traced = under_strace(command, &options);
    let status = traced.stdout(Stdio::null()).stderr(Stdio::null()).status();
    let status = status.expect("strace runs; `cargo xtask setup` installs it");
    let calls = parse(&fs::read_to_string(&out).unwrap());
    fs::remove_file(out).unwrap();
    (status, calls)
}

/// Reads strace's lines; a call that another thread interrupted counts when it is done, except for
/// `close`, which frees its number at once.
fn parse(text: &str) -> Vec<Call> {
    let (mut calls, mut begun) = (Vec::new(), HashMap::new());
    for line in text.lines() {
        let Some((thread, rest)) = line.split_once(' ') else { continue };
        let (Ok(thread), rest) = (thread.parse(), rest.trim_start()) else { continue };
        if let Some(start) = rest.strip_suffix(" <unfinished ...>") {
            if start.starts_with("close(") {
                calls.extend(call(thread, &format!("{start}) = 0")));
            }
            begun.insert(thread, start);
        } else if let Some((_, end)) = rest.split_once(" resumed>") {
            let start: &str = begun.remove(&thread).unwrap_or_default();
            if !start.starts_with("close(") {
                calls.extend(call(thread, &format!("{start}{end}")));
            }
        } else {
            calls.extend(call(thread, rest));
        }
    }
    calls
}

/// `name(arguments) = answer`, or nothing if it is no call, or was never answered.
fn call(thread: u32, line: &str) -> Option<Call> {
    let (name, rest) = line.split_once('(')?;
    let (arguments, answer) = rest.rsplit_once(") = ").or_else(|| {
        // Short lines are filled up with spaces.
        let (before, answer) = rest.rsplit_once(" = ")?;
        Some((before.trim_end().strip_suffix(')')?, answer))
    })?;
    let arguments = arguments.trim_end().trim_end_matches(')');
    let answer = answer.split(' ').next()?.parse().ok()?;
    Some(Call { thread, name: name.to_owned(), arguments: split(arguments), answer })
}

/// The arguments between commas that stand in no braces; strings are in hexadecimal digits, so no
/// comma is in one.
fn split(text: &str) -> Vec<String> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            b',' if depth == 0 => {
                parts.push(text[start..at].trim().to_owned());
                start = at + 1;
            }
            _ => (),
        }
    }
    parts.push(text[start..].trim().to_owned());
    parts
}

impl Call {
    /// The bytes of an argument that is a string.
    pub(crate) fn bytes(&self, place: usize) -> Vec<u8> {
        let text = self.arguments[place].trim_matches('"');
        let digits = text.split("\\x").skip(1);
        digits.map(|pair| u8::from_str_radix(pair, 16).expect("strace cut a string")).collect()
    }

    pub(crate) fn number(&self, place: usize) -> i64 {
        self.arguments[place].parse().unwrap_or(-1)
    }

    /// Whether an argument has this flag.
    pub(crate) fn has(&self, flag: &str) -> bool {
        let is_letter = |c: char| c.is_ascii_uppercase() || c == '_';
        self.arguments.iter().any(|it| it.split(|c| !is_letter(c)).any(|word| word == flag))
    }

    /// Whether it opens something to be written, or is no call that opens.
    pub(crate) fn writes(&self) -> bool {
        let opens = self.name.starts_with("open");
        !opens || ["O_CREAT", "O_WRONLY", "O_RDWR"].iter().any(|flag| self.has(flag))
    }
}

#[test]
fn interrupted_calls_count_when_they_are_done() {
    let text = "7 openat(AT_FDCWD, \"\\x2f\\x61\", O_RDWR|O_CREAT, 0600) = 3\n\
                8 write(3, \"\\x61\\x62\", 2 <unfinished ...>\n\
                7 close(4 <unfinished ...>\n\
                9 fsync(5)                                = -1 EIO (Input/output error)\n\
                8 <... write resumed>)                    = 2\n\
                7 <... close resumed>)                    = 0\n\
                7 +++ exited with 0 +++\n";
    let calls = parse(text);
    let told: Vec<_> = calls.iter().map(|call| (call.name.as_str(), call.answer)).collect();
    assert_eq!(told, [("openat", 3), ("close", 0), ("fsync", -1), ("write", 2)]);
    assert_eq!((calls[0].bytes(1), calls[3].bytes(1)), (b"/a".to_vec(), b"ab".to_vec()));
    assert!(calls[0].has("O_CREAT") && !calls[0].has("O_CREA"));
    assert_eq!(calls[1].arguments, ["4"]);
}
