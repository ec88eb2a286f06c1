//! A look into single files of an archive that is open.

use std::fs;
use std::sync::Arc;

use archive::FrameKind;

use super::desk::{Desk, noise};
use crate::EngineError;
use crate::preview::{Content, Preview, Previews, Seen, TEXT_BYTES_MAX};
use crate::selection::Selection;

/// A text, a long one, a picture and what is neither, each in a segment of its own.
fn sealed() -> (Desk, crate::seal::SealReport) {
    let desk = Desk::new();
    let tree = desk.path("tree");
    fs::create_dir(&tree).unwrap();
    fs::write(tree.join("a.bin"), noise(2 << 20)).unwrap();
    fs::write(tree.join("b.txt"), "pay \u{202e}001\n").unwrap();
    fs::write(tree.join("c.txt"), "all of it\n".repeat(1 << 20)).unwrap();
    fs::write(tree.join("d.png"), b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x03").unwrap();
    fs::hard_link(tree.join("b.txt"), tree.join("e.txt")).unwrap();
    let sealed = desk.seal(&tree);
    (desk, sealed)
}

fn previews(desk: &Desk, patterns: &[&str]) -> (Previews, Arc<Seen>) {
    let patterns: Vec<String> = patterns.iter().map(|&pattern| pattern.to_owned()).collect();
    let set = desk.set();
    let key = desk.key(&set);
    let (selection, seen) = (Selection::new(&patterns).unwrap(), Arc::new(Seen::default()));
    (Previews::of(Arc::new(set), Arc::new(key), selection, Arc::clone(&seen)), seen)
}

#[test]
fn texts_and_pictures_are_shown_and_the_rest_is_not() {
    let (desk, _) = sealed();
    let (previews, seen_so_far) = previews(&desk, &[]);
    let text = |text: &str| Content::Text { text: text.to_owned(), is_all: true };
    let seen = previews.look("tree/b.txt").unwrap();
    assert_eq!(seen, Preview { size: 11, content: text("pay \\u{202e}001\n") });
    assert_eq!(previews.look("tree/e.txt").unwrap(), seen, "another name of it");
    let Content::Text { text, is_all: false } = previews.look("tree/c.txt").unwrap().content else {
        panic!("the beginning of a long text")
    };
    assert_eq!(text.len(), TEXT_BYTES_MAX);
    let picture = previews.look("tree/d.png").unwrap().content;
    assert!(matches!(picture, Content::Image { kind: "image/png", width: 2, height: 3, .. }));
    assert_eq!(previews.look("tree/a.bin").unwrap().content, Content::Other);
    assert_eq!(seen_so_far.lock().unwrap().len(), 5, "each is on the record");
}

#[test]
fn what_nobody_approved_and_what_is_no_file_cannot_be_looked_at() {
    let (desk, _) = sealed();
    let (previews, seen_so_far) = previews(&desk, &["tree/*.txt"]);
    assert!(previews.look("tree/b.txt").is_ok());
    for path in ["tree/d.png", "tree", "tree/nowhere.txt", "../tree/b.txt", ""] {
        let refused = previews.look(path).unwrap_err();
        assert!(matches!(refused, EngineError::NoSuchEntry { .. }), "{path}: {refused}");
    }
    assert!(seen_so_far.lock().unwrap().iter().eq(["tree/b.txt"]));
}

#[test]
fn what_is_damaged_is_not_shown() {
    let (desk, sealed) = sealed();
    for record in desk.set().index_page(0).unwrap() {
        if record.kind == FrameKind::Segment && record.number == 0 {
            desk.damage(&sealed, record.offset + 100, 10);
        }
    }
    let refused = previews(&desk, &[]).0.look("tree/a.bin").unwrap_err();
    assert!(matches!(refused, EngineError::DamagedEntry { .. }), "{refused}");
}
