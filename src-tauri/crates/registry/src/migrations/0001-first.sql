CREATE TABLE vault (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    id BLOB NOT NULL CHECK (length(id) = 16),
    environment TEXT NOT NULL
        CHECK (environment IN ('production', 'staging', 'development', 'drill')),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    log_key TEXT NOT NULL CHECK (length(log_key) > 0),
    created_at INTEGER NOT NULL CHECK (created_at >= 0)
) STRICT;
CREATE TRIGGER vault_stays BEFORE UPDATE ON vault
BEGIN SELECT RAISE(ABORT, 'a vault keeps its id, environment, name and log key'); END;

CREATE TABLE acts (
    number INTEGER PRIMARY KEY CHECK (number > 0),
    at INTEGER NOT NULL CHECK (at >= 0),
    reason TEXT NOT NULL CHECK (length(reason) BETWEEN 1 AND 1000)
) STRICT;

CREATE TABLE outbox (
    act INTEGER PRIMARY KEY REFERENCES acts (number),
    event BLOB NOT NULL CHECK (length(event) > 0)
) STRICT;

CREATE TABLE people (
    name TEXT PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 200),
    added_at INTEGER NOT NULL CHECK (added_at >= 0),
    left_at INTEGER CHECK (left_at IS NULL OR left_at >= 0)
) STRICT;

CREATE TABLE roles (
    person TEXT NOT NULL REFERENCES people (name),
    role TEXT NOT NULL CHECK (role IN ('administrator', 'custodian', 'witness', 'operator',
        'engineer', 'trainer', 'auditor')),
    since INTEGER NOT NULL CHECK (since >= 0),
    PRIMARY KEY (person, role)
) STRICT;

CREATE TABLE tokens (
    serial TEXT PRIMARY KEY CHECK (length(serial) BETWEEN 1 AND 64),
    kind TEXT NOT NULL CHECK (kind IN ('hardware', 'virtual')),
    model TEXT NOT NULL,
    firmware TEXT NOT NULL,
    person TEXT NOT NULL REFERENCES people (name),
    agreement_key BLOB NOT NULL,
    signing_key BLOB NOT NULL,
    attestation BLOB,
    enrolled_at INTEGER NOT NULL CHECK (enrolled_at >= 0),
    retired_at INTEGER CHECK (retired_at IS NULL OR retired_at >= 0)
) STRICT;
CREATE TRIGGER virtual_tokens_only_in_drills BEFORE INSERT ON tokens
WHEN NEW.kind = 'virtual' AND (SELECT environment FROM vault) IS NOT 'drill'
BEGIN SELECT RAISE(ABORT, 'a virtual token is admitted in a drill vault only'); END;

CREATE TABLE master_keys (
    version INTEGER PRIMARY KEY CHECK (version BETWEEN 1 AND 4294967295),
    state TEXT NOT NULL CHECK (state IN ('pre-activation', 'active', 'suspended', 'deactivated',
        'compromised', 'destroyed')),
    recipient TEXT NOT NULL UNIQUE CHECK (length(recipient) > 0),
    fingerprint BLOB NOT NULL UNIQUE CHECK (length(fingerprint) = 20),
    created_at INTEGER NOT NULL CHECK (created_at >= 0),
    state_since INTEGER NOT NULL CHECK (state_since >= 0)
) STRICT;
CREATE TRIGGER master_keys_begin BEFORE INSERT ON master_keys
WHEN NEW.state <> 'pre-activation'
BEGIN SELECT RAISE(ABORT, 'a master key begins in pre-activation'); END;
CREATE TRIGGER master_keys_stay BEFORE UPDATE OF version, recipient, fingerprint, created_at
ON master_keys
BEGIN SELECT RAISE(ABORT, 'a master key keeps its version and recipient'); END;
CREATE TRIGGER master_keys_transitions BEFORE UPDATE OF state ON master_keys
WHEN NOT (
    (OLD.state = 'pre-activation' AND NEW.state IN ('active', 'compromised', 'destroyed'))
    OR (OLD.state = 'active'
        AND NEW.state IN ('suspended', 'deactivated', 'compromised', 'destroyed'))
    OR (OLD.state = 'suspended'
        AND NEW.state IN ('active', 'deactivated', 'compromised', 'destroyed'))
    OR (OLD.state = 'deactivated' AND NEW.state IN ('compromised', 'destroyed'))
    OR (OLD.state = 'compromised' AND NEW.state = 'destroyed'))
