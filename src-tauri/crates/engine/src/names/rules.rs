//! What names a file system takes (names-1 N1, N2).

use super::NamePolicy;

/// The longest name of Linux, and of every archive.
pub(super) const LONGEST: usize = 255;

/// What names can hold besides ASCII; each kind takes less than the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameText {
    /// Any bytes.
    Bytes,
    /// Text of any kind.
    Utf8,
    /// Text without characters beyond U+FFFF.
    Basic,
    /// Nothing.
    Ascii,
}

/// What names a file system takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameRules {
    /// Characters of ASCII that are refused, one bit each.
    pub(crate) refused: u128,
    /// What names can hold besides ASCII.
    pub(crate) text: NameText,
    /// Names can end with a dot.
    pub(crate) ends_with_dot: bool,
    /// Names can end with a space.
    pub(crate) ends_with_space: bool,
    /// Names of devices are taken as any other.
    pub(crate) takes_devices: bool,
    /// The longest name in bytes.
    pub(crate) longest: usize,
    /// Capitals and small letters make two names.
    pub(crate) tells_case: bool,
    /// Forms C and D of Unicode make two names.
    pub(crate) tells_forms: bool,
}

impl NameRules {
    /// Of a plain Linux file system: everything that an archive can hold.
    pub const PLAIN: Self = Self {
        refused: 0,
        text: NameText::Bytes,
        ends_with_dot: true,
        ends_with_space: true,
        takes_devices: true,
        longest: LONGEST,
        tells_case: true,
        tells_forms: true,
    };

    /// What every common system takes (names-1 N2).
    pub const PORTABLE: Self = Self {
        refused: portable_refused(),
        text: NameText::Utf8,
        ends_with_dot: false,
        ends_with_space: false,
        takes_devices: false,
        longest: LONGEST,
        tells_case: false,
        tells_forms: false,
    };

    /// The rules that names follow on a target with these ones.
    pub(crate) fn under(&self, policy: NamePolicy) -> Self {
        let (own, also) = (self, Self::PORTABLE);
        match policy {
            NamePolicy::Auto | NamePolicy::Keep => own.clone(),
            NamePolicy::Portable => Self {
                refused: own.refused | also.refused,
                text: own.text.max(also.text),
                longest: own.longest.min(also.longest),
                ..also
            },
        }
    }

    /// Whether there is no rule but the longest name (names-1 N4).
    pub(super) fn is_plain(&self) -> bool {
        *self == Self { longest: self.longest, ..Self::PLAIN }
    }

    /// Whether two names can be one to the file system.
    pub(super) fn confuses(&self) -> bool {
        !self.tells_case || !self.tells_forms
    }

    /// Whether a character can stand inside of a name.
    pub(super) fn takes(&self, character: char) -> bool {
        match u32::from(character) {
            code @ 0..=0x7f => self.refused >> code & 1 == 0,
            0x80..=0xffff => self.text < NameText::Ascii,
            _ => self.text < NameText::Basic,
        }
    }
}

const fn portable_refused() -> u128 {
    let mut refused = (1 << 0x20) - 2;
    refused |= 1 << 0x7f;
    let characters = b"\"*:<>?\\|";
    let mut at = 0;
    while at < characters.len() {
        refused |= 1 << characters[at];
        at += 1;
    }
    refused
}
