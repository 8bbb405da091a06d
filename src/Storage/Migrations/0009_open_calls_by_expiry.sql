-- indexes, built concurrently

-- The open calls that a user has begun, those first that expire last. With the expiry, which hardly ever changes, the calls that a new one
-- has to count are found in this index, and no plan made for a small table can take the index of the user's whole history instead.
CREATE INDEX CONCURRENTLY call_sessions_open_initiator_expiry ON call_sessions (initiator_id, expires_at) WHERE ended_at IS NULL;
DROP INDEX CONCURRENTLY IF EXISTS call_sessions_open_initiator;