BEGIN SELECT RAISE(ABORT, 'NIST SP 800-57 knows no such change of a key''s state'); END;
CREATE TRIGGER master_keys_need_a_split BEFORE UPDATE OF state ON master_keys
WHEN OLD.state = 'pre-activation' AND NEW.state = 'active'
    AND NOT EXISTS (SELECT 1 FROM splits WHERE key = NEW.version AND state = 'effective')
BEGIN SELECT RAISE(ABORT, 'a master key becomes active after its split is effective'); END;

CREATE TABLE splits (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    key INTEGER NOT NULL REFERENCES master_keys (version),
    state TEXT NOT NULL CHECK (state IN ('pending', 'effective', 'retired', 'void')),
    description BLOB NOT NULL CHECK (length(description) > 0),
    created_at INTEGER NOT NULL CHECK (created_at >= 0),
    state_since INTEGER NOT NULL CHECK (state_since >= 0)
) STRICT;
CREATE UNIQUE INDEX one_effective_split ON splits (key) WHERE state = 'effective';
CREATE TRIGGER splits_begin BEFORE INSERT ON splits
WHEN NEW.state <> 'pending'
BEGIN SELECT RAISE(ABORT, 'a split begins pending'); END;
CREATE TRIGGER splits_stay BEFORE UPDATE OF id, key, description, created_at ON splits
BEGIN SELECT RAISE(ABORT, 'a split keeps what it was made as'); END;
CREATE TRIGGER splits_transitions BEFORE UPDATE OF state ON splits
WHEN NOT ((OLD.state = 'pending' AND NEW.state IN ('effective', 'void'))
    OR (OLD.state = 'effective' AND NEW.state = 'retired'))
BEGIN SELECT RAISE(ABORT, 'a split goes from pending to effective or void, then to retired'); END;
CREATE TRIGGER splits_need_every_proof BEFORE UPDATE OF state ON splits
WHEN NEW.state = 'effective' AND (
    NOT EXISTS (SELECT 1 FROM shares WHERE split = NEW.id)
    OR EXISTS (SELECT 1 FROM shares WHERE split = NEW.id AND proved_at IS NULL))
BEGIN SELECT RAISE(ABORT, 'a split becomes effective after every share was proved'); END;

CREATE TABLE shares (
    split BLOB NOT NULL REFERENCES splits (id),
    group_number INTEGER NOT NULL CHECK (group_number BETWEEN 0 AND 15),
    member INTEGER NOT NULL CHECK (member BETWEEN 0 AND 15),
    holder TEXT NOT NULL REFERENCES people (name),
    record BLOB NOT NULL CHECK (length(record) > 0),
    proved_at INTEGER CHECK (proved_at IS NULL OR proved_at >= 0),
    PRIMARY KEY (split, group_number, member)
) STRICT;
CREATE TRIGGER shares_begin BEFORE INSERT ON shares
WHEN (SELECT state FROM splits WHERE id = NEW.split) IS NOT 'pending'
BEGIN SELECT RAISE(ABORT, 'shares belong to a pending split'); END;
CREATE TRIGGER shares_stay BEFORE UPDATE OF split, group_number, member, holder, record ON shares
BEGIN SELECT RAISE(ABORT, 'a share keeps its place, holder and record'); END;

CREATE TABLE envelopes (
    split BLOB NOT NULL,
    group_number INTEGER NOT NULL,
    member INTEGER NOT NULL,
    token TEXT NOT NULL REFERENCES tokens (serial),
    envelope BLOB NOT NULL CHECK (length(envelope) > 0),
    sealed_at INTEGER NOT NULL CHECK (sealed_at >= 0),
    PRIMARY KEY (split, group_number, member, token),
    FOREIGN KEY (split, group_number, member) REFERENCES shares (split, group_number, member)
) STRICT;

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
) STRICT;
CREATE TRIGGER archives_stay BEFORE UPDATE OF id, label, index_root, created_at, sealed_by,
    volumes, bytes_in, bytes_out ON archives
BEGIN SELECT RAISE(ABORT, 'of a sealed archive only the location changes'); END;

