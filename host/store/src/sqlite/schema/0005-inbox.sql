-- Schema 5. What providers post. Nothing was ever written to the tables of schema 1 that this replaces.
-- A message is kept as it came. The same bytes again are the same message: it counts up and takes no further room.
DROP TABLE inbox;
CREATE TABLE inbox (
    position       INTEGER PRIMARY KEY,
    connection     TEXT NOT NULL,
    digest         BLOB NOT NULL,
    verified       INTEGER NOT NULL CHECK (verified IN (0, 1)),
    state          TEXT NOT NULL CHECK (state IN ('received', 'read', 'failed', 'quarantined')),
    received_at_ms INTEGER NOT NULL,
    last_at_ms     INTEGER NOT NULL,
    times          INTEGER NOT NULL DEFAULT 1,
    head           TEXT NOT NULL,
    body           BLOB NOT NULL,
    reason         TEXT
) STRICT;
CREATE UNIQUE INDEX inbox_by_digest ON inbox (connection, digest, verified);
CREATE INDEX inbox_unread ON inbox (position) WHERE state = 'received';
CREATE INDEX inbox_quarantined ON inbox (connection, position) WHERE state = 'quarantined';

-- What a message says: one row for each thing that happened. A hint, never the truth.
DROP TABLE event;
CREATE TABLE event (
    position         INTEGER PRIMARY KEY,
    connection       TEXT NOT NULL,
    key              TEXT NOT NULL,
    message          INTEGER REFERENCES inbox (position) ON DELETE SET NULL,
    name             TEXT NOT NULL,
    kind             TEXT NOT NULL,
    document_id      TEXT,
    client_reference TEXT,
    instance         INTEGER REFERENCES instance (number) ON DELETE SET NULL,
    disposition      TEXT NOT NULL CHECK (disposition IN ('matched', 'parked', 'unmatched', 'ignored')),
    times            INTEGER NOT NULL DEFAULT 1,
    at_ms            INTEGER NOT NULL,
    told_at_ms       INTEGER,
    answer           TEXT,
    json             TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX event_by_key ON event (connection, key);
CREATE INDEX event_by_instance ON event (instance) WHERE instance IS NOT NULL;
CREATE INDEX event_by_message ON event (message) WHERE message IS NOT NULL;
CREATE INDEX event_untold ON event (position) WHERE disposition = 'matched' AND told_at_ms IS NULL;
CREATE INDEX event_parked ON event (connection, document_id) WHERE disposition = 'parked';

-- Up to when each connection's provider was asked for all that changed.
CREATE TABLE polled (
    connection TEXT NOT NULL PRIMARY KEY,
    until_ms   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
