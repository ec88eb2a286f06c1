//! What a person and a scanner get from a page, read with poppler where it is installed.

use std::io::Write;
use std::path::PathBuf;
use std::process::Command;

use rxing::common::HybridBinarizer;
use rxing::qrcode::QRCodeReader;
use rxing::{BinaryBitmap, DecodeHints, Luma8LuminanceSource, Reader};
use terms::Environment;

use super::shared;
use crate::code::Code;
use crate::samples::{self, LOG_HEAD, RECORD, WORDS};
use crate::{PaperError, TestPrint, code_of_picture, record_of_share_code, share_code};

/// Reads a code from its modules, four pixels each, with the quiet zone of the standard.
pub(super) fn read_code(code: &Code) -> String {
    let side = (code.columns() + 8) * 4;
    let mut pixels = vec![255; side * side];
    for (index, _) in code.dark().iter().enumerate().filter(|(_, dark)| **dark) {
        let (row, column) = (index / code.columns() + 4, index % code.columns() + 4);
        for y in row * 4..row * 4 + 4 {
            pixels[y * side + column * 4..][..4].fill(0);
        }
    }
    scan(pixels, side, side)
}

fn scan(pixels: Vec<u8>, width: usize, height: usize) -> String {
    let (width, height) = (u32::try_from(width).unwrap(), u32::try_from(height).unwrap());
    let source = Luma8LuminanceSource::new(pixels, width, height).unwrap();
    let mut bitmap = BinaryBitmap::new(HybridBinarizer::new(source));
    let hints = DecodeHints { TryHarder: Some(true), ..DecodeHints::default() };
    let read = QRCodeReader.decode_with_hints(&mut bitmap, &hints).unwrap();
    read.getText().to_owned()
}

