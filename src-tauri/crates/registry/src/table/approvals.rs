//! Table `approvals`: who agreed to which plan.

use terms::{Digest, RequestId, Timestamp};

use crate::code::codes;
use crate::value::At;
use crate::{Act, Reader, RegistryError};

codes! {
    /// What a person said to a request.
    Decision, "approve or refuse":
    /// Yes.
    Approve = "approve",
    /// No.
    Refuse = "refuse",
}

/// One person's word on one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// The request.
    pub request: RequestId,
    /// Who.
    pub person: String,
    /// What was said.
    pub decision: Decision,
    /// The hash of the plan that the person was shown.
    pub plan_hash: Digest,
    /// The token that signed, if one did.
    pub token: Option<String>,
    /// Its signature, as the token crate encodes it.
    pub signature: Option<Vec<u8>>,
    /// When.
    pub at: Timestamp,
}

impl Reader<'_> {
    /// What people said to a request, in the order in which they did.
    ///
    /// # Errors
    ///
    /// When SQLite cannot read.
    pub fn approvals(&self, request: RequestId) -> Result<Vec<Approval>, RegistryError> {
        let sql = "SELECT request, person, decision, plan_hash, token, signature, at \
                   FROM approvals WHERE request = ?1 ORDER BY at, person";
        self.rows(sql, [request.as_bytes()], |row| {
            Ok(Approval {
                request: RequestId::from_bytes(row.get(0)?),
                person: row.get(1)?,
                decision: row.get(2)?,
                plan_hash: Digest::from_bytes(row.get(3)?),
                token: row.get(4)?,
                signature: row.get(5)?,
                at: row.get::<_, At>(6)?.0,
            })
        })
    }
}

impl Act<'_> {
    /// Adds one person's word on an open request.
    ///
    /// # Errors
    ///
    /// When the person asked for it or has spoken before, when the request is decided or expired,
    /// or when the plan shown is another.
    pub fn add_approval(&self, approval: &Approval) -> Result<(), RegistryError> {
        let sql = "INSERT INTO approvals (request, person, decision, plan_hash, token, \
                   signature, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let row = (
            approval.request.as_bytes(),
            &approval.person,
            approval.decision,
            approval.plan_hash.as_bytes(),
            &approval.token,
            &approval.signature,
            At(approval.at),
        );
        self.execute(sql, row).map(|_| ())
    }
}
