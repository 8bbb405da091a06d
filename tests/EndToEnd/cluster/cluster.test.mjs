// Three silos, one database: everybody rings wherever they are connected, and a silo that dies takes no call with it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callEachOtherAtOnce, playAtRandom, recordWrites } from '../support/crowd.mjs';
import { negotiate, rawHub } from '../support/raw.mjs';
import { assertProblem } from '../support/shapes.mjs';
import { Stage } from '../support/stage.mjs';
import { tokenFor } from '../support/tokens.mjs';
import { eventually } from '../support/wait.mjs';

// How long the others may take to notice that a silo has died, and to take over.
const SETTLED_WITHIN_MS = 60_000;

let silos;

const stage = Stage.forThisFile({}, {
  start: false,
  async prepare() {
    const settings = { Calls__Clustering: 'AdoNet', Calls__RingTimeout: '00:00:20' };
    silos = [await stage.startService(settings)];
    silos.push(...await Promise.all([stage.startService(settings), stage.startService(settings)]));
    await recordWrites(stage.database);
  },
});

test('a cluster of three silos rings every device of the callee, whichever silo it is connected to, and tells everybody', async () => {
  const [a, b, c] = silos;
  const staff = stage.staff(a);
  const patient = stage.patient(c);
  const panel = await stage.device(staff.id, {}, b);
  const phone = await stage.device(patient.id, { device: 'phone' }, b);
  const tablet = await stage.device(patient.id, { device: 'tablet' }, c);
  const { session } = await staff.rest.call(patient.id);
  await Promise.all([phone, tablet].map((device) => device.invited(session.id)));
  await tablet.invoke('invitation_ack', { sessionId: session.id });
  await panel.toldStatus(session.id, 'RINGING');
  assert.equal((await patient.rest.answer(session.id, { deviceId: 'tablet' })).status, 201);
  assertProblem(await stage.rest(patient.id, {}, b).answer(session.id, { deviceId: 'phone' }), 409, 'answered_elsewhere');
  assert.equal((await patient.rest.status(session.id, 'ACTIVE')).status, 200);
  assert.equal((await stage.rest(staff.id, {}, c).status(session.id, 'COMPLETED')).status, 200);
  for (const device of [panel, phone, tablet]) await device.toldStatus(session.id, 'COMPLETED');
});

test('a cluster of three silos passes signals between two participants who are connected to different ones', async () => {
  const [a, b, c] = silos;
  const staff = stage.staff(a);
  const patient = stage.patient(b);
  const panel = await stage.device(staff.id, { device: 'panel' }, a);
  const window = await stage.device(staff.id, { device: 'window' }, c);
  const phone = await stage.device(patient.id, { device: 'phone' }, b);
  await stage.device(patient.id, { device: 'tablet' }, c);
  const { session: { id } } = await stage.rest(staff.id, {}, c).call(patient.id);
  await phone.invited(id);
  await phone.invoke('request_token', { sessionId: id, role: 'AUDIENCE' });
  assert.deepEqual(await panel.invoke('signal', { sessionId: id, payload: { sdp: 'offer' } }), { delivered: 1 });
  assert.deepEqual(await phone.told('signal'), { sessionId: id, from: staff.id, device: 'panel', payload: { sdp: 'offer' } });
  assert.deepEqual(await phone.invoke('signal', { sessionId: id, payload: { sdp: 'answer' } }), { delivered: 2 });
  for (const device of [panel, window]) assert.deepEqual((await device.told('signal')).payload, { sdp: 'answer' });
});

test('a cluster of three silos counts a user\'s devices wherever they are connected', async () => {
  const patient = stage.patient(silos[0]);
  await Promise.all([['phone', 0], ['tablet', 1], ['phone', 2]].map(([device, at]) => stage.device(patient.id, { device }, silos[at])));
  for (const silo of silos) {
    await eventually('two devices are counted', async () => {
      const { body: { items: [user] } } = await stage.staff(silo).rest.get(`/users?search=${patient.id}`);
      return user?.devices === 2;
    });
  }
});

