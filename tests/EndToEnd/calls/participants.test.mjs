// Who may do what: devices of one user, second users, staff, strangers.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertOpensChannel } from '../support/agora.mjs';
import { assertProblem, assertSession, assertTimeline } from '../support/shapes.mjs';
import { Stage } from '../support/stage.mjs';

const stage = Stage.shared();

const UNKNOWN = 'call_00000000000000000000000000000000';

test('the first device to answer is in; another device of the same user is told that it was answered elsewhere', async () => {
  const staff = stage.staff();
  const patient = stage.patient();
  const [phone, tablet] = await Promise.all([stage.device(patient.id, { device: 'phone' }), stage.device(patient.id, { device: 'tablet' })]);
  const { session } = await staff.rest.call(patient.id);
  await Promise.all([phone, tablet].map((device) => device.invoke('invitation_ack', { sessionId: session.id })));

  assert.equal((await patient.rest.answer(session.id, { deviceId: 'phone' })).status, 201);
  const told = await tablet.told('call_status', (status) => status.id === session.id && status.answeredAt !== null);
  assert.equal(told.status, 'RINGING');
  const late = await patient.rest.answer(session.id, { deviceId: 'tablet' });
  assertProblem(late, 409, 'answered_elsewhere');
  assertSession(late.body.session);
  await assert.rejects(tablet.invoke('request_token', { sessionId: session.id, role: 'HOST' }), /answered_elsewhere: /);
  assertProblem(await patient.rest.answer(session.id), 409, 'answered_elsewhere');
});

test('when two devices answer at the same moment, exactly one is in', async () => {
  const staff = stage.staff();
  const patient = stage.patient();
  const { session } = await staff.rest.call(patient.id);
  const devices = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  const answers = await Promise.all(devices.map((deviceId) => patient.rest.answer(session.id, { deviceId })));
  assert.deepEqual(answers.map((answer) => answer.status).sort(), [201, 409, 409, 409, 409, 409, 409, 409]);
  const { body: timeline } = await staff.rest.timeline(session.id);
  const answered = timeline.filter((entry) => entry.kind === 'answered');
  assert.equal(answered.length, 1);
  assert.equal(answered[0].device, devices[answers.findIndex((answer) => answer.status === 201)], 'the winner is on record');
});

test('the device that answered, and the caller, renew their tokens as often as they like', async () => {
  const staff = stage.staff();
  const patient = stage.patient();
  const { session, credential } = await staff.rest.call(patient.id);
  const first = await patient.rest.answer(session.id, { deviceId: 'phone' });
  const renewed = await patient.rest.answer(session.id, { deviceId: 'phone' });
  assert.equal(renewed.status, 201, renewed.text);
  assert.notEqual(renewed.body.credential.token, first.body.credential.token, 'a fresh token');
  assertOpensChannel(renewed.body.credential, { channelName: session.channelName, userId: patient.id });
  assert.deepEqual(renewed.body.session, first.body.session, 'a renewal changes nothing');

  const callers = await staff.rest.answer(session.id, { role: 'HOST' });
  assert.equal(callers.status, 201, callers.text);
  assert.notEqual(callers.body.credential.token, credential.token);
  assertOpensChannel(callers.body.credential, { channelName: session.channelName, userId: staff.id });
  assert.equal(callers.body.session.answeredAt, first.body.session.answeredAt, 'the caller\'s token is no answer');
});

test('a participant of a live call gets a token at any time, over REST and the hub; a stranger never does', async () => {
  const staff = stage.staff();
  const patient = stage.patient();
  const stranger = stage.patient();
  const panel = await stage.device(staff.id, { device: 'panel' });
  const [phone, intruder] = await Promise.all([stage.device(patient.id, { device: 'phone' }), stage.device(stranger.id)]);
  const { session } = await staff.rest.call(patient.id);
  const { id } = session;

  const getIn = async (rest, device, deviceId) => {
    for (const { credential } of [(await rest.answer(id, { deviceId })).body, await device.invoke('request_token', { sessionId: id, role: 'HOST' })]) {
      assertOpensChannel(credential, { channelName: session.channelName, userId: credential.rtcUserId });
    }
  };
  const staysOut = async () => {
    assertProblem(await stranger.rest.answer(id), 403, 'not_a_participant');
    await assert.rejects(intruder.invoke('request_token', { sessionId: id, role: 'HOST' }), /not_a_participant: /);
  };

  await getIn(staff.rest, panel, 'panel');
  await staysOut();
  await phone.invoke('invitation_ack', { sessionId: id });
  await getIn(staff.rest, panel, 'panel');
  await staysOut();
  for (const status of [undefined, 'ACTIVE']) {
    if (status) assert.equal((await patient.rest.status(id, status)).status, 200);
    await getIn(patient.rest, phone, 'phone');
    await getIn(staff.rest, panel, 'panel');
    await getIn(staff.rest, panel, undefined);
    await staysOut();
  }
});

