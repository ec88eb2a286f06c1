//! The words of a share, numbered, three to a line.

use secret::SecretText;

use crate::PaperError;
use crate::flow::Flow;
use crate::page::Mark;
use crate::style::{HAIRLINE, INK, SMALL, WORD};

/// Words of a share of a 32-byte secret (SLIP-39).
pub(crate) const WORD_COUNT: usize = 33;

const PER_LINE: usize = 3;
const PAD: f32 = 3.0;
const NUMBER_WIDTH: f32 = 20.0;

impl Flow {
    /// Sets the words in a frame that is never divided between two pages.
    ///
    /// # Errors
    ///
    /// There are not 33 words, or one cannot be on the SLIP-39 list.
    pub(crate) fn word_grid(&mut self, words: &SecretText) -> Result<(), PaperError> {
        check(words)?;
        let rows = 11.0;
        let height = rows * WORD.leading + 2.0 * PAD;
        self.need(height);
        let (x, y, width) = (self.left, self.y, self.width);
        for row in 1..11u8 {
            let y = y + PAD + f32::from(row) * WORD.leading;
            self.mark(Mark::Rule { x, y, width, ink: HAIRLINE, weight: 0.4 });
        }
        let third = width / 3.0;
        let mut top = y + PAD;
        let all: Vec<&str> = words.expose().split_whitespace().collect();
        for (row, line) in all.chunks(PER_LINE).enumerate() {
            let mut left = x + PAD + 4.0;
            for (place, word) in line.iter().enumerate() {
                let number = (row * PER_LINE + place + 1).to_string();
                let number_width = self.fonts.width(SMALL.face, SMALL.size, &number);
                let lowered = top + WORD.ascent() - SMALL.ascent();
                self.line(left + NUMBER_WIDTH - 6.0 - number_width, lowered, SMALL, number);
                self.line(left + NUMBER_WIDTH, top, WORD, (*word).to_owned());
                left += third;
            }
            top += WORD.leading;
        }
        for part in [1.0, 2.0] {
            let line = Mark::Ground { x: x + part * third, y, width: 0.5, height, ink: HAIRLINE };
            self.mark(line);
        }
        self.mark(Mark::Frame { x, y, width, height, ink: INK });
        self.y += height;
        Ok(())
    }
}

fn check(words: &SecretText) -> Result<(), PaperError> {
    let found = words.expose().split_whitespace().count();
    if found != WORD_COUNT {
        return Err(PaperError::WordCount { expected: WORD_COUNT, found });
    }
    let listed = |word: &str| {
        (4..=8).contains(&word.len()) && word.bytes().all(|letter| letter.is_ascii_lowercase())
    };
    match words.expose().split_whitespace().position(|word| !listed(word)) {
        Some(index) => Err(PaperError::Word { position: index + 1 }),
        None => Ok(()),
    }
}
