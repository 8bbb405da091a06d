// What somebody finds who was not there when it happened.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { shakeHands, upgrade } from '../support/raw.mjs';
import { assertInvitation, assertSession, assertTime } from '../support/shapes.mjs';
import { Stage } from '../support/stage.mjs';
import { tokenFor } from '../support/tokens.mjs';
import { eventually } from '../support/wait.mjs';

const stage = Stage.shared();

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

describe('while others take long to be made known', () => {
  // As many connections as are made known to their users' grains at a time; more than these wait.
  const ANNOUNCED_AT_ONCE = 64;

  const stage = Stage.forThisFile({}, {
    start: false,
    async prepare() {
      // Each of these connections keeps one to the database waiting, and others must not wait for that. Half of all connections are for these reads.
      stage.service = await stage.startService({ DATABASE_URL: `${stage.database.urlThrough()}&connection_limit=${2 * ANNOUNCED_AT_ONCE + 20}` });
      await holdReaders();
    },
  });

  /** Whoever reads the open calls of a user whose id begins with `held-` waits while a test has the lock. */
  const holdReaders = () => stage.database.query(`
    create function call.pass(user_id text) returns boolean language plpgsql cost 100000 as $$ begin
      if user_id like 'held-%' then perform pg_advisory_xact_lock_shared(1); end if;
      return true;
    end $$;
    alter table call.call_sessions rename to kept_call_sessions;
    create view call.call_sessions as select * from call.kept_call_sessions where call.pass(recipient_id)`);

  const countHeld = async () => {
    const [{ count }] = await stage.database.query(
      `select count(*) from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())`);
    return count;
  };

  test('a device that asks with sync before its connection is known everywhere is still told of an end that comes next', async () => {
    const staff = stage.staff();
    const panel = await stage.device(staff.id);
    const patient = stage.patient();
    const { session } = await staff.rest.call(patient.id);
    await patient.rest.status(session.id, 'RINGING');
    await panel.toldStatus(session.id, 'RINGING'); // and the patient's grain has been told, and knows of no connection
    const held = Array.from({ length: ANNOUNCED_AT_ONCE }, (_, i) => `held-${i}`);
    await Promise.all(held.map((id) => stage.staff().rest.call(id)));

    // What waits for the database gives up after a while, so everything is prepared that can be.
    const sockets = await Promise.all(held.map(async (id) => (await upgrade(stage.service, `/ws/calls?access_token=${tokenFor(id)}`)).socket));
    const unlock = await stage.database.lockAdvisory(1);
    let syncing;
    let tablet;
    try {
      sockets.forEach(shakeHands);
      await eventually('all who are made known at a time are held', async () => await countHeld() === ANNOUNCED_AT_ONCE);
      tablet = await stage.device(patient.id, { negotiate: false });
      syncing = tablet.invoke('sync', {});
      await patient.rest.get('/calls/sessions'); // takes as long as the sync would
      assert.equal((await staff.rest.status(session.id, 'CANCELLED')).status, 200);
      await panel.toldStatus(session.id, 'CANCELLED'); // and so has the patient's grain, which knows of no connection still
      assert.equal(await countHeld(), ANNOUNCED_AT_ONCE, 'the connection was not made known before the end');
    } finally {
      await unlock();
      for (const socket of sockets) socket.close();
    }
    const isListed = (await syncing).invitations.some(({ id }) => id === session.id);
    await eventually('the device knows of no open call', () => !isListed || tablet.about(session.id, 'call_status').some(({ endedAt }) => endedAt));
  });
});
