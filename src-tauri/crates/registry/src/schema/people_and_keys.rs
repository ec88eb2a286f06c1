//! The vault itself, people, tokens, keys, splits and shares.

use super::Table;

pub(super) const TABLES: &[Table] = &[
    Table {
        name: "vault",
        since: 1,
        about: "Which vault this is: one row.",
        key: "only_row",
        columns: &[
            ("only_row", "Always 1, so that there is one row."),
            ("id", "The vault's id, 16 bytes."),
            ("environment", "The one environment whose keys the vault holds."),
            ("name", "What people call the vault."),
            (
                "log_key",
                "The public key of the audit log, a C2SP verifier key. Pinned here so \
                that a log with another key is noticed.",
            ),
            (
                "created_at",
                "When the vault was made. All times are whole seconds since 1970 \
                UTC.",
            ),
        ],
        sql: &[
            r"
CREATE TABLE vault (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    id BLOB NOT NULL CHECK (length(id) = 16),
    environment TEXT NOT NULL
        CHECK (environment IN ('production', 'staging', 'development', 'drill')),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    log_key TEXT NOT NULL CHECK (length(log_key) > 0),
    created_at INTEGER NOT NULL CHECK (created_at >= 0)
) STRICT",
            r"
CREATE TRIGGER vault_stays BEFORE UPDATE ON vault
BEGIN SELECT RAISE(ABORT, 'a vault keeps its id, environment, name and log key'); END",
        ],
    },
    Table {
        name: "acts",
        since: 1,
        about: "Every change of the registry, with its reason.",
        key: "number",
        columns: &[
            ("number", "From 1 without gaps; the audit event of the change carries it."),
            ("at", "When the act was opened."),
            ("reason", "Why, in one sentence."),
        ],
        sql: &[r"
CREATE TABLE acts (
    number INTEGER PRIMARY KEY CHECK (number > 0),
    at INTEGER NOT NULL CHECK (at >= 0),
    reason TEXT NOT NULL CHECK (length(reason) BETWEEN 1 AND 1000)
) STRICT"],
    },
    Table {
        name: "outbox",
        since: 1,
        about: "Audit events of committed acts that have not reached the log; at most one row, \
            and none while the vault is at rest. The only table that is left out of the state \
            digest.",
        key: "act",
        columns: &[
            ("act", "The act that the event tells of."),
            ("event", "The event's canonical bytes."),
        ],
        sql: &[r"
CREATE TABLE outbox (
    act INTEGER PRIMARY KEY REFERENCES acts (number),
    event BLOB NOT NULL CHECK (length(event) > 0)
) STRICT"],
    },
    Table {
        name: "people",
        since: 1,
        about: "Everybody who holds, asks, approves or witnesses.",
        key: "name",
        columns: &[
            ("name", "The name as on sheets and in share records."),
            ("added_at", "When the person was added."),
            ("left_at", "When the person left, if so."),
        ],
        sql: &[r"
CREATE TABLE people (
    name TEXT PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 200),
    added_at INTEGER NOT NULL CHECK (added_at >= 0),
    left_at INTEGER CHECK (left_at IS NULL OR left_at >= 0)
) STRICT"],
    },
    Table {
        name: "roles",
        since: 1,
        about: "What people may be asked to do. Evidence and order, not a barrier.",
        key: "person, role",
        columns: &[
            ("person", "Who."),
            ("role", "One of the seven roles of the glossary."),
            ("since", "When it was given."),
        ],
        sql: &[r"
CREATE TABLE roles (
    person TEXT NOT NULL REFERENCES people (name),
    role TEXT NOT NULL CHECK (role IN ('administrator', 'custodian', 'witness', 'operator',
        'engineer', 'trainer', 'auditor')),
    since INTEGER NOT NULL CHECK (since >= 0),
    PRIMARY KEY (person, role)
) STRICT"],
    },
    Table {
        name: "tokens",
        since: 1,
        about: "Enrolled hardware tokens, and in drill vaults virtual ones.",
        key: "serial",
        columns: &[
            ("serial", "The serial number as printed on the token."),
            ("kind", "`hardware` or `virtual`."),
            ("model", "The model's name."),
            ("firmware", "The firmware's version."),
            ("person", "Whose it is."),
            ("agreement_key", "The public key that envelopes are sealed to."),
            ("signing_key", "The public key that approvals are signed with."),
            ("attestation", "The attestation chain, if the token gave one."),
            ("enrolled_at", "When it was enrolled."),
            ("retired_at", "When it was retired, if so."),
        ],
        sql: &[
            r"
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
) STRICT",
            r"
CREATE TRIGGER virtual_tokens_only_in_drills BEFORE INSERT ON tokens
WHEN NEW.kind = 'virtual' AND (SELECT environment FROM vault) IS NOT 'drill'
BEGIN SELECT RAISE(ABORT, 'a virtual token is admitted in a drill vault only'); END",
        ],
    },
    Table {
        name: "master_keys",
        since: 1,
        about: "The public half of each master key. The seed exists nowhere in a vault.",
        key: "version",
        columns: &[
            ("version", "Counts the environment's keys from 1; `production/3` has 3 here."),
            ("state", "A state of NIST SP 800-57."),
            ("recipient", "The recipient's text, `age1pq1…`."),
            ("fingerprint", "The recipient's fingerprint, 20 bytes."),
            ("created_at", "When the key was made."),
            ("state_since", "Since when it is in its state."),
        ],
        sql: &[
            r"
CREATE TABLE master_keys (
    version INTEGER PRIMARY KEY CHECK (version BETWEEN 1 AND 4294967295),
    state TEXT NOT NULL CHECK (state IN ('pre-activation', 'active', 'suspended', 'deactivated',
        'compromised', 'destroyed')),
    recipient TEXT NOT NULL UNIQUE CHECK (length(recipient) > 0),
    fingerprint BLOB NOT NULL UNIQUE CHECK (length(fingerprint) = 20),
    created_at INTEGER NOT NULL CHECK (created_at >= 0),
    state_since INTEGER NOT NULL CHECK (state_since >= 0)
) STRICT",
            r"
CREATE TRIGGER master_keys_begin BEFORE INSERT ON master_keys
WHEN NEW.state <> 'pre-activation'
BEGIN SELECT RAISE(ABORT, 'a master key begins in pre-activation'); END",
            r"
CREATE TRIGGER master_keys_stay BEFORE UPDATE OF version, recipient, fingerprint, created_at
ON master_keys
BEGIN SELECT RAISE(ABORT, 'a master key keeps its version and recipient'); END",
            r"
CREATE TRIGGER master_keys_transitions BEFORE UPDATE OF state ON master_keys
WHEN NOT (
    (OLD.state = 'pre-activation' AND NEW.state IN ('active', 'compromised', 'destroyed'))
    OR (OLD.state = 'active'
        AND NEW.state IN ('suspended', 'deactivated', 'compromised', 'destroyed'))
    OR (OLD.state = 'suspended'
        AND NEW.state IN ('active', 'deactivated', 'compromised', 'destroyed'))
    OR (OLD.state = 'deactivated' AND NEW.state IN ('compromised', 'destroyed'))
    OR (OLD.state = 'compromised' AND NEW.state = 'destroyed'))
BEGIN SELECT RAISE(ABORT, 'NIST SP 800-57 knows no such change of a key''s state'); END",
            r"
CREATE TRIGGER master_keys_need_a_split BEFORE UPDATE OF state ON master_keys
WHEN OLD.state = 'pre-activation' AND NEW.state = 'active'
    AND NOT EXISTS (SELECT 1 FROM splits WHERE key = NEW.version AND state = 'effective')
BEGIN SELECT RAISE(ABORT, 'a master key becomes active after its split is effective'); END",
        ],
    },
    Table {
        name: "splits",
        since: 1,
        about: "Acts of splitting a master key. One split of a key is effective at most.",
        key: "id",
        columns: &[
            ("id", "The split's id, 16 bytes."),
            ("key", "The master key's version."),
            (
                "state",
                "`pending` until every share is proved, then `effective`, then `retired`; \
                or `void`.",
            ),
            (
                "description",
                "The split description in canonical bytes: policy and share \
                records.",
            ),
            ("created_at", "When the split was made."),
            ("state_since", "Since when it is in its state."),
        ],
        sql: &[
            r"
CREATE TABLE splits (
    id BLOB PRIMARY KEY CHECK (length(id) = 16),
    key INTEGER NOT NULL REFERENCES master_keys (version),
    state TEXT NOT NULL CHECK (state IN ('pending', 'effective', 'retired', 'void')),
    description BLOB NOT NULL CHECK (length(description) > 0),
    created_at INTEGER NOT NULL CHECK (created_at >= 0),
    state_since INTEGER NOT NULL CHECK (state_since >= 0)
) STRICT",
            r"
CREATE UNIQUE INDEX one_effective_split ON splits (key) WHERE state = 'effective'",
            r"
CREATE TRIGGER splits_begin BEFORE INSERT ON splits
WHEN NEW.state <> 'pending'
BEGIN SELECT RAISE(ABORT, 'a split begins pending'); END",
            r"
CREATE TRIGGER splits_stay BEFORE UPDATE OF id, key, description, created_at ON splits
BEGIN SELECT RAISE(ABORT, 'a split keeps what it was made as'); END",
            r"
CREATE TRIGGER splits_transitions BEFORE UPDATE OF state ON splits
WHEN NOT ((OLD.state = 'pending' AND NEW.state IN ('effective', 'void'))
    OR (OLD.state = 'effective' AND NEW.state = 'retired'))
BEGIN SELECT RAISE(ABORT, 'a split goes from pending to effective or void, then to retired'); END",
            r"
CREATE TRIGGER splits_need_every_proof BEFORE UPDATE OF state ON splits
WHEN NEW.state = 'effective' AND (
    NOT EXISTS (SELECT 1 FROM shares WHERE split = NEW.id)
    OR EXISTS (SELECT 1 FROM shares WHERE split = NEW.id AND proved_at IS NULL))
BEGIN SELECT RAISE(ABORT, 'a split becomes effective after every share was proved'); END",
        ],
    },
    Table {
        name: "shares",
        since: 1,
        about: "Who holds which share. Public records only, never a share.",
        key: "split, group_number, member",
        columns: &[
            ("split", "The split."),
            ("group_number", "The group within the split, from 0."),
            ("member", "The member within the group, from 0."),
            ("holder", "Who holds it."),
            (
                "record",
                "The share record in canonical bytes: salted commitment, thresholds, \
                environment.",
            ),
            ("proved_at", "When the holder last proved that the share can be read."),
        ],
        sql: &[
            r"
CREATE TABLE shares (
    split BLOB NOT NULL REFERENCES splits (id),
    group_number INTEGER NOT NULL CHECK (group_number BETWEEN 0 AND 15),
    member INTEGER NOT NULL CHECK (member BETWEEN 0 AND 15),
    holder TEXT NOT NULL REFERENCES people (name),
    record BLOB NOT NULL CHECK (length(record) > 0),
    proved_at INTEGER CHECK (proved_at IS NULL OR proved_at >= 0),
    PRIMARY KEY (split, group_number, member)
) STRICT",
            r"
CREATE TRIGGER shares_begin BEFORE INSERT ON shares
WHEN (SELECT state FROM splits WHERE id = NEW.split) IS NOT 'pending'
BEGIN SELECT RAISE(ABORT, 'shares belong to a pending split'); END",
            r"
CREATE TRIGGER shares_stay BEFORE UPDATE OF split, group_number, member, holder, record ON shares
BEGIN SELECT RAISE(ABORT, 'a share keeps its place, holder and record'); END",
        ],
    },
    Table {
        name: "envelopes",
        since: 1,
        about: "Shares sealed to tokens. One share may be sealed to two tokens of its holder.",
        key: "split, group_number, member, token",
        columns: &[
            ("split", "The split."),
            ("group_number", "The group within the split, from 0."),
            ("member", "The member within the group, from 0."),
            ("token", "The token that opens the envelope."),
            ("envelope", "The envelope in canonical bytes."),
            ("sealed_at", "When it was sealed."),
        ],
        sql: &[r"
CREATE TABLE envelopes (
    split BLOB NOT NULL,
    group_number INTEGER NOT NULL,
    member INTEGER NOT NULL,
    token TEXT NOT NULL REFERENCES tokens (serial),
    envelope BLOB NOT NULL CHECK (length(envelope) > 0),
    sealed_at INTEGER NOT NULL CHECK (sealed_at >= 0),
    PRIMARY KEY (split, group_number, member, token),
    FOREIGN KEY (split, group_number, member) REFERENCES shares (split, group_number, member)
) STRICT"],
    },
];