test('nobody gets a token for a call that has ended, however it ended: not who declined, not who hung up, not a stranger', async () => {
  const endings = [
    ['declined', async ({ patient }, id) => patient.rest.status(id, 'CANCELLED')],
    ['caller_cancelled', async ({ staff }, id) => staff.rest.status(id, 'CANCELLED')],
    ['hangup', async ({ patient }, id) => {
      await patient.rest.answer(id, { deviceId: 'phone' });
      await patient.rest.status(id, 'ACTIVE');
      return patient.rest.status(id, 'COMPLETED');
    }],
    ['hangup', async ({ staff, patient }, id) => {
      await patient.rest.answer(id, { deviceId: 'phone' });
      return staff.rest.status(id, 'CANCELLED');
    }],
  ];
  for (const [reason, end] of endings) {
    const people = { staff: stage.staff(), patient: stage.patient(), stranger: stage.patient() };
    const phone = await stage.device(people.patient.id, { device: 'phone' });
    const { session } = await people.staff.rest.call(people.patient.id);
    assert.equal((await end(people, session.id)).body.session.endReason, reason);

    for (const who of [people.staff, people.patient]) {
      const refused = await who.rest.answer(session.id, { deviceId: 'phone' });
      assertProblem(refused, 410, 'call_ended');
      assert.ok(!('credential' in refused.body));
    }
    await assert.rejects(phone.invoke('request_token', { sessionId: session.id, role: 'HOST' }), /call_ended: /);
    assertProblem(await people.stranger.rest.answer(session.id), 403, 'not_a_participant');
    assert.equal(phone.received.filter(({ name }) => name === 'token_issued').length, 0);
  }
});

test('the first other user who asks for a token of an open session becomes its recipient', async () => {
  const staff = stage.staff();
  const [first, second] = [stage.patient(), stage.patient()];
  const panel = await stage.device(staff.id);
  const { session } = await staff.rest.call(undefined);
  assert.equal(session.recipientId, null);
  assert.equal(session.ringDeadline, null, 'nobody is rung');

  const joined = await first.rest.answer(session.id);
  assert.equal(joined.status, 201, joined.text);
  assert.equal(joined.body.session.recipientId, first.id);
  assertOpensChannel(joined.body.credential, { channelName: session.channelName, userId: first.id });
  const told = await panel.toldStatus(session.id, 'RINGING');
  assert.equal(told.recipientId, first.id);
  assertProblem(await second.rest.answer(session.id), 403, 'not_a_participant');
  assert.equal((await first.rest.status(session.id, 'ACTIVE')).status, 200);
  assert.equal((await stage.database.call(session.id)).recipient_id, first.id);
});

test('a stranger learns nothing about a call and changes nothing', async () => {
  const staff = stage.staff();
  const patient = stage.patient();
  const stranger = stage.patient();
  const intruder = await stage.device(stranger.id);
  const { session } = await staff.rest.call(patient.id);

  const attempts = [
    stranger.rest.session(session.id),
    stranger.rest.timeline(session.id),
    stranger.rest.answer(session.id),
    ...['ACTIVE', 'COMPLETED', 'CANCELLED', 'PENDING'].map((status) => stranger.rest.status(session.id, status)),
  ];
  for (const answer of await Promise.all(attempts)) {
    assertProblem(answer, 403, 'not_a_participant');
    assert.ok(!('session' in answer.body), 'a conflict never shows a stranger\'s session');
    assert.ok(!answer.text.includes(patient.id) && !answer.text.includes(session.channelName));
  }
  for (const [method, more] of [['join_call', {}], ['request_token', { role: 'HOST' }], ['call_status', { status: 'ACTIVE' }], ['invitation_ack', {}]]) {
    await assert.rejects(intruder.invoke(method, { sessionId: session.id, ...more }), /not_a_participant: /, method);
  }
  assert.deepEqual((await staff.rest.session(session.id)).body, session);
  assert.deepEqual((await stranger.rest.get('/calls/sessions')).body, []);
});

