// A silo is killed while a call rings that has something of its own on just that silo: its grain, its callee's grain, its callee's
// socket. Where grains are is not guessed: the silos' logs tell.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { Stage } from '../support/stage.mjs';
import { eventually, ON_TIME_MS } from '../support/wait.mjs';

const RING_MS = 40_000;

// How long the others may take to notice that a silo has died.
const SETTLED_WITHIN_MS = 60_000;

// The membership table's word for it.
const DEAD = 6;

let silos;

const stage = Stage.forThisFile({}, {
  start: false,
  async prepare() {
    const settings = { Calls__Clustering: 'AdoNet', Calls__RingTimeout: `00:00:${RING_MS / 1000}`, 'Logging__LogLevel__Orleans.Grain': 'Debug' };
    silos = [await stage.startService(settings)];
    silos.push(...await Promise.all([stage.startService(settings), stage.startService(settings)]));
  },
});

const userKey = (id) => `user:${id}`;

/** A device of a user whose grain is on the first of these silos, connected to the second. */
async function deviceElsewhere(user, grainAt, socketAt) {
  const first = await stage.device(user.id, { device: 'first' }, grainAt);
  await eventually('the grain is there', () => grainAt.holds(userKey(user.id)));
  const device = await stage.device(user.id, { device: 'phone' }, socketAt);
  await device.invoke('sync', {});
  await first.disconnect();
  return device;
}

/** Exactly one of the silos has the grain, and it is this one. */
async function assertOn(silo, key) {
  // Their logs may come a moment later than their answers.
  await eventually(`a silo has ${key}`, () => silos.some((one) => one.isRunning && one.holds(key)));
  assert.deepEqual(silos.filter((one) => one.isRunning && one.holds(key)).map((one) => silos.indexOf(one)), [silos.indexOf(silo)], `where ${key} is`);
}

const asked = (what, request) => eventually(what, async () => {
  const answer = await request();
  if (answer.status === 503) assert.equal(answer.headers.get('retry-after'), '1');
  else assert.ok(answer.status < 300, answer.text);
  return answer.status < 300 && answer.body;
}, SETTLED_WITHIN_MS);

test('a user whose grain left its silo while the sockets are open elsewhere is rung all the same', async () => {
  const [a, b, c] = silos;
  const patient = stage.patient(a);
  const phone = await deviceElsewhere(patient, c, a);
  const tablet = await stage.device(patient.id, { device: 'tablet' }, b);
  await tablet.invoke('sync', {});
  await assertOn(c, userKey(patient.id));

  const left = await c.stop();
  assert.match(left.output, new RegExp(`/${userKey(patient.id)}.* OnDeactivateAsync method`));

  const { session } = await stage.staff(b).rest.call(patient.id);
  for (const device of [phone, tablet]) await device.invited(session.id, ON_TIME_MS);
  await assertOn(b, userKey(patient.id));
  assert.equal((await stage.rest(session.initiatorId, {}, a).status(session.id, 'CANCELLED')).status, 200);
  for (const device of [phone, tablet]) await device.toldStatus(session.id, 'CANCELLED', ON_TIME_MS);
  await c.start();
});

