//! What is inside an archive, for choosing before the quorum met (specification `catalogue-1`).
//!
//! [`Writer`] takes the entries as they are sealed; [`Catalogue`] answers what is in a folder, what
//! has a text in its name, and how much a selection brings. Memory does not grow with the archive:
//! the writer holds the folders that are open, the reader what it is asked for.

mod error;
mod reader;
mod schema;
mod search;
#[cfg(test)]
mod tests;
mod writer;

pub use error::CatalogueError;
pub use reader::{Catalogue, Item, Weight};
pub use search::{HITS_MAX, Hits};
pub use writer::Writer;
