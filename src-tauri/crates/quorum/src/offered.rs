//! A share as it comes back: from a sheet, a token or a keyboard, and not yet believed.

use crate::slip39::WordsError;
use crate::{ShareRecord, ShareTextError, ShareWords};

/// One share that somebody offers; it may be mistyped, foreign or forged.
#[derive(Debug)]
pub struct OfferedShare {
    pub(crate) from: String,
    pub(crate) record: Option<ShareRecord>,
    pub(crate) words: Result<ShareWords, WordsError>,
}

impl OfferedShare {
    /// Words alone, as they are typed on the worst day; `from` is how the caller calls them.
    pub fn from_words(from: &str, words: &str) -> Self {
        Self { from: from.to_owned(), record: None, words: ShareWords::parse(words) }
    }

    /// Words with the record they were kept with, as in an envelope.
    pub fn from_record(from: &str, record: ShareRecord, words: &str) -> Self {
        Self { from: from.to_owned(), record: Some(record), words: ShareWords::parse(words) }
    }

    /// A share text file, or a text that holds nothing but words (share-1 S15 to S18).
    ///
    /// # Errors
    ///
    /// The text is neither. Words that are no share are no error here: the quorum reports them
    /// with their holder.
    pub fn parse(from: &str, text: &str) -> Result<Self, ShareTextError> {
        let (record, words) = crate::text::parse(text)?;
        Ok(Self { from: from.to_owned(), record, words })
    }

    /// The record that came with the words.
    pub fn record(&self) -> Option<&ShareRecord> {
        self.record.as_ref()
    }

    /// The words, or what is wrong with them.
    ///
    /// # Errors
    ///
    /// As [`ShareWords::parse`].
    pub fn words(&self) -> Result<&ShareWords, &WordsError> {
        self.words.as_ref()
    }
}
