// A device with the official .NET SignalR client: a whole call, in the middle of which the service is restarted.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DotnetDevice } from '../support/dotnet-device.mjs';
import { Stage } from '../support/stage.mjs';

const stage = Stage.shared();

test('the official .NET client is rung, answers, reconnects to a restarted service, and is told of the end', async () => {
  const staff = stage.staff();
  const patient = stage.patient();
  const panel = await stage.device(staff.id, { claims: { role: 'ADMIN' } });
  const phone = new DotnetDevice(stage.service, patient.id, 'phone');
  try {
    await phone.reported('connected');
    const { session } = await staff.rest.call(patient.id);
    const isThisCall = ({ id }) => id === session.id;

    const invitation = await phone.reported('call_invitation', isThisCall);
    assert.equal(invitation.initiatorId, staff.id);
    assert.ok(invitation.remainingMs > 0);
    const acknowledged = await phone.invoke('invitation_ack', { sessionId: session.id, deviceId: 'phone' });
    assert.equal(acknowledged.session.status, 'RINGING');
    await panel.toldStatus(session.id, 'RINGING');

    const answer = await phone.invoke('request_token', { sessionId: session.id, role: 'AUDIENCE' });
    assert.equal(answer.credential.rtcUserId, patient.id);
    assert.match(answer.credential.token, /^007/);
    const confirmed = await phone.invoke('call_status', { sessionId: session.id, status: 'ACTIVE' });
    assert.equal(confirmed.session.status, 'ACTIVE');
    await phone.reported('call_status', (told) => isThisCall(told) && told.status === 'ACTIVE');

    await stage.service.kill();
    await phone.reported('reconnecting');
    await stage.service.start();
    await phone.reported('reconnected');
    const { calls } = await phone.invoke('sync', {});
    assert.deepEqual(calls.map(({ id, status }) => ({ id, status })), [{ id: session.id, status: 'ACTIVE' }]);

    assert.equal((await staff.rest.status(session.id, 'COMPLETED')).status, 200);
    const ended = await phone.reported('call_status', (told) => isThisCall(told) && told.status === 'COMPLETED');
    assert.equal(ended.endReason, 'hangup');
  } finally {
    await phone.stop();
  }
});
