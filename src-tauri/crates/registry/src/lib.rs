//! What a vault knows that is no secret, in one SQLite file.
//!
//! Reading goes through [`Reader`]. Every change goes through an [`Act`], which is opened with a
//! reason: the change and the audit event that tells of it are committed in one transaction, the
//! event waits in the outbox, and the vault hands it to the audit log and then clears it. So the
//! registry and the log cannot disagree for longer than it takes to open the vault.
//!
//! Records of other crates arrive as canonical bytes beside the fields that are searched for. This
//! crate cannot name a secret (it does not know the crate `secret`), so it cannot store one.
//!
//! [`schema`] documents every table and column. Rules that must always hold are CHECK constraints
//! and triggers, so that no other program can break them by accident either.

mod act;
mod code;
mod error;
mod migrations;
mod open;
mod reader;
pub mod schema;
mod state;
mod table;
mod value;

pub use act::Act;
pub use error::RegistryError;
pub use open::{Outgoing, Registry};
pub use reader::Reader;
pub use table::approvals::{Approval, Decision};
pub use table::archives::Archive;
pub use table::capsules::CapsuleRow;
pub use table::ceremonies::{Ceremony, CeremonyState};
pub use table::checks::Check;
pub use table::documents::Document;
pub use table::envelopes::EnvelopeRow;
pub use table::journal::JournalRow;
pub use table::master_keys::MasterKeyRow;
pub use table::media::{Medium, MediumKind};
pub use table::people::{Person, Role};
pub use table::proofs::{Proof, ShareCopy};
pub use table::requests::{Request, RequestState};
pub use table::retirements::WhyRetired;
pub use table::shares::ShareRow;
pub use table::splits::{Split, SplitState};
pub use table::tokens::{TokenKind, TokenRow};
pub use table::vault::VaultFacts;

#[cfg(test)]
mod tests;
