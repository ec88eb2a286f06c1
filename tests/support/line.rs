//! The line as commands: a drill vault, a key, archives, a quorum, a log.
#![allow(clippy::print_stdout)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::measure::{Measured, measure, measure_pipe};
use crate::outcome::{Outcome, context, fail};

/// A drill vault below `target/` and the program that works on it.
pub struct Line {
    /// Everything of this run lies here.
    pub dir: PathBuf,
    /// The command line under demonstration.
    pub program: PathBuf,
    answers: PathBuf,
}

/// What sealing or restoring cost and reported.
pub struct Step {
    /// Time and memory.
    pub measured: Measured,
    /// The JSON report.
    pub report: Value,
}

/// One line of the closing table.
pub struct Row {
    /// What was sealed.
    pub name: &'static str,
    /// Sealing it.
    pub seal: Step,
    /// Restoring it.
    pub restore: Step,
}

impl Line {
    /// Makes an empty drill vault in `dir`, which is cleared, for the program at `program`.
    ///
    /// # Errors
    ///
    /// The folder could not be made, or the program refused.
    pub fn prepare(dir: &Path, program: &Path) -> Outcome<Self> {
        let (dir, program) = (dir.to_owned(), program.to_owned());
        if dir.exists() {
            fs::remove_dir_all(&dir).map_err(context(format!("clearing {}", dir.display())))?;
        }
        for part in ["sheets", "archives", "restored"] {
            fs::create_dir_all(dir.join(part)).map_err(context("making the demo's folder"))?;
        }
        let line = Self { dir, program, answers: crate::repository().join("tests/answers") };
        line.json(
            line.command("init").arg(line.dir.join("vault")).args(["--environment", "drill"]),
        )?;
        Ok(line)
    }

    /// Makes the key: two of three custodians and one of two officers.
    ///
    /// # Errors
    ///
    /// What the program reported when it did not end well.
    pub fn genesis(&self) -> Outcome<Value> {
        println!("== Genesis: 2 of 3 custodians and 1 of 2 officers");
        let report = self.json(
            self.command("ceremony")
                .args(["run", "genesis", "--answers"])
                .arg(self.answers.join("genesis.toml"))
                .arg("--sheets")
                .arg(self.sheets()),
        )?;
        let recipient = text(&report, "recipient")?;
        println!("   key {} made, {} shares proved", text(&report, "key")?, shares(&report).len());
        println!("   recipient {}… ({} characters)", &recipient[..24], recipient.len());
        fs::write(self.dir.join("recipient"), recipient)
            .map_err(context("writing the recipient"))?;
        let list: Vec<_> =
            shares(&report).iter().filter_map(|share| share["file"].as_str()).collect();
        fs::write(self.dir.join("shares"), list.join("\n")).map_err(context("writing the list"))?;
        Ok(report)
    }

    /// Streams the output of `producer` into an archive.
    ///
    /// # Errors
    ///
    /// What the program reported when it did not end well.
    pub fn seal_stream(&self, producer: &mut Command, name: &str, to: &Path) -> Outcome<Step> {
        let mut seal = self.seal(to);
        seal.args(["--name", name, "-"]);
        self.reported(measure_pipe(producer, &mut seal)?)
    }

    /// Seals a folder.
    ///
    /// # Errors
    ///
    /// What the program reported when it did not end well.
    pub fn seal_tree(&self, source: &Path, to: &Path) -> Outcome<Step> {
        self.seal_tree_with(source, to, &[])
    }

    /// Seals a folder with `more` arguments.
    ///
    /// # Errors
    ///
    /// What the program reported when it did not end well.
    pub fn seal_tree_with(&self, source: &Path, to: &Path, more: &[&str]) -> Outcome<Step> {
        self.reported(measure(self.seal(to).args(more).arg(source))?)
    }

    /// What `verify` says of an archive, without any key.
    ///
    /// # Errors
    ///
    /// It could not be started, or its report could not be read.
    pub fn verify(&self, archive: &Path) -> Outcome<Value> {
        let verified = measure(self.command("verify").arg(archive).stderr(Stdio::null()))?;
        serde_json::from_slice(&verified.stdout).map_err(context("reading what verify says"))
    }

    /// A restore with the smallest quorum that goes on where an earlier one was interrupted.
    ///
    /// # Errors
    ///
    /// The list of sheets could not be read.
    pub fn restore_on(&self, archive: &Path, to: &Path) -> Outcome<Command> {
        let mut restore = self.restore(archive, to)?;
        restore.arg("--resume");
        Ok(restore)
    }

