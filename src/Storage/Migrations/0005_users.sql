-- Users that were seen: whoever connected, asked for something, or was called. Written only when something about one is new.

CREATE TABLE users
(
    id text COLLATE "C" PRIMARY KEY,
    first_name text,
    last_name text,
    role text,
    first_seen_at timestamptz NOT NULL DEFAULT now(),
    -- By which users are listed and found, in lower case. The writers make it, for what lower() does depends on the database's locale.
    label text COLLATE "C" NOT NULL
);

CREATE INDEX users_label ON users (label, id);

INSERT INTO users (id, first_seen_at, label)
SELECT user_id, min(created_at), lower(user_id)
FROM call_sessions, LATERAL (VALUES (initiator_id), (recipient_id)) AS participants (user_id)
WHERE user_id IS NOT NULL
GROUP BY user_id;
