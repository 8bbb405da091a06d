-- Who of the staff has looked at what, ended what, erased what, and who was refused: entries that are only ever added.
--
-- Every entry's hash covers the entry before it, so that none can be changed, left out or put in between without being noticed.
-- How a hash is computed is in docs/security.md.

-- Whom the references of entries stand for. A reference is a hash of the salt and the user's id: it cannot be made to stand for somebody
-- else, and without this row it stands for nobody. That is how a person is erased without touching the entries.
CREATE TABLE audit_people
(
    ref text COLLATE "C" PRIMARY KEY,
    salt bytea NOT NULL,
    user_id text COLLATE "C" NOT NULL UNIQUE
);

CREATE TABLE audit_entries
(
    seq bigint PRIMARY KEY,
    at timestamptz NOT NULL,
    silo text NOT NULL,
    action text NOT NULL,
    -- References to audit_people: who did it, and whose data it was about.
    actor text COLLATE "C",
    role text,
    subject text COLLATE "C",
    other text COLLATE "C",
    call_id text COLLATE "C",
    status integer,
    address text,
    agent text,
    detail text,
    hash bytea NOT NULL
);

-- For the deletion of references that no entry has any more.
CREATE INDEX audit_entries_actor ON audit_entries (actor) WHERE actor IS NOT NULL;
CREATE INDEX audit_entries_subject ON audit_entries (subject) WHERE subject IS NOT NULL;
CREATE INDEX audit_entries_other ON audit_entries (other) WHERE other IS NOT NULL;

-- Where the chain begins and ends, each signed with a key that is not in the database: 'first' is the last entry that was kept long
-- enough and is deleted, 'last' the newest one. Who cuts entries off cannot sign where the chain ends then.
CREATE TABLE audit_heads
(
    name text PRIMARY KEY,
    seq bigint NOT NULL,
    hash bytea NOT NULL,
    signed_at timestamptz NOT NULL,
    signature bytea
);

INSERT INTO audit_heads (name, seq, hash, signed_at)
SELECT name, 0, decode(repeat('00', 32), 'hex'), now() FROM (VALUES ('first'), ('last')) AS ends (name);

-- Against accidents, and against a silo that was taken over: only the retention deletes, and it says so. Who owns the table can drop
-- this; the chain is there for that.
CREATE FUNCTION audit_entries_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('fayo.audit_retention', true) = 'on' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'Entries of the audit are not changed or deleted.' USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER audit_entries_stay BEFORE UPDATE OR DELETE ON audit_entries FOR EACH ROW EXECUTE FUNCTION audit_entries_stay();
CREATE TRIGGER audit_entries_stay_all BEFORE TRUNCATE ON audit_entries EXECUTE FUNCTION audit_entries_stay();
