//! What a vault keeps: the log, journals, plans, lists of contents.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use ::audit::{
    Checkpoint, Entry, Event, Log, LogKey, LogPublicKey, LogStorage, Phase, read_entries,
};
use ::catalogue::Catalogue;
use ::ceremony::JournalLine;
use ::engine::plan::Plan;
use ::engine::reading::map_again;
use ::terms::{ArchiveId, Digest, Environment, Timestamp, VaultId};

use super::{Answer, Target, USUAL, file, record, refused, text};

const VAULT: VaultId = VaultId::from_bytes([3; 16]);

fn key() -> LogKey {
    LogKey::from_seed(&audit::origin(VAULT), &[7; 32]).unwrap()
}

/// A log in memory.
#[derive(Debug, Clone, Default)]
struct Memory {
    entries: Vec<u8>,
    checkpoint: Option<Vec<u8>>,
}

impl LogStorage for Memory {
    fn size_bytes(&self) -> io::Result<u64> {
        Ok(self.entries.len() as u64)
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = self.entries.get(usize::try_from(offset).unwrap()..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.entries.extend_from_slice(bytes);
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn cut(&mut self, size_bytes: u64) -> io::Result<()> {
        self.entries.truncate(usize::try_from(size_bytes).unwrap());
        Ok(())
    }

    fn read_checkpoint(&self) -> io::Result<Option<Vec<u8>>> {
        Ok(self.checkpoint.clone())
    }

    fn replace_checkpoint(&mut self, note: &[u8]) -> io::Result<()> {
        self.checkpoint = Some(note.to_vec());
        Ok(())
    }
}

/// A storage that a log can lose and a test can look into.
#[derive(Debug, Clone, Default)]
struct Shared(std::rc::Rc<std::cell::RefCell<Memory>>);

impl LogStorage for Shared {
    fn size_bytes(&self) -> io::Result<u64> {
        self.0.borrow().size_bytes()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.borrow().read_at(offset, buffer)
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.borrow_mut().append(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn cut(&mut self, size_bytes: u64) -> io::Result<()> {
        self.0.borrow_mut().cut(size_bytes)
    }

    fn read_checkpoint(&self) -> io::Result<Option<Vec<u8>>> {
        self.0.borrow().read_checkpoint()
    }

    fn replace_checkpoint(&mut self, note: &[u8]) -> io::Result<()> {
        self.0.borrow_mut().replace_checkpoint(note)
    }
}

/// A log of `pairs` operations, each with its end.
fn log(pairs: u64) -> Memory {
    let storage = Shared::default();
    let mut log = Log::create(storage.clone(), VAULT, key()).unwrap();
    for pair in 0..pairs {
        let event = |phase| {
            let time = Timestamp::from_unix(1_800_000_000 + pair);
            let operation = "archive.seal".parse().unwrap();
            Event::new(time, Environment::Drill, "Ada", operation, phase, "strongroom 0.1.0")
        };
        let intent = log.append(event(Phase::Intent).with_count("files", pair)).unwrap();
        let outcome = Phase::Outcome { intent, result: "ok".to_owned() };
        log.append(event(outcome)).unwrap();
    }
    storage.0.take()
}

/// Bytes in front of the first frame, and in front of every entry.
const HEADER: usize = 32;
const PREFIX: usize = 8;

/// The places of the entries in a log file, as far as lengths can be followed.
fn entries(bytes: &[u8]) -> Vec<std::ops::Range<usize>> {
    let (mut found, mut at) = (Vec::new(), HEADER);
    while let Some(prefix) = bytes.get(at..at + PREFIX) {
        let length = u32::from_be_bytes(prefix[..4].try_into().unwrap()) as usize;
        let start = at + PREFIX;
        if length == 0 || bytes.len() - start < length {
            break;
        }
        found.push(start..start + length);
        at = start + length;
    }
    found
}

pub(crate) const LOG_ENTRY: Target = Target {
    name: "log_entry",
    seeds: || {
        let log = log(3).entries;
        entries(&log).into_iter().map(|entry| log[entry].to_vec()).collect()
    },
    read: record::<Entry>,
    ..USUAL
};

pub(crate) const LOG_FILE: Target = Target {
    name: "log_file",
    seeds: || vec![log(1).entries, log(4).entries, log(9).entries],
    read: |bytes| {
        thread_local! {
            static CHECKPOINT: Option<Vec<u8>> = log(3).checkpoint;
        }
        // Six entries are acknowledged, whatever the file holds.
        let checkpoint = CHECKPOINT.with(Clone::clone);
        let storage = Memory { entries: bytes.to_vec(), checkpoint };
        let mut seen = 0;
        let read = read_entries(&storage, VAULT, key().public(), &mut |entry| {
            assert_eq!(entry.sequence, seen);
            seen += 1;
        });
        read.map_err(refused)?;
        let (log, recovery) = Log::open(storage, VAULT, key()).map_err(refused)?;
        assert!(log.tree().size() >= 6, "what was acknowledged is lost: {recovery:?}");
        Ok(())
    },
    mend: |bytes| {
        for entry in entries(bytes) {
            let at = entry.start - PREFIX;
            let sum = crc32c::crc32c_append(crc32c::crc32c(&bytes[at..at + 4]), &bytes[entry]);
            bytes[at + 4..at + PREFIX].copy_from_slice(&sum.to_be_bytes());
        }
    },
    memory: (256 << 10, 64),
    executions: 3000,
};

pub(crate) const CHECKPOINT: Target = Target {
    name: "checkpoint",
    seeds: || {
        let note = log(3).checkpoint.unwrap();
        let end = note.windows(2).position(|pair| pair == b"\n\n").unwrap();
        vec![note[..=end].to_vec(), note]
    },
    read: |bytes| {
        let opened = Checkpoint::open(bytes, key().public());
        if let Ok(checkpoint) = &opened {
            assert_eq!(checkpoint.size, 6, "a head that nobody signed");
        }
        let checkpoint = Checkpoint::from_text(text(bytes)?);
        match (opened, checkpoint) {
            (Ok(_), _) => Ok(()),
            (_, Ok(checkpoint)) => {
                assert_eq!(checkpoint.to_text().as_bytes(), bytes);
                Ok(())
            }
            (Err(one), Err(other)) => Err(format!("{} {}", refused(one), refused(other))),
        }
    },
    ..USUAL
};

pub(crate) const VERIFIER_KEY: Target = Target {
    name: "verifier_key",
    seeds: || vec![key().public().to_string().into_bytes()],
    read: |bytes| {
        let text = text(bytes)?;
        let key: LogPublicKey = text.parse().map_err(|_| "no key".to_owned())?;
        assert_eq!(key.to_string(), text);
        Ok(())
    },
    ..USUAL
};

pub(crate) const JOURNAL_LINE: Target = Target {
    name: "journal_line",
    seeds: || {
        let events = [
            ::ceremony::Event::Done {
                step: "seed".to_owned(),
                subject: Some("Ada".to_owned()),
                facts: vec![("key".to_owned(), "drill/1".to_owned())],
            },
            ::ceremony::Event::Paused,
            ::ceremony::Event::Interrupted { back_to: Some("seed".to_owned()) },
        ];
        let line = |(number, event)| JournalLine {
            number,
            at: Timestamp::from_unix(1_800_000_000),
            before: Digest::from_bytes([1; 32]),
            event,
        };
        (0..).zip(events).map(|numbered| ::terms::encode(&line(numbered))).collect()
    },
    read: record::<JournalLine>,
    ..USUAL
};

pub(crate) const PLAN: Target = Target {
    name: "plan",
    seeds: || {
        let volume = file("tests/golden/v1/tree/tree.0001.strongroom");
        let set = ::archive::Set::open(vec![Box::new(volume)]).unwrap();
        let intent = ::engine::plan::Intent {
            selection: &["a/*".to_owned(), "b".to_owned()],
            target: "/restored",
            conflict: ::engine::files::Conflict::KeepBoth,
            choices: &::engine::restore::Choices::default(),
            requester: "Rita Sommer",
            reason: "The originals are lost.",
            now: Timestamp::from_unix(1_800_000_000),
            valid_s: 3600,
        };
        vec![::terms::encode(&Plan::new(&set, &intent).unwrap())]
    },
    read: record::<Plan>,
    ..USUAL
};

fn look_through(catalogue: &Catalogue) -> Answer {
    let mut paths = 0_u64;
    catalogue.walk(|_, path| paths += path.len() as u64).map_err(refused)?;
    catalogue.weight().map_err(refused)?;
    for number in 0..catalogue.entries().min(20) {
        if let Some(item) = catalogue.item(number).map_err(refused)? {
            catalogue.path(&item).map_err(refused)?;
        }
    }
    Ok(())
}

pub(crate) const CATALOGUE: Target = Target {
    name: "catalogue",
    seeds: || vec![file("tests/golden/catalogue-1.sqlite")],
    read: |bytes| {
        thread_local! {
            static PLACE: tempfile::NamedTempFile = tempfile::NamedTempFile::new().unwrap();
        }
        PLACE.with(|place| {
            let write = |file: &File| {
                file.set_len(0)?;
                file.write_all_at(bytes, 0)
            };
            write(place.as_file()).unwrap();
            look_through(&Catalogue::open(place.path()).map_err(refused)?)
        })
    },
    memory: (1 << 20, 64),
    executions: 1000,
    ..USUAL
};

/// The archive of the worked example.
const MAPPED: ArchiveId = ArchiveId::from_bytes([1; 16]);

pub(crate) const READ_MAP: Target = Target {
    name: "read_map",
    seeds: || {
        let page = String::from_utf8(file("docs/spec/readmap-1.md")).unwrap();
        let example = page.split("```\n").nth(1).unwrap().to_owned();
        // Ranges that cover each other, in any order.
        let more = "1 0 18446744073709551615 failed\n1 5000 10 skipped\n1 4090 5000 failed\n\
                    2 0 1 skipped\n1 0 4096 skipped\n";
        vec![format!("{example}{more}").into_bytes(), example.into_bytes()]
    },
    read: |bytes| {
        let map = map_again(text(bytes)?, MAPPED)?;
        // What is written is in order, says nothing twice, and is soon written in one way only:
        // neighbours become one when they are read.
        let again = map_again(&map, MAPPED)?;
        assert_eq!(map_again(&again, MAPPED).as_deref(), Ok(again.as_str()));
        let mut last = (0, 0);
        for line in map.lines().skip(2) {
            let numbers: Vec<u64> =
                line.split(' ').take(3).map(|number| number.parse().unwrap()).collect();
            let start = (numbers[0], numbers[1]);
            assert!(start >= last && numbers[2] > 0, "{line}");
            last = (numbers[0], numbers[1] + numbers[2]);
        }
        Ok(())
    },
    ..USUAL
};
