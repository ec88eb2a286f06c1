CREATE TABLE media (
    name TEXT PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 100),
    kind TEXT NOT NULL CHECK (kind IN ('dvd', 'bd-r', 'lto', 'usb', 'disk')),
    place TEXT NOT NULL CHECK (length(place) <= 200),
    archive BLOB NOT NULL CHECK (length(archive) = 16),
    label TEXT NOT NULL CHECK (length(label) <= 200),
    root BLOB NOT NULL CHECK (length(root) = 32),
    seen_at INTEGER NOT NULL CHECK (seen_at >= 0),
    retired_at INTEGER CHECK (retired_at IS NULL OR retired_at >= 0)
) STRICT;
CREATE TRIGGER media_stay BEFORE UPDATE OF name, kind, archive, label, root, seen_at ON media
BEGIN SELECT RAISE(ABORT, 'of a medium only the place changes, and whether it is still kept'); END;
CREATE TRIGGER media_end BEFORE UPDATE ON media
WHEN OLD.retired_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a medium that was given up is not taken back'); END;

CREATE TABLE copies (
    medium TEXT NOT NULL REFERENCES media (name),
    volume INTEGER NOT NULL CHECK (volume BETWEEN 1 AND 4294967295),
    bytes INTEGER NOT NULL CHECK (bytes >= 0),
    PRIMARY KEY (medium, volume)
) STRICT;
CREATE TRIGGER copies_stay BEFORE UPDATE ON copies
BEGIN SELECT RAISE(ABORT, 'what lies on a medium is never changed'); END;

CREATE TABLE checks (
    medium TEXT NOT NULL REFERENCES media (name),
    number INTEGER NOT NULL CHECK (number > 0),
    at INTEGER NOT NULL CHECK (at >= 0),
    person TEXT NOT NULL CHECK (length(person) BETWEEN 1 AND 200),
    parts INTEGER NOT NULL CHECK (parts BETWEEN 1 AND 100),
    part INTEGER NOT NULL CHECK (part >= 0 AND part < parts),
    frames INTEGER NOT NULL CHECK (frames >= read),
    read INTEGER NOT NULL CHECK (read >= mendable + lost),
    mendable INTEGER NOT NULL CHECK (mendable >= 0),
    lost INTEGER NOT NULL CHECK (lost >= 0),
    read_errors INTEGER NOT NULL CHECK (read_errors >= 0),
    bytes INTEGER NOT NULL CHECK (bytes >= 0),
    duration_ms INTEGER NOT NULL CHECK (duration_ms >= 0),
    PRIMARY KEY (medium, number)
) STRICT;
CREATE TRIGGER checks_begin BEFORE INSERT ON checks
WHEN NEW.number <> (SELECT count(*) + 1 FROM checks WHERE medium = NEW.medium)
    OR EXISTS (SELECT 1 FROM media WHERE name = NEW.medium AND retired_at IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'a medium that is still kept gets its next check'); END;
CREATE TRIGGER checks_stay BEFORE UPDATE ON checks
BEGIN SELECT RAISE(ABORT, 'a check is never changed'); END;
