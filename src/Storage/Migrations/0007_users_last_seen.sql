-- When a user was last seen by a verified token, to within two days; null where that never was: silos of the version before put
-- on record whoever was called, be it nobody. Not indexed, so that the note of another day writes to no index.

-- The default is for the rows that are there, and costs no writing of them.
ALTER TABLE users ADD COLUMN last_seen_at timestamptz DEFAULT now();
ALTER TABLE users ALTER COLUMN last_seen_at DROP DEFAULT;

-- Whoever called or answered had a token, and so had whoever has a role or a name.
DELETE FROM users WHERE role IS NULL AND first_name IS NULL AND last_name IS NULL
    AND NOT EXISTS (SELECT FROM call_sessions WHERE initiator_id = users.id)
    AND NOT EXISTS (SELECT FROM call_sessions WHERE recipient_id = users.id AND answered_at IS NOT NULL);
