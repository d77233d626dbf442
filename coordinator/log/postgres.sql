-- The shared log on PostgreSQL, one version of the schema after the other. `coordinator.log.schema` performs those that a
-- database lacks, as its owner and each in a transaction; what stands here never changes, a change is a further version.

-- version 1

CREATE SCHEMA tallystick;

CREATE TABLE tallystick.versions (
    version      integer PRIMARY KEY,
    performed_at timestamptz NOT NULL DEFAULT now()
);

-- The columns and what they hold are those of the log on SQLite, byte for byte; jsonb would not keep the bytes, and a
-- collation of the system's may change with it, under the index.
CREATE TABLE tallystick.events (
    position    bigint PRIMARY KEY,
    stream      text   COLLATE "C" NOT NULL,
    version     bigint NOT NULL,
    type        text   COLLATE "C" NOT NULL,
    recorded_at bigint NOT NULL,
    occurred_at bigint,
    actor       text   COLLATE "C" NOT NULL,
    command     text   COLLATE "C" NOT NULL,
    cause       bigint,
    correlation text   COLLATE "C" NOT NULL,
    data        bytea  NOT NULL,
    hash        bytea  NOT NULL,
    UNIQUE (stream, version)
);

-- One row: where the log ends. Who appends names the end that he builds onto, and is refused when it has moved.
CREATE TABLE tallystick.pen (
    single   boolean PRIMARY KEY DEFAULT true CHECK (single),
    position bigint  NOT NULL,
    hash     bytea   NOT NULL
) WITH (fillfactor = 20);

INSERT INTO tallystick.pen (position, hash) VALUES (0, decode(repeat('00', 32), 'hex'));

CREATE FUNCTION tallystick.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is refused: events are never changed, and the log never ends earlier', TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER events_are_never_changed BEFORE UPDATE OR DELETE ON tallystick.events
    FOR EACH ROW EXECUTE FUNCTION tallystick.refuse();

CREATE TRIGGER events_are_never_emptied BEFORE TRUNCATE ON tallystick.events
    FOR EACH STATEMENT EXECUTE FUNCTION tallystick.refuse();

CREATE TRIGGER pen_never_goes_back BEFORE UPDATE ON tallystick.pen
    FOR EACH ROW WHEN (NEW.position <= OLD.position) EXECUTE FUNCTION tallystick.refuse();

CREATE TRIGGER pen_is_never_lost BEFORE DELETE OR TRUNCATE ON tallystick.pen
    FOR EACH STATEMENT EXECUTE FUNCTION tallystick.refuse();

-- Append events behind the end that their writer knows: all of them, or none when it has moved. Their positions follow
-- from it. Returns the process that serves the session, NULL when the end has moved.
CREATE FUNCTION tallystick.append(
    onto_position bigint, onto_hash bytea,
    streams text[], versions bigint[], types text[], recorded bigint[], occurred bigint[],
    actors text[], commands text[], causes bigint[], correlations text[], datas bytea[], hashes bytea[]
) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    count CONSTANT integer := cardinality(hashes);
BEGIN
    UPDATE tallystick.pen SET position = onto_position + count, hash = hashes[count]
        WHERE position = onto_position AND hash = onto_hash;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    INSERT INTO tallystick.events
        SELECT onto_position + place, stream, version, type, recorded_at, occurred_at, actor, command, cause,
               correlation, data, digest
        FROM unnest(streams, versions, types, recorded, occurred, actors, commands, causes, correlations, datas, hashes)
            WITH ORDINALITY
            AS given (stream, version, type, recorded_at, occurred_at, actor, command, cause, correlation, data, digest,
                      place);
    RETURN pg_backend_pid();
END $$;

REVOKE ALL ON SCHEMA tallystick FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA tallystick FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA tallystick FROM PUBLIC;

-- version 2

-- Residue files by the SHA-256 of what they hold, in pieces; `pieces` says of how many each is made.
CREATE TABLE tallystick.residues (
    sha256  bytea   NOT NULL,
    number  integer NOT NULL,
    pieces  integer NOT NULL,
    content bytea   NOT NULL,
    PRIMARY KEY (sha256, number)
);

CREATE FUNCTION tallystick.keep_residue(file bytea, place integer, count integer, piece bytea) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO tallystick.residues VALUES (file, place, count, piece) ON CONFLICT DO NOTHING;
    SELECT true;
$$;

-- Only who took the pen last knows which files are needed. Whoever takes it is known by the position of that.
CREATE FUNCTION tallystick.remove_residue(file bytea, term bigint) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DELETE FROM tallystick.residues WHERE sha256 = file
        AND term = (SELECT position FROM tallystick.events WHERE stream = 'pen' ORDER BY version DESC LIMIT 1);
    SELECT true;
$$;

REVOKE ALL ON tallystick.residues FROM PUBLIC;
REVOKE ALL ON FUNCTION tallystick.keep_residue, tallystick.remove_residue FROM PUBLIC;
