-- Schema 1. Times are milliseconds since 1970. JSON is text, written by the crates that understand it.
-- Rows that grow without end (history, exchange, event, audit) lie in the order they were added: a table clustered
-- by instance takes a tenth of the writes. An instance is known to other tables by its number, which is short.

-- Whose turn it is: each host that opens the database counts up, and writes only while the number is its own.
CREATE TABLE host (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    epoch INTEGER NOT NULL
) STRICT;
INSERT INTO host (id, epoch) VALUES (1, 0);

CREATE TABLE definition (
    position     INTEGER PRIMARY KEY,
    digest       TEXT NOT NULL UNIQUE,
    name         TEXT NOT NULL,
    version      INTEGER NOT NULL,
    text         TEXT NOT NULL,
    stored_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX definition_by_name ON definition (name, version);

CREATE TABLE component (
    digest         TEXT NOT NULL PRIMARY KEY,
    provider       TEXT NOT NULL,
    version        TEXT NOT NULL,
    manifest       TEXT NOT NULL,
    admitted_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE connection (
    name          TEXT NOT NULL PRIMARY KEY,
    provider      TEXT NOT NULL,
    component     TEXT REFERENCES component (digest),
    settings      TEXT NOT NULL,
    updated_at_ms INTEGER NOT NULL
) STRICT;

-- Narrow, so that a list over a million instances reads little; the whole instance is in instance_body.
CREATE TABLE instance (
    number        INTEGER PRIMARY KEY,
    id            TEXT NOT NULL UNIQUE,
    workflow      TEXT NOT NULL,
    definition    TEXT NOT NULL,
    version       INTEGER NOT NULL,
    step          TEXT NOT NULL,
    phase         TEXT NOT NULL CHECK (phase IN ('resting', 'running', 'ended')),
    outcome       TEXT CHECK (outcome IN ('success', 'failure')),
    incident      INTEGER NOT NULL CHECK (incident IN (0, 1)),
    created_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX instance_by_workflow ON instance (workflow, number);
CREATE INDEX instance_with_incident ON instance (number) WHERE incident = 1;

CREATE TABLE instance_body (
    instance INTEGER PRIMARY KEY REFERENCES instance (number) ON DELETE CASCADE,
    json     TEXT NOT NULL
) STRICT;

CREATE TABLE history (
    position INTEGER PRIMARY KEY,
    instance INTEGER NOT NULL REFERENCES instance (number) ON DELETE CASCADE,
    at_ms    INTEGER NOT NULL,
    json     TEXT NOT NULL
) STRICT;
CREATE INDEX history_by_instance ON history (instance);

CREATE TABLE timer (
    instance INTEGER NOT NULL REFERENCES instance (number) ON DELETE CASCADE,
    timer    TEXT NOT NULL,
    due_ms   INTEGER NOT NULL,
    PRIMARY KEY (instance, timer)
) STRICT, WITHOUT ROWID;
CREATE INDEX timer_by_due ON timer (due_ms);

CREATE TABLE call (
    position     INTEGER PRIMARY KEY,
    id           TEXT NOT NULL UNIQUE,
    instance     INTEGER NOT NULL REFERENCES instance (number) ON DELETE CASCADE,
    connection   TEXT NOT NULL,
    action       TEXT NOT NULL,
    component    TEXT NOT NULL,
    request      TEXT NOT NULL,
    opened_at_ms INTEGER NOT NULL,
    seed         INTEGER NOT NULL,
    ended_at_ms  INTEGER,
    result       TEXT,
    log          TEXT
) STRICT;
CREATE INDEX call_by_instance ON call (instance);
CREATE INDEX call_open ON call (position) WHERE ended_at_ms IS NULL;

CREATE TABLE exchange (
    position INTEGER PRIMARY KEY,
    call     INTEGER NOT NULL REFERENCES call (position) ON DELETE CASCADE,
    number   INTEGER NOT NULL,
    state    TEXT NOT NULL CHECK (state IN ('open', 'closed')),
    json     TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX exchange_by_call ON exchange (call, number);

CREATE TABLE external_ref (
    connection       TEXT NOT NULL,
    document_id      TEXT NOT NULL,
    client_reference TEXT,
    instance         INTEGER NOT NULL REFERENCES instance (number) ON DELETE CASCADE,
    PRIMARY KEY (connection, document_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX external_ref_by_client_reference ON external_ref (connection, client_reference)
    WHERE client_reference IS NOT NULL;
CREATE INDEX external_ref_by_instance ON external_ref (instance);

CREATE TABLE unique_value (
    workflow TEXT NOT NULL,
    field    TEXT NOT NULL,
    value    TEXT NOT NULL,
    instance INTEGER NOT NULL REFERENCES instance (number) ON DELETE CASCADE,
    PRIMARY KEY (workflow, field, value)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX unique_value_by_instance ON unique_value (instance, workflow, field);

CREATE TABLE attachment (
    instance INTEGER NOT NULL REFERENCES instance (number) ON DELETE CASCADE,
    number   INTEGER NOT NULL,
    sha256   TEXT NOT NULL,
    size     INTEGER NOT NULL,
    at_ms    INTEGER NOT NULL,
    PRIMARY KEY (instance, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX attachment_by_sha256 ON attachment (sha256);

CREATE TABLE incident (
    position     INTEGER PRIMARY KEY,
    instance     INTEGER NOT NULL REFERENCES instance (number) ON DELETE CASCADE,
    opened_at_ms INTEGER NOT NULL,
    call_id      TEXT,
    in_doubt     INTEGER NOT NULL CHECK (in_doubt IN (0, 1)),
    message      TEXT NOT NULL,
    json         TEXT NOT NULL,
    closed_at_ms INTEGER,
    reason       TEXT
) STRICT;
CREATE UNIQUE INDEX incident_open ON incident (instance) WHERE closed_at_ms IS NULL;
CREATE INDEX incident_by_instance ON incident (instance);

CREATE TABLE idempotency (
    key            TEXT NOT NULL PRIMARY KEY,
    request_digest TEXT NOT NULL,
    response       TEXT NOT NULL,
    at_ms          INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_by_age ON idempotency (at_ms);

-- What a provider posted, as it came, before anybody has looked at it.
CREATE TABLE inbox (
    position       INTEGER PRIMARY KEY,
    connection     TEXT NOT NULL,
    endpoint       TEXT NOT NULL,
    received_at_ms INTEGER NOT NULL,
    head           TEXT NOT NULL,
    body           BLOB NOT NULL,
    body_sha256    TEXT NOT NULL,
    state          TEXT NOT NULL CHECK (state IN ('received', 'read', 'quarantined', 'failed'))
) STRICT;
CREATE INDEX inbox_unread ON inbox (position) WHERE state = 'received';

CREATE TABLE event (
    position         INTEGER PRIMARY KEY,
    connection       TEXT NOT NULL,
    key              TEXT NOT NULL,
    kind             TEXT NOT NULL,
    document_id      TEXT,
    client_reference TEXT,
    instance         INTEGER REFERENCES instance (number) ON DELETE SET NULL,
    disposition      TEXT NOT NULL CHECK (disposition IN ('matched', 'parked', 'unmatched', 'ignored')),
    at_ms            INTEGER NOT NULL,
    json             TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX event_by_key ON event (connection, key);
CREATE INDEX event_by_instance ON event (instance) WHERE instance IS NOT NULL;
CREATE INDEX event_parked ON event (connection, document_id) WHERE disposition = 'parked';

-- What our host still has to deliver to others.
CREATE TABLE outbox (
    position   INTEGER PRIMARY KEY,
    event_id   TEXT NOT NULL UNIQUE,
    target     TEXT NOT NULL,
    instance   INTEGER REFERENCES instance (number) ON DELETE SET NULL,
    payload    TEXT NOT NULL,
    attempts   INTEGER NOT NULL DEFAULT 0,
    due_ms     INTEGER NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'dead')),
    last_error TEXT
) STRICT;
CREATE INDEX outbox_by_due ON outbox (due_ms) WHERE state = 'waiting';
CREATE INDEX outbox_by_instance ON outbox (instance) WHERE instance IS NOT NULL;

CREATE TABLE audit (
    position INTEGER PRIMARY KEY,
    at_ms    INTEGER NOT NULL,
    actor    TEXT NOT NULL,
    verb     TEXT NOT NULL,
    object   TEXT NOT NULL,
    detail   TEXT NOT NULL
) STRICT;
