// What two browsers say to each other through the hub, so that they find a way to each other.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rawHub } from '../support/raw.mjs';
import { METADATA_MARK } from '../support/service.mjs';
import { Stage } from '../support/stage.mjs';
import { newUser, tokenFor } from '../support/tokens.mjs';
import { eventually, within } from '../support/wait.mjs';

const stage = Stage.shared();

/** A call that was answered on the patient's phone; a tablet and a second window of the panel look on. */
async function answeredCall() {
  const staff = stage.staff();
  const patient = stage.patient();
  const [panel, window, phone, tablet] = await Promise.all([
    stage.device(staff.id, { device: 'panel' }), stage.device(staff.id, { device: 'window' }),
    stage.device(patient.id, { device: 'phone' }), stage.device(patient.id, { device: 'tablet' }),
  ]);
  const { session: { id } } = await staff.rest.call(patient.id);
  await phone.invited(id);
  return { staff, patient, panel, window, phone, tablet, id, answer: () => phone.invoke('request_token', { sessionId: id, role: 'AUDIENCE' }) };
}

const signals = (device) => device.received.filter(({ name }) => name === 'signal').map(({ body }) => body);

test('offer and answer pass between the initiator and the device that answered, as they were written, and reach no other device of the recipient', async () => {
  const { staff, patient, panel, window, phone, tablet, id, answer } = await answeredCall();
  await answer();
  const offer = { kind: 'offer', sdp: `v=0\r\no=- 1 "é" <${METADATA_MARK}>`, list: [1.50, null, { deep: true }] };
  assert.deepEqual(await panel.invoke('signal', { sessionId: id, payload: offer }), { delivered: 1 });
  assert.deepEqual(await phone.told('signal'), { sessionId: id, from: staff.id, device: 'panel', payload: offer });

  assert.deepEqual(await phone.invoke('signal', { sessionId: id, payload: 'the answer' }), { delivered: 2 });
  for (const device of [panel, window]) {
    assert.deepEqual(await device.told('signal'), { sessionId: id, from: patient.id, device: 'phone', payload: 'the answer' });
  }
  for (const payload of [null, 0, false, [], {}]) await panel.invoke('signal', { sessionId: id, payload });
  await phone.told('signal', ({ payload }) => payload && Object.keys(payload).length === 0 && !Array.isArray(payload));
  assert.deepEqual(signals(phone).slice(1).map(({ payload }) => payload), [null, 0, false, [], {}], 'in their order');
  assert.deepEqual(signals(tablet), []);
  assert.deepEqual(await stage.database.query('select version from call.call_sessions where id = $1', [id]),
    [{ version: (await staff.rest.session(id)).body.version }]);
  assert.ok(!JSON.stringify((await staff.rest.timeline(id)).body).includes(METADATA_MARK), 'nothing is kept');
});

test('the same device goes on after its page was loaded again', async () => {
  const { patient, panel, phone, id, answer } = await answeredCall();
  await answer();
  await phone.disconnect();
  const reloaded = await stage.device(patient.id, { device: 'phone' });
  assert.deepEqual(await reloaded.invoke('signal', { sessionId: id, payload: 'here again' }), { delivered: 2 });
  await panel.told('signal', ({ payload }) => payload === 'here again');
  assert.deepEqual(await panel.invoke('signal', { sessionId: id, payload: 'welcome' }), { delivered: 1 });
  await reloaded.told('signal');
});

test('nobody but the two may signal, and not before the answer, nor after the end', async () => {
  const { panel, phone, tablet, id, answer } = await answeredCall();
  const stranger = await stage.device(newUser());
  const admin = await stage.device(newUser('staff'), { claims: { role: 'ADMIN' } });
  const signal = { sessionId: id, payload: 'let me in' };
  await assert.rejects(panel.invoke('signal', signal), /not_possible: /);
  await assert.rejects(phone.invoke('signal', signal), /not_possible: /);
  await answer();
  await assert.rejects(stranger.invoke('signal', signal), /not_a_participant: /);
  await assert.rejects(admin.invoke('signal', signal), /not_a_participant: /);
  await assert.rejects(tablet.invoke('signal', signal), /answered_elsewhere: /);
  await panel.invoke('call_status', { sessionId: id, status: 'COMPLETED' });
  await phone.toldStatus(id, 'COMPLETED');
  await assert.rejects(panel.invoke('signal', signal), /call_ended: /);
  await assert.rejects(phone.invoke('signal', signal), /call_ended: /);
  for (const device of [panel, phone, tablet, stranger, admin]) assert.deepEqual(signals(device), []);
});

