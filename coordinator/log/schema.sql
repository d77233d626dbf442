-- The log. Its format number stands in user_version; docs/reference/log-format.md describes every column and the hash.

CREATE TABLE events (
    position    INTEGER PRIMARY KEY,
    stream      TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    type        TEXT    NOT NULL,
    recorded_at INTEGER NOT NULL,   -- microseconds UTC
    occurred_at INTEGER,            -- the client's own time, untrusted
    actor       TEXT    NOT NULL,
    command     TEXT    NOT NULL,
    cause       INTEGER,
    correlation TEXT    NOT NULL,
    data        BLOB    NOT NULL,   -- JSON
    hash        BLOB    NOT NULL
) STRICT;

CREATE UNIQUE INDEX events_by_stream ON events (stream, version);

-- For people with a sqlite3 shell.
CREATE VIEW readable AS
SELECT position, stream, version, type,
       strftime('%Y-%m-%dT%H:%M:%S', recorded_at / 1000000, 'unixepoch') || printf('.%06dZ', recorded_at % 1000000)
           AS recorded_at,
       actor, command, cause, correlation, CAST(data AS TEXT) AS data, lower(hex(hash)) AS hash
FROM events;

CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;

CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;

-- INSERT OR REPLACE deletes without firing the trigger above.
CREATE TRIGGER events_are_never_replaced BEFORE INSERT ON events
WHEN EXISTS (SELECT 1 FROM events WHERE position = NEW.position)
BEGIN SELECT RAISE(ABORT, 'events are never replaced'); END;
