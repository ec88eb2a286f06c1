//! The colours of the page (`ui/src/tokens.css`), by their names there.

use entry::Palette;
use tiny_skia::Color;

/// One set of colours.
pub(crate) struct Colours {
    pub(crate) ground: Color,
    pub(crate) surface: Color,
    pub(crate) line: Color,
    pub(crate) ink: Color,
    pub(crate) ink_quiet: Color,
    pub(crate) accent: Color,
    pub(crate) good: Color,
    pub(crate) caution: Color,
    pub(crate) danger: Color,
    /// Ink on the accent.
    pub(crate) on_accent: Color,
}

impl Colours {
    /// The colours of a palette.
    pub(crate) fn of(palette: Palette) -> Self {
        match palette {
            Palette::Light => Self {
                ground: rgb(0xf6f5f2),
                surface: rgb(0xffffff),
                line: rgb(0xdcd9d2),
                ink: rgb(0x17212b),
                ink_quiet: rgb(0x55606b),
                accent: rgb(0x8a5a00),
                good: rgb(0x1d6b3c),
                caution: rgb(0x8a5a00),
                danger: rgb(0xa3271f),
                on_accent: rgb(0xffffff),
            },
            Palette::Dark => Self {
                ground: rgb(0x11181f),
                surface: rgb(0x18222c),
                line: rgb(0x2b3845),
                ink: rgb(0xeceae4),
                ink_quiet: rgb(0xa3afba),
                accent: rgb(0xe0a84b),
                good: rgb(0x6fcf97),
                caution: rgb(0xe8b45a),
                danger: rgb(0xff8a80),
                on_accent: rgb(0x11181f),
            },
        }
    }
}

/// The sign's own colours (`icons/strongroom.svg`), the same in every palette.
pub(crate) const SIGN: [u32; 4] = [0x17212b, 0xe0a84b, 0x465566, 0xf4f1ea];

/// A colour from its six hexadecimal digits.
pub(crate) fn rgb(hex: u32) -> Color {
    let [_, red, green, blue] = hex.to_be_bytes();
    Color::from_rgba8(red, green, blue, 255)
}
