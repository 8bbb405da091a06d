-- Fills the history: $1 calls over the last year, of 20,000 users, one in a hundred of whom makes nearly all the calls.
-- A tenth rang and was not answered, a twentieth was cancelled, a few hundred are open.
INSERT INTO call.call_sessions (
    id, version, status, call_type, channel_name, initiator_id, recipient_id, metadata, created_at, updated_at, expires_at,
    ring_deadline, answered_at, started_at, ended_at, end_reason, ended_by, next_deadline, sweep_at, details)
SELECT
    'call_' || md5(n::text), 4, outcome.status, CASE n % 3 WHEN 0 THEN 'VOICE' ELSE 'VIDEO' END, 'fayo_seeded_' || n,
    'staff-' || n % 200, 'user-' || n * 7919::bigint % 20000, NULL, at, at + interval '5 min', at + interval '1 h',
    at + interval '45 s',
    CASE WHEN outcome.status IN ('COMPLETED', 'ACTIVE') THEN at + interval '10 s' END,
    CASE WHEN outcome.status IN ('COMPLETED', 'ACTIVE') THEN at + interval '12 s' END,
    CASE WHEN outcome.status <> 'ACTIVE' THEN at + interval '5 min' END, outcome.reason, NULL,
    CASE WHEN outcome.status = 'ACTIVE' THEN now() + interval '1 h' END,
    CASE WHEN outcome.status = 'ACTIVE' THEN now() + interval '1 h' END,
    '{"answeredDevice": null, "devices": [], "watchers": []}'
FROM generate_series(1, $1::integer) AS n,
LATERAL (SELECT now() - ($1 - n) * interval '1 year' / $1 AS at) AS created,
LATERAL (
    SELECT CASE WHEN $1 - n < 300 THEN 'ACTIVE' WHEN n % 10 = 0 THEN 'EXPIRED' WHEN n % 20 = 1 THEN 'CANCELLED' ELSE 'COMPLETED' END AS status
) AS chosen,
LATERAL (
    SELECT status, CASE status WHEN 'EXPIRED' THEN 'no_answer' WHEN 'CANCELLED' THEN 'declined' WHEN 'COMPLETED' THEN 'hangup' END AS reason
) AS outcome
