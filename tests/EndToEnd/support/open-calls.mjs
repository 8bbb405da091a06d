// Calls that nobody has opened.

/** Open calls that no grain knows of, as they are after all silos have died. */
export function insertOpenCalls(database, count) {
  return database.query(
    `insert into call.call_sessions (id, version, status, call_type, channel_name, initiator_id, recipient_id, created_at, updated_at, expires_at,
       ring_deadline, answered_at, started_at, next_deadline, sweep_at, details)
     select 'call_' || lpad(to_hex(n), 32, '0'), 6, 'ACTIVE', 'VIDEO', 'channel ' || n, 'initiator ' || n, 'recipient ' || n, now(), now(),
       now() + interval '1 hour', now(), now(), now(), now() + interval '1 hour', now() + interval '1 hour', '{}'
     from generate_series(1, $1::int) as n`,
    [count],
  );
}
