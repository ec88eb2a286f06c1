//! Documents for people: share sheets, minutes, evidence of a restore, recipient sheets, and a test
//! print.
//!
//! Every document is a plain value with a `render` that gives a PDF/A-2b file on A4. The same
//! value gives the same bytes, so that a document's digest can go into the log; there is no clock
//! and no randomness in it. What a sheet says and what its codes hold is
//! specified in `docs/spec/paper-1.md` (paper-1 P1).
//!
//! Text never overflows: it wraps, and continues on the next page under the same head. Characters
//! that the bundled fonts lack, and marks that hide or turn text, are printed as `‹U+0000›`
//! (paper-1 P2).
//!
//! A share sheet carries a secret. Its words are wiped from this crate's memory, and the file
//! comes back as [`secret::SecretBytes`]; see [`ShareSheet::render`] for what this cannot do.

mod code;
mod error;
mod evidence;
mod flow;
mod fonts;
mod minutes;
mod page;
mod recipient_sheet;
mod scan;
mod share_sheet;
mod style;
mod table;
mod test_print;
mod token_passport;
mod word_grid;
mod wrap;

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;

pub use code::{record_of_share_code, share_code};
pub use error::PaperError;
pub use evidence::Evidence;
pub use minutes::{Minutes, MinutesStep, Person};
pub use recipient_sheet::RecipientSheet;
pub use scan::code_of_picture;
pub use share_sheet::ShareSheet;
pub use test_print::TestPrint;
pub use token_passport::TokenPassport;
