-- What at most one call has at a time: to ring between two people, to be ACTIVE with a user, to be the answer to an attempt to
-- call that found another call ringing. A table of its own, for every change of a column with a unique index on call_sessions
-- would have an update write to all of that table's indexes.

CREATE TABLE call_claims
(
    claim text COLLATE "C" PRIMARY KEY,
    call_id text COLLATE "C" NOT NULL
);

-- Nothing kept open calls from having the same claim so far. The one that came first gets it; the others go on without.
INSERT INTO call_claims (claim, call_id)
SELECT 'pair:' || length(least(initiator_id, recipient_id)) || ':' || least(initiator_id, recipient_id) || greatest(initiator_id, recipient_id), id
FROM call_sessions
WHERE ended_at IS NULL AND answered_at IS NULL AND recipient_id IS NOT NULL
ORDER BY created_at, id
ON CONFLICT DO NOTHING;

INSERT INTO call_claims (claim, call_id)
SELECT 'user:' || user_id, id
FROM call_sessions, LATERAL (VALUES (initiator_id), (recipient_id)) AS participants (user_id)
WHERE ended_at IS NULL AND status = 'ACTIVE'
ORDER BY started_at, id
ON CONFLICT DO NOTHING;
