// What somebody finds who was not there when it happened.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertInvitation, assertSession, assertTime } from './support/shapes.mjs';
import { Stage } from './support/stage.mjs';
import { newUser } from './support/tokens.mjs';

// More connections than these wait with being made known to their users' grains.
const ANNOUNCED_AT_ONCE = 64;

const stage = Stage.forThisFile();

test('an invitation made while the callee is offline is there when the callee connects, and in sync', async () => {
  const staff = stage.staff();
  const patient = stage.patient();
  const { session } = await staff.rest.call(patient.id);

  const phone = await stage.device(patient.id);
  const pushed = await phone.invited(session.id);
  assertInvitation(pushed);
  const sync = await phone.invoke('sync', {});
  assert.deepEqual(Object.keys(sync).sort(), ['calls', 'invitations', 'serverTime']);
  assertTime(sync.serverTime, 'serverTime');
  assert.equal(sync.invitations.length, 1);
  assertInvitation(sync.invitations[0]);
  assert.ok(sync.invitations[0].remainingMs <= pushed.remainingMs);
  assert.deepEqual({ ...sync.invitations[0], remainingMs: 0 }, { ...pushed, remainingMs: 0 });
  assert.deepEqual(sync.calls, []);

  await phone.invoke('invitation_ack', { sessionId: session.id });
  assert.equal((await patient.rest.answer(session.id)).status, 201);
});

test('a second device that connects while it rings is invited too', async () => {
  const staff = stage.staff();
  const patient = stage.patient();
  const phone = await stage.device(patient.id, { acknowledge: true });
  const { session } = await staff.rest.call(patient.id);
  await phone.toldStatus(session.id, 'RINGING');
  const tablet = await stage.device(patient.id);
  assertInvitation(await tablet.invited(session.id));
});

test('a device that asks with sync before its connection is known everywhere is still told of an end that comes next', async () => {
  const staff = stage.staff();
  const panel = await stage.device(staff.id);
  const patient = stage.patient();
  const { session } = await staff.rest.call(patient.id);
  await patient.rest.status(session.id, 'RINGING');
  await panel.toldStatus(session.id, 'RINGING'); // and the patient's grain has been told, and knows of no connection

  const unlock = await stage.database.lock('call.orleansstorage');
  let syncing;
  let tablet;
  try {
    await Promise.all(Array.from({ length: ANNOUNCED_AT_ONCE }, () => stage.device(newUser())));
    tablet = await stage.device(patient.id);
    syncing = tablet.invoke('sync', {});
    await patient.rest.get('/calls/sessions'); // takes as long as the sync would
    assert.equal((await staff.rest.status(session.id, 'CANCELLED')).status, 200);
  } finally {
    await unlock();
  }
  const { invitations } = await syncing;
  if (invitations.some(({ id }) => id === session.id)) await tablet.toldStatus(session.id, 'CANCELLED');
});

test('a call that was cancelled in the meantime rings nobody', async () => {
  const staff = stage.staff();
  const patient = stage.patient();
  const { session } = await staff.rest.call(patient.id);
  await staff.rest.status(session.id, 'CANCELLED');
  const { session: later } = await staff.rest.call(patient.id);

  const phone = await stage.device(patient.id);
  await phone.invited(later.id);
  assert.deepEqual(phone.about(session.id, 'call_invitation'), []);
  const sync = await phone.invoke('sync', {});
  assert.deepEqual(sync.invitations.map((invitation) => invitation.id), [later.id]);
  assert.deepEqual(sync.calls, []);
});

test('a call that was answered elsewhere in the meantime does not ring, but is told', async () => {
  const staff = stage.staff();
  const patient = stage.patient();
  const { session } = await staff.rest.call(patient.id);
  assert.equal((await patient.rest.answer(session.id, { deviceId: 'phone' })).status, 201);
  const tablet = await stage.device(patient.id, { device: 'tablet' });
  const sync = await tablet.invoke('sync', {});
  assert.deepEqual(sync.invitations, []);
  assert.deepEqual(sync.calls.map((call) => call.id), [session.id]);
  assert.deepEqual(tablet.about(session.id, 'call_invitation'), []);
});

test('a caller who was offline learns from sync that the call was answered', async () => {
  const staff = stage.staff();
  const patient = stage.patient();
  const panel = await stage.device(staff.id);
  const { session } = await staff.rest.call(patient.id);
  await panel.disconnect();
  assert.equal((await patient.rest.answer(session.id)).status, 201);
  assert.equal((await patient.rest.status(session.id, 'ACTIVE')).status, 200);

  const back = await stage.device(staff.id);
  const sync = await back.invoke('sync', {});
  assert.deepEqual(sync.invitations, []);
  assert.equal(sync.calls.length, 1);
  assertSession(sync.calls[0]);
  assert.equal(sync.calls[0].status, 'ACTIVE');
  assert.deepEqual(sync.calls[0], (await staff.rest.session(session.id)).body);
});

test('a connection that closed is not told any more, and the others still are', async () => {
  const staff = stage.staff();
  const patient = stage.patient();
  const [phone, tablet] = await Promise.all([stage.device(patient.id), stage.device(patient.id)]);
  await phone.disconnect();
  const { session } = await staff.rest.call(patient.id);
  await tablet.invited(session.id);
  assert.deepEqual(phone.about(session.id, 'call_invitation'), []);
});
