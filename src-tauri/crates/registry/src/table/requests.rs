//! Table `requests`: who asks for which restore.

use rusqlite::Row;
use terms::{ArchiveId, Digest, RequestId, Timestamp};

use crate::code::codes;
use crate::value::At;
use crate::{Act, Reader, RegistryError};

codes! {
    /// What became of a request.
    RequestState, "the state of a request":
    /// Waits for approvals.
    Open = "open",
    /// The quorum agreed; may be carried out until it expires.
    Approved = "approved",
    /// Somebody refused.
    Refused = "refused",
    /// Whoever asked took it back.
    Withdrawn = "withdrawn",
    /// Its time ran out.
    Expired = "expired",
    /// The restore was done.
    CarriedOut = "carried-out",
}

/// A request to restore by one plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Its id.
    pub id: RequestId,
    /// The archive, which need not be known to this vault.
    pub archive: ArchiveId,
    /// The hash of the plan; approvals carry the same.
    pub plan_hash: Digest,
    /// The plan, in the canonical bytes of the engine.
    pub plan: Vec<u8>,
    /// Who asks.
    pub requester: String,
    /// Why.
    pub reason: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it can no longer be approved or carried out.
    pub expires_at: Timestamp,
    /// What became of it.
    pub state: RequestState,
    /// Since when.
    pub state_since: Timestamp,
}

const COLUMNS: &str = "SELECT id, archive, plan_hash, plan, requester, reason, created_at, \
                       expires_at, state, state_since FROM requests";

impl Reader<'_> {
    /// All requests, oldest first.
    ///
    /// # Errors
    ///
    /// When SQLite cannot read.
    pub fn requests(&self) -> Result<Vec<Request>, RegistryError> {
        self.rows(&format!("{COLUMNS} ORDER BY created_at, id"), [], read)
    }

    /// The request of that id.
    ///
    /// # Errors
    ///
    /// When SQLite cannot read.
    pub fn request(&self, id: RequestId) -> Result<Option<Request>, RegistryError> {
        self.row(&format!("{COLUMNS} WHERE id = ?1"), [id.as_bytes()], read)
    }
}

impl Act<'_> {
    /// Adds an open request; `state` and `state_since` are the act's.
    ///
    /// # Errors
    ///
    /// When the id is known, the requester is not, or it expires before it is made.
    pub fn add_request(&self, request: &Request) -> Result<(), RegistryError> {
        let sql = "INSERT INTO requests (id, archive, plan_hash, plan, requester, reason, \
                   created_at, expires_at, state, state_since) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'open', ?7)";
        let row = (
            request.id.as_bytes(),
            request.archive.as_bytes(),
            request.plan_hash.as_bytes(),
            &request.plan,
            &request.requester,
            &request.reason,
            At(request.created_at),
            At(request.expires_at),
        );
        self.execute(sql, row).map(|_| ())
    }

    /// Says what became of a request.
    ///
    /// # Errors
    ///
    /// When it was decided before, or when there is none.
    pub fn set_request_state(
        &self,
        id: RequestId,
        state: RequestState,
    ) -> Result<(), RegistryError> {
        let sql = "UPDATE requests SET state = ?2, state_since = ?3 WHERE id = ?1";
        self.execute_one("request", sql, (id.as_bytes(), state, At(self.at())))
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Request> {
    Ok(Request {
        id: RequestId::from_bytes(row.get(0)?),
        archive: ArchiveId::from_bytes(row.get(1)?),
        plan_hash: Digest::from_bytes(row.get(2)?),
        plan: row.get(3)?,
        requester: row.get(4)?,
        reason: row.get(5)?,
        created_at: row.get::<_, At>(6)?.0,
        expires_at: row.get::<_, At>(7)?.0,
        state: row.get(8)?,
        state_since: row.get::<_, At>(9)?.0,
    })
}
