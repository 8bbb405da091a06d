// The main job: a staff member's REST call rings a real SignalR client, which answers and gets a token that Agora would accept.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertOpensChannel } from '../support/agora.mjs';
import { METADATA_MARK } from '../support/service.mjs';
import { negotiate, rawHub } from '../support/raw.mjs';
import { assertCredential, assertInvitation, assertSession, assertTime, assertTimeline } from '../support/shapes.mjs';
import { onOneSiloAndOnThree } from '../support/stage.mjs';
import { tokenFor } from '../support/tokens.mjs';
import { eventually } from '../support/wait.mjs';

onOneSiloAndOnThree({}, (stage) => {
  for (const [how, negotiates] of [['after negotiation', true], ['without negotiation', false]]) {
    test(`a staff member rings a patient's client connected ${how}, both talk, hang up, and every step is a row`, async () => {
      const staff = stage.staff();
      const patient = stage.patient();
      const panel = await stage.device(staff.id, { negotiate: negotiates });
      const phone = await stage.device(patient.id, { negotiate: negotiates, device: 'phone' });

      const { message, session, credential, ...others } = await staff.rest.call(patient.id, { callType: 'VIDEO', metadata: { note: METADATA_MARK } });
      assert.equal(message, 'Call session created');
      assert.deepEqual(others, {});
      assertSession(session);
      assert.deepEqual(
        { ...session, id: 0, channelName: 0, expiresAt: 0, createdAt: 0, updatedAt: 0, ringDeadline: 0 },
        {
          id: 0, channelName: 0, callType: 'VIDEO', initiatorId: staff.id, initiatorName: null, initiatorRole: 'ADMIN', recipientId: patient.id, status: 'PENDING', expiresAt: 0,
          startedAt: null, endedAt: null, metadata: { note: METADATA_MARK }, createdAt: 0, updatedAt: 0,
          version: 2, ringDeadline: 0, answeredAt: null, endReason: null, endedBy: null,
        },
      );
      assert.match(session.channelName, new RegExp(`^fayo_${staff.id.slice(0, 8)}_\\w+$`));
      assert.equal(Date.parse(session.ringDeadline) - Date.parse(session.createdAt), 45_000);
      assert.equal(Date.parse(session.expiresAt) - Date.parse(session.createdAt), 3_600_000);
      assertCredential(credential);
      assert.equal(credential.role, 'HOST');
      assertOpensChannel(credential, { channelName: session.channelName, userId: staff.id });

      const invitation = await phone.invited(session.id);
      assertInvitation(invitation);
      assert.ok(invitation.remainingMs <= 45_000);
      assert.deepEqual({ ...invitation, remainingMs: undefined }, { ...session, remainingMs: undefined });

      await phone.invoke('invitation_ack', { sessionId: session.id, deviceId: 'phone' });
      const ringing = await panel.toldStatus(session.id, 'RINGING');
      assertSession(ringing);
      assert.equal(ringing.answeredAt, null);

      const answer = await patient.rest.answer(session.id, { role: 'AUDIENCE', deviceId: 'phone' });
      assert.equal(answer.status, 201, answer.text);
      assert.deepEqual(Object.keys(answer.body).sort(), ['credential', 'message', 'session']);
      assert.equal(answer.body.message, 'Token issued');
      assertSession(answer.body.session);
      assert.equal(answer.body.session.status, 'RINGING');
      assertTime(answer.body.session.answeredAt, 'answeredAt');
      assertCredential(answer.body.credential);
      assert.equal(answer.body.credential.role, 'AUDIENCE');
      assertOpensChannel(answer.body.credential, { channelName: session.channelName, userId: patient.id });
      await panel.told('call_status', (told) => told.id === session.id && told.answeredAt !== null);

      const confirmed = await patient.rest.status(session.id, 'ACTIVE');
      assert.equal(confirmed.status, 200, confirmed.text);
      assert.deepEqual(Object.keys(confirmed.body).sort(), ['message', 'session']);
      assert.equal(confirmed.body.message, 'Call session updated');
      assert.equal(confirmed.body.session.status, 'ACTIVE');
      assertTime(confirmed.body.session.startedAt, 'startedAt');
      const confirmedToo = await staff.rest.status(session.id, 'ACTIVE');
      assert.deepEqual(confirmedToo.body.session, confirmed.body.session, 'the second confirmation changes nothing');
      assert.deepEqual(await phone.toldStatus(session.id, 'ACTIVE'), confirmed.body.session);

      const ended = await staff.rest.status(session.id, 'COMPLETED');
      assert.equal(ended.status, 200, ended.text);
      assertSession(ended.body.session);
      assert.equal(ended.body.session.status, 'COMPLETED');
      assert.equal(ended.body.session.endReason, 'hangup');
      assert.equal(ended.body.session.endedBy, staff.id);
      assertTime(ended.body.session.endedAt, 'endedAt');
      for (const device of [panel, phone]) assert.deepEqual(await device.toldStatus(session.id, 'COMPLETED'), ended.body.session);
      assert.deepEqual((await staff.rest.session(session.id)).body, ended.body.session);

      const steps = [
        ['created', staff.id, null, 'PENDING', null],
        ['invited', null, null, 'PENDING', null],
        ['ringing', patient.id, 'phone', 'RINGING', null],
        ['answered', patient.id, 'phone', 'RINGING', null],
        ['token_issued', patient.id, 'phone', 'RINGING', null],
        ['active', patient.id, null, 'ACTIVE', null],
        ['ended', staff.id, null, 'COMPLETED', 'hangup'],
      ];
      const timeline = await staff.rest.timeline(session.id);
      assert.equal(timeline.status, 200, timeline.text);
      assertTimeline(timeline.body);
      const told = timeline.body.filter((entry) => entry.kind !== 'delivered');
      assert.deepEqual(told.map(({ kind, by, device, status, detail }) => [kind, by, device ?? null, status, detail ?? null]), steps);

      const row = await stage.database.call(session.id);
      assert.equal(row.status, 'COMPLETED');
      assert.equal(row.version, ended.body.session.version);
      assert.equal(row.initiator_id, staff.id);
      assert.equal(row.recipient_id, patient.id);
      assert.equal(row.channel_name, session.channelName);
      assert.equal(row.end_reason, 'hangup');
      assert.equal(row.next_deadline, null, 'nothing is due any more');
      const events = await stage.database.events(session.id);
      assert.deepEqual(events.map((event) => [event.version, event.kind]), timeline.body.map((entry) => [entry.version, entry.kind]));
    });
  }

  test('everything can be done over the hub alone', async () => {
    const staff = stage.staff();
    const patient = stage.patient();
    const panel = await stage.device(staff.id);
    const phone = await stage.device(patient.id, { device: 'phone' });
    const { session } = await staff.rest.call(patient.id);

    await panel.invoke('join_call', { sessionId: session.id });
    assert.deepEqual(await panel.told('call_joined'), { sessionId: session.id });
    await phone.invoke('invitation_ack', { sessionId: session.id });
    await phone.invoke('request_token', { sessionId: session.id, role: 'AUDIENCE' });
    const issued = await phone.told('token_issued');
    assert.deepEqual(Object.keys(issued).sort(), ['credential', 'message', 'session']);
    assertCredential(issued.credential);
    assertOpensChannel(issued.credential, { channelName: session.channelName, userId: patient.id });
    await phone.invoke('call_status', { sessionId: session.id, status: 'ACTIVE' });
    await panel.toldStatus(session.id, 'ACTIVE');
    await panel.invoke('call_status', { sessionId: session.id, status: 'COMPLETED', reason: 'all is said' });
    const ended = await phone.toldStatus(session.id, 'COMPLETED');
    assert.equal(ended.endReason, 'hangup', 'a client\'s reason is a remark, not the end reason');

    const { body: timeline } = await staff.rest.timeline(session.id);
    assert.ok(timeline.some((entry) => entry.kind === 'note' && entry.detail === 'all is said'));
    assert.ok(timeline.some((entry) => entry.kind === 'answered' && entry.device === 'phone'), 'the query names the device');
  });

  test('every connection of both is told every change, in the order of the versions', async () => {
    const staff = stage.staff();
    const patient = stage.patient();
    const panels = await Promise.all([stage.device(staff.id), stage.device(staff.id, { negotiate: false })]);
    const phones = await Promise.all([
      stage.device(patient.id, { device: 'phone' }),
      stage.device(patient.id, { device: 'tablet', negotiate: false }),
      stage.device(patient.id),
    ]);

    const { session } = await staff.rest.call(patient.id);
    await Promise.all(phones.map((phone) => phone.invited(session.id)));
    await phones[0].invoke('invitation_ack', { sessionId: session.id });
    assert.equal((await patient.rest.answer(session.id, { deviceId: 'phone' })).status, 201);
    assert.equal((await patient.rest.status(session.id, 'ACTIVE')).status, 200);
    assert.equal((await patient.rest.status(session.id, 'COMPLETED')).status, 200);

    for (const device of [...panels, ...phones]) {
      await device.toldStatus(session.id, 'COMPLETED');
      const told = device.about(session.id, 'call_status');
      const versions = told.map((status) => status.version);
      assert.deepEqual(versions, [...versions].sort((a, b) => a - b));
      assert.equal(new Set(versions).size, versions.length, 'nothing is told twice');
      assert.deepEqual(told.map((status) => status.status), ['RINGING', 'RINGING', 'ACTIVE', 'COMPLETED']);
    }
    for (const panel of panels) assert.deepEqual(panel.about(session.id, 'call_invitation'), [], 'the caller is not invited');
    for (const phone of phones) assert.equal(phone.about(session.id, 'call_invitation').length, 1, 'one ring for one call');
  });

  test('a connection learns who and when it is', async () => {
    const patient = stage.patient();
    const connected = await (await stage.device(patient.id)).told('connected');
    assert.deepEqual(Object.keys(connected).sort(), ['connectionId', 'message', 'serverTime', 'userId']);
    assert.equal(connected.userId, patient.id);
    assertTime(connected.serverTime, 'serverTime');
    assert.ok(Math.abs(Date.parse(connected.serverTime) - Date.now()) < 60_000);
  });

  test('an old client that never acknowledges, confirms or hangs up can answer all the same', async () => {
    const staff = stage.staff();
    const patient = stage.patient();
    const panel = await stage.device(staff.id);
    const phone = await stage.device(patient.id);
    const { session } = await staff.rest.call(patient.id);
    await phone.invited(session.id);

    const answer = await patient.rest.answer(session.id);
    assert.equal(answer.status, 201, answer.text);
    assertOpensChannel(answer.body.credential, { channelName: session.channelName, userId: patient.id });
    assert.equal((await panel.toldStatus(session.id, 'RINGING')).status, 'RINGING');
    const { body } = await staff.rest.session(session.id);
    assert.equal(body.status, 'RINGING');
    assertTime(body.answeredAt, 'answeredAt');
    await eventually('the row says so too', async () => (await stage.database.call(session.id)).answered_at);
  });

  test('a connection has the identifier that its negotiation named', async () => {
    const token = tokenFor(stage.patient().id);
    const negotiation = await negotiate(stage.service, token);
    assert.deepEqual(negotiation.availableTransports, [{ transport: 'WebSockets', transferFormats: ['Text'] }]);
    assert.notEqual(negotiation.connectionToken, negotiation.connectionId);
    const hub = await rawHub(stage.service, token, `&id=${negotiation.connectionToken}`);
    await eventually('the connection learns who it is', () => hub.received.some(({ target }) => target === 'connected'));
    assert.equal(hub.received.find(({ target }) => target === 'connected').arguments[0].connectionId, negotiation.connectionId);
    hub.socket.close();
  });

  test('a connection that the client closes is closed by the service as well, and with the same words', async () => {
    const hub = await rawHub(stage.service, tokenFor(stage.patient().id));
    hub.socket.close(1000);
    assert.equal(await hub.closed, 1000);
  });

  test('many messages in one frame, and one in many, are all taken', async () => {
    const hub = await rawHub(stage.service, tokenFor(stage.patient().id));
    const invocation = (invocationId) => `${JSON.stringify({ type: 1, invocationId, target: 'sync', arguments: [{}] })}\x1e`;
    hub.socket.send(invocation('1') + invocation('2'));
    const third = invocation('3');
    hub.socket.send(third.slice(0, 20), { fin: false });
    hub.socket.send(third.slice(20, 21), { fin: false });
    hub.socket.send(third.slice(21), { fin: true });
    const answered = () => hub.received.filter(({ type, result }) => type === 3 && result).map(({ invocationId }) => invocationId);
    await eventually('all three are answered', () => answered().length === 3);
    assert.deepEqual(answered().sort(), ['1', '2', '3']);
    hub.socket.close();
  });
}, { isShared: true });