test('a signal that is none is refused by name, and the connection stays', async () => {
  const { panel, phone, id, answer } = await answeredCall();
  await answer();
  for (const [argument, problem] of [
    [{ sessionId: id }, /bad_value: 'payload' is required/],
    [{ payload: 1 }, /bad_value: 'sessionId' is required/],
    [{ sessionId: 'call_1', payload: 1 }, /not_found: /],
    [{ sessionId: id, payload: 1, to: 'everybody' }, /unknown_field: .*to/],
  ]) {
    await assert.rejects(panel.invoke('signal', argument), problem);
  }
  await panel.invoke('signal', { sessionId: id, payload: 'x'.repeat(60 * 1024) });
  assert.equal((await phone.told('signal')).payload.length, 60 * 1024);
});

test('a signal of more than 64 KiB goes nowhere', async () => {
  const { panel, phone, tablet, id, answer } = await answeredCall();
  await answer();
  await assert.rejects(panel.invoke('signal', { sessionId: id, payload: 'x'.repeat(64 * 1024) }));
  await within(10_000, 'the connection that sent it is closed', panel.closed);
  assert.deepEqual([...signals(phone), ...signals(tablet)], []);
});

test('whoever signals too often is told to slow down', async () => {
  const service = await stage.startService({ Calls__RequestsPerSecond: '10', Calls__RequestBurst: '20' });
  const caller = await stage.device(newUser(), {}, service);
  const refused = await Promise.all(Array.from({ length: 100 }, () => caller.invoke('signal', { sessionId: 'call_1', payload: 1 }).catch(({ message }) => message)));
  assert.ok(refused.some((message) => message.includes('too_many: ')), refused.join('\n'));
});

test('a connection that signals without end is told to slow down, and stays, while the user\'s other connections may go on', async () => {
  const { panel, window, phone, id, answer } = await answeredCall();
  await answer();
  // 200 at once, and 50 more each second.
  const outcomes = await Promise.all(Array.from({ length: 600 }, (_, i) => panel.invoke('signal', { sessionId: id, payload: i }).then(() => '', ({ message }) => message)));
  const refused = outcomes.filter((message) => message !== '');
  assert.ok(refused.length > 0 && refused.length <= 400, `${refused.length} refused`);
  for (const message of refused) assert.match(message, /too_many: /);
  assert.deepEqual(await window.invoke('signal', { sessionId: id, payload: 'me too' }), { delivered: 1 });
  await phone.told('signal', ({ payload }) => payload === 'me too');
  await panel.invoke('call_status', { sessionId: id, status: 'COMPLETED' });
  await phone.toldStatus(id, 'COMPLETED');
});

test('a device that does not keep up misses signals, and not the end of the call', async () => {
  const staff = stage.staff();
  const patient = stage.patient();
  const panels = await Promise.all(['panel', 'window'].map((device) => stage.device(staff.id, { device })));
  const phone = await rawHub(stage.service, tokenFor(patient.id), '&device=phone');
  const { session: { id } } = await staff.rest.call(patient.id);
  assert.equal((await patient.rest.answer(id, { deviceId: 'phone' })).status, 201);

  phone.socket.pause();
  // Until the kernels' buffers are full, and then more than the whole queue holds.
  const signal = { sessionId: id, payload: 'x'.repeat(60_000) };
  let missed = 0;
  await Promise.all(panels.map(async (panel) => {
    for (let sent = 0; sent < 180 && missed < 80; sent += 10) {
      const answers = await Promise.all(Array.from({ length: 10 }, () => panel.invoke('signal', signal)));
      missed += answers.filter(({ delivered }) => delivered === 0).length;
    }
  }));
  assert.ok(missed >= 80, `${missed} signals found no room`);
  assert.equal((await staff.rest.status(id, 'COMPLETED')).status, 200);
  phone.socket.resume();
  await eventually('the phone is told of the end', () =>
    phone.received.some((message) => message.target === 'call_status' && message.arguments[0].id === id && message.arguments[0].status === 'COMPLETED'));
  phone.socket.close();
});
