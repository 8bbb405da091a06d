-- The keys of requests (Idempotency-Key): a claim of the call that the request was answered with, which is kept for a day, whatever
-- becomes of the call meanwhile. A row of this table, for it is taken in the statement that takes the others.

ALTER TABLE call_claims
    -- What was asked for, as a digest: the same key is good for the same request only.
    ADD COLUMN body text,
    -- True where the request opened the call, false where it was answered with one that rang already.
    ADD COLUMN is_first boolean,
    ADD COLUMN kept_until timestamptz;

-- To delete what has been kept long enough.
CREATE INDEX call_claims_kept ON call_claims (kept_until) WHERE kept_until IS NOT NULL;

-- What repeated attempts to call were known by until now.
DELETE FROM call_claims WHERE claim LIKE 'create:%';
