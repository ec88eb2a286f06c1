//! Sample data: a small company's files, all of them made up.
//!
//! The same seed gives the same files, so that two teams can be compared. Names, amounts and
//! letters are drawn from short lists; nothing of it was ever real.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use rand_core::Rng;

use crate::DrillError;

/// Months of ledgers.
const MONTHS: u32 = 24;
/// Letters to customers.
const LETTERS: u32 = 160;
/// Scans: what does not compress, as photographs do not.
const SCANS: u32 = 12;
/// Bytes of one scan.
const SCAN_BYTES: usize = 700_000;

const NAMES: [&str; 12] = [
    "Adler", "Brandt", "Castell", "Dorn", "Ebner", "Falk", "Gross", "Hahn", "Imhof", "Jung",
    "Kern", "Lorenz",
];
const GOODS: [&str; 8] =
    ["bolts", "copper wire", "gaskets", "hinges", "lamps", "paint", "pipes", "valves"];

/// What was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// Number of files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// The BLAKE3 digest of every file, by its path below the folder.
pub type Portrait = BTreeMap<String, String>;

/// Makes the sample below `dir`, which must not exist yet, and returns what was made with its
/// portrait.
///
/// # Errors
///
/// The folder cannot be written.
pub fn make(dir: &Path, rng: &mut dyn Rng) -> Result<(Sample, Portrait), DrillError> {
    let mut made = Made { dir, sample: Sample { files: 0, bytes: 0 }, portrait: Portrait::new() };
    for month in 0..MONTHS {
        let (year, month) = (2024 + month / 12, month % 12 + 1);
        made.file(&format!("ledger/{year}-{month:02}.csv"), ledger(rng).as_bytes())?;
    }
    for number in 0..LETTERS {
        made.file(&format!("letters/{number:04}.txt"), letter(number, rng).as_bytes())?;
    }
    for number in 0..SCANS {
        let mut scan = vec![0; SCAN_BYTES];
        rng.fill_bytes(&mut scan);
        made.file(&format!("scans/contract-{number:02}.bin"), &scan)?;
    }
    made.file("customers.sql", customers(rng).as_bytes())?;
    made.file("empty.note", b"")?;
    Ok((made.sample, made.portrait))
}

struct Made<'a> {
    dir: &'a Path,
    sample: Sample,
    portrait: Portrait,
}

impl Made<'_> {
    fn file(&mut self, name: &str, bytes: &[u8]) -> Result<(), DrillError> {
        let path = self.dir.join(name);
        let folder = path.parent().unwrap_or(self.dir);
        fs::create_dir_all(folder).map_err(DrillError::file("making", folder))?;
        fs::write(&path, bytes).map_err(DrillError::file("writing", &path))?;
        self.sample.files += 1;
        self.sample.bytes += bytes.len() as u64;
        self.portrait.insert(name.to_owned(), blake3::hash(bytes).to_hex().to_string());
        Ok(())
    }
}

fn ledger(rng: &mut dyn Rng) -> String {
    let mut text = String::from("day,customer,goods,pieces,cents\n");
    for day in 1..=28 {
        for _ in 0..30 {
            let (name, goods) = (one_of(&NAMES, rng), one_of(&GOODS, rng));
            let (pieces, cents) = (rng.next_u32() % 400 + 1, rng.next_u32() % 90_000 + 100);
            let _ = writeln!(text, "{day},{name},{goods},{pieces},{cents}");
        }
    }
    text
}

fn letter(number: u32, rng: &mut dyn Rng) -> String {
    let (name, goods) = (one_of(&NAMES, rng), one_of(&GOODS, rng));
    let pieces = rng.next_u32() % 400 + 1;
    let body = format!("your order of {pieces} {goods} left our house. ").repeat(12);
    format!("Letter {number}\n\nTo {name} and partners,\n\n{body}\n\nThe dispatch office\n")
}

fn customers(rng: &mut dyn Rng) -> String {
    let mut text =
        String::from("CREATE TABLE customers (id integer, name text, limit_cents int);\n");
    for id in 0..20_000 {
        let (name, limit) = (one_of(&NAMES, rng), rng.next_u32() % 5_000_000);
        let _ = writeln!(text, "INSERT INTO customers VALUES ({id}, '{name} {id}', {limit});");
    }
    text
}

fn one_of<'a>(list: &[&'a str], rng: &mut dyn Rng) -> &'a str {
    list[rng.next_u32() as usize % list.len()]
}
