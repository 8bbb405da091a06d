-- Gives the database back to FAYO's own call service: its table gets its name back, with what was called meanwhile in it, and our
-- tables move into the schema fayo_calls_kept. All or nothing. Stop every silo first.
--
--     psql "$DATABASE_URL_WITHOUT_SCHEMA" -v ON_ERROR_STOP=1 -v schema=call -f back-to-fayo.sql

BEGIN;
SET LOCAL TIME ZONE 'UTC';
SET LOCAL lock_timeout = '5s';
SET LOCAL search_path = :"schema";

DO $$
BEGIN
    IF to_regclass('fayo_calls_move') IS NULL THEN
        RAISE EXCEPTION 'There is no table fayo_calls_move in this schema: its calls were never those of FAYO''s call service.';
    ELSIF NOT EXISTS (SELECT FROM fayo_calls_move WHERE finished_at IS NOT NULL) THEN
        RAISE EXCEPTION 'The calls of FAYO''s call service have not all been moved yet: run the command migrate to its end, then this.';
    END IF;
END
$$;

LOCK TABLE call_sessions IN ACCESS EXCLUSIVE MODE;

UPDATE fayo_call_sessions AS old
SET "recipientId" = call.recipient_id, "status" = call.status::"CallStatus", "expiresAt" = call.expires_at, "startedAt" = call.started_at,
    "endedAt" = call.ended_at, "updatedAt" = call.updated_at
FROM call_sessions AS call
WHERE call.id = old.id AND call.updated_at > (SELECT begun_at FROM fayo_calls_move);

INSERT INTO fayo_call_sessions (
    "id", "channelName", "callType", "initiatorId", "recipientId", "status", "expiresAt", "startedAt", "endedAt", "metadata", "createdAt",
    "updatedAt")
SELECT id, channel_name, call_type::"CallType", initiator_id, recipient_id, status::"CallStatus", expires_at, started_at, ended_at,
    replace(metadata::text, '\u0000', '')::jsonb, created_at, updated_at
FROM call_sessions AS call
WHERE NOT EXISTS (SELECT FROM fayo_call_sessions AS old WHERE old."id" = call.id)
ON CONFLICT DO NOTHING;

CREATE SCHEMA fayo_calls_kept;
SELECT format('ALTER ROUTINE %s SET SCHEMA fayo_calls_kept', oid::regprocedure)
FROM pg_proc
WHERE pronamespace = :'schema'::regnamespace
    AND oid::regprocedure::text <> ALL (ARRAY (SELECT unnest(other_functions) FROM fayo_calls_move))
\gexec
SELECT format('ALTER TABLE %I SET SCHEMA fayo_calls_kept', tablename)
FROM pg_tables
WHERE schemaname = :'schema' AND tablename <> ALL (ARRAY (SELECT unnest(other_tables) FROM fayo_calls_move))
\gexec

ALTER TABLE fayo_call_sessions RENAME TO call_sessions;
SELECT format('ALTER INDEX %I RENAME TO %I', indexname, substr(indexname, length('fayo_') + 1))
FROM pg_indexes
WHERE schemaname = :'schema' AND tablename = 'call_sessions' AND indexname LIKE 'fayo\_%'
\gexec

COMMIT;
