// What has to be true of all calls when everything is over.
import assert from 'node:assert/strict';
import { Rest } from '../../support/rest.mjs';
import { eventually, stoodStillSince } from '../../support/wait.mjs';

const ON_TIME_MS = 2000;
const AGREE_WITHIN_MS = 30_000;
const LOOK_AT = 12;

/**
 * Checks the books of `traffic`, which is over. `outages` ({ from, until }, in milliseconds) are when nobody could have ended a ring: those that
 * were due meanwhile are due at the end of it. Returns figures for the report.
 */
export async function checkBooks({ database, silos, traffic, outages = [] }) {
  const from = Date.now();
  await eventually('every call has ended', async () => (await database.query('select 1 from call.call_sessions where ended_at is null')).length === 0, AGREE_WITHIN_MS);
  await traffic.allKnowTheEnd(AGREE_WITHIN_MS);
  const agreedAfter = Date.now() - from;

  const twice = await database.query(`
    with talks as (
      select id, user_id, started_at, ended_at from call.call_sessions, lateral (values (initiator_id), (recipient_id)) as people (user_id)
      where started_at is not null)
    select a.id, b.id as other, a.user_id from talks a join talks b on a.user_id = b.user_id and a.id < b.id and a.started_at < b.ended_at and b.started_at < a.ended_at`);
  assert.deepEqual(twice, [], 'nobody was ACTIVE in two calls');

  const rows = await database.query(`
    select s.*, (select count(*)::int from call.call_events e where e.call_id = s.id) as steps,
      (select count(*)::int from call.call_events e where e.call_id = s.id and e.kind = 'ended') as ends
    from call.call_sessions s`);
  const kept = new Map(rows.map((row) => [row.id, row]));
  assert.deepEqual(traffic.calls.filter(({ id }) => !kept.has(id)), [], 'every call that was acknowledged is there');
  for (const { id, steps, ends, version } of rows) assert.deepEqual([steps, ends], [version, 1], `${id} has its whole timeline and ended once`);

  const lateness = rows.filter(({ end_reason: reason }) => reason === 'no_answer' || reason === 'unreachable').map((row) => {
    const deadline = row.ring_deadline.getTime();
    const excused = outages.filter((outage) => deadline >= outage.from - ON_TIME_MS && deadline <= outage.until).map(({ until }) => until);
    return { id: row.id, late: row.ended_at.getTime() - Math.max(deadline, ...excused) - stoodStillSince(deadline), afterDeadline: row.ended_at.getTime() - deadline };
  });
  assert.deepEqual(lateness.filter(({ late }) => late > ON_TIME_MS), [], 'every ring ended on time');
  assert.deepEqual(await database.query('select claim from call.call_claims where kept_until is null'), [], 'no call that is over holds anybody back');

  for (const silo of silos) {
    for (const { id, initiatorId, recipientId } of traffic.calls.slice(-LOOK_AT)) {
      for (const userId of [initiatorId, recipientId]) {
        const { body } = await Rest.as(silo, userId).session(id);
        assert.deepEqual([body.version, Date.parse(body.endedAt)], [kept.get(id).version, kept.get(id).ended_at.getTime()], `${userId} at ${silo.address}`);
      }
    }
  }
  return { calls: rows.length, rings: lateness.length, latestRingMs: Math.max(...lateness.map(({ afterDeadline }) => afterDeadline)), agreedAfter };
}
