// One silo of three stands still, loses the database, or is killed while calls ring that have something of their own just there: the
// call's grain, the users' grains, a socket, or the entry of the directory that says where a grain is. Every ring ends on time, and
// whoever is connected elsewhere is told. A silo that comes round tells nobody of an older state.
import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Stage } from '../support/stage.mjs';
import { TcpProxy } from '../support/tcp-proxy.mjs';
import { eventually, stoodStillSince } from '../support/wait.mjs';

const RING_MS = 10_000;
const ON_TIME_MS = 2000;

// So many that some have their entry in the directory on the silo that is sick.
const CALLS = 6;

const READY_WITHIN_MS = 60_000;

let well, other, sick, cable;

const stage = Stage.forThisFile({}, {
  start: false,
  async prepare() {
    cable = await TcpProxy.to(stage.database.host, stage.database.port);
    const settings = { Calls__Clustering: 'AdoNet', Calls__RingTimeout: `00:00:${RING_MS / 1000}`, 'Logging__LogLevel__Orleans.Grain': 'Debug' };
    well = await stage.startService(settings);
    other = await stage.startService(settings);
    sick = await stage.startService({ ...settings, DATABASE_URL: stage.database.urlThrough(cable.port, '127.0.0.1') });
  },
});

/** A call whose grain is on one silo and whose users' grains are on another, while their sockets are on a third and a fourth. */
async function ring({ callAt, usersAt }) {
  const staff = stage.staff(callAt);
  const patient = stage.patient(callAt);
  const devices = [];
  for (const [user, socketAt] of [[staff, well], [patient, other]]) {
    const first = await stage.device(user.id, { device: 'first' }, usersAt);
    await eventually('the grain is there', () => usersAt.holds(`user:${user.id}`));
    const device = await stage.device(user.id, { device: 'phone' }, socketAt);
    await device.invoke('sync', {});
    await first.disconnect();
    devices.push(device);
  }
  const { session } = await staff.rest.call(patient.id);
  await devices[1].invited(session.id);
  await devices[1].invoke('invitation_ack', { sessionId: session.id });
  await devices[0].toldStatus(session.id, 'RINGING');
  return { id: session.id, devices, staff, patient };
}

const ringsOf = (places) => Promise.all(Array.from({ length: CALLS }, () => ring(places)));

/** Every call has ended on time, as the row and the devices say. */
async function allRingOut(calls) {
  await Promise.all(calls.map(async ({ id, devices }) => {
    const due = new Date((await stage.database.call(id)).ring_deadline).getTime();
    await Promise.all(devices.map((device) => device.toldStatus(id, 'EXPIRED')));
    const told = Date.now();
    const limit = ON_TIME_MS + stoodStillSince(due);
    assert.ok(told - due <= limit, `they were told ${told - due} ms late`);
    const row = await stage.database.call(id);
    assert.deepEqual([row.status, row.end_reason], ['EXPIRED', 'no_answer']);
    const late = new Date(row.ended_at).getTime() - due;
    assert.ok(late <= limit, `it ended ${late} ms late`);
  }));
}

/** Nobody was told of an older state after a newer one. */
function assertInOrder(calls) {
  for (const { id, devices } of calls) {
    for (const device of devices) {
      const versions = device.about(id, 'call_status').map(({ version }) => version);
      assert.deepEqual(versions, versions.toSorted((a, b) => a - b), 'the versions that a device was told of');
    }
  }
}

const places = () => [
  ['the call', { callAt: sick, usersAt: well }],
  ['the users', { callAt: well, usersAt: sick }],
  ['the call and the users', { callAt: sick, usersAt: sick }],
  ['nothing but some entries of the directory', { callAt: well, usersAt: other }],
];

describe('a silo stands still', () => {
  for (const index of [0, 1, 2, 3]) {
    test(`that has ${['the call', 'the users', 'both', 'nothing'][index]}: the ring ends on time, and when the silo comes round nothing older is told`, async () => {
      const calls = await ringsOf(places()[index][1]);
      const onSick = await stage.device(calls[0].staff.id, { device: 'there' }, sick);
      await onSick.invoke('sync', {});

      // So late that the others do not find out before the ring ends that it is dead.
      const due = Math.max(...await Promise.all(calls.map(async ({ id }) => new Date((await stage.database.call(id)).ring_deadline).getTime())));
      await pause(due - Date.now() - 3000);
      process.kill(sick.pid, 'SIGSTOP');
      try {
        await allRingOut(calls);
      } finally {
        process.kill(sick.pid, 'SIGCONT');
      }

      await onSick.toldStatus(calls[0].id, 'EXPIRED');
      for (const { id, staff, patient } of calls) {
        for (const user of [staff, patient]) {
          const { body } = await stage.rest(user.id, {}, sick).session(id);
          assert.equal(body.status, 'EXPIRED');
        }
      }
      await Promise.all(calls.map(({ staff }) => eventually('it answers', async () => (await stage.rest(staff.id, {}, sick).get('/calls/sessions')).status === 200)));
      assertInOrder(calls);
      const [{ count }] = await stage.database.query("select count(*) from call.call_events where kind = 'ended' and call_id = any($1)", [calls.map(({ id }) => id)]);
      assert.equal(count, CALLS);
    });
  }
});

describe('a silo has lost the database', () => {
  afterEach(async () => {
    cable.restore();
    await eventually('it is ready again', async () => (await fetch(`${sick.base}/health/ready`)).ok, READY_WITHIN_MS);
  });

  for (const [how, lose] of [['which is gone', () => cable.cut()], ['which does not answer', () => cable.stall()]]) {
    test(`${how}: the ring ends on time, whatever the silo has of the calls`, async () => {
      const calls = (await Promise.all(places().map(([, where]) => ring(where)))).flat();
      lose();
      await allRingOut(calls);
      assertInOrder(calls);
    });
  }
});

test('a silo is killed: the ring ends on time, whatever the silo had of the calls', async () => {
  const calls = (await Promise.all(places().map(([, where]) => ring(where)))).flat();
  await sick.kill();
  await allRingOut(calls);
  assertInOrder(calls);
});
