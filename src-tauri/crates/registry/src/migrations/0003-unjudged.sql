CREATE TABLE unjudged (
    medium TEXT NOT NULL,
    number INTEGER NOT NULL,
    frames INTEGER NOT NULL CHECK (frames > 0),
    PRIMARY KEY (medium, number),
    FOREIGN KEY (medium, number) REFERENCES checks (medium, number)
) STRICT;
CREATE TRIGGER unjudged_fit BEFORE INSERT ON unjudged
WHEN NEW.frames > (SELECT read - mendable - lost FROM checks
    WHERE medium = NEW.medium AND number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'no more frames are damaged than were read'); END;
CREATE TRIGGER unjudged_stay BEFORE UPDATE ON unjudged
BEGIN SELECT RAISE(ABORT, 'a check is never changed'); END;
