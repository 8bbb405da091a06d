-- Whom users do not want to be called by, and until when they do not want to be called at all. Read in the statement that writes a new
-- call, by the primary keys.

CREATE TABLE blocked_users
(
    user_id text COLLATE "C" NOT NULL,
    -- Whose calls do not ring for the user.
    blocked_id text COLLATE "C" NOT NULL,
    blocked_at timestamptz NOT NULL DEFAULT now(),

    PRIMARY KEY (user_id, blocked_id)
);

CREATE TABLE do_not_disturb
(
    user_id text COLLATE "C" PRIMARY KEY,
    until timestamptz NOT NULL
);

-- Why a call rings on no device of its recipient; null where it rings.
ALTER TABLE call_sessions ADD COLUMN silence text;