CREATE TABLE capsules (
    archive BLOB NOT NULL REFERENCES archives (id),
    generation INTEGER NOT NULL CHECK (generation BETWEEN 1 AND 4294967295),
    key INTEGER NOT NULL REFERENCES master_keys (version),
    capsule BLOB NOT NULL CHECK (length(capsule) > 0),
    created_at INTEGER NOT NULL CHECK (created_at >= 0),
    PRIMARY KEY (archive, generation)
) STRICT;
CREATE TRIGGER capsules_stay BEFORE UPDATE ON capsules
BEGIN SELECT RAISE(ABORT, 'a capsule is never changed; a new generation is added'); END;

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
) STRICT;
CREATE TRIGGER requests_stay BEFORE UPDATE OF id, archive, plan_hash, plan, requester, reason,
    created_at, expires_at ON requests
BEGIN SELECT RAISE(ABORT, 'a request keeps what was asked for'); END;
CREATE TRIGGER requests_transitions BEFORE UPDATE OF state ON requests
WHEN NOT ((OLD.state = 'open' AND NEW.state IN ('approved', 'refused', 'withdrawn', 'expired'))
    OR (OLD.state = 'approved' AND NEW.state IN ('withdrawn', 'expired', 'carried-out')))
BEGIN SELECT RAISE(ABORT, 'a request that is decided is not decided again'); END;

CREATE TABLE approvals (
    request BLOB NOT NULL REFERENCES requests (id),
    person TEXT NOT NULL REFERENCES people (name),
    decision TEXT NOT NULL CHECK (decision IN ('approve', 'refuse')),
    plan_hash BLOB NOT NULL CHECK (length(plan_hash) = 32),
    token TEXT REFERENCES tokens (serial),
    signature BLOB,
    at INTEGER NOT NULL CHECK (at >= 0),
    PRIMARY KEY (request, person)
) STRICT;
CREATE TRIGGER approvals_begin BEFORE INSERT ON approvals
WHEN NOT EXISTS (SELECT 1 FROM requests WHERE id = NEW.request AND state = 'open'
    AND requester <> NEW.person AND plan_hash = NEW.plan_hash AND NEW.at < expires_at)
BEGIN SELECT RAISE(ABORT,
    'only an open request is approved, for its own plan, and not by who asked for it'); END;
CREATE TRIGGER approvals_stay BEFORE UPDATE ON approvals
BEGIN SELECT RAISE(ABORT, 'an approval is never changed'); END;

CREATE TABLE ceremonies (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    script TEXT NOT NULL CHECK (length(script) > 0),
    script_digest BLOB NOT NULL CHECK (length(script_digest) = 32),
    state TEXT NOT NULL CHECK (state IN ('running', 'closed', 'aborted')),
    started_at INTEGER NOT NULL CHECK (started_at >= 0),
    ended_at INTEGER CHECK ((ended_at IS NULL) = (state = 'running'))
) STRICT;
CREATE TRIGGER ceremonies_stay BEFORE UPDATE OF id, script, script_digest, started_at ON ceremonies
BEGIN SELECT RAISE(ABORT, 'a ceremony keeps its script'); END;
CREATE TRIGGER ceremonies_transitions BEFORE UPDATE OF state ON ceremonies
WHEN OLD.state <> 'running'
BEGIN SELECT RAISE(ABORT, 'a ceremony that ended does not go on'); END;

CREATE TABLE journal (
    ceremony BLOB NOT NULL REFERENCES ceremonies (id),
    line INTEGER NOT NULL CHECK (line >= 0),
    at INTEGER NOT NULL CHECK (at >= 0),
    record BLOB NOT NULL CHECK (length(record) > 0),
    PRIMARY KEY (ceremony, line)
) STRICT;
CREATE TRIGGER journal_begin BEFORE INSERT ON journal
WHEN (SELECT state FROM ceremonies WHERE id = NEW.ceremony) IS NOT 'running'
    OR NEW.line <> (SELECT count(*) FROM journal WHERE ceremony = NEW.ceremony)
BEGIN SELECT RAISE(ABORT, 'a running ceremony gets its next line'); END;
CREATE TRIGGER journal_stays BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'a journal line is never changed'); END;

CREATE TABLE documents (
    digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
    kind TEXT NOT NULL CHECK (length(kind) > 0),
    file TEXT NOT NULL UNIQUE CHECK (length(file) BETWEEN 1 AND 255 AND file NOT LIKE '%/%'),
    ceremony BLOB REFERENCES ceremonies (id),
    created_at INTEGER NOT NULL CHECK (created_at >= 0)
) STRICT;
CREATE TRIGGER documents_stay BEFORE UPDATE ON documents
BEGIN SELECT RAISE(ABORT, 'a document is never changed'); END;

CREATE TABLE settings (
    name TEXT PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 100),
    value TEXT NOT NULL
) STRICT;
