//! The native window in which secrets are typed and shown.
//!
//! PINs, passphrases, share words and dice rolls are typed in a program of their own,
//! `strongroom-entry`, and a share is shown there once. It runs for one question, in hardened
//! memory, without a network, and hands the secret over a pipe. This library is the asker's side:
//! a [`Request`] says who is asked for what and why, [`EntryWindow::ask`] starts the program and
//! returns the [`Answer`]. The protocol is `docs/spec/entry-1.md`; why it is a program of our own
//! stands in `docs/decisions/0900-entry-window.md`.

mod answer;
mod error;
mod form;
mod frame;
mod line;
mod request;
mod window;

pub use answer::{Answer, Outcome};
pub use error::{EntryError, FrameError};
pub use form::{Form, Places, Range, Tries};
pub use frame::{read_answer, read_request, write_answer, write_request};
pub use line::Line;
pub use request::{Appearance, Palette, Request, Size, Subject};
pub use window::EntryWindow;

/// The most bytes a secret may have on its way (entry-1 E2).
pub const SECRET_MAX: usize = 1024;
