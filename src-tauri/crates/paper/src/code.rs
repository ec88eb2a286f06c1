//! Codes that a scanner reads: QR (ISO/IEC 18004) and the text inside.

use qrcode::{Color, EcLevel, QrCode};

use crate::PaperError;
use crate::flow::Flow;
use crate::page::Mark;
use crate::style::SMALL;
use crate::wrap::lines;

/// RFC 4648 section 6; all of it is in the alphanumeric set of QR.
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// paper-1 P6.
const SHARE_PREFIX: &str = "STRONGROOM:SHARE:1:";

/// The text of a share sheet's code: the share's public record (paper-1 P6).
///
/// Base32 in capitals costs a tenth more room than bytes, and every scanner hands it over
/// unchanged.
pub fn share_code(record: &[u8]) -> String {
    let mut text = SHARE_PREFIX.to_owned();
    for chunk in record.chunks(5) {
        let mut group = [0u8; 8];
        group[3..3 + chunk.len()].copy_from_slice(chunk);
        let bits = u64::from_be_bytes(group);
        for index in 0..(chunk.len() * 8).div_ceil(5) {
            let value = bits >> (35 - 5 * index) & 31;
            text.push(
                ALPHABET
                    .get(usize::try_from(value).unwrap_or(0))
                    .map_or('A', |letter| char::from(*letter)),
            );
        }
    }
    text
}

/// The public record in the scanned text of a share sheet's code (paper-1 P6).
///
/// # Errors
///
/// The text is no such code, or not the one text that [`share_code`] writes for its record.
pub fn record_of_share_code(text: &str) -> Result<Vec<u8>, PaperError> {
    let error = PaperError::NotACode { expected: "share sheet" };
    let Some(body) = text.strip_prefix(SHARE_PREFIX) else {
        return Err(error);
    };
    let (mut record, mut held, mut bits) = (Vec::with_capacity(body.len()), 0u32, 0u32);
    for letter in body.bytes() {
        let Some(value) = (0u32..).zip(ALPHABET).find(|(_, known)| **known == letter) else {
            return Err(error);
        };
        held = (held << 5 | value.0) & 0xfff;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            record.push((held >> bits).to_le_bytes()[0]);
        }
    }
    if share_code(&record) == text { Ok(record) } else { Err(error) }
}

/// A code at its smallest size for error correction level M.
pub(crate) struct Code {
    columns: usize,
    dark: Vec<bool>,
}

impl Code {
    /// Encodes a text.
    pub(crate) fn new(text: &str) -> Result<Self, PaperError> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M)
            .map_err(|_| PaperError::CodeTooLong { length_bytes: text.len() })?;
        let columns = code.width();
        let dark = code.to_colors().into_iter().map(|color| color == Color::Dark).collect();
        Ok(Self { columns, dark })
    }

    /// How many modules a side has.
    #[cfg(test)]
    pub(crate) fn columns(&self) -> usize {
        self.columns
    }

    /// Whether each module is dark, row by row.
    #[cfg(test)]
    pub(crate) fn dark(&self) -> &[bool] {
        &self.dark
    }

    /// Draws the code as a square of `side` points with a caption below; gives the height used.
    pub(crate) fn draw(&self, flow: &mut Flow, x: f32, y: f32, side: f32, caption: &str) -> f32 {
        let columns = f32::from(u16::try_from(self.columns).unwrap_or(u16::MAX));
        let module = side / columns;
        let (columns, dark) = (self.columns, self.dark.clone());
        flow.mark(Mark::Code { x, y, module, columns, dark });
        let mut top = y + side + 5.0;
        for line in lines(&flow.fonts, SMALL, caption, side) {
            flow.line(x, top, SMALL, line);
            top += SMALL.leading;
        }
        top - y
    }
}