    /// Restores with the sheets of two custodians and one officer, without the vault.
    ///
    /// # Errors
    ///
    /// What the program reported when it did not end well.
    pub fn restore_with_sheets(&self, archive: &Path, to: &Path) -> Outcome<Step> {
        self.reported(measure(&mut self.restore(archive, to)?)?)
    }

    /// A restore with the smallest quorum, without the vault.
    fn restore(&self, archive: &Path, to: &Path) -> Outcome<Command> {
        let mut restore = self.command("restore");
        restore.arg(archive).arg("--to").arg(to);
        for share in self.quorum()? {
            restore.arg("--share").arg(share);
        }
        Ok(restore)
    }

    /// Restores in a ceremony, approved with the custodians' tokens.
    ///
    /// # Errors
    ///
    /// What the program reported when it did not end well.
    pub fn restore_with_tokens(&self, archive: &Path, to: &Path) -> Outcome<Step> {
        let mut restore = self.command("ceremony");
        restore.args(["run", "restore", "--answers"]).arg(self.answers.join("restore.toml"));
        restore.arg("--archive").arg(archive).arg("--to").arg(to);
        self.reported(measure(&mut restore)?)
    }

    /// The log holds, and the vault is consistent.
    ///
    /// # Errors
    ///
    /// What the program reported when it did not end well.
    pub fn check_log(&self) -> Outcome<()> {
        let log = self.json(self.command("log").arg("verify"))?;
        self.json(&mut self.command("fsck"))?;
        println!("== Log: {} entries, verified; vault consistent", log["entries"]);
        Ok(())
    }

    /// Share files of the smallest quorum: two custodians, one officer.
    ///
    /// # Errors
    ///
    /// What the program reported when it did not end well.
    pub fn quorum(&self) -> Outcome<Vec<PathBuf>> {
        let list =
            fs::read_to_string(self.dir.join("shares")).map_err(context("reading the list"))?;
        let files: Vec<_> = list.lines().map(PathBuf::from).collect();
        match files.as_slice() {
            [first, _, third, officer, ..] => {
                Ok(vec![first.clone(), third.clone(), officer.clone()])
            }
            _ => fail("genesis wrote fewer sheets than people"),
        }
    }

    fn sheets(&self) -> PathBuf {
        self.dir.join("sheets")
    }

    fn seal(&self, to: &Path) -> Command {
        let mut seal = self.command("seal");
        seal.arg("-r").arg(self.dir.join("recipient")).arg("-o").arg(to);
        seal
    }

    fn command(&self, verb: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("--json").arg("--vault").arg(self.dir.join("vault")).arg(verb);
        command
    }

    fn json(&self, command: &mut Command) -> Outcome<Value> {
        Ok(self.reported(measure(command.stderr(Stdio::inherit()))?)?.report)
    }

    fn reported(&self, measured: Measured) -> Outcome<Step> {
        let text = String::from_utf8_lossy(&measured.stdout);
        if measured.exit != Some(0) {
            return fail(format!("strongroom ended with {:?}: {text}", measured.exit));
        }
        let report = serde_json::from_str(&text).map_err(context(format!("reading {text:?}")))?;
        Ok(Step { measured, report })
    }
}

impl Row {
    /// Prints sizes, seconds, throughput and peak memory of both directions.
    pub fn print(&self) {
        let bytes_in = self.seal.report["bytes_in"].as_u64().unwrap_or_default();
        let bytes_out = self.seal.report["bytes_out"].as_u64().unwrap_or_default();
        println!(
            "{}: {} MB in, {} MB sealed",
            self.name,
            bytes_in / 1_000_000,
            bytes_out / 1_000_000
        );
        for (verb, step) in [("seal", &self.seal), ("restore", &self.restore)] {
            let Measured { seconds, peak_bytes, .. } = step.measured;
            let rate = bytes_in / 1_000_000;
            println!(
                "   {verb:<8} {seconds:>7.2} s  {:>7.0} MB/s  peak memory {} MB",
                f64::from(u32::try_from(rate).unwrap_or(u32::MAX)) / seconds,
                peak_bytes / 1_000_000
            );
        }
    }
}

fn text(report: &Value, key: &str) -> Outcome<String> {
    match report[key].as_str() {
        Some(text) => Ok(text.to_owned()),
        None => fail(format!("the report has no {key}: {report}")),
    }
}

fn shares(report: &Value) -> &[Value] {
    report["shares"].as_array().map_or(&[], Vec::as_slice)
}
