-- Call sessions and their timelines.
--
-- Identifiers compare byte by byte (COLLATE "C"): that is faster, and no update of the system's locales upsets an index.
-- The writers set every column of a row; what values are allowed is theirs to say.

CREATE TABLE call_sessions
(
    id text COLLATE "C" PRIMARY KEY,
    version integer NOT NULL,
    status text NOT NULL,
    call_type text NOT NULL,
    channel_name text COLLATE "C" NOT NULL,
    initiator_id text COLLATE "C" NOT NULL,
    recipient_id text COLLATE "C",
    -- json, not jsonb: it keeps the client's text as it is, and jsonb does not take every escape that JSON has (\u0000).
    metadata json,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ring_deadline timestamptz,
    answered_at timestamptz,
    started_at timestamptz,
    ended_at timestamptz,
    end_reason text,
    ended_by text,
    -- When the sweep has to look at the call.
    next_deadline timestamptz,
    -- When the sweep looks at the row: at next_deadline or before it. Deadlines mostly move on, and far more often than the
    -- sweep gets to see them; this column, which is indexed, then stays as it is, and the update writes to no index. Coming too
    -- early, the sweep moves it to where the deadline is by then.
    sweep_at timestamptz,
    -- The part of the state that nobody queries by.
    details jsonb NOT NULL
)
-- Room in each page for the new versions of its rows, so that an update that touches no indexed column writes to no index.
WITH (fillfactor = 60);

-- A media channel belongs to one open call.
CREATE UNIQUE INDEX call_sessions_open_channel ON call_sessions (channel_name) WHERE ended_at IS NULL;

CREATE INDEX call_sessions_sweep ON call_sessions (sweep_at) WHERE sweep_at IS NOT NULL;

-- A user's open calls, without a walk through the user's history.
CREATE INDEX call_sessions_open_initiator ON call_sessions (initiator_id) WHERE ended_at IS NULL;
CREATE INDEX call_sessions_open_recipient ON call_sessions (recipient_id) WHERE ended_at IS NULL;

-- Lists, newest first: read backwards, for an index whose new entries all come at its end is cheaper to write.
CREATE INDEX call_sessions_initiator ON call_sessions (initiator_id, created_at, id);
CREATE INDEX call_sessions_recipient ON call_sessions (recipient_id, created_at, id);
CREATE INDEX call_sessions_created ON call_sessions (created_at, id);

-- A call's rows are written in the statement that writes the call, and deleted with it: a foreign key would only check again.
CREATE TABLE call_events
(
    call_id text COLLATE "C" NOT NULL,
    version integer NOT NULL,
    at timestamptz NOT NULL,
    kind text NOT NULL,
    by text,
    device text,
    status text NOT NULL,
    detail text,

    PRIMARY KEY (call_id, version)
);
