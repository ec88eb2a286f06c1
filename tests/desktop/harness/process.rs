//! The program that ships, without a driver, and the processes it is made of.

use std::fs::{self, File};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::Path;
use std::process::ExitStatus;

use memchr::memmem::find_iter;

use super::display::Display;
use super::group::Group;
use super::home::Home;
use super::{keep, wait_for};

/// How much memory is looked at in one piece.
const PIECE: usize = 1 << 20;
/// How much memory is looked up at once in `/proc/<id>/pagemap`.
const SPAN: usize = 256 << 20;
/// Bytes of a page of memory, and of its entry in `/proc/<id>/pagemap`.
const PAGE: usize = 4096;
const PAGEMAP_ENTRY: usize = 8;

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

    /// Everything that it is made of.
    pub(crate) fn processes(&self) -> Vec<Process> {
        below(self.group.leader.id())
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

    /// How often each of `texts` stands in its memory, in eight bits a letter or in sixteen; `None`
    /// where its memory may not be read.
    pub(crate) fn search(&self, texts: &[&str]) -> Option<Vec<usize>> {
        let memory = File::open(format!("/proc/{}/mem", self.id)).ok()?;
        let wide = |text: &&str| text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let needles: Vec<[Vec<u8>; 2]> =
            texts.iter().map(|text| [text.as_bytes().to_vec(), wide(text)]).collect();
        let longest = needles.iter().flatten().map(Vec::len).max().unwrap_or(1);
        let (mut found, mut read) = (vec![0; texts.len()], 0);
        let mut piece = vec![0; PIECE + longest - 1];
        let pages = File::open(format!("/proc/{}/pagemap", self.id)).ok()?;
        // All are looked at before any is read: reading touches the page behind a piece.
        let touched: Vec<u64> =
            self.writable().into_iter().flat_map(|place| touched(&pages, place)).collect();
        for at in touched {
            // What the process gave back meanwhile cannot be read.
            let bytes = memory.read_at(&mut piece, at).unwrap_or_default();
            read += bytes;
            for (needles, found) in needles.iter().zip(&mut found) {
                // Where two pieces overlap, a text counts for the one that it begins in.
                let begins = |needle: &Vec<u8>| {
                    find_iter(&piece[..bytes], needle).filter(|place| *place < PIECE).count()
                };
                *found += needles.iter().map(begins).sum::<usize>();
            }
        }
        (read > 0).then_some(found)
    }

    /// Where its own memory lies.
    fn writable(&self) -> Vec<(u64, u64)> {
        let maps = self.read("maps");
        let own = |line: &&str| line.split(' ').nth(1).is_some_and(|may| may.starts_with("rw"));
        let places =
            maps.lines().filter(own).filter_map(|line| line.split(' ').next()?.split_once('-'));
        let number = |text| u64::from_str_radix(text, 16).ok();
        places.filter_map(|(start, end)| Some((number(start)?, number(end)?))).collect()
    }

    /// Bytes of memory that are its own, with its part of what it shares with others.
    pub(crate) fn memory(&self) -> u64 {
        let text = self.read("smaps_rollup");
        let line = text.lines().find_map(|line| line.strip_prefix("Pss:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        kilobytes.unwrap_or_default() << 10
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

/// The pieces from `start` to `end` with a page that was ever written: browsers reserve far more
/// memory than they use, and reading all of it would take hours.
fn touched(pages: &File, (start, end): (u64, u64)) -> Vec<u64> {
    let mut found = Vec::new();
    let mut entries = vec![0; SPAN / PAGE * PAGEMAP_ENTRY];
    for span in (start..end).step_by(SPAN) {
        let wanted = usize::try_from(end - span).unwrap_or(SPAN).min(SPAN) / PAGE * PAGEMAP_ENTRY;
        let first = span / PAGE as u64 * PAGEMAP_ENTRY as u64;
        let read = pages.read_at(&mut entries[..wanted], first).unwrap_or_default();
        let pieces =
            (span..).step_by(PIECE).zip(entries[..read].chunks(PIECE / PAGE * PAGEMAP_ENTRY));
        // The two highest bits of an entry: present, swapped out.
        let is_touched = |entries: &[u8]| {
            entries.chunks_exact(PAGEMAP_ENTRY).any(|entry| entry[PAGEMAP_ENTRY - 1] & 0xc0 != 0)
        };
        found.extend(pieces.filter(|(_, entries)| is_touched(entries)).map(|(at, _)| at));
    }
    found
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
