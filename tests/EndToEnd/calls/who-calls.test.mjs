// Who calls, by the verified token, wherever a call is shown; and what a timeline shows to whom.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Stage } from '../support/stage.mjs';
import { newUser } from '../support/tokens.mjs';
import { Viewer } from '../support/viewer.mjs';

const stage = Stage.shared();

test('the name and role of the caller are those of the token, in every answer and message', async () => {
  const id = newUser('staff');
  const rest = stage.rest(id, { role: 'DOCTOR', firstName: 'Ad\u202ea\u0007', lastName: 'Lovelace' });
  const patient = stage.patient();
  const [panel, phone, viewer] = await Promise.all([stage.device(id), stage.device(patient.id), Viewer.watch(stage.service)]);
  const metadata = { initiatorName: 'Chief physician' };
  const { session } = await rest.call(patient.id, { metadata });
  const who = ({ initiatorName, initiatorRole }) => [initiatorName, initiatorRole];
  const ada = ['Ada Lovelace', 'DOCTOR'];
  assert.deepEqual(who(session), ada);
  assert.deepEqual(session.metadata, metadata);
  assert.deepEqual(who(await phone.invited(session.id)), ada);
  assert.deepEqual(who((await phone.invoke('sync', {})).invitations[0]), ada);
  await patient.rest.answer(session.id);
  assert.deepEqual(who(await panel.told('call_status', (call) => call.id === session.id)), ada);
  assert.deepEqual(who((await patient.rest.session(session.id)).body), ada);
  assert.deepEqual(who((await patient.rest.get('/calls')).body.items[0]), ada);
  assert.deepEqual(who((await patient.rest.get('/calls/sessions')).body[0]), ada);
  const monitored = (await stage.staff().rest.get(`/monitor/calls?search=${id}`)).body.items;
  assert.deepEqual(who(monitored[0]), ada);
  assert.deepEqual(who(await viewer.shows('the call', session.id)), ada);
  await viewer.disconnect();

  const { session: unnamed } = await stage.rest(newUser('staff'), {}).call(stage.patient().id);
  assert.deepEqual(who(unnamed), [null, 'PATIENT']);
});

test('a timeline shows no device of the other side and no watching staff, except to staff', async () => {
  const caller = stage.patient();
  const callee = stage.patient();
  const watcher = stage.staff();
  const phone = await stage.device(callee.id, { device: 'kitchen-tablet' });
  const { session } = await caller.rest.call(callee.id);
  await phone.invited(session.id);
  await phone.invoke('invitation_ack', { sessionId: session.id });
  await (await stage.device(watcher.id, { claims: { role: 'ADMIN' } })).invoke('join_call', { sessionId: session.id });

  const seen = (await caller.rest.timeline(session.id)).text;
  for (const hidden of ['kitchen-tablet', watcher.id, 'watches']) assert.ok(!seen.includes(hidden), seen);
  assert.match(seen, /"ringing"/);
  assert.match((await callee.rest.timeline(session.id)).text, /kitchen-tablet/);
  const all = (await watcher.rest.timeline(session.id)).text;
  for (const shown of ['kitchen-tablet', watcher.id, 'watches']) assert.ok(all.includes(shown), all);
});
