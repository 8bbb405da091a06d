-- What happened to calls and is to be told to other systems: written together with the change of the call, deleted some time after it
-- was sent. Empty where nobody subscribes.
CREATE TABLE outbox
(
    call_id text COLLATE "C" NOT NULL,
    -- What the destination is called: a webhook or a broker.
    destination text COLLATE "C" NOT NULL,
    -- The version of the call that the event made. With the call's id it is the event's id.
    version integer NOT NULL,
    kind text NOT NULL,
    at timestamptz NOT NULL,
    -- The call after the change, as clients get it; empty once it was sent.
    session text NOT NULL,
    -- When any silo may take it next. While a silo has taken it, the end of the lease. Null once it is sent or parked.
    next_at timestamptz,
    attempts integer NOT NULL DEFAULT 0,
    first_tried_at timestamptz,
    last_error text,
    sent_at timestamptz,
    parked_at timestamptz,
    PRIMARY KEY (call_id, destination, version)
)
-- Each row is written, taken and recorded within moments.
WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05);

CREATE INDEX outbox_due ON outbox (destination, next_at) WHERE next_at IS NOT NULL;
CREATE INDEX outbox_sent ON outbox (sent_at) WHERE sent_at IS NOT NULL;
CREATE INDEX outbox_parked ON outbox (parked_at, call_id, version, destination) WHERE parked_at IS NOT NULL;
