//! Archives, capsules, requests, approvals, ceremonies, documents and settings.

use super::Table;

pub(super) const TABLES: &[Table] = &[
    Table {
        name: "archives",
        since: 1,
        about: "What was sealed with a recipient of this vault.",
        key: "id",
        columns: &[
            ("id", "The archive's id, 16 bytes."),
            ("label", "What people call it."),
            ("index_root", "The root of its keyless index, 32 bytes."),
            ("created_at", "When it was sealed."),
            ("sealed_by", "The station that signed it, if one did."),
            ("volumes", "The number of its volumes."),
            ("bytes_in", "Bytes of content."),
            ("bytes_out", "Bytes on the media."),
            ("location", "Where the media are, in people's words; the only column that changes."),
        ],
        sql: &[
            r"
CREATE TABLE archives (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    label TEXT NOT NULL,
    index_root BLOB NOT NULL CHECK (length(index_root) = 32),
    created_at INTEGER NOT NULL CHECK (created_at >= 0),
    sealed_by TEXT,
    volumes INTEGER NOT NULL CHECK (volumes > 0),
    bytes_in INTEGER NOT NULL CHECK (bytes_in >= 0),
    bytes_out INTEGER NOT NULL CHECK (bytes_out >= 0),
    location TEXT NOT NULL
) STRICT",
            r"
CREATE TRIGGER archives_stay BEFORE UPDATE OF id, label, index_root, created_at, sealed_by,
    volumes, bytes_in, bytes_out ON archives
BEGIN SELECT RAISE(ABORT, 'of a sealed archive only the location changes'); END",
        ],
    },
    Table {
        name: "capsules",
        since: 1,
        about: "Archive keys wrapped to master keys. A re-wrap adds a generation and removes \
            nothing, because media still carry the older ones.",
        key: "archive, generation",
        columns: &[
            ("archive", "The archive."),
            ("generation", "Counts the archive's capsules from 1."),
            ("key", "The version of the master key that opens it."),
            ("capsule", "The capsule in canonical bytes."),
            ("created_at", "When it was made."),
        ],
        sql: &[
            r"
CREATE TABLE capsules (
    archive BLOB NOT NULL REFERENCES archives (id),
    generation INTEGER NOT NULL CHECK (generation BETWEEN 1 AND 4294967295),
    key INTEGER NOT NULL REFERENCES master_keys (version),
    capsule BLOB NOT NULL CHECK (length(capsule) > 0),
    created_at INTEGER NOT NULL CHECK (created_at >= 0),
    PRIMARY KEY (archive, generation)
) STRICT",
            r"
CREATE TRIGGER capsules_stay BEFORE UPDATE ON capsules
BEGIN SELECT RAISE(ABORT, 'a capsule is never changed; a new generation is added'); END",
        ],
    },
    Table {
        name: "requests",
        since: 1,
        about: "Requests to restore, each for one plan.",
        key: "id",
        columns: &[
            ("id", "The request's id, 16 bytes."),
            ("archive", "The archive, which need not be one of this vault."),
            ("plan_hash", "The hash of the plan, 32 bytes."),
            ("plan", "The plan in canonical bytes."),
            ("requester", "Who asks."),
            ("reason", "Why."),
            ("created_at", "When it was made."),
            ("expires_at", "When it can no longer be approved or carried out."),
            ("state", "What became of it."),
            ("state_since", "Since when."),
        ],
        sql: &[
            r"
CREATE TABLE requests (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    archive BLOB NOT NULL CHECK (length(archive) = 16),
    plan_hash BLOB NOT NULL CHECK (length(plan_hash) = 32),
    plan BLOB NOT NULL CHECK (length(plan) > 0),
    requester TEXT NOT NULL REFERENCES people (name),
    reason TEXT NOT NULL CHECK (length(reason) BETWEEN 1 AND 1000),
    created_at INTEGER NOT NULL CHECK (created_at >= 0),
    expires_at INTEGER NOT NULL CHECK (expires_at > created_at),
    state TEXT NOT NULL
        CHECK (state IN ('open', 'approved', 'refused', 'withdrawn', 'expired', 'carried-out')),
    state_since INTEGER NOT NULL CHECK (state_since >= 0)
) STRICT",
            r"
CREATE TRIGGER requests_stay BEFORE UPDATE OF id, archive, plan_hash, plan, requester, reason,
    created_at, expires_at ON requests
BEGIN SELECT RAISE(ABORT, 'a request keeps what was asked for'); END",
            r"
CREATE TRIGGER requests_transitions BEFORE UPDATE OF state ON requests
WHEN NOT ((OLD.state = 'open' AND NEW.state IN ('approved', 'refused', 'withdrawn', 'expired'))
    OR (OLD.state = 'approved' AND NEW.state IN ('withdrawn', 'expired', 'carried-out')))
BEGIN SELECT RAISE(ABORT, 'a request that is decided is not decided again'); END",
        ],
    },
    Table {
        name: "approvals",
        since: 1,
        about: "What people said to requests. Nobody approves his own, nobody speaks twice.",
        key: "request, person",
        columns: &[
            ("request", "The request."),
            ("person", "Who."),
            ("decision", "`approve` or `refuse`."),
            (
                "plan_hash",
                "The hash of the plan that the person was shown; must be the \
                request's.",
            ),
            ("token", "The token that signed, if one did."),
            ("signature", "Its signature."),
            ("at", "When."),
        ],
        sql: &[
            r"
CREATE TABLE approvals (
    request BLOB NOT NULL REFERENCES requests (id),
    person TEXT NOT NULL REFERENCES people (name),
    decision TEXT NOT NULL CHECK (decision IN ('approve', 'refuse')),
    plan_hash BLOB NOT NULL CHECK (length(plan_hash) = 32),
    token TEXT REFERENCES tokens (serial),
    signature BLOB,
    at INTEGER NOT NULL CHECK (at >= 0),
    PRIMARY KEY (request, person)
) STRICT",
            r"
CREATE TRIGGER approvals_begin BEFORE INSERT ON approvals
WHEN NOT EXISTS (SELECT 1 FROM requests WHERE id = NEW.request AND state = 'open'
    AND requester <> NEW.person AND plan_hash = NEW.plan_hash AND NEW.at < expires_at)
BEGIN SELECT RAISE(ABORT,
    'only an open request is approved, for its own plan, and not by who asked for it'); END",
            r"
CREATE TRIGGER approvals_stay BEFORE UPDATE ON approvals
BEGIN SELECT RAISE(ABORT, 'an approval is never changed'); END",
        ],
    },
    Table {
        name: "ceremonies",
        since: 1,
        about: "Runs of ceremonies.",
        key: "id",
        columns: &[
            ("id", "The ceremony's id, 16 bytes."),
            ("script", "The script's name."),
            ("script_digest", "The digest of the script's text, 32 bytes."),
            ("state", "`running`, `closed` or `aborted`."),
            ("started_at", "When it began."),
            ("ended_at", "When it ended; set exactly when it is no longer running."),
        ],
        sql: &[
            r"
CREATE TABLE ceremonies (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    script TEXT NOT NULL CHECK (length(script) > 0),
    script_digest BLOB NOT NULL CHECK (length(script_digest) = 32),
    state TEXT NOT NULL CHECK (state IN ('running', 'closed', 'aborted')),
    started_at INTEGER NOT NULL CHECK (started_at >= 0),
    ended_at INTEGER CHECK ((ended_at IS NULL) = (state = 'running'))
) STRICT",
            r"
CREATE TRIGGER ceremonies_stay BEFORE UPDATE OF id, script, script_digest, started_at ON ceremonies
BEGIN SELECT RAISE(ABORT, 'a ceremony keeps its script'); END",
            r"
CREATE TRIGGER ceremonies_transitions BEFORE UPDATE OF state ON ceremonies
WHEN OLD.state <> 'running'
BEGIN SELECT RAISE(ABORT, 'a ceremony that ended does not go on'); END",
        ],
    },
    Table {
        name: "journal",
        since: 1,
        about: "What happened in ceremonies, line by line.",
        key: "ceremony, line",
        columns: &[
            ("ceremony", "The ceremony."),
            ("line", "The line's number, from 0 without gaps."),
            ("at", "When it was written."),
            ("record", "The line in canonical bytes. Never a secret."),
        ],
        sql: &[
            r"
CREATE TABLE journal (
    ceremony BLOB NOT NULL REFERENCES ceremonies (id),
    line INTEGER NOT NULL CHECK (line >= 0),
    at INTEGER NOT NULL CHECK (at >= 0),
    record BLOB NOT NULL CHECK (length(record) > 0),
    PRIMARY KEY (ceremony, line)
) STRICT",
            r"
CREATE TRIGGER journal_begin BEFORE INSERT ON journal
WHEN (SELECT state FROM ceremonies WHERE id = NEW.ceremony) IS NOT 'running'
    OR NEW.line <> (SELECT count(*) FROM journal WHERE ceremony = NEW.ceremony)
BEGIN SELECT RAISE(ABORT, 'a running ceremony gets its next line'); END",
            r"
CREATE TRIGGER journal_stays BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'a journal line is never changed'); END",
        ],
    },
    Table {
        name: "documents",
        since: 1,
        about: "What was printed or exported into the folder `documents`, and lists of archives.",
        key: "digest",
        columns: &[
            ("digest", "SHA-256 of the file."),
            ("kind", "What it is, for example `minutes`."),
            ("file", "The file's name, without a folder."),
            ("ceremony", "The ceremony it belongs to, if any."),
            ("created_at", "When it was made."),
        ],
        sql: &[
            r"
CREATE TABLE documents (
    digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
    kind TEXT NOT NULL CHECK (length(kind) > 0),
    file TEXT NOT NULL UNIQUE CHECK (length(file) BETWEEN 1 AND 255 AND file NOT LIKE '%/%'),
    ceremony BLOB REFERENCES ceremonies (id),
    created_at INTEGER NOT NULL CHECK (created_at >= 0)
) STRICT",
            r"
CREATE TRIGGER documents_stay BEFORE UPDATE ON documents
BEGIN SELECT RAISE(ABORT, 'a document is never changed'); END",
        ],
    },
    Table {
        name: "settings",
        since: 1,
        about: "Settings by name.",
        key: "name",
        columns: &[("name", "The setting's name."), ("value", "Its value as text.")],
        sql: &[r"
CREATE TABLE settings (
    name TEXT PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 100),
    value TEXT NOT NULL
) STRICT"],
    },
];
