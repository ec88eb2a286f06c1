//! Tokens that speak PKCS#11, through a module of their maker that the user names.
//!
//! [`Module`] is that library, loaded and asked for its tokens. [`Pkcs11Token`] is
//! [`token::Token`] for the one with a given number; each of its operations finds the token anew,
//! logs in, does one thing and logs out. [`Pkcs11Tokens`] gives them to ceremonies, beside those in
//! readers or in a drawer.
//!
//! Nothing proves where such a token's keys are (envelope-1 E17), so it is enrolled only where a
//! roster names it and says why; decision 0410 says what else it cannot do. A module is foreign
//! code in this process: its path is given, never looked for.

mod ceremony;
mod enrolment;
mod failure;
mod keys;
mod module;
mod tries;
mod use_of_keys;
mod whose;

pub use ceremony::Pkcs11Tokens;
pub use module::{Module, ModuleError, Seen};
pub use use_of_keys::Pkcs11Token;
