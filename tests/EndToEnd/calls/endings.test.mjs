// All the ways in which a call ends without a conversation. It rings for 5 seconds here, the shortest ring time there is.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertOpensChannel } from '../support/agora.mjs';
import { assertProblem } from '../support/shapes.mjs';
import { Stage } from '../support/stage.mjs';
import { eventually, ON_TIME_MS } from '../support/wait.mjs';

const RING_MS = 10_000;

const stage = Stage.forThisFile({ Calls__RingTimeout: '00:00:10', AGORA_TOKEN_TTL: '600' });

/** Waits until the call has ended by itself and checks that this was at its deadline, give or take a sweep. */
async function endsAtDeadline(rest, id) {
  const ended = await eventually('the call ends by itself', async () => {
    const { body } = await rest.session(id);
    return body.endedAt && body;
  });
  const late = Date.parse(ended.endedAt) - Date.parse(ended.ringDeadline);
  assert.ok(late >= 0 && late <= ON_TIME_MS, `ended ${late} ms after its deadline`);
  assert.equal(ended.endedBy, null, 'nobody ended it but the server');
  return ended;
}

describe('a call ends', { concurrency: true }, () => {
  test('when the caller gives up: every device stops ringing, and nobody gets in any more', async () => {
    const staff = stage.staff();
    const patient = stage.patient();
    const phones = await Promise.all([stage.device(patient.id, { acknowledge: true }), stage.device(patient.id)]);
    const { session } = await staff.rest.call(patient.id);
    await Promise.all(phones.map((phone) => phone.invited(session.id)));

    const answer = await staff.rest.status(session.id, 'CANCELLED', 'wrong number');
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.body.session.status, 'CANCELLED');
    assert.equal(answer.body.session.endReason, 'caller_cancelled');
    assert.equal(answer.body.session.endedBy, staff.id);
    for (const phone of phones) await phone.toldStatus(session.id, 'CANCELLED');
    assertProblem(await patient.rest.answer(session.id), 410, 'call_ended');
    const again = await staff.rest.status(session.id, 'CANCELLED');
    assert.equal(again.status, 200, 'the same request again is not an error');
    assert.deepEqual(again.body.session, answer.body.session);
  });

  test('when the callee declines: the caller and the callee\'s other devices are told', async () => {
    const staff = stage.staff();
    const patient = stage.patient();
    const panel = await stage.device(staff.id);
    const [phone, tablet] = await Promise.all([stage.device(patient.id, { device: 'phone' }), stage.device(patient.id, { device: 'tablet' })]);
    const { session } = await staff.rest.call(patient.id);
    await phone.invited(session.id);

    await phone.invoke('call_status', { sessionId: session.id, status: 'CANCELLED' });
    for (const device of [panel, tablet]) {
      const told = await device.toldStatus(session.id, 'CANCELLED');
      assert.equal(told.endReason, 'declined');
      assert.equal(told.endedBy, patient.id);
    }
    const { body: timeline } = await staff.rest.timeline(session.id);
    assert.deepEqual(timeline.slice(-2).map((entry) => [entry.kind, entry.device, entry.detail ?? null]), [
      ['declined', 'phone', null],
      ['ended', 'phone', 'declined'],
    ]);
  });

  test('as hung up when one of them cancels after the answer', async () => {
    for (const quits of ['staff', 'patient']) {
      const people = { staff: stage.staff(), patient: stage.patient() };
      const { session } = await people.staff.rest.call(people.patient.id);
      assert.equal((await people.patient.rest.answer(session.id)).status, 201);
      const { body } = await people[quits].rest.status(session.id, 'CANCELLED');
      assert.equal(body.session.status, 'CANCELLED');
      assert.equal(body.session.endReason, 'hangup');
      assert.equal(body.session.endedBy, people[quits].id);
    }
  });

  test('as unreachable when no device ever acknowledged', async () => {
    const staff = stage.staff();
    const panel = await stage.device(staff.id);
    const { session } = await staff.rest.call(stage.patient().id);
    const ended = await endsAtDeadline(staff.rest, session.id);
    assert.equal(ended.status, 'EXPIRED');
    assert.equal(ended.endReason, 'unreachable');
    assert.equal(Date.parse(ended.ringDeadline) - Date.parse(ended.createdAt), RING_MS);
    assert.deepEqual(await panel.toldStatus(session.id, 'EXPIRED'), ended);
  });

  test('as unanswered when it rang, a whole ring time after the first acknowledgement only', async () => {
    const staff = stage.staff();
    const patient = stage.patient();
    const [phone, tablet] = await Promise.all([stage.device(patient.id, { device: 'phone' }), stage.device(patient.id, { device: 'tablet' })]);
    const { session } = await staff.rest.call(patient.id);
    await phone.invited(session.id);

    await phone.invoke('invitation_ack', { sessionId: session.id });
    const first = (await staff.rest.session(session.id)).body;
    assert.equal(first.status, 'RINGING');
    const restarted = Date.parse(first.ringDeadline) - Date.parse(first.updatedAt);
    assert.equal(restarted, RING_MS, 'the ring time starts over at the first acknowledgement');
    assert.ok(Date.parse(first.ringDeadline) > Date.parse(session.ringDeadline));
    await tablet.invoke('invitation_ack', { sessionId: session.id });
    assert.equal((await staff.rest.session(session.id)).body.ringDeadline, first.ringDeadline, 'and at no other');

    const ended = await endsAtDeadline(staff.rest, session.id);
    assert.equal(ended.status, 'EXPIRED');
    assert.equal(ended.endReason, 'no_answer');
    for (const device of [phone, tablet]) await device.toldStatus(session.id, 'EXPIRED');
    const { body: timeline } = await staff.rest.timeline(session.id);
    assert.equal(timeline.filter((entry) => entry.kind === 'ended').length, 1);
    assert.equal(timeline.at(-1).detail, 'no_answer');
  });

  test('but not by ringing out once it was answered, even if nobody confirms', async () => {
    const staff = stage.staff();
    const patient = stage.patient();
    const { session: answered } = await staff.rest.call(patient.id);
    assert.equal((await patient.rest.answer(answered.id)).status, 201);
    const { session: unanswered } = await staff.rest.call(stage.patient().id);
    await endsAtDeadline(staff.rest, unanswered.id);
    const { body } = await staff.rest.session(answered.id);
    assert.equal(body.status, 'RINGING');
    assert.equal(body.endedAt, null);
    assert.equal((await staff.rest.status(answered.id, 'COMPLETED')).body.session.endReason, 'hangup');
  });

  test('and is then final: nothing that a participant asks for changes it', async () => {
    const staff = stage.staff();
    const patient = stage.patient();
    const { session } = await staff.rest.call(patient.id);
    const { body: { session: ended } } = await staff.rest.status(session.id, 'CANCELLED');
    for (const [who, status] of [[staff, 'ACTIVE'], [patient, 'COMPLETED'], [patient, 'RINGING']]) {
      assertProblem(await who.rest.status(session.id, status), 410);
    }
    assertProblem(await staff.rest.answer(session.id), 410);
    assert.deepEqual((await patient.rest.session(session.id)).body, ended);
  });

  test('never without an answer as completed, and nobody can confirm what nobody answered', async () => {
    const staff = stage.staff();
    const patient = stage.patient();
    const { session } = await staff.rest.call(patient.id);
    for (const who of [staff, patient]) {
      for (const status of ['ACTIVE', 'COMPLETED', 'PENDING', 'EXPIRED']) {
        const refused = await who.rest.status(session.id, status);
        assertProblem(refused, 409, 'not_possible');
        assert.deepEqual(refused.body.session, session, 'a conflict shows the call as it is');
      }
    }
  });
});

test('tokens, and calls that nobody carries on, last as long as the setting says', async () => {
  const staff = stage.staff();
  const patient = stage.patient();
  const { session, credential } = await staff.rest.call(patient.id);
  assertOpensChannel(credential, { channelName: session.channelName, userId: staff.id, seconds: 600 });
  assert.equal(Date.parse(session.expiresAt) - Date.parse(session.createdAt), 600_000);
  const answer = await patient.rest.answer(session.id);
  assertOpensChannel(answer.body.credential, { channelName: session.channelName, userId: patient.id, seconds: 600 });
});
