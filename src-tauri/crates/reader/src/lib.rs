//! Hardware tokens in readers, through the system's own PC/SC service (pcscd).
//!
//! [`readers`] says what is there, [`Watch`] what changes, [`tokens`] which tokens that is.
//! [`HardwareToken`] is [`token::Token`] for the one with a given serial number, in whatever reader
//! it is now. Each of its operations is one transaction: connect, hold the card, make sure that it
//! is the right one, do it, let go. Nothing is kept in between, so a token that was pulled out, a
//! service that was started anew and a card that another program reset need no care of their own
//! (decision 0404). [`ReaderTokens`] gives them to ceremonies.
//!
//! No other program is ended or locked out for longer than an operation. Cards that do not say
//! that they are YubiKeys are never spoken to: the question for a version does harm to some.

mod ceremony;
mod hardware;
mod held;
mod list;
mod loss;
mod watch;

pub use ceremony::ReaderTokens;
pub use hardware::{HardwareToken, Seen, tokens};
pub use list::{Holds, Reader, readers};
pub use watch::{Change, Watch};
