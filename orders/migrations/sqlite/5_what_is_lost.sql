-- What a store keeps of itself, so that what is missing is noticed, and bodies in quarantine whose room can be used again.

-- A body in quarantine; NULL if the body is in the file beside the database, at `position`.
ALTER TABLE received ADD COLUMN body BLOB;
CREATE INDEX received_in_quarantine ON received (id) WHERE reason IS NOT NULL;

-- One row.
CREATE TABLE store (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    -- How many transactions have written something.
    commits INTEGER NOT NULL,
    -- Where the next record goes in the file of bodies.
    bodies_end INTEGER NOT NULL
) STRICT;

INSERT INTO store SELECT 1, 0, coalesce((SELECT position + length + 8 FROM received ORDER BY id DESC LIMIT 1), 0);

-- Parts of the file of bodies of which it is not known that they have reached the disk.
CREATE TABLE unflushed (
    position INTEGER PRIMARY KEY,
    end INTEGER NOT NULL
) STRICT;
