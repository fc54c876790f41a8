-- Schema 3. Documents that an instance left behind at its provider. Few; never deleted by the host.
CREATE TABLE orphan (
    position         INTEGER PRIMARY KEY,
    instance         INTEGER NOT NULL REFERENCES instance (number) ON DELETE CASCADE,
    connection       TEXT NOT NULL,
    document_id      TEXT,
    client_reference TEXT NOT NULL,
    standing         TEXT NOT NULL CHECK (standing IN ('unsent', 'in-doubt', 'sent')),
    why              TEXT NOT NULL,
    at_ms            INTEGER NOT NULL
) STRICT;
CREATE INDEX orphan_by_instance ON orphan (instance);
