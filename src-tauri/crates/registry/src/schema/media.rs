//! Media and their checks.

use super::Table;

pub(super) const TABLES: &[Table] = &[
    Table {
        name: "media",
        since: 2,
        about: "Media that carry volumes of an archive: one thing that lies in one place. Two \
            copies of a volume are two media.",
        key: "name",
        columns: &[
            ("name", "What is written on it, unique in the vault."),
            ("kind", "`dvd`, `bd-r`, `lto`, `usb` or `disk`."),
            ("place", "Where it is kept, in people's words."),
            ("archive", "The archive, 16 bytes; it need not be one that this vault sealed."),
            ("label", "What people call the archive, as its volumes say it."),
            ("root", "The root of the archive's index when the medium was first seen, 32 bytes."),
            ("seen_at", "When it was first seen."),
            ("retired_at", "When it was given up, if it was."),
        ],
        sql: &[
            r"
CREATE TABLE media (
    name TEXT PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 100),
    kind TEXT NOT NULL CHECK (kind IN ('dvd', 'bd-r', 'lto', 'usb', 'disk')),
    place TEXT NOT NULL CHECK (length(place) <= 200),
    archive BLOB NOT NULL CHECK (length(archive) = 16),
    label TEXT NOT NULL CHECK (length(label) <= 200),
    root BLOB NOT NULL CHECK (length(root) = 32),
    seen_at INTEGER NOT NULL CHECK (seen_at >= 0),
    retired_at INTEGER CHECK (retired_at IS NULL OR retired_at >= 0)
) STRICT",
            r"
CREATE TRIGGER media_stay BEFORE UPDATE OF name, kind, archive, label, root, seen_at ON media
BEGIN SELECT RAISE(ABORT, 'of a medium only the place changes, and whether it is still kept'); END",
            r"
CREATE TRIGGER media_end BEFORE UPDATE ON media
WHEN OLD.retired_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a medium that was given up is not taken back'); END",
        ],
    },
    Table {
        name: "copies",
        since: 2,
        about: "Which volumes a medium carries.",
        key: "medium, volume",
        columns: &[
            ("medium", "The medium."),
            ("volume", "The volume's number, from 1."),
            ("bytes", "Its length in bytes."),
        ],
        sql: &[
            r"
CREATE TABLE copies (
    medium TEXT NOT NULL REFERENCES media (name),
    volume INTEGER NOT NULL CHECK (volume BETWEEN 1 AND 4294967295),
    bytes INTEGER NOT NULL CHECK (bytes >= 0),
    PRIMARY KEY (medium, volume)
) STRICT",
            r"
CREATE TRIGGER copies_stay BEFORE UPDATE ON copies
BEGIN SELECT RAISE(ABORT, 'what lies on a medium is never changed'); END",
        ],
    },
    Table {
        name: "checks",
        since: 2,
        about: "Every time a medium was read to see whether it is still good. A sample reads one \
            of several equal parts: every so-manieth frame.",
        key: "medium, number",
        columns: &[
            ("medium", "The medium."),
            ("number", "Counts the medium's checks from 1."),
            ("at", "When it was done."),
            ("person", "Who did it."),
            ("parts", "Into how many parts the medium was divided; 1 if all of it was read."),
            ("part", "Which of them was read, from 0."),
            ("frames", "How many frames are on the medium."),
            ("read", "How many of them were read."),
            ("mendable", "How many of those were damaged and nothing of them is lost."),
            ("lost", "How many of those were damaged beyond their copies and the parity."),
            ("read_errors", "How often the drive could not read."),
            ("bytes", "Bytes that were read."),
            ("duration_ms", "How long it took."),
        ],
        sql: &[
            r"
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
) STRICT",
            r"
CREATE TRIGGER checks_begin BEFORE INSERT ON checks
WHEN NEW.number <> (SELECT count(*) + 1 FROM checks WHERE medium = NEW.medium)
    OR EXISTS (SELECT 1 FROM media WHERE name = NEW.medium AND retired_at IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'a medium that is still kept gets its next check'); END",
            r"
CREATE TRIGGER checks_stay BEFORE UPDATE ON checks
BEGIN SELECT RAISE(ABORT, 'a check is never changed'); END",
        ],
    },
    Table {
        name: "unjudged",
        since: 3,
        about: "Damaged frames of a check of which nobody can say whether they are lost: volumes \
            that could mend them were not connected.",
        key: "medium, number",
        columns: &[
            ("medium", "The medium."),
            ("number", "Which of its checks."),
            ("frames", "How many frames."),
        ],
        sql: &[
            r"
CREATE TABLE unjudged (
    medium TEXT NOT NULL,
    number INTEGER NOT NULL,
    frames INTEGER NOT NULL CHECK (frames > 0),
    PRIMARY KEY (medium, number),
    FOREIGN KEY (medium, number) REFERENCES checks (medium, number)
) STRICT",
            r"
CREATE TRIGGER unjudged_fit BEFORE INSERT ON unjudged
WHEN NEW.frames > (SELECT read - mendable - lost FROM checks
    WHERE medium = NEW.medium AND number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'no more frames are damaged than were read'); END",
            r"
CREATE TRIGGER unjudged_stay BEFORE UPDATE ON unjudged
BEGIN SELECT RAISE(ABORT, 'a check is never changed'); END",
        ],
    },
];