describe('a silo is killed while a call rings', { concurrency: true }, () => {
  // Each way twice: one call goes on, one rings out.
  const calls = {};
  let dying, a, c;
  let settledAt;

  before(async () => {
    // Each silo looks after overdue calls: this one as well.
    [dying, a, c] = silos;
    async function ring(callAt, userAt, socketAt) {
      const staff = stage.staff(callAt);
      const patient = stage.patient(callAt);
      const panel = await stage.device(staff.id, {}, c);
      const phone = await deviceElsewhere(patient, userAt, socketAt);
      const { session } = await staff.rest.call(patient.id);
      await phone.invited(session.id);
      await assertOn(callAt, session.id);
      await assertOn(userAt, userKey(patient.id));
      return { id: session.id, staff, patient, panel, phone, session };
    }

    for (const [what, places] of Object.entries({ call: [dying, a, c], user: [a, dying, c], socket: [a, c, dying] })) {
      calls[what] = await Promise.all([ring(...places), ring(...places)]);
    }
    assert.equal((await dying.kill()).signal, 'SIGKILL');
  });

  /** The others say, in the table that they share, that the silo is dead. */
  const settled = () => {
    settledAt ??= eventually('the others have noticed', async () => {
      const [row] = await stage.database.query('select status from call.OrleansMembershipTable where port = $1 order by generation desc', [dying.siloPort]);
      return row.status === DEAD && Date.now();
    }, SETTLED_WITHIN_MS);
    return settledAt;
  };

  /** The call rings out on time, and everybody who is there is told. */
  async function ringsOut({ id, staff, panel }, phone) {
    const due = Math.max(await settled(), Date.parse((await asked('the call can be read', () => stage.rest(staff.id, {}, a).session(id))).ringDeadline));
    for (const device of [panel, phone]) await device.toldStatus(id, 'EXPIRED', due - Date.now() + ON_TIME_MS);
    const { body } = await stage.rest(staff.id, {}, a).session(id);
    assert.ok(Date.parse(body.endedAt) <= due + ON_TIME_MS, `it ended ${Date.parse(body.endedAt) - due} ms late`);
  }

  test('that has the callee\'s socket: the phone comes back elsewhere at once, rings, is told of the end', async () => {
    const [goesOn, ringsOn] = calls.socket;
    const [phone, other] = await Promise.all([goesOn, ringsOn].map(({ patient }) => stage.device(patient.id, { device: 'phone' }, a)));
    for (const [device, { id }] of [[phone, goesOn], [other, ringsOn]]) {
      const invitation = await device.invited(id, SETTLED_WITHIN_MS);
      assert.ok(invitation.remainingMs > 0 && invitation.remainingMs <= RING_MS);
    }
    await asked('the phone answers', () => stage.rest(goesOn.patient.id, {}, a).answer(goesOn.id, { deviceId: 'phone' }));
    await goesOn.panel.told('call_status', ({ id, answeredAt }) => id === goesOn.id && answeredAt, SETTLED_WITHIN_MS);
    await ringsOut(ringsOn, other);
  });

  test('that has the callee\'s grain: the phone, whose socket is elsewhere, is told that the caller gave up, and of the next call', async () => {
    const [goesOn, ringsOn] = calls.user;
    await asked('the caller gives up', () => stage.rest(goesOn.staff.id, {}, a).status(goesOn.id, 'CANCELLED'));
    await goesOn.phone.toldStatus(goesOn.id, 'CANCELLED', SETTLED_WITHIN_MS);
    const { session } = await asked('the caller calls again', () => stage.rest(goesOn.staff.id, {}, a).post('/calls/session', { recipientId: goesOn.patient.id }));
    await goesOn.phone.invited(session.id, SETTLED_WITHIN_MS);
    await ringsOut(ringsOn, ringsOn.phone);
  });

  test('that has the call\'s grain: the call can be answered, confirmed and ended', async () => {
    const [goesOn, ringsOn] = calls.call;
    await asked('the phone answers', () => stage.rest(goesOn.patient.id, {}, c).answer(goesOn.id, { deviceId: 'phone' }));
    await asked('and confirms', () => stage.rest(goesOn.patient.id, {}, a).status(goesOn.id, 'ACTIVE'));
    await asked('and hangs up', () => stage.rest(goesOn.staff.id, {}, c).status(goesOn.id, 'COMPLETED'));
    for (const device of [goesOn.panel, goesOn.phone]) await device.toldStatus(goesOn.id, 'COMPLETED', SETTLED_WITHIN_MS);
    await ringsOut(ringsOn, ringsOn.phone);
  });
});

test('after that no call is open that has had its time', () => eventually('nothing is overdue', async () => {
  const [{ count }] = await stage.database.query('select count(*) from call.call_sessions where ended_at is null and answered_at is null and ring_deadline < now()');
  return count === 0;
}, ON_TIME_MS));
