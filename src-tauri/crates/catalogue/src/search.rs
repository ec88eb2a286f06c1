//! Looking for names.

use crate::{Catalogue, CatalogueError, Item};

/// Hits that are kept; more than that is nothing that a person looks through.
pub const HITS_MAX: usize = 100_000;

/// What a search found, as numbers of entries in the archive's order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hits {
    /// The numbers, at most [`HITS_MAX`].
    pub numbers: Vec<u64>,
    /// How many there are in all.
    pub total: u64,
}

impl Catalogue {
    /// Finds the entries that have `text` in their names, whatever the case; with a `/` in it, in
    /// their whole paths.
    ///
    /// # Errors
    ///
    /// Rows contradict each other, or the file cannot be read.
    pub fn search(&self, text: &str) -> Result<Hits, CatalogueError> {
        let wanted = Wanted::new(text);
        let (mut hits, in_path) = (Hits::default(), text.contains('/'));
        self.walk(|item, path| {
            if wanted.is_in(if in_path { path } else { &item.name }) {
                hits.total += 1;
                if hits.numbers.len() < HITS_MAX {
                    hits.numbers.push(item.number);
                }
            }
        })?;
        Ok(hits)
    }

    /// The entries of these numbers, in the order given; what is not there is left out.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn items_of(&self, numbers: &[u64]) -> Result<Vec<Item>, CatalogueError> {
        let items = numbers.iter().map(|number| self.item(*number));
        items.filter_map(Result::transpose).collect()
    }
}

/// A text that is looked for whatever its case.
struct Wanted {
    lower: String,
    is_ascii: bool,
}

impl Wanted {
    fn new(text: &str) -> Self {
        let lower = text.to_lowercase();
        Self { is_ascii: lower.is_ascii(), lower }
    }

    fn is_in(&self, name: &[u8]) -> bool {
        if self.lower.is_empty() {
            return true;
        }
        if self.is_ascii && name.is_ascii() {
            let wanted = self.lower.as_bytes();
            return name.windows(wanted.len()).any(|part| part.eq_ignore_ascii_case(wanted));
        }
        String::from_utf8_lossy(name).to_lowercase().contains(&self.lower)
    }
}
