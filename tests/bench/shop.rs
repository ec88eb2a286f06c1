//! The place of a run: a vault with a key, everybody's keys, and the tools that are here.

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use strongroom_tests::line::Line;
use strongroom_tests::outcome::{Outcome, context, fail};

use crate::arguments::Arguments;
use crate::medium::Medium;
use crate::tools::{TOOLS, Tool};

/// Everything that a script needs to find.
pub(crate) struct Shop {
    pub(crate) line: Line,
    /// Where a tool works; empty before every turn.
    pub(crate) bench: PathBuf,
    pub(crate) tools: Vec<&'static Tool>,
    shares: String,
    medium: Medium,
    /// Whether every turn gets a file system that is new.
    is_fresh: Cell<bool>,
}

impl Shop {
    /// Clears the folder to work in, makes keys, and looks which tools are here.
    pub(crate) fn open(arguments: &Arguments) -> Outcome<Self> {
        let bench = arguments.dir.join("bench");
        let medium = Medium::at(&bench, arguments.small);
        let line = Line::prepare(&arguments.dir, &arguments.program)?;
        line.genesis()?;
        let quoted: Vec<_> =
            line.quorum()?.iter().map(|file| format!("--share {}", file.display())).collect();
        let (tools, shares, is_fresh) = (Vec::new(), quoted.join(" "), Cell::new(false));
        let mut shop = Self { line, bench, tools, shares, medium, is_fresh };
        let made = shop.run(Path::new("/"), MAKE_KEYS)?;
        if made.exit != Some(0) {
            return fail(format!("making keys failed: {}", made.said));
        }
        for tool in TOOLS {
            let here = shop.run(Path::new("/"), &format!("command -v {}", tool.program))?;
            if here.exit == Some(0) {
                shop.tools.push(tool);
            } else {
                println!("not measured: {} is not installed", tool.name);
            }
        }
        shop.lay_out()?;
        Ok(shop)
    }

    /// Removes everything that this run made.
    pub(crate) fn close(self) -> Outcome<()> {
        self.medium.remove()?;
        // borg and restic leave folders that are theirs alone.
        fs::remove_dir_all(&self.line.dir).map_err(context("removing the folder of the run"))
    }

    /// A shell that runs `script` with the keys in its environment.
    pub(crate) fn shell(&self, script: &str) -> Command {
        let keys = self.line.dir.join("keys");
        let path = std::env::var("PATH").unwrap_or_default();
        let tools = self.line.dir.join("../tools/bin");
        let mut command = Command::new("bash");
        command
            .args(["-euo", "pipefail", "-c", script])
            .env("PATH", format!("{}:{path}", tools.display()))
            .env("HOME", &keys)
            .env("KEYS", &keys)
            .env("RECIPIENT", self.line.dir.join("recipient"))
            .env("SHARES", &self.shares)
            .env("STRONGROOM", &self.line.program)
            .env("RESTIC_PASSWORD", "bench")
            .env("RUSTIC_PASSWORD", "bench")
            .env("RUSTIC_NO_PROGRESS", "true")
            .env("RUSTIC_LOG_LEVEL", "error")
            .env("BORG_PASSPHRASE", "bench")
            .env("BORG_RELOCATED_REPO_ACCESS_IS_OK", "yes")
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::null());
        command
    }

    /// Runs `script` in `dir` to its end, however that is.
    pub(crate) fn run(&self, dir: &Path, script: &str) -> Outcome<Ended> {
        let mut shell = self.shell(script);
        let output = shell.current_dir(dir).output().map_err(context("starting a shell"))?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (printed, complained) = (text(&output.stdout), text(&output.stderr));
        let said = if complained.trim().is_empty() { printed.clone() } else { complained };
        Ok(Ended { exit: output.status.code(), printed, said })
    }

    /// From now on every turn gets a file system that is new, if this machine can mount one.
    fn lay_out(&self) -> Outcome<()> {
        self.is_fresh.set(true);
        let Err(problem) = self.clear() else { return Ok(()) };
        println!("  no file system for every turn ({problem}): figures depend on what was before");
        self.leave_medium()
    }

    /// From now on every turn has an empty folder on the disk itself.
    pub(crate) fn leave_medium(&self) -> Outcome<()> {
        self.is_fresh.set(false);
        self.medium.remove()?;
        self.clear()
    }

    /// Removes what was restored; on a file system of its own it only gets out of the way.
    pub(crate) fn clear_restored(&self) -> Outcome<()> {
        let restored = self.bench.join("restored");
        if self.is_fresh.get() {
            let aside = self.bench.join("restored-before");
            return fs::rename(restored, aside).map_err(context("moving what was restored"));
        }
        fs::remove_dir_all(restored).map_err(context("removing what was restored"))
    }

    /// An empty folder to work in.
    pub(crate) fn clear(&self) -> Outcome<()> {
        if self.is_fresh.get() {
            return self.medium.renew();
        }
        if self.bench.exists() {
            fs::remove_dir_all(&self.bench).map_err(context("clearing the bench"))?;
        }
        fs::create_dir_all(&self.bench).map_err(context("making the bench"))
    }

    /// The first line in which each tool names its version.
    pub(crate) fn versions(&self) -> Outcome<Vec<String>> {
        let mut versions: Vec<String> = Vec::new();
        for tool in &self.tools {
            let told = self.run(Path::new("/"), tool.version)?;
            let line = told.printed.lines().find(|line| line.contains(|c: char| c.is_numeric()));
            let number = line.into_iter().flat_map(str::split_whitespace).find_map(|word| {
                let word = word.trim_start_matches('v').trim_end_matches(',');
                word.starts_with(|c: char| c.is_numeric()).then_some(word)
            });
            let program = if tool.program.starts_with('$') { "strongroom" } else { tool.program };
            let version = format!("{program} {}", number.unwrap_or("?"));
            if !versions.contains(&version) {
                versions.push(version);
            }
        }
        Ok(versions)
    }
}

/// How a script ended.
pub(crate) struct Ended {
    /// The exit code; none if a signal ended it.
    pub(crate) exit: Option<i32>,
    /// Standard output.
    pub(crate) printed: String,
    /// Standard error, or standard output if that is empty.
    pub(crate) said: String,
}

const MAKE_KEYS: &str = "mkdir -p $KEYS && cd $KEYS
    age-keygen -o age.key 2>/dev/null && age-keygen -y age.key > age.pub
    echo bench > password
    mkdir -m 700 gpg && gpg --homedir gpg -q --batch --passphrase '' \\
        --quick-gen-key bench default default never";
