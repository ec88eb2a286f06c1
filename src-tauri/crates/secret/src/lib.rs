//! Values that must not be printed, copied or kept.
//!
//! Keys, seeds, PINs, passphrases and share words live in [`Secret`] and [`SecretBytes`] and
//! nowhere else. Both keep their bytes in pages of their own that are locked against swapping and
//! left out of core dumps where the system allows it ([`protection`] says what it allowed), and
//! wipe them when dropped. Neither can be cloned, serialised or displayed; `Debug` shows the
//! type's name only; equality takes constant time. The one way to the bytes is a method whose name
//! begins with `expose`, so that a search for that word finds every place to review.
//!
//! What this cannot do: libraries that compute with a key copy it to the stack and to registers,
//! and a terminal or keyboard driver has seen what was typed.

mod bytes;
mod hardening;
mod pages;
mod text;

pub use bytes::{Secret, SecretBytes};
pub use hardening::{Hardening, harden_process};
pub use pages::{Protection, protection};
pub use text::SecretText;
