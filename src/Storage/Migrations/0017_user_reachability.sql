-- How users can be reached who have no connection: when a device of theirs was last known to be there, and how many are registered for
-- push. Not indexed, so that a note of either writes to no index.

ALTER TABLE users ADD COLUMN last_reachable_at timestamptz, ADD COLUMN push_devices integer;
