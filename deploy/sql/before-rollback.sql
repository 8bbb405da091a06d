-- Turns what only this release knows in the rows of calls into what the release before knows, so that its silos can read them. Nothing
-- else changes, and it may run as often as you like, while silos work. Run it before a rollback, and once more when the last silo of this
-- release has stopped.
--
--     psql "$DATABASE_URL_WITHOUT_SCHEMA" -v ON_ERROR_STOP=1 -v schema=call -f before-rollback.sql

BEGIN;
SET LOCAL lock_timeout = '5s';
SET LOCAL search_path = :"schema";

-- A caller who did not come back has given up: the same status, told in the older word.
UPDATE call_sessions SET end_reason = 'caller_cancelled' WHERE end_reason = 'caller_lost';
UPDATE call_events SET detail = 'caller_cancelled' WHERE kind = 'ended' AND detail = 'caller_lost';

-- What push services have answered becomes a remark.
UPDATE call_events SET kind = 'note' WHERE kind = 'pushed';

COMMIT;
