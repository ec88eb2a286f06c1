//! A picture of a sheet tells whose it is and whether it counts, and nothing secret.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use strongroom_tests::skip;

use crate::program::{Desk, answers, text};

/// The sheet of somebody as a scanner gives it to a file; none where poppler is not installed.
fn picture(desk: &Desk, sheets: &str, holder: &str) -> Option<PathBuf> {
    let files = fs::read_dir(desk.path(sheets)).unwrap().flatten().map(|file| file.path());
    let own = files.filter(|path| text(path).contains(holder));
    let mut own = own.filter(|path| path.extension().is_some_and(|end| end == "pdf"));
    let pdf = own.next().expect("a sheet");
    let to = desk.path(&format!("{sheets}-{holder}"));
    let mut scan = Command::new("pdftoppm");
    scan.args(["-png", "-gray", "-r", "200", "-singlefile", text(&pdf), text(&to)]);
    scan.status().ok()?;
    Some(to.with_extension("png"))
}

#[test]
fn a_sheet_is_known_by_its_picture_and_so_is_one_that_counts_no_more() {
    let (desk, _) = Desk::with_key();
    let Some(sheet) = picture(&desk, "sheets", "ada-kern") else {
        return skip("a_sheet_is_known_by_its_picture", "pdftoppm is not installed");
    };
    let identify = |file: &PathBuf| desk.run(&["share", "identify", text(file)]);
    let known = identify(&sheet);
    assert_eq!(known.exit, 0, "{known:?}");
    assert_eq!(
        (&known.json["holder"], &known.json["key"]),
        (&"Ada Kern".into(), &"drill/1".into())
    );
    assert_eq!(known.json["standing"], "it counts");
    let words = fs::read_dir(desk.path("sheets")).unwrap().flatten().map(|file| file.path());
    let words = words.filter(|path| path.extension().is_some_and(|end| end == "txt"));
    for file in words {
        let all = fs::read_to_string(file).unwrap();
        let own = all.lines().find_map(|line| line.strip_prefix("words:")).unwrap();
        assert!(!known.text.contains(own.trim()), "no share is in it");
    }

    let new = desk.path("new-sheets");
    let refresh = ["ceremony", "run", "refresh", "--answers", &answers("refresh.toml")];
    assert_eq!(desk.run(&[&refresh[..], &["--sheets", text(&new)]].concat()).exit, 0);
    let standing = identify(&sheet).json["standing"].as_str().unwrap().to_owned();
    assert!(standing.starts_with("NO LONGER"), "{standing}");
    let new = picture(&desk, "new-sheets", "ada-kern").unwrap();
    assert_eq!(identify(&new).json["standing"], "it counts");
    let other = Desk::empty();
    let standing = other.run(&["share", "identify", text(&new)]).json["standing"].clone();
    assert_eq!(standing, "unknown: it is of another vault");

    let said = ["--by", "Dirk Nolte", "--reason", "its time is over"];
    assert_eq!(desk.run(&[&["key", "deactivate", "drill/1"], &said[..]].concat()).exit, 0);
    assert_eq!(identify(&new).json["standing"], "it counts for a key that is deactivated");

    fs::write(desk.path("none.png"), b"no picture").unwrap();
    let refused = identify(&desk.path("none.png"));
    assert_eq!((refused.exit, &refused.json["error"]["code"]), (5, &"SR-PAPER-PICTURE".into()));
}
