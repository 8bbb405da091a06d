// A confirmed call that both sides have lost ends; one that somebody may still be in goes on. Lost is after eight seconds here.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { Stage } from '../support/stage.mjs';
import { eventually, ON_TIME_MS, PATIENCE_MS } from '../support/wait.mjs';

const LOST_MS = 8000;

const stage = Stage.forThisFile({ Calls__ConnectionLostAfter: '00:00:08' });

afterEach(async () => {
  if (!stage.service.isRunning) await stage.service.start();
});

/** A call between two connected people; confirmed, unless said otherwise. */
async function talk({ confirm = true } = {}) {
  const staff = stage.staff();
  const patient = stage.patient();
  const [panel, phone] = await Promise.all([stage.device(staff.id, { device: 'panel' }), stage.device(patient.id, { device: 'phone' })]);
  const { session } = await staff.rest.call(patient.id);
  assert.equal((await patient.rest.answer(session.id, { deviceId: 'phone' })).status, 201);
  if (confirm) assert.equal((await patient.rest.status(session.id, 'ACTIVE')).status, 200);
  return { staff, patient, panel, phone, id: session.id };
}

function ended({ staff, id }) {
  return eventually('the call ends', async () => {
    const { body } = await staff.rest.session(id);
    return body.endedAt && body;
  });
}

async function assertActive({ staff, id }) {
  const { body } = await staff.rest.session(id);
  assert.equal(body.status, 'ACTIVE', body.endReason);
}

test('a confirmed call that both sides lose ends a while after, and one that only one has lost goes on', async () => {
  const [lost, alone, whole, back, unconfirmed] = await Promise.all([talk(), talk(), talk(), talk(), talk({ confirm: false })]);
  await Promise.all([lost, back, unconfirmed].flatMap(({ panel, phone }) => [panel, phone]).map((device) => device.disconnect()));
  await alone.phone.disconnect();
  const gone = Date.now();
  const returned = await stage.device(back.patient.id, { device: 'phone' });

  const end = await ended(lost);
  assert.equal(end.status, 'COMPLETED');
  assert.equal(end.endReason, 'connection_lost');
  assert.equal(end.endedBy, null);
  const after = Date.parse(end.endedAt) - gone;
  assert.ok(after >= LOST_MS - 500 && after <= LOST_MS + ON_TIME_MS, `ended ${after} ms after the connections`);

  // All of them were looked at no later than the one that ended; and once more, to be sure.
  const { id } = await talk();
  await eventually('another round', async () => Date.parse((await stage.database.call(id)).sweep_at) > Date.now() + 1000 && Date.now() > gone + 2 * LOST_MS, PATIENCE_MS);
  for (const call of [alone, whole, back]) await assertActive(call);
  assert.ok(returned.isConnected);
  assert.deepEqual(
    await unconfirmed.staff.rest.session(unconfirmed.id).then(({ body }) => [body.status, body.endReason]),
    ['CANCELLED', 'caller_lost'],
    'a caller who was connected and is gone before anybody has confirmed is gone');
});

test('after a crash both sides have the whole time to come back, and then it ends', async () => {
  const [lost, kept] = await Promise.all([talk(), talk()]);
  await stage.service.kill();
  const due = Date.now() - 60_000;
  await stage.database.query('update call.call_sessions set sweep_at = to_timestamp($1 / 1000.0) where id = any($2)', [due, [lost.id, kept.id]]);
  await stage.service.start();
  const started = stage.service.listensSince;

  await eventually('both were looked at', async () => {
    const rows = await Promise.all([lost, kept].map(({ id }) => stage.database.call(id)));
    return rows.every((row) => row.sweep_at > new Date(started));
  }, ON_TIME_MS);
  for (const call of [lost, kept]) await assertActive(call);
  await stage.device(kept.staff.id, { device: 'panel' });

  const end = await ended(lost);
  assert.equal(end.endReason, 'connection_lost');
  assert.ok(Date.parse(end.endedAt) - started >= LOST_MS - 2000, 'a restart is not held against them');
  await assertActive(kept);
});