test('a call that does not exist is not found, whatever is asked of it', async () => {
  const { id, rest } = stage.staff();
  for (const callId of [UNKNOWN, 'call_1', 'nonsense', 'CALL_00000000000000000000000000000000', '..%2f..%2fhealth']) {
    assertProblem(await rest.session(callId), 404, 'not_found');
    assertProblem(await rest.timeline(callId), 404, 'not_found');
    assertProblem(await rest.answer(callId), 404, 'not_found');
    assertProblem(await rest.status(callId, 'ACTIVE'), 404, 'not_found');
  }
  const device = await stage.device(id);
  for (const [method, more] of [['join_call', {}], ['request_token', { role: 'HOST' }], ['call_status', { status: 'ACTIVE' }], ['invitation_ack', {}]]) {
    await assert.rejects(device.invoke(method, { sessionId: UNKNOWN, ...more }), /not_found: /, method);
  }
});

test('a call that does not exist is not found by three hundred who ask at once either', async () => {
  const { rest } = stage.staff();
  const answers = await Promise.all(Array.from({ length: 300 }, () => rest.session(UNKNOWN)));
  assert.deepEqual(new Set(answers.map((answer) => answer.status)), new Set([404]));
});

test('staff may read any call and its timeline, and those who join are told of every change, but staff get no token', async () => {
  const caller = stage.patient();
  const callee = stage.patient();
  const admin = stage.staff();
  const monitor = await stage.device(admin.id, { claims: { role: 'ADMIN' } });
  const { session } = await caller.rest.call(callee.id);

  assert.deepEqual((await admin.rest.session(session.id)).body, session);
  assertTimeline((await admin.rest.timeline(session.id)).body);
  await monitor.invoke('join_call', { sessionId: session.id });
  assert.deepEqual(await monitor.told('call_joined'), { sessionId: session.id });
  assert.equal((await callee.rest.answer(session.id)).status, 201);
  assert.equal((await callee.rest.status(session.id, 'ACTIVE')).status, 200);
  await monitor.toldStatus(session.id, 'ACTIVE');
  assertProblem(await admin.rest.answer(session.id), 403, 'not_a_participant');
  assertProblem(await admin.rest.status(session.id, 'COMPLETED'), 403, 'not_a_participant');
});

test('the initiator does not ring', async () => {
  const staff = stage.staff();
  const panel = await stage.device(staff.id);
  const { session } = await staff.rest.call(stage.patient().id);
  await assert.rejects(panel.invoke('invitation_ack', { sessionId: session.id }), /not_possible: /);
  assert.equal((await staff.rest.session(session.id)).body.status, 'PENDING');
});

test('a participant\'s open calls are listed newest first, and no others', async () => {
  const staff = stage.staff();
  const patients = [stage.patient(), stage.patient(), stage.patient()];
  const calls = [];
  for (const patient of patients) calls.push((await staff.rest.call(patient.id)).session);
  await staff.rest.status(calls[1].id, 'CANCELLED');

  const listed = await staff.rest.get('/calls/sessions');
  assert.equal(listed.status, 200);
  assert.deepEqual(listed.body.map((session) => session.id), [calls[2].id, calls[0].id]);
  listed.body.forEach((session) => assertSession(session));
  assert.deepEqual((await patients[0].rest.get('/calls/sessions')).body.map((session) => session.id), [calls[0].id]);
  assert.deepEqual((await patients[1].rest.get('/calls/sessions')).body, []);
});

