-- Schema 2. One row in a database that came out of a backup, none in any other: written into the copy when it is taken.
-- Until an operator has acknowledged it, nobody may assume that this database knows of everything that was sent.
CREATE TABLE restore (
    id                 INTEGER PRIMARY KEY CHECK (id = 1),
    taken_at_ms        INTEGER NOT NULL,
    acknowledged_at_ms INTEGER,
    actor              TEXT
) STRICT;
