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
    pub(crate) danger: Color,
    /// Ink on the accent.
    pub(crate) on_accent: Color,
    /// What nothing but a drill has.
    pub(crate) drill: Color,
    /// Ink on the drill's colour.
    pub(crate) on_drill: Color,
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
                ink_quiet: rgb(0x525c66),
                accent: rgb(0x1d4f7c),
                good: rgb(0x1d6b3c),
                danger: rgb(0xa3271f),
                on_accent: rgb(0xffffff),
                drill: rgb(0x6b2fa0),
                on_drill: rgb(0xffffff),
            },
            Palette::Dark => Self {
                ground: rgb(0x11181f),
                surface: rgb(0x18222c),
                line: rgb(0x2b3845),
                ink: rgb(0xeceae4),
                ink_quiet: rgb(0xa9b4be),
                accent: rgb(0x8cbdec),
                good: rgb(0x6fcf97),
                danger: rgb(0xff8f86),
                on_accent: rgb(0x0c1a28),
                drill: rgb(0xcda4f4),
                on_drill: rgb(0x1d0c30),
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The value of `name` in the style sheet of the page, in both palettes.
    fn of_the_page(name: &str) -> [Color; 2] {
        let sheet = include_str!("../../../../../ui/src/tokens.css");
        let start = format!("--{name}: light-dark(");
        let line = sheet.lines().find_map(|line| line.trim().strip_prefix(&start)).unwrap();
        let both: Vec<&str> = line.trim_end_matches(");").split(", ").collect();
        [0, 1].map(|at| rgb(u32::from_str_radix(both[at].trim_start_matches('#'), 16).unwrap()))
    }

    #[test]
    fn the_window_has_the_colours_of_the_page() {
        for (at, palette) in [Palette::Light, Palette::Dark].into_iter().enumerate() {
            let own = Colours::of(palette);
            for (name, colour) in [
                ("ground", own.ground),
                ("surface", own.surface),
                ("line", own.line),
                ("ink", own.ink),
                ("ink-quiet", own.ink_quiet),
                ("accent", own.accent),
                ("good", own.good),
                ("danger", own.danger),
                ("on-accent", own.on_accent),
                ("drill", own.drill),
                ("on-drill", own.on_drill),
            ] {
                assert_eq!(colour, of_the_page(name)[at], "{name}");
            }
        }
    }
}
