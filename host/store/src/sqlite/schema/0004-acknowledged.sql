-- Schema 4. What a start must notice about the one before it.
-- Each COMMIT of the writer counts up; the file `acknowledged` beside the database holds the last number confirmed.
ALTER TABLE host ADD COLUMN commits INTEGER NOT NULL DEFAULT 0;
-- When the directory was last taken without the lock of the host before, which may still be running.
ALTER TABLE host ADD COLUMN overtaken_at_ms INTEGER;
-- How many confirmed commits the disk lost; none when the database came out of a backup.
ALTER TABLE restore ADD COLUMN missing_commits INTEGER;
