// Every silo is stopped and started again, one after the other, while people call each other: nobody loses anything by it.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Fleet, Phone } from '../support/fleet.mjs';
import { Stage } from '../support/stage.mjs';
import { newUser } from '../support/tokens.mjs';
import { eventually, ON_TIME_MS } from '../support/wait.mjs';

const PAIRS = 20;
const BETWEEN_CALLS_MS = 300;
const RING_MS = 8000;
const TOLD_WITHIN_MS = 10_000;

let silos;
let fleet;
const phones = [];

const stage = Stage.forThisFile({}, {
  start: false,
  async prepare() {
    const settings = {
      Calls__RingTimeout: `00:00:0${RING_MS / 1000}`,
      Calls__ConnectionLostAfter: '00:00:05',
      Calls__MaxDuration: '00:04:00',
      AGORA_TOKEN_TTL: '240',
      Calls__DrainDelay: '00:00:01',
      Calls__Clustering: 'AdoNet',
    };
    silos = [await stage.startService(settings)];
    silos.push(...await Promise.all([stage.startService(settings), stage.startService(settings)]));
    fleet = new Fleet(silos);
  },
  async finish() {
    await Promise.all(phones.map((phone) => phone.close()));
    await fleet?.close();
  },
});

/** Asks through the load balancer; the answer has to have this status. */
async function ask(status, ...request) {
  const answer = await fleet.ask(...request);
  assert.equal(answer.status, status, answer.text);
  return answer.body;
}

const set = (userId, id, status) => ask(200, userId, 'PATCH', `/calls/session/${id}/status`, { status });
const answer = (userId, id) => ask(201, userId, 'POST', `/calls/session/${id}/token`, { deviceId: 'phone' });

const SHORT_STORIES = [
  async (id, caller, patient) => {
    await answer(patient, id);
    await set(patient, id, 'ACTIVE');
    await set(caller, id, 'COMPLETED');
  },
  (id, caller) => set(caller, id, 'CANCELLED'),
  (id, caller, patient) => set(patient, id, 'CANCELLED'),
];
const ringsOut = (id, caller) => eventually('it rings out', async () => (await ask(200, caller, 'GET', `/calls/session/${id}`)).endedAt, 3 * RING_MS);

