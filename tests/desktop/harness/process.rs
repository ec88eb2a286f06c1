//! The program that ships, without a driver, and the processes it is made of.

use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::ExitStatus;

use super::display::Display;
use super::group::Group;
use super::home::Home;
use super::{keep, wait_for};

/// A running program.
pub(crate) struct Program {
    group: Group,
}

impl Program {
    /// Starts `words`, a program and its arguments, as a person at a desk would.
    pub(crate) fn start(test: &str, home: &Home, display: &Display, words: &[&str]) -> Self {
        let log = File::create(keep("window-logs", &format!("{test}.log"))).expect("a log");
        let mut command = Group::command_as_a_person(words[0]);
        command.args(&words[1..]);
        home.furnish(&mut command);
        display.lend(&mut command);
        command.stdout(log.try_clone().expect("a log")).stderr(log);
        Self { group: Group::start(command) }
    }

    /// The process below this program whose name begins with `name`, once it is there.
    pub(crate) async fn process(&self, name: &str) -> Process {
        let id = self.group.leader.id();
        let find = async || below(id).into_iter().find(|process| process.name().starts_with(name));
        wait_for(&format!("a process {name}"), find).await
    }

    /// How the program ended, once it has.
    pub(crate) async fn end(&mut self) -> ExitStatus {
        wait_for("the program ends", async || self.group.leader.try_wait().expect("asked")).await
    }
}

/// A process, as `/proc` shows it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Process {
    id: u32,
}

impl Process {
    /// The value of a line in `/proc/<id>/status`.
    pub(crate) fn status(&self, field: &str) -> String {
        let text = self.read("status");
        let line = text.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
        line.unwrap_or_default().trim().to_owned()
    }

    /// Whether it may write a core dump of any size.
    pub(crate) fn may_dump_core(&self) -> bool {
        let limits = self.read("limits");
        let line = limits.lines().find_map(|line| line.strip_prefix("Max core file size"));
        let mut words = line.expect("a limit").split_whitespace();
        words.next() != Some("0")
    }

    /// Whether others of the same user may read its memory: what may not be read belongs to root.
    pub(crate) fn is_dumpable(&self) -> bool {
        let user = self.status("Uid").split_whitespace().next().map(str::to_owned);
        let owner = fs::metadata(format!("/proc/{}/mem", self.id)).expect("it runs").uid();
        user == Some(owner.to_string())
    }

    /// Its name, of at most 15 letters.
    pub(crate) fn name(&self) -> String {
        self.read("comm").trim().to_owned()
    }

    fn parent(&self) -> Option<u32> {
        self.status("PPid").parse().ok()
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(Path::new("/proc").join(self.id.to_string()).join(file))
            .unwrap_or_default()
    }
}

/// `id` and every process that descends from it.
pub(super) fn below(id: u32) -> Vec<Process> {
    let entries = fs::read_dir("/proc").expect("processes").flatten();
    let ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let all: Vec<Process> = ids.map(|id| Process { id }).collect();
    let mut found = vec![Process { id }];
    let mut looked_at = 0;
    while let Some(parent) = found.get(looked_at).map(|process| process.id) {
        found.extend(all.iter().filter(|process| process.parent() == Some(parent)));
        looked_at += 1;
    }
    found
}
