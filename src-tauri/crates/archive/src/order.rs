//! The order of entries: what a reader can check of a manifest that is never whole in memory.

use crate::entry::{Entry, EntryKind};
use crate::path::EntryPath;

/// Where a manifest stands after an entry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Order {
    last: Option<Last>,
    /// Where the next file's content begins.
    pub(crate) position: u64,
    /// Entries so far.
    pub(crate) entries: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Last {
    path: EntryPath,
    is_folder: bool,
}

impl Order {
    /// Takes the next entry, or says why it cannot follow (archive-1 A25).
    ///
    /// Paths ascend, so nothing comes twice. What lies below a path follows it at once, so one look
    /// back shows a file that is used as a folder. Contents lie one behind the other, so no content
    /// is used twice and an archive cannot unfold to more than it holds.
    pub(crate) fn follow(&mut self, entry: &Entry) -> Option<&'static str> {
        if let Some(last) = &self.last {
            if entry.path <= last.path {
                return Some("entries come twice or out of order");
            }
            if !last.is_folder && entry.path.is_inside(&last.path) {
                return Some("an entry lies inside something that is no folder");
            }
        }
        if let EntryKind::File { position, stored, .. } = entry.kind {
            if position != self.position {
                return Some("a file's content does not follow the one before");
            }
            // `Entry::fault` has checked the sum.
            self.position = position.saturating_add(stored);
        }
        self.entries += 1;
        let is_folder = entry.kind == EntryKind::Directory;
        self.last = Some(Last { path: entry.path.clone(), is_folder });
        None
    }

    /// The order behind a page whose predecessor is unknown: only what the page itself shows.
    pub(crate) fn unknown(first: &Entry, entries: u64) -> Self {
        let position = match first.kind {
            EntryKind::File { position, .. } => position,
            _ => 0,
        };
        Self { last: None, position, entries }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::press::{entry, file};

    fn fault(entries: &[Entry]) -> Option<&'static str> {
        let mut order = Order::default();
        entries.iter().find_map(|entry| order.follow(entry))
    }

    #[test]
    fn a_folder_and_all_that_lies_in_it_come_before_its_neighbours() {
        let folder = |path| entry(path, EntryKind::Directory);
        let tree = [folder("a"), file("a/b", 0, b"12"), file("a/c", 2, b"3"), folder("a.b")];
        assert_eq!(fault(&tree), None, "parts are compared, not bytes");
        let [a, b, c, dot] = tree;
        assert!(fault(&[a.clone(), dot.clone(), b.clone()]).is_some());
        assert!(fault(&[a.clone(), b.clone(), b.clone()]).is_some(), "twice the same path");
        assert!(fault(&[c, b]).is_some(), "descending");
        assert!(fault(&[a.clone(), a]).is_some());
        let _ = dot;
    }

    #[test]
    fn nothing_lies_inside_a_file_or_a_link() {
        let link = entry("a", EntryKind::Symlink { target: b"/etc".to_vec() });
        assert!(fault(&[link, file("a/passwd", 0, b"x")]).is_some());
        assert!(fault(&[file("a", 0, b""), file("a/b/c", 0, b"x")]).is_some());
    }

    #[test]
    fn no_content_is_used_twice_and_none_is_left_out() {
        assert!(fault(&[file("a", 0, b"123"), file("b", 3, b"4")]).is_none());
        assert!(fault(&[file("a", 0, b"123"), file("b", 0, b"123")]).is_some());
        assert!(fault(&[file("a", 0, b"123"), file("b", 4, b"4")]).is_some());
    }
}