test('a cluster of three silos takes a connection at any silo, whichever negotiated it', async () => {
  const [a, b] = silos;
  const token = tokenFor(stage.patient(a).id);
  const negotiation = await negotiate(a, token);
  const hub = await rawHub(b, token, `&id=${negotiation.connectionToken}`);
  await eventually('the connection learns who it is', () => hub.received.some(({ target }) => target === 'connected'));
  assert.equal(hub.received.find(({ target }) => target === 'connected').arguments[0].connectionId, negotiation.connectionId);
  hub.socket.close();
});

test('a cluster of three silos opens one call for one idempotency key, whichever silos are asked', async () => {
  const staff = stage.staff(silos[0]);
  const patient = stage.patient(silos[0]);
  for (const [key, more] of [['one', {}], ['two', { channelName: 'a_channel_of_its_own' }]]) {
    const answers = await Promise.all(Array.from({ length: 9 }, (_, i) =>
      stage.rest(staff.id, {}, silos[i % 3]).post('/calls/session', { recipientId: patient.id, ...more }, { 'idempotency-key': key })));
    for (const answer of answers) assert.equal(answer.status, 201, answer.text);
    assert.equal(new Set(answers.map((answer) => answer.body.session.id)).size, 1);
    assert.equal((await staff.rest.status(answers[0].body.session.id, 'CANCELLED')).status, 200);
  }
});

test('a cluster of three silos lets one call survive of two that meet at the very same moment on two of them', () =>
  callEachOtherAtOnce(stage, silos, 12));

test('a cluster of three silos keeps to that, and to one conversation a person, whatever people do at random', (t) =>
  playAtRandom(t, stage, silos));

test('a cluster of three silos goes on without a silo that was killed: acknowledged calls, their devices elsewhere, and ringing out', async () => {
  const [a, b, c] = silos;
  const callers = Array.from({ length: 12 }, (_, i) => stage.staff(silos[i % 3]));
  const patients = callers.map(() => stage.patient(a));
  const phones = await Promise.all(patients.map((patient, i) => stage.device(patient.id, { device: 'phone' }, i % 2 ? a : c)));
  const sessions = await Promise.all(callers.map(async (caller, i) => (await caller.rest.call(patients[i].id)).session));
  await Promise.all(phones.map((phone, i) => phone.invited(sessions[i].id)));
  const talking = sessions.slice(0, 6);
  const ringing = sessions.slice(6);
  for (const [i, { id }] of talking.entries()) assert.equal((await patients[i].rest.answer(id, { deviceId: 'phone' })).status, 201);

  await b.kill();

  for (const [i, { id }] of talking.entries()) {
    const rest = stage.rest(patients[i].id, {}, i % 2 ? a : c);
    await eventually('the call can go on', async () => (await rest.status(id, 'ACTIVE')).status === 200, SETTLED_WITHIN_MS);
    await eventually('and end', async () => (await stage.rest(callers[i].id, {}, i % 2 ? c : a).status(id, 'COMPLETED')).status === 200, SETTLED_WITHIN_MS);
    await phones[i].toldStatus(id, 'COMPLETED', SETTLED_WITHIN_MS);
  }
  for (const { id, initiatorId } of ringing) {
    const ended = await eventually('it rings out', async () => {
      const answer = await stage.rest(initiatorId, {}, a).session(id);
      return answer.status === 200 && answer.body.endedAt && answer.body;
    }, SETTLED_WITHIN_MS);
    assert.equal(ended.status, 'EXPIRED');
    assert.equal(ended.endReason, 'unreachable');
  }

  const { session } = await stage.staff(a).rest.call(patients[0].id);
  await phones[0].invited(session.id, SETTLED_WITHIN_MS);

  await b.start();
  const back = await stage.device(patients[1].id, { device: 'tablet' }, b);
  const { session: last } = await stage.staff(b).rest.call(patients[1].id);
  await Promise.all([back, phones[1]].map((device) => device.invited(last.id, SETTLED_WITHIN_MS)));
});
