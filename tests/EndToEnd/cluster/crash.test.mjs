// kill -9: what was acknowledged is there afterwards and goes on.
import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { acrossOneCrash } from '../support/crash.mjs';
import { assertInvitation, assertProblem } from '../support/shapes.mjs';
import { Stage } from '../support/stage.mjs';
import { eventually, ON_TIME_MS } from '../support/wait.mjs';

const stage = Stage.forThisFile();

// Each test starts with a service that runs, also after one that failed half-way.
afterEach(async () => {
  if (!stage.service.isRunning) await stage.service.start();
});

async function crash() {
  const exit = await stage.service.kill();
  assert.equal(exit.signal, 'SIGKILL');
}

async function restart(whileDown) {
  await crash();
  await whileDown();
  await stage.service.start();
}

/** The call, once it has ended; fails if that takes longer than a sweep may. */
function endedSoon(rest, id) {
  return eventually('the sweep ends the call', async () => {
    const { body } = await rest.session(id);
    return body.endedAt && body;
  }, ON_TIME_MS);
}

describe('after a crash', () => acrossOneCrash(restart, {
  // First, so that its seconds begin with the start.
  async *['what became due while the service was down is ended within two seconds of its start']() {
    const staff = stage.staff();
    const patients = [stage.patient(), stage.patient(), stage.patient()];
    const [unheard, ringing, forgotten] = await Promise.all(patients.map(async (patient) => (await staff.rest.call(patient.id)).session));
    const phone = await stage.device(patients[1].id);
    await phone.invoke('invitation_ack', { sessionId: ringing.id });
    assert.equal((await patients[2].rest.answer(forgotten.id)).status, 201);
    yield () => stage.database.query(
      `update call.call_sessions
       set ring_deadline = case when answered_at is null then now() - interval '1 minute' else ring_deadline end,
           expires_at = case when answered_at is null then expires_at else now() - interval '1 minute' end,
           next_deadline = now() - interval '1 minute', sweep_at = now() - interval '1 minute'
       where id = any($1)`,
      [[unheard.id, ringing.id, forgotten.id]],
    );

    const reasons = await Promise.all([unheard, ringing, forgotten].map(async ({ id }) => {
      const ended = await endedSoon(staff.rest, id);
      return [ended.status, ended.endReason];
    }));
    assert.deepEqual(reasons, [['EXPIRED', 'unreachable'], ['EXPIRED', 'no_answer'], ['EXPIRED', 'token_expired']]);
    for (const { id } of [unheard, ringing, forgotten]) {
      const events = await stage.database.events(id);
      assert.deepEqual(events.filter((event) => event.kind === 'ended').length, 1);
      assert.equal((await stage.database.call(id)).next_deadline, null);
    }
  },

  async *['a call that was answered with 201 is there after a crash, rings, and goes on to its end']() {
    const staff = stage.staff();
    const patient = stage.patient();
    const { session } = await staff.rest.call(patient.id);
    yield;

    assert.deepEqual((await staff.rest.session(session.id)).body, session);
    const phone = await stage.device(patient.id, { device: 'phone' });
    assertInvitation(await phone.invited(session.id));
    await phone.invoke('invitation_ack', { sessionId: session.id });
    assert.equal((await patient.rest.answer(session.id, { deviceId: 'phone' })).status, 201);
    assert.equal((await patient.rest.status(session.id, 'ACTIVE')).status, 200);
    assert.equal((await staff.rest.status(session.id, 'COMPLETED')).status, 200);
    const { body: timeline } = await staff.rest.timeline(session.id);
    assert.deepEqual(
      timeline.map(({ kind }) => kind).filter((kind) => kind !== 'delivered'),
      ['created', 'invited', 'ringing', 'answered', 'token_issued', 'active', 'ended'],
    );
  },

  async *['a request with an idempotency key can be repeated after a crash']() {
    const staff = stage.staff();
    const body = { recipientId: stage.patient().id };
    const headers = { 'idempotency-key': 'again' };
    const first = await staff.rest.post('/calls/session', body, headers);
    assert.equal(first.status, 201);
    yield;
    const second = await staff.rest.post('/calls/session', body, headers);
    assert.equal(second.status, 201, second.text);
    assert.deepEqual(second.body.session, first.body.session);
  },

  async *['an answered call is still that device\'s after a crash']() {
    const staff = stage.staff();
    const patient = stage.patient();
    const { session } = await staff.rest.call(patient.id);
    const answered = await patient.rest.answer(session.id, { deviceId: 'phone' });
    assert.equal(answered.status, 201);
    yield;

    assert.deepEqual((await staff.rest.session(session.id)).body, answered.body.session);
    assertProblem(await patient.rest.answer(session.id, { deviceId: 'tablet' }), 409, 'answered_elsewhere');
    assert.equal((await patient.rest.answer(session.id, { deviceId: 'phone' })).status, 201);
    assert.equal((await patient.rest.status(session.id, 'ACTIVE')).status, 200);
  },
}));

test('of calls that are being created when the service is killed, every one that was acknowledged is there', async () => {
  let crashed;
  const { acknowledged, refused } = await stage.callUntilRefused((count) => {
    if (count === 200) crashed = crash();
  });
  await crashed;
  assert.deepEqual(refused, []);
  await stage.service.start();
  await stage.assertKept(acknowledged);
  const [{ count }] = await stage.database.query(
    'select count(*) from call.call_sessions s where version <> (select count(*) from call.call_events e where e.call_id = s.id)',
  );
  assert.equal(count, 0, 'no call without its whole timeline, acknowledged or not');
});
