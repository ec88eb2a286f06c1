//! A disk with a page cache: what a power cut may leave of operations that were not synced.
//!
//! The rules are those that every program may rely on, and no more. What was written to a file
//! survives once the file was synced; a name survives once its folder was synced, and syncing the
//! file does not help it. Before that each operation may survive or not, whatever became of those
//! before it, and of a write any sector of 512 bytes may. Closing syncs nothing.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::rc::Rc;

/// Bytes that are written whole or not at all.
const SECTOR: usize = 512;

/// A file, a folder or a link, by its number.
pub(crate) type Inode = usize;

/// What an inode holds.
#[derive(Debug, Clone)]
pub(crate) enum Node {
    File(Rc<Vec<u8>>),
    Folder(BTreeMap<Vec<u8>, Inode>),
    Link(Vec<u8>),
}

/// One step on the disk.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Write {
        file: Inode,
        at: usize,
        bytes: Rc<[u8]>,
    },
    Resize {
        file: Inode,
        size: usize,
    },
    /// Names that change together: what they stand for from now on, if for anything.
    Rename(Vec<(Inode, Vec<u8>, Option<Inode>)>),
    Sync(Inode),
    SyncAll,
    /// The program told a person that it is done.
    Report,
}

/// Everything on the disk; the root is inode 0.
#[derive(Debug, Clone)]
pub(crate) struct Disk {
    pub(crate) nodes: Vec<Node>,
}

/// What a power cut does to steps that were not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loss {
    /// All of them are lost.
    All,
    /// None is.
    None,
    /// Names are kept, and what was written is lost.
    Writes,
    /// What was written is kept, and names are lost.
    Names,
    /// All are kept, but of the last write to each file every other sector only.
    Torn,
    /// Only the newest name is kept, with all that was written.
    Older,
    /// Each is lost or kept by chance.
    Some(u64),
}

/// Every kind of loss, and so many that fall by chance.
pub(crate) fn losses(by_chance: u64) -> Vec<Loss> {
    let all = [Loss::All, Loss::None, Loss::Writes, Loss::Names, Loss::Torn, Loss::Older];
    all.into_iter().chain((0..by_chance).map(Loss::Some)).collect()
}

impl Disk {
    /// A disk that holds what lies in a folder.
    pub(crate) fn of(folder: &Path) -> Self {
        let mut disk = Self { nodes: vec![Node::Folder(BTreeMap::new())] };
        disk.read(folder, 0);
        disk
    }

    fn read(&mut self, folder: &Path, inode: Inode) {
        let mut names = BTreeMap::new();
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let (path, kind) = (entry.path(), entry.file_type().unwrap());
            let node = match () {
                () if kind.is_dir() => Node::Folder(BTreeMap::new()),
                () if kind.is_symlink() => {
                    Node::Link(fs::read_link(&path).unwrap().as_os_str().as_bytes().to_vec())
                }
                () => Node::File(Rc::new(fs::read(&path).unwrap())),
            };
            let child = self.add(node);
            if kind.is_dir() {
                self.read(&path, child);
            }
            names.insert(entry.file_name().as_bytes().to_vec(), child);
        }
        self.nodes[inode] = Node::Folder(names);
    }

    /// A new inode without a name.
    pub(crate) fn add(&mut self, node: Node) -> Inode {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    pub(crate) fn child(&self, folder: Inode, name: &[u8]) -> Option<Inode> {
        match &self.nodes[folder] {
            Node::Folder(names) => names.get(name).copied(),
            _ => None,
        }
    }

    pub(crate) fn take(&mut self, step: &Step) {
        match step {
            Step::Write { file, at, bytes } => self.write(*file, *at, bytes),
            Step::Resize { file, size } => {
                if let Node::File(held) = &mut self.nodes[*file] {
                    Rc::make_mut(held).resize(*size, 0);
                }
            }
            Step::Rename(changes) => {
                for (folder, name, inode) in changes {
                    let Node::Folder(names) = &mut self.nodes[*folder] else { continue };
                    match inode {
                        Some(inode) => names.insert(name.clone(), *inode),
                        None => names.remove(name),
                    };
                }
            }
            Step::Sync(_) | Step::SyncAll | Step::Report => (),
        }
    }

    fn write(&mut self, file: Inode, at: usize, bytes: &[u8]) {
        let Node::File(held) = &mut self.nodes[file] else { return };
        let held = Rc::make_mut(held);
        if held.len() < at + bytes.len() {
            held.resize(at + bytes.len(), 0);
        }
        held[at..at + bytes.len()].copy_from_slice(bytes);
    }

    /// Every other sector of a write.
    fn tear(&mut self, file: Inode, at: usize, bytes: &[u8]) {
        let mut done = 0;
        while done < bytes.len() {
            let sector = (at + done) / SECTOR;
            let end = ((sector + 1) * SECTOR - at).min(bytes.len());
            if sector.is_multiple_of(2) {
                self.write(file, at + done, &bytes[done..end]);
            }
            done = end;
        }
    }

    /// Puts everything that has a name into a folder.
    pub(crate) fn put(&self, to: &Path) {
        self.put_inode(0, to, &mut BTreeMap::new());
    }

    fn put_inode(&self, inode: Inode, to: &Path, done: &mut BTreeMap<Inode, std::path::PathBuf>) {
        match &self.nodes[inode] {
            Node::Folder(names) => {
                fs::create_dir_all(to).unwrap();
                fs::set_permissions(to, fs::Permissions::from_mode(0o700)).unwrap();
                for (name, child) in names {
                    self.put_inode(*child, &to.join(std::ffi::OsStr::from_bytes(name)), done);
                }
            }
            Node::Link(target) => {
                std::os::unix::fs::symlink(std::ffi::OsStr::from_bytes(target), to).unwrap();
            }
            Node::File(_) if done.contains_key(&inode) => fs::hard_link(&done[&inode], to).unwrap(),
            Node::File(bytes) => {
                fs::write(to, &bytes[..]).unwrap();
                fs::set_permissions(to, fs::Permissions::from_mode(0o600)).unwrap();
                done.insert(inode, to.to_owned());
            }
        }
    }

    /// What lies on the disk, as a number.
    pub(crate) fn sum(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.hash_inode(0, &mut hasher);
        hasher.finish()
    }

    fn hash_inode(&self, inode: Inode, hasher: &mut DefaultHasher) {
        match &self.nodes[inode] {
            Node::Folder(names) => {
                names.len().hash(hasher);
                for (name, child) in names {
                    name.hash(hasher);
                    self.hash_inode(*child, hasher);
                }
            }
            Node::File(bytes) => bytes.hash(hasher),
            Node::Link(target) => target.hash(hasher),
        }
    }
}

