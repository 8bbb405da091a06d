-- The numbers of the last hour are those of the calls that ended in it and of the open ones. Costs an entry when a call ends,
-- which writes to most indexes anyway, and nothing before that.

CREATE INDEX call_sessions_ended ON call_sessions (ended_at) WHERE ended_at IS NOT NULL;