/// A file in a folder of its own that vanishes with the value.
struct Printed {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

/// None where `program` is not installed; then the test counts as skipped.
fn printed(test: &str, program: &str, pdf: &[u8]) -> Option<Printed> {
    if Command::new(program).arg("-v").output().is_err() {
        skip(test, &format!("{program} is not installed"));
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.pdf");
    std::fs::write(&path, pdf).unwrap();
    Some(Printed { _folder: folder, path })
}

#[expect(clippy::print_stderr, reason = "tests speak to the person who runs them")]
fn skip(test: &str, reason: &str) {
    let line = format!("{test}: {reason}\n");
    eprint!("skipped: {line}");
    if let Some(path) = std::env::var_os("STRONGROOM_SKIPS") {
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path).unwrap();
        file.write_all(line.as_bytes()).unwrap();
    }
}

/// The text of all pages, spaces and line ends as one space.
fn text_of(test: &str, pdf: &[u8]) -> Option<String> {
    let printed = printed(test, "pdftotext", pdf)?;
    let output =
        Command::new("pdftotext").arg("-raw").arg(&printed.path).arg("-").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The code on the first page of a document; none where poppler is not installed.
fn scanned(test: &str, pdf: &[u8]) -> Option<String> {
    let printed = printed(test, "pdftoppm", pdf)?;
    let page = Command::new("pdftoppm")
        .args(["-r", "200", "-gray", "-f", "1", "-l", "1"])
        .arg(&printed.path)
        .output()
        .unwrap()
        .stdout;
    let header: Vec<_> = page.splitn(4, |byte| *byte == b'\n' || *byte == b' ').collect();
    let number = |index: usize| std::str::from_utf8(header[index]).unwrap().parse().unwrap();
    let (width, height): (usize, usize) = (number(1), number(2));
    Some(scan(page[page.len() - width * height..].to_vec(), width, height))
}

#[test]
fn a_scanner_reads_the_record_from_the_printed_sheet_of_a_drill() {
    let read = scanned("the printed share code", &shared(Environment::Drill));
    let Some(read) = read else { return };
    assert_eq!(read, share_code(&RECORD));
}

/// The first page of a document as a scanner gives it to a file.
fn picture(test: &str, pdf: &[u8], more: &[&str]) -> Option<Vec<u8>> {
    let printed = printed(test, "pdftoppm", pdf)?;
    let mut scan = Command::new("pdftoppm");
    scan.args(["-png", "-r", "150", "-f", "1", "-l", "1"]).args(more).arg(&printed.path);
    Some(scan.output().unwrap().stdout)
}

/// paper-1 P6
#[test]
fn the_record_is_read_from_a_picture_in_grey_and_in_colour_and_from_nothing_else() {
    let pdf = shared(Environment::Drill);
    for more in [&["-gray"][..], &[]] {
        let Some(file) = picture("a picture of a sheet", &pdf, more) else { return };
        let code = code_of_picture(&file).unwrap();
        assert_eq!(record_of_share_code(&code).unwrap(), RECORD);
        for length in [0, 8, 100, file.len() / 2] {
            let read = code_of_picture(&file[..length]);
            assert!(matches!(read, Err(PaperError::Picture { .. })), "{length}: {read:?}");
        }
    }
    let Some(second) = picture("a page without a code", &pdf, &["-x", "0", "-H", "40"]) else {
        return;
    };
    assert_eq!(code_of_picture(&second), Err(PaperError::NoCode));
}

#[test]
fn a_picture_that_says_it_is_huge_takes_no_memory() {
    let mut file = Vec::new();
    let header = png::Encoder::new(&mut file, 1_000_000, 1_000_000).write_header();
    drop(header.unwrap());
    assert!(matches!(code_of_picture(&file), Err(PaperError::Picture { .. })));
}

#[test]
fn the_code_of_a_test_print_is_read_and_is_none_of_a_share() {
    let pdf = samples::test_print().render().unwrap();
    let Some(read) = scanned("the code of a test print", &pdf) else { return };
    assert!(read.contains("THIS IS NO SHARE"), "{read}");
    let expected = PaperError::NotACode { expected: "share sheet" };
    assert_eq!(record_of_share_code(&read), Err(expected));
    // Its modules are as small as those of a real sheet, or the trial would prove nothing.
    let columns = |text: &str| Code::new(text).unwrap().columns();
    assert!(columns(&read) >= columns(&share_code(&RECORD)), "{read}");
}

#[test]
fn a_test_print_is_one_page_that_says_what_it_is_in_every_part() {
    let pdf = samples::test_print().render().unwrap();
    let Some(text) = text_of("the text of a test print", &pdf) else { return };
    assert!(text.contains("page 1 of 1"), "{text}");
    assert!(text.to_uppercase().matches("TEST PRINT").count() >= 5, "{text}");
    for (number, word) in (1..).zip(TestPrint::WORDS.split_whitespace()) {
        assert!(text.contains(&format!("{number} {word}")), "{number} {word}");
    }
    assert!(!text.contains("KEY SHARE") && !text.contains("SLIP-39"), "{text}");
}

#[test]
fn a_share_sheet_shows_each_word_with_its_number_and_all_that_names_the_share() {
    let test = "the text of a share sheet";
    let Some(text) = text_of(test, &shared(Environment::Production)) else { return };
    for (number, word) in (1..).zip(WORDS.split_whitespace()) {
        assert!(text.contains(&format!("{number} {word}")), "{number} {word}");
    }
    for part in [
        "PRODUCTION",
        "production/3",
        "Beatrix Øvergård-Lindqvist",
        "group custodians, member 2",
        "any 2 of 3 custodians and any 1 of 2 officers",
        "eyeglass finicky eyeglass finicky",
        &"5e".repeat(20),
        &"19".repeat(16),
        &"c3".repeat(32),
        "bag serial number",
        "SLIP-39",
        "page 1 of 1",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
}

#[test]
fn a_drill_says_so_and_production_does_not() {
    let test = "drill and production";
    let Some(drill) = text_of(test, &shared(Environment::Drill)) else { return };
    let Some(production) = text_of(test, &shared(Environment::Production)) else { return };
    assert!(drill.matches("DRILL").count() >= 3, "{drill}");
    assert!(!production.to_uppercase().contains("DRILL"), "{production}");
}

#[test]
fn sixty_steps_run_over_pages_that_each_repeat_the_head() {
    let test = "the text of minutes";
    let pdf = samples::minutes(60).render().unwrap();
    let Some(text) = text_of(test, &pdf) else { return };
    let pages = text.matches("Time (UTC)").count();
    assert!((3..=5).contains(&pages), "{pages}");
    assert!(text.contains(&format!("page {pages} of {pages}")), "{pages}");
    assert_eq!(text.matches("Read the serial number of the bag aloud").count(), 20);
    assert_eq!(text.matches("I do not agree").count(), 6 + 1);
    let checkpoint = LOG_HEAD.lines().nth(2).unwrap();
    assert_eq!(text.matches(checkpoint).count(), pages + 1, "in each footer and in the text");
    let place = |part: &str| text.find(part).unwrap();
    assert!(place("1 exception was recorded") < place("What was made"), "exceptions come first");
}

#[test]
fn text_of_any_length_stays_on_the_page_and_whole() {
    let words = samples::words();
    let share = samples::long_share_sheet(&words).render().unwrap();
    let minutes = samples::long_minutes().render().unwrap();
    let evidence = samples::long_evidence().render().unwrap();
    for (pdf, least) in [(share.expose(), 500), (&minutes, 2000), (&evidence, 2000)] {
        let Some(printed) = printed("long text", "pdftotext", pdf) else { return };
        let output =
            Command::new("pdftotext").arg("-bbox").arg(&printed.path).arg("-").output().unwrap();
        let boxes = String::from_utf8(output.stdout).unwrap();
        let edges = |name: &str| -> Vec<f32> {
            let attribute = format!("{name}=\"");
            let parts = boxes.split(&attribute).skip(1);
            parts.map(|part| part.split('"').next().unwrap().parse().unwrap()).collect()
        };
        assert!(edges("xMax").len() > least, "{}", edges("xMax").len());
        assert!(edges("xMin").iter().all(|x| *x >= 53.0));
        assert!(edges("xMax").iter().all(|x| *x <= 542.0), "{:?}", edges("xMax"));
        assert!(edges("yMax").iter().all(|y| *y <= 830.0));
    }
}

#[test]
fn a_long_name_loses_no_letter() {
    let words = samples::words();
    let mut sheet = samples::share_sheet(Environment::Staging, &words);
    let holder = "X".repeat(300) + " 王\u{202e}";
    sheet.holder = &holder;
    let pdf = sheet.render().unwrap();
    let Some(text) = text_of("a long name", pdf.expose()) else { return };
    assert_eq!(text.matches('X').count(), 300);
    assert!(text.contains("‹U+738B›‹U+202E›"), "{text}");
}