/// What was on a disk, and every step since.
pub(crate) struct History {
    pub(crate) before: Disk,
    pub(crate) steps: Vec<Step>,
    /// The step by which each is durable, if by any.
    durable_by: Vec<usize>,
}

impl History {
    pub(crate) fn new(before: Disk, steps: Vec<Step>) -> Self {
        let durable_by = (0..steps.len()).map(|place| durable_by(&steps, place)).collect();
        Self { before, steps, durable_by }
    }

    /// What lies on the disk if power is cut after the first `count` steps.
    pub(crate) fn after_a_cut(&self, count: usize, loss: Loss) -> Disk {
        let mut disk = self.before.clone();
        let loose: Vec<usize> = (0..count).filter(|step| self.durable_by[*step] >= count).collect();
        let last_write = |file: Inode| {
            let step = |place: &usize| &self.steps[*place];
            let writes = |step: &Step| matches!(step, Step::Write { file: it, .. } if *it == file);
            loose.iter().rev().find(|place| writes(step(place)))
        };
        let is_name = |place: &usize| matches!(self.steps[*place], Step::Rename(_));
        let newest = loose.iter().rev().find(|place| is_name(place));
        for (place, step) in self.steps[..count].iter().enumerate() {
            let is_loose = loose.binary_search(&place).is_ok();
            let kept = match loss {
                Loss::None | Loss::Torn => true,
                Loss::All => false,
                Loss::Writes => is_name(&place),
                Loss::Names => !is_name(&place),
                Loss::Older => !is_name(&place) || newest == Some(&place),
                Loss::Some(seed) => chance(seed, place),
            };
            match step {
                Step::Write { file, at, bytes }
                    if is_loose && loss == Loss::Torn && last_write(*file) == Some(&place) =>
                {
                    disk.tear(*file, *at, bytes);
                }
                step if kept || !is_loose => disk.take(step),
                _ => (),
            }
        }
        disk
    }

    /// Whether the program has reported within the first `count` steps.
    pub(crate) fn has_reported(&self, count: usize) -> bool {
        self.steps[..count].iter().any(|step| matches!(step, Step::Report))
    }
}

/// The first sync behind a step that covers it.
fn durable_by(steps: &[Step], place: usize) -> usize {
    let later = steps.iter().enumerate().skip(place + 1);
    let covers = |sync: &Step| match (&steps[place], sync) {
        (_, Step::SyncAll) => true,
        (Step::Write { file, .. } | Step::Resize { file, .. }, Step::Sync(synced)) => {
            file == synced
        }
        // A file that is moved is safe under its new name once that one's folder is synced.
        (Step::Rename(changes), Step::Sync(synced)) => {
            changes.last().is_some_and(|(folder, _, _)| folder == synced)
        }
        _ => false,
    };
    later.filter(|(_, sync)| covers(sync)).map(|(place, _)| place).next().unwrap_or(usize::MAX)
}

/// A coin that falls the same way every time.
fn chance(seed: u64, place: usize) -> bool {
    let mut hasher = DefaultHasher::new();
    (seed, place).hash(&mut hasher);
    hasher.finish().is_multiple_of(2)
}

impl Node {
    /// Takes out what it holds; a link never changes.
    pub(crate) fn empty(&mut self) {
        match self {
            Self::File(bytes) => *bytes = Rc::default(),
            Self::Folder(names) => names.clear(),
            Self::Link(_) => (),
        }
    }
}
