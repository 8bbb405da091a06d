// Whom an invitation reaches, how often, and what the caller learns of it. Sent again after one second here, the shortest there is.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertInvitation, assertTimeline } from '../support/shapes.mjs';
import { onOneSiloAndOnThree, SHORT_RINGS } from '../support/stage.mjs';
import { eventually, ON_TIME_MS } from '../support/wait.mjs';

const RESEND_MS = 1000;
const RING_MS = 15_000;

function invitations(device, id) {
  return device.received.filter((message) => message.name === 'call_invitation' && message.body.id === id);
}

function invitedTimes(device, id, count) {
  return eventually(`${count} invitations`, () => invitations(device, id).length >= count && invitations(device, id), count * (RESEND_MS + ON_TIME_MS));
}

/** Waits until another device, which does not acknowledge, has been reminded twice: whoever was to be reminded has been by then. */
async function afterTwoReminders(witness, id) {
  const before = invitations(witness, id).length;
  await invitedTimes(witness, id, before + 2);
}

async function entries(rest, id, kind) {
  const { body } = await rest.timeline(id);
  assertTimeline(body);
  return body.filter((entry) => entry.kind === kind);
}

onOneSiloAndOnThree(SHORT_RINGS, (stage) => {
  describe('an invitation', { concurrency: true }, () => {
    test('is sent again until the device acknowledges, each time as the call and its deadline then are', async () => {
      const staff = stage.staff();
      const patient = stage.patient();
      const phone = await stage.device(patient.id, { device: 'phone' });
      const { session } = await staff.rest.call(patient.id);

      const sent = await invitedTimes(phone, session.id, 3);
      for (const [i, { body }] of sent.entries()) {
        assertInvitation(body);
        if (i === 0) continue;
        // By the time that is left, not by when it came: on a busy machine the first may come late, and the second right after it.
        const rungFor = RING_MS - body.remainingMs;
        assert.ok(rungFor >= i * RESEND_MS - 100, `invited ${i + 1} times within ${rungFor} ms`);
        assert.ok(body.version >= sent[i - 1].body.version, 'the version never goes back');
        assert.ok(body.remainingMs < sent[i - 1].body.remainingMs, 'it does not ring longer for that');
      }

      const tablet = await stage.device(patient.id, { device: 'tablet' });
      await phone.invoke('invitation_ack', { sessionId: session.id });
      const count = invitations(phone, session.id).length;
      await afterTwoReminders(tablet, session.id);
      assert.equal(invitations(phone, session.id).length, count, 'and then not any more');
    });

    test('stops being sent when it is answered, and when the caller gives up', async () => {
      for (const end of [(staff, patient, id) => patient.rest.answer(id), (staff, patient, id) => staff.rest.status(id, 'CANCELLED')]) {
        const staff = stage.staff();
        const patient = stage.patient();
        const phone = await stage.device(patient.id, { device: 'phone' });
        const { session } = await staff.rest.call(patient.id);
        await phone.invited(session.id);
        assert.ok((await end(staff, patient, session.id)).status < 300);
        await phone.told('call_status', (told) => told.id === session.id && (told.answeredAt || told.endedAt));
        const count = invitations(phone, session.id).length;
        const { session: next } = await stage.staff().rest.call(patient.id);
        await invitedTimes(phone, next.id, 3);
        assert.equal(invitations(phone, session.id).length, count);
      }
    });

    test('goes on being sent to a device that opens its connection while another rings already', async () => {
      const staff = stage.staff();
      const patient = stage.patient();
      const phone = await stage.device(patient.id, { device: 'phone', acknowledge: true });
      const { session } = await staff.rest.call(patient.id);
      await eventually('it rings', async () => (await staff.rest.session(session.id)).body.status === 'RINGING');
      const count = invitations(phone, session.id).length;
      const tablet = await stage.device(patient.id, { device: 'tablet' });
      await invitedTimes(tablet, session.id, 2);
      assert.equal(invitations(phone, session.id).length, count, 'the one that acknowledged is left in peace');
    });

    test('is never sent after its deadline', async () => {
      const staff = stage.staff();
      const patient = stage.patient();
      const phone = await stage.device(patient.id);
      const { session } = await staff.rest.call(patient.id);
      const ended = await phone.toldStatus(session.id, 'EXPIRED');
      assert.equal(ended.endReason, 'unreachable', 'delivered, but never acknowledged');
      const names = phone.received.filter(({ body }) => body.id === session.id).map(({ name, body }) => (body.endedAt ? 'end' : name));
      assert.ok(invitations(phone, session.id).length > 0);
      assert.ok(names.lastIndexOf('call_invitation') < names.indexOf('end'), `it arrived while it rang: ${names}`);
      for (const { body } of invitations(phone, session.id)) assert.ok(body.remainingMs > 0);
      const late = await stage.device(patient.id);
      assert.deepEqual((await late.invoke('sync', {})).invitations, []);
      assert.deepEqual(invitations(late, session.id), []);
    });

    test('that nobody was told of, because the silo that took the call died that moment, is sent all the same', async () => {
      const staff = stage.staff();
      const patient = stage.patient();
      const phone = await stage.device(patient.id);
      const { session: model } = await staff.rest.call(stage.patient().id);
      const id = `call_${'0'.repeat(16)}${Date.now().toString(16).padStart(16, '0')}`;
      await stage.database.query(
        `with called as (
           insert into call.call_sessions
           select (jsonb_populate_record(c, jsonb_build_object(
             'id', $2::text, 'recipient_id', $3::text, 'channel_name', $2::text, 'version', 2,
             'sweep_at', now() + interval '1 s', 'next_deadline', now() + interval '1 s'))).*
           from call.call_sessions c where c.id = $1 returning id)
         insert into call.call_events select called.id, version, at, kind, by, device, status, detail
         from call.call_events, called where call_id = $1 and version <= 2`,
        [model.id, id, patient.id],
      );
      assertInvitation(await phone.invited(id));
    });
  });

  describe('the caller learns', { concurrency: true }, () => {
    test('to which devices the invitation was delivered and which of them ring', async () => {
      const staff = stage.staff();
      const patient = stage.patient();
      const [phone, tablet] = await Promise.all(['phone', 'tablet'].map((device) => stage.device(patient.id, { device })));
      const panel = await stage.device(staff.id);
      const { session } = await staff.rest.call(patient.id);
      await Promise.all([phone, tablet].map((device) => device.invited(session.id)));
      await phone.invoke('invitation_ack', { sessionId: session.id });

      const delivered = await eventually('both are on record', async () => {
        const found = await entries(staff.rest, session.id, 'delivered');
        return found.length === 2 && found;
      });
      assert.deepEqual(delivered.map((entry) => entry.device).sort(), ['phone', 'tablet']);
      assert.ok(delivered.every((entry) => entry.by === patient.id));
      assert.deepEqual((await entries(staff.rest, session.id, 'ringing')).map((entry) => entry.device), ['phone']);
      const { version } = (await staff.rest.session(session.id)).body;
      await panel.told('call_status', (told) => told.id === session.id && told.version === version);
    });

    test('that it was delivered before anybody acknowledges', async () => {
      const staff = stage.staff();
      const patient = stage.patient();
      await stage.device(patient.id, { device: 'phone' });
      const panel = await stage.device(staff.id);
      const { session } = await staff.rest.call(patient.id);
      const told = await panel.told('call_status', (status) => status.id === session.id);
      assert.equal(told.status, 'PENDING');
      assert.deepEqual((await entries(staff.rest, session.id, 'delivered')).map((entry) => entry.device), ['phone']);
    });

    test('that it was delivered to nobody when nobody is connected', async () => {
      const staff = stage.staff();
      const { session } = await staff.rest.call(stage.patient().id);
      await eventually('it ends', async () => (await staff.rest.session(session.id)).body.endedAt);
      assert.deepEqual((await staff.rest.timeline(session.id)).body.map((entry) => entry.kind), ['created', 'invited', 'ended']);
    });
  });

  describe('a connection that drops while it rings', { concurrency: true }, () => {
    test('rings again when it comes back, if it still rings, and others may answer meanwhile', async () => {
      const staff = stage.staff();
      const patient = stage.patient();
      const phone = await stage.device(patient.id, { device: 'phone', acknowledge: true });
      const { session } = await staff.rest.call(patient.id);
      await eventually('it rings', async () => (await staff.rest.session(session.id)).body.status === 'RINGING');
      await phone.disconnect();
      assert.equal((await staff.rest.session(session.id)).body.status, 'RINGING', 'a device that is gone has not declined');

      const back = await stage.device(patient.id, { device: 'phone' });
      const again = await back.invited(session.id);
      assertInvitation(again);
      assert.deepEqual((await back.invoke('sync', {})).invitations.map((invitation) => invitation.id), [session.id]);
      await back.disconnect();
      assert.equal((await patient.rest.answer(session.id, { deviceId: 'tablet' })).status, 201);
    });

    const meanwhile = {
      'the caller gave up': (staff, patient, id) => staff.rest.status(id, 'CANCELLED'),
      'it was declined': (staff, patient, id) => patient.rest.status(id, 'CANCELLED'),
      'it was answered on another device': (staff, patient, id) => patient.rest.answer(id, { deviceId: 'tablet' }),
    };
    for (const [what, happens] of Object.entries(meanwhile)) {
      test(`does not ring any more when ${what} meanwhile`, async () => {
        const staff = stage.staff();
        const patient = stage.patient();
        const phone = await stage.device(patient.id, { device: 'phone' });
        const { session } = await staff.rest.call(patient.id);
        await phone.invited(session.id);
        await phone.disconnect();
        assert.ok((await happens(staff, patient, session.id)).status < 300);

        const { session: next } = await stage.staff().rest.call(patient.id);
        const back = await stage.device(patient.id, { device: 'phone' });
        await invitedTimes(back, next.id, 2);
        assert.deepEqual(invitations(back, session.id), []);
        const sync = await back.invoke('sync', {});
        assert.ok(sync.invitations.some((invitation) => invitation.id === next.id));
        assert.ok(sync.invitations.every((invitation) => invitation.id !== session.id));
        assert.equal(sync.calls.some((call) => call.id === session.id), what === 'it was answered on another device');
      });
    }
  });
}, { isShared: true });
