CREATE TABLE proofs (
    split BLOB NOT NULL,
    group_number INTEGER NOT NULL,
    member INTEGER NOT NULL,
    copy TEXT NOT NULL CHECK (length(copy) BETWEEN 1 AND 64),
    proved_at INTEGER NOT NULL CHECK (proved_at >= 0),
    PRIMARY KEY (split, group_number, member, copy),
    FOREIGN KEY (split, group_number, member) REFERENCES shares (split, group_number, member)
) STRICT;
CREATE TABLE retirements (
    token TEXT PRIMARY KEY REFERENCES tokens (serial),
    why TEXT NOT NULL CHECK (why IN ('lost', 'stolen', 'broken', 'replaced', 'surplus'))
) STRICT;
CREATE TRIGGER retirements_fit BEFORE INSERT ON retirements
WHEN (SELECT retired_at FROM tokens WHERE serial = NEW.token) IS NULL
BEGIN SELECT RAISE(ABORT, 'only a retired token has a reason for it'); END;
CREATE TRIGGER retirements_stay BEFORE UPDATE ON retirements
BEGIN SELECT RAISE(ABORT, 'why a token was retired is never changed'); END;
CREATE TRIGGER tokens_stay_retired BEFORE UPDATE OF retired_at ON tokens
WHEN OLD.retired_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a retired token stays retired'); END;
CREATE TRIGGER envelopes_fit BEFORE INSERT ON envelopes
WHEN NOT EXISTS (SELECT 1 FROM tokens JOIN shares ON shares.holder = tokens.person
    WHERE tokens.serial = NEW.token AND tokens.retired_at IS NULL AND shares.split = NEW.split
    AND shares.group_number = NEW.group_number AND shares.member = NEW.member)
BEGIN SELECT RAISE(ABORT, 'a share is sealed to a token in use of its own holder'); END;