test('silos that are restarted one after the other under load lose no call, no invitation and no end, and refuse nobody for good', async (t) => {
  const acknowledged = [];
  let isOver = false;

  /** One person calls another again and again; each call has to ring at the other's phone, and to be over for both. */
  async function keepCalling(pair) {
    const [caller, patient] = [newUser('staff'), newUser('patient')];
    const [panel, phone] = [caller, patient].map((userId) => new Phone(fleet, userId));
    phones.push(panel, phone);
    await eventually('both are connected', () => panel.isConnected && phone.isConnected);
    for (let i = pair; !isOver; i++) {
      await pause(BETWEEN_CALLS_MS);
      const { session: { id } } = await ask(201, caller, 'POST', '/calls/session', { recipientId: patient }, { 'idempotency-key': randomUUID() });
      acknowledged.push(id);
      await eventually(`${id} rings`, () => phone.wasInvited(id), RING_MS);
      await (pair % 4 === 0 ? ringsOut : SHORT_STORIES[i % SHORT_STORIES.length])(id, caller, patient);
      for (const side of [panel, phone]) {
        await eventually(`${id} is over for both`, () => side.isConnected && side.knows(id)?.endedAt !== null, TOLD_WITHIN_MS).catch((error) => {
          throw new Error(`${error.message}; the ${side === panel ? 'panel' : 'phone'}'s connections: ${side.describe(id)}`);
        });
      }
    }
  }

  const calling = Promise.all(Array.from({ length: PAIRS }, (_, pair) => keepCalling(pair)));
  calling.catch(() => { isOver = true; });
  await eventually('everybody calls', () => acknowledged.length >= 2 * PAIRS || isOver);
  const restarts = [];
  for (const silo of silos) {
    const from = Date.now();
    const before = acknowledged.length;
    const exit = await silo.stop();
    assert.equal(exit.code, 0, exit.output);
    await silo.start();
    restarts.push({ from, until: Date.now(), meanwhile: acknowledged.length - before });
  }
  isOver = true;
  await calling;

  t.diagnostic(`${acknowledged.length} calls, restarts of ${restarts.map(({ from, until }) => until - from)} ms; requests asked again: ${JSON.stringify(fleet.refusals)}`);
  assert.deepEqual(Object.keys(fleet.refusals).filter((kind) => kind !== '503'), [], 'no request breaks off: it is answered, if only with 503');
  assert.ok(restarts.every(({ meanwhile }) => meanwhile > 0), 'the others go on meanwhile');
  assert.ok(phones.filter((phone) => phone.connections > 1).length > PAIRS, 'most phones had to connect again');

  const rows = await stage.database.query('select s.*, (select count(*) from call.call_events e where e.call_id = s.id) as steps from call.call_sessions s');
  const kept = new Set(rows.map((row) => row.id));
  assert.deepEqual(acknowledged.filter((id) => !kept.has(id)), [], 'every call that was acknowledged is there');
  assert.ok(rows.some(({ end_reason: reason }) => reason === 'no_answer'), 'some have rung out');
  for (const row of rows) {
    assert.equal(row.steps, row.version, `${row.id} has its whole timeline`);
    assert.notEqual(row.ended_at, null, `${row.id} has ended`);
    if (row.end_reason !== 'no_answer' && row.end_reason !== 'unreachable') continue;
    const late = restarts.filter(({ from, until }) => row.ring_deadline >= from - ON_TIME_MS && row.ring_deadline <= until).map(({ until }) => until);
    const due = Math.max(row.ring_deadline.getTime(), ...late);
    assert.ok(row.ended_at.getTime() <= due + ON_TIME_MS, `${row.id} rang ${row.ended_at - row.ring_deadline} ms past its deadline`);
  }
});

test('five minutes later no call is stuck, though no silo was there to see the time pass', async () => {
  const newPair = () => [newUser('staff'), newUser('patient')];
  const call = async ([caller, patient]) => (await ask(201, caller, 'POST', '/calls/session', { recipientId: patient })).session.id;
  const unheard = await call(newPair());
  const ringingPair = newPair();
  const ringing = await call(ringingPair);
  await ask(200, ringingPair[1], 'PATCH', `/calls/session/${ringing}/status`, { status: 'RINGING' });
  const answeredPair = newPair();
  const answered = await call(answeredPair);
  await answer(answeredPair[1], answered);
  const talkingPair = newPair();
  const talking = await call(talkingPair);
  await answer(talkingPair[1], talking);
  await set(talkingPair[0], talking, 'ACTIVE');

  await Promise.all(silos.map((silo) => silo.stop()));
  await stage.database.query(`
    update call.call_sessions set
      created_at = created_at - interval '5 minutes', updated_at = updated_at - interval '5 minutes', expires_at = expires_at - interval '5 minutes',
      ring_deadline = ring_deadline - interval '5 minutes', answered_at = answered_at - interval '5 minutes', started_at = started_at - interval '5 minutes',
      next_deadline = next_deadline - interval '5 minutes', sweep_at = sweep_at - interval '5 minutes'
    where ended_at is null`);
  await Promise.all(silos.map((silo) => silo.start()));

  await eventually('every call has ended', async () => {
    const [{ count }] = await stage.database.query('select count(*) from call.call_sessions where ended_at is null');
    return count === 0;
  }, ON_TIME_MS);
  const reasons = await Promise.all([unheard, ringing, answered, talking].map(async (id) => (await stage.database.call(id)).end_reason));
  assert.deepEqual(reasons.slice(0, 3), ['unreachable', 'no_answer', 'token_expired']);
  assert.ok(['max_duration', 'token_expired'].includes(reasons[3]), reasons[3]);
  assert.deepEqual(await stage.database.query('select * from call.call_claims where kept_until is null'), [], 'and holds nobody back');
});