test('history is read in pages, by participants their own, by staff everybody\'s', async () => {
  const caller = stage.patient();
  const other = stage.patient();
  const made = [];
  for (let i = 0; i < 5; i++) made.unshift((await caller.rest.call(stage.patient().id)).session.id);
  await other.rest.call(stage.patient().id);
  await caller.rest.status(made[0], 'CANCELLED');

  const pages = [];
  let cursor;
  do {
    const query = new URLSearchParams({ limit: '2', ...(cursor && { cursor }) });
    const page = await caller.rest.get(`/calls?${query}`);
    assert.equal(page.status, 200, page.text);
    assert.deepEqual(Object.keys(page.body).sort(), ['items', 'nextCursor']);
    page.body.items.forEach((session) => assertSession(session));
    pages.push(page.body.items.map((session) => session.id));
    cursor = page.body.nextCursor;
  } while (cursor);
  assert.deepEqual(pages.flat(), made);
  assert.ok(pages.every((page) => page.length <= 2));

  const ids = async (rest, query) => (await rest.get(`/calls?${new URLSearchParams(query)}`)).body.items.map((session) => session.id);
  assert.deepEqual(await ids(caller.rest, { status: 'CANCELLED' }), [made[0]]);
  assert.deepEqual(await ids(caller.rest, { status: 'COMPLETED' }), []);
  const { createdAt } = (await caller.rest.session(made[2])).body;
  assert.deepEqual(await ids(caller.rest, { from: createdAt }), made.slice(0, 3));
  assert.deepEqual(await ids(caller.rest, { to: createdAt }), made.slice(3));
  assert.deepEqual(await ids(stage.staff().rest, { userId: caller.id }), made);
  assertProblem(await other.rest.get(`/calls?userId=${caller.id}`), 403);
});

test('one channel name belongs to one call, until no token for it can be good any more', async () => {
  const staff = stage.staff();
  const channelName = `room-${staff.id}`;
  const { session, credential } = await staff.rest.call(stage.patient().id, { channelName, callType: 'VOICE' });
  assert.equal(session.channelName, channelName);
  assert.equal(session.callType, 'VOICE');
  assertOpensChannel(credential, { channelName, userId: staff.id });
  const taken = await stage.staff().rest.post('/calls/session', { recipientId: stage.patient().id, channelName });
  assertProblem(taken, 409, 'channel_in_use');
  assert.ok(!('session' in taken.body), 'a conflict never shows a stranger\'s session');
  await staff.rest.status(session.id, 'CANCELLED');
  const again = () => staff.rest.post('/calls/session', { recipientId: stage.patient().id, channelName });
  assertProblem(await again(), 409, 'channel_in_use');
  const claim = `channel:${channelName}`;
  const [{ left }] = await stage.database.query('select extract(epoch from kept_until - now())::int as left from call.call_claims where claim = $1', [claim]);
  assert.ok(left > 3500 && left <= 3600, `kept for ${left} s`);
  await stage.database.query('update call.call_claims set kept_until = now() where claim = $1', [claim]);
  assert.equal((await again()).status, 201);

  const { session: other } = await staff.rest.call(stage.patient().id);
  await staff.rest.status(other.id, 'CANCELLED');
  assertProblem(
    await staff.rest.post('/calls/session', { recipientId: stage.patient().id, channelName: other.channelName }), 409, 'channel_in_use');
});

test('a repeated request with the same idempotency key opens no second call', async () => {
  const staff = stage.staff();
  const patient = stage.patient();
  const phone = await stage.device(patient.id);
  const body = { recipientId: patient.id };
  const headers = { 'idempotency-key': 'request-1' };
  const answers = await Promise.all(Array.from({ length: 5 }, () => staff.rest.post('/calls/session', body, headers)));
  for (const answer of answers) assert.equal(answer.status, 201, answer.text);
  const ids = new Set(answers.map((answer) => answer.body.session.id));
  assert.equal(ids.size, 1);
  const [id] = ids;
  await phone.invited(id);
  assert.equal((await stage.staff().rest.post('/calls/session', { recipientId: stage.patient().id }, headers)).status, 201, 'keys are per user');
  assert.equal(phone.received.filter((message) => message.name === 'call_invitation').length, 1);
  const [{ count }] = await stage.database.query('select count(*) from call.call_sessions where initiator_id = $1', [staff.id]);
  assert.equal(count, 1);

  assert.equal((await staff.rest.status(id, 'CANCELLED')).status, 200);
  assertProblem(await staff.rest.post('/calls/session', body, headers), 410, 'call_ended');
});
