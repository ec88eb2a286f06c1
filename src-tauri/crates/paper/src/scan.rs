//! Reading the code of a sheet from a picture of it, as a scanner or a camera makes one.

use std::io::Cursor;

use png::{ColorType, Decoder, Limits, Transformations};
use rxing::common::HybridBinarizer;
use rxing::qrcode::QRCodeReader;
use rxing::{BinaryBitmap, DecodeHints, Luma8LuminanceSource, Reader};

use crate::PaperError;

/// The largest picture that is taken, in points: an A3 page at 600 dots an inch.
const POINTS_MAX: u64 = 72_000_000;
/// What reading the file may take of memory besides, in bytes.
const FILE_BYTES_MAX: usize = 64 << 20;

/// The text of the code in a PNG picture (paper-1 P6).
///
/// Takes memory for two copies of the picture, at most 360 MB for the largest.
///
/// # Errors
///
/// [`PaperError::Picture`] if it is no such picture or too large, [`PaperError::NoCode`] if no code
/// is found in it.
pub fn code_of_picture(file: &[u8]) -> Result<String, PaperError> {
    let (width, height, luma) = grey(file)?;
    let source = Luma8LuminanceSource::new(luma, width, height);
    let source = source.map_err(|_| PaperError::NoCode)?;
    let mut bitmap = BinaryBitmap::new(HybridBinarizer::new(source));
    let hints = DecodeHints { TryHarder: Some(true), ..DecodeHints::default() };
    let read = QRCodeReader.decode_with_hints(&mut bitmap, &hints);
    read.map(|read| read.getText().to_owned()).map_err(|_| PaperError::NoCode)
}

/// Width, height and brightness of every point.
fn grey(file: &[u8]) -> Result<(u32, u32, Vec<u8>), PaperError> {
    let unread = |error: png::DecodingError| PaperError::Picture { reason: error.to_string() };
    let limits = Limits { bytes: FILE_BYTES_MAX };
    let mut decoder = Decoder::new_with_limits(Cursor::new(file), limits);
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(unread)?;
    let (width, height) = (reader.info().width, reader.info().height);
    if u64::from(width) * u64::from(height) > POINTS_MAX {
        let reason = format!("it has {width} by {height} points, which is too much");
        return Err(PaperError::Picture { reason });
    }
    let too_large = || PaperError::Picture { reason: "it is too large".to_owned() };
    let mut points = vec![0; reader.output_buffer_size().ok_or_else(too_large)?];
    let frame = reader.next_frame(&mut points).map_err(unread)?;
    points.truncate(frame.buffer_size());
    let channels = match frame.color_type {
        ColorType::Grayscale | ColorType::Indexed => return Ok((width, height, points)),
        ColorType::GrayscaleAlpha => 2,
        ColorType::Rgb => 3,
        ColorType::Rgba => 4,
    };
    let brightness = |point: &[u8]| match point {
        [red, green, blue, ..] => {
            // Rec. 601, in 256ths.
            let sum = 77 * u32::from(*red) + 150 * u32::from(*green) + 29 * u32::from(*blue);
            u8::try_from(sum >> 8).unwrap_or(u8::MAX)
        }
        [grey, ..] => *grey,
        [] => u8::MAX,
    };
    let luma = points.chunks_exact(channels).map(brightness).collect();
    Ok((width, height, luma))
}
