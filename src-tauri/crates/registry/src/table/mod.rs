//! One file per table: its row as a type, what can be asked, what can be changed.

pub(crate) mod acts;
pub(crate) mod approvals;
pub(crate) mod archives;
pub(crate) mod capsules;
pub(crate) mod ceremonies;
pub(crate) mod checks;
pub(crate) mod documents;
pub(crate) mod envelopes;
pub(crate) mod journal;
pub(crate) mod master_keys;
pub(crate) mod media;
pub(crate) mod people;
pub(crate) mod proofs;
pub(crate) mod requests;
pub(crate) mod retirements;
pub(crate) mod settings;
pub(crate) mod shares;
pub(crate) mod splits;
pub(crate) mod tokens;
pub(crate) mod vault;
