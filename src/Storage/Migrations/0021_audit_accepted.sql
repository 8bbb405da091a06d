-- Stretches of the audit that are damaged, and that somebody has accepted as they are: behind each the chain begins anew.
CREATE TABLE audit_accepted
(
    -- The number of the entry that is missing or was changed.
    from_seq bigint PRIMARY KEY,
    -- The last entry of the stretch, and its hash, from which the chain goes on.
    to_seq bigint NOT NULL,
    hash bytea NOT NULL,
    -- A hash of the stretch as it was found, so that it does not change once more without being noticed.
    digest bytea NOT NULL,
    problem text NOT NULL,
    -- The entry of the audit that says who accepted it, and why.
    entry_seq bigint NOT NULL,
    accepted_at timestamptz NOT NULL,
    signature bytea NOT NULL
);
