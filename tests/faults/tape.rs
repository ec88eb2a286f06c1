//! From calls to steps on a disk: descriptors, paths and offsets are followed as the system does.

use std::collections::{BTreeMap, HashMap};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::rc::Rc;

use crate::disk::{Disk, Inode, Node, Step};
use crate::trace::Call;

/// What a descriptor stands for.
#[derive(Debug, Clone)]
struct Open {
    inode: Inode,
    offset: usize,
    appends: bool,
}

/// The steps that calls make on what lies in one folder.
pub(crate) struct Tape<'a> {
    root: &'a Path,
    /// What lies there now, as the program sees it.
    pub(crate) disk: Disk,
    open: HashMap<i64, Open>,
    pub(crate) steps: Vec<Step>,
}

impl<'a> Tape<'a> {
    pub(crate) fn new(root: &'a Path, disk: Disk) -> Self {
        Self { root, disk, open: HashMap::new(), steps: Vec::new() }
    }

    fn step(&mut self, step: Step) {
        self.disk.take(&step);
        self.steps.push(step);
    }

    /// Plays one call; calls that failed change nothing.
    pub(crate) fn play(&mut self, call: &Call) {
        if call.answer < 0 {
            return;
        }
        let two = |first: usize| (first, first + 1);
        match call.name.as_str() {
            "openat" | "openat2" => self.opened(call),
            "close" => {
                self.open.remove(&call.number(0));
            }
            "dup" | "dup2" => self.doubled(call),
            "fcntl" if call.has("F_DUPFD_CLOEXEC") || call.has("F_DUPFD") => self.doubled(call),
            "lseek" => {
                if let Some(open) = self.open.get_mut(&call.number(0)) {
                    open.offset = usize::try_from(call.answer).unwrap();
                }
            }
            "write" => self.written(call),
            "pwrite64" => {
                let at = usize::try_from(call.number(3)).unwrap();
                self.write_at(call, at);
            }
            "ftruncate" => {
                if let Some(open) = self.open.get(&call.number(0)) {
                    let size = usize::try_from(call.number(1)).unwrap();
                    self.step(Step::Resize { file: open.inode, size });
                }
            }
            "fsync" | "fdatasync" => {
                if let Some(open) = self.open.get(&call.number(0)) {
                    self.step(Step::Sync(open.inode));
                }
            }
            "syncfs" => self.step(Step::SyncAll),
            "mkdir" => self.made(self.place(None, &call.bytes(0)), folder()),
            "mkdirat" => self.made(self.at(call, two(0)), folder()),
            "symlinkat" => {
                let link = Node::Link(call.bytes(0));
                self.made(self.at(call, two(1)), link);
            }
            "unlink" | "rmdir" => self.removed(self.place(None, &call.bytes(0))),
            "unlinkat" => self.removed(self.at(call, two(0))),
            "rename" => {
                let to = self.place(None, &call.bytes(1));
                self.renamed(self.place(None, &call.bytes(0)), to, true);
            }
            "renameat" | "renameat2" => {
                self.renamed(self.at(call, two(0)), self.at(call, two(2)), true);
            }
            "link" => {
                let to = self.place(None, &call.bytes(1));
                self.renamed(self.place(None, &call.bytes(0)), to, false);
            }
            "linkat" => self.renamed(self.at(call, two(0)), self.at(call, two(2)), false),
            "writev" | "pwritev" | "copy_file_range" => {
                let known = self.open.contains_key(&call.number(0));
                assert!(!known, "{} is not modelled", call.name);
            }
            // Rights, owners, times and space that is set aside change no content.
            _ => (),
        }
    }

    fn at(&self, call: &Call, (folder, name): (usize, usize)) -> Option<(Inode, Vec<u8>)> {
        self.place(Some(call.number(folder)), &call.bytes(name))
    }

    /// The folder that a path lies in, and its name there; none if it lies elsewhere.
    fn place(&self, descriptor: Option<i64>, path: &[u8]) -> Option<(Inode, Vec<u8>)> {
        let (mut folder, rest) = if path.starts_with(b"/") {
            (0, path.strip_prefix(self.root.as_os_str().as_bytes())?)
        } else {
            (self.open.get(&descriptor?)?.inode, path)
        };
        let mut parts = rest.split(|byte| *byte == b'/').filter(|it| !it.is_empty() && *it != b".");
        let last = parts.next_back().unwrap_or_default().to_vec();
        for part in parts {
            folder = self.disk.child(folder, part)?;
        }
        Some((folder, last))
    }

    fn opened(&mut self, call: &Call) {
        let Some((folder, name)) = self.at(call, (0, 1)) else { return };
        let found = if name.is_empty() { Some(folder) } else { self.disk.child(folder, &name) };
        let inode = found.unwrap_or_else(|| {
            let file = self.disk.add(Node::File(Rc::default()));
            self.step(Step::Rename(vec![(folder, name, Some(file))]));
            file
        });
        if found.is_some() && call.has("O_TRUNC") {
            self.step(Step::Resize { file: inode, size: 0 });
        }
        let appends = call.has("O_APPEND");
        self.open.insert(call.answer, Open { inode, offset: 0, appends });
    }

    fn doubled(&mut self, call: &Call) {
        if let Some(open) = self.open.get(&call.number(0)).cloned() {
            self.open.insert(call.answer, open);
        }
    }

    fn written(&mut self, call: &Call) {
        let Some(open) = self.open.get(&call.number(0)) else {
            // Standard output, which the program writes once all is done.
            if call.number(0) == 1 {
                self.step(Step::Report);
            }
            return;
        };
        let end = match &self.disk.nodes[open.inode] {
            Node::File(bytes) if open.appends => bytes.len(),
            _ => open.offset,
        };
        self.write_at(call, end);
        if let Some(open) = self.open.get_mut(&call.number(0)) {
            open.offset = end + usize::try_from(call.answer).unwrap();
        }
    }

    fn write_at(&mut self, call: &Call, at: usize) {
        let Some(open) = self.open.get(&call.number(0)) else { return };
        let mut bytes = call.bytes(1);
        bytes.truncate(usize::try_from(call.answer).unwrap());
        self.step(Step::Write { file: open.inode, at, bytes: bytes.into() });
    }

    fn made(&mut self, place: Option<(Inode, Vec<u8>)>, node: Node) {
        let Some((folder, name)) = place else { return };
        let inode = self.disk.add(node);
        self.step(Step::Rename(vec![(folder, name, Some(inode))]));
    }

    fn removed(&mut self, place: Option<(Inode, Vec<u8>)>) {
        let Some((folder, name)) = place else { return };
        self.step(Step::Rename(vec![(folder, name, None)]));
    }

    fn renamed(
        &mut self,
        from: Option<(Inode, Vec<u8>)>,
        to: Option<(Inode, Vec<u8>)>,
        moves: bool,
    ) {
        let (Some((old, was)), Some((new, is))) = (from, to) else { return };
        let Some(inode) = self.disk.child(old, &was) else { return };
        // Two names of one file: the system does nothing.
        if moves && self.disk.child(new, &is) == Some(inode) {
            return;
        }
        let leaves = moves.then_some((old, was, None));
        self.step(Step::Rename(leaves.into_iter().chain([(new, is, Some(inode))]).collect()));
    }
}

fn folder() -> Node {
    Node::Folder(BTreeMap::new())
}
