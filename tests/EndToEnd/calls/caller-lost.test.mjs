// A caller whose every connection is gone is gone, and whoever it may still be is not. Lost is after four seconds here.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { App } from '../support/app.mjs';
import { onOneSiloAndOnThree, Stage } from '../support/stage.mjs';
import { TcpProxy } from '../support/tcp-proxy.mjs';
import { eventually, ON_TIME_MS, PATIENCE_MS, withoutStandstill } from '../support/wait.mjs';
import { WebHubs } from '../support/web-hub.mjs';

const LOST_MS = 4000;
const settings = { Calls__CallerLostAfter: '00:00:04', Calls__RingTimeout: '00:02:00' };

/** Waits until the call has ended, and returns it. */
const ended = ({ rest }, id) => eventually('the call ends', async () => {
  const { body } = await rest.session(id);
  return body.endedAt && body;
});

/** A call that would have ended by now if its caller counted as gone: another, lost later, has ended. */
async function laterLost(stage) {
  const other = stage.staff();
  const panel = await stage.device(other.id);
  const { session } = await other.rest.call(stage.patient().id);
  await panel.disconnect();
  await ended(stage.staff(), session.id);
}

function assertLost(call, gone) {
  assert.deepEqual([call.status, call.endReason, call.endedBy], ['CANCELLED', 'caller_lost', null]);
  const after = Date.parse(call.endedAt) - gone;
  assert.ok(after >= LOST_MS - 500 && after <= LOST_MS + ON_TIME_MS, `ended ${after} ms after the last connection`);
}

onOneSiloAndOnThree(settings, (stage) => {
  test('a ring ends when its caller has lost every connection, and the patient is told', async () => {
    const staff = stage.staff();
    const patient = stage.patient();
    const [panel, tablet, phone] = await Promise.all([stage.device(staff.id), stage.device(staff.id), stage.device(patient.id)]);
    const { session } = await staff.rest.call(patient.id);
    await phone.invited(session.id);
    await Promise.all([panel.disconnect(), tablet.disconnect()]);
    const gone = Date.now();
    assertLost(await phone.toldStatus(session.id, 'CANCELLED'), gone);
  });

  test('so does a call that was answered and that nobody has confirmed', async () => {
    const staff = stage.staff();
    const patient = stage.patient();
    const panel = await stage.device(staff.id);
    const { session } = await staff.rest.call(patient.id);
    assert.equal((await patient.rest.answer(session.id)).status, 201);
    const gone = Date.now();
    await panel.disconnect();
    assertLost(await ended(patient, session.id), gone);
  });

  test('who connects while it rings and goes again is gone too', async () => {
    const staff = stage.staff();
    const { session } = await staff.rest.call(stage.patient().id);
    await (await stage.device(staff.id)).disconnect();
    assert.equal((await ended(stage.staff(), session.id)).endReason, 'caller_lost');
  });

  /** Five calls whose callers have not lost them, and why those that ended did. */
  async function callsThatGoOn() {
    const [never, before, back, other, talking] = Array.from({ length: 5 }, () => stage.staff());
    await (await stage.device(before.id)).disconnect();
    await eventually('the service knows that they are gone', async () => {
      const { body: { items: [user] } } = await stage.staff().rest.get(`/users?search=${before.id}`);
      return user && !user.online;
    });
    const panels = await Promise.all([back, other, talking].map(({ id }) => stage.device(id)));
    await stage.device(other.id, { device: 'tablet' });
    const patient = stage.patient();
    const calls = [];
    for (const staff of [never, before, back, other, talking]) {
      const callee = staff === talking ? patient : stage.patient();
      calls.push({ staff, id: (await staff.rest.call(callee.id)).session.id });
    }
    const confirmed = calls.at(-1).id;
    await patient.rest.answer(confirmed);
    await patient.rest.status(confirmed, 'ACTIVE');
    await Promise.all(panels.map((panel) => panel.disconnect()));
    await stage.device(back.id);

    await laterLost(stage);
    return Promise.all(calls.map(async ({ id }) => (await stage.database.call(id)).end_reason));
  }

  test('who was never connected, was so only before the call, came back, or still has a device goes on', async () => {
    // On a machine that stands still somebody may come back too late.
    const reasons = await withoutStandstill(callsThatGoOn, (each) => each.every((reason) => reason === null));
    assert.deepEqual(reasons, Array(5).fill(null));
  });

  test('who asks for something without a connection is there', async () => {
    const staff = stage.staff();
    const panel = await stage.device(staff.id);
    const { session } = await staff.rest.call(stage.patient().id);
    await panel.disconnect();
    const gone = Date.now();
    await eventually('half of the time is over', () => Date.now() > gone + LOST_MS / 2, PATIENCE_MS);
    assert.equal((await staff.rest.session(session.id)).status, 200);
    const asked = Date.now();
    const [row] = await eventually('it ends later', async () => {
      const rows = await stage.database.query('select ended_at, end_reason from call.call_sessions where id = $1', [session.id]);
      return rows[0].ended_at && rows;
    }, PATIENCE_MS);
    assert.equal(row.end_reason, 'caller_lost');
    assert.ok(row.ended_at.getTime() - asked >= LOST_MS - 500, 'the whole time from then');
  });

  test('staff who are in a call are told so at the first request, and can end it and go on', async () => {
    const staff = stage.staff();
    const [first, second] = [stage.patient(), stage.patient()];
    await Promise.all([stage.device(staff.id), stage.device(first.id)]);
    const { session } = await staff.rest.call(first.id);
    await first.rest.answer(session.id);
    assert.equal((await staff.rest.post('/calls/session', { recipientId: second.id })).status, 201, 'a call that nobody has confirmed makes nobody busy');
    await first.rest.status(session.id, 'ACTIVE');

    const third = stage.patient();
    const phone = await stage.device(third.id);
    const { status, body } = await staff.rest.post('/calls/session', { recipientId: third.id });
    assert.deepEqual([status, body.code, body.session.id, body.session.status], [409, 'in_call', session.id, 'ACTIVE']);
    assert.deepEqual((await staff.rest.get(`/calls?userId=${third.id}`)).body.items, [], 'nobody was called');

    assert.equal((await staff.rest.status(session.id, 'COMPLETED')).status, 200);
    const { session: next } = await staff.rest.call(third.id);
    await phone.invited(next.id);
  });

  test('a call that its caller has lost ends when the caller calls the next patient', async () => {
    const staff = stage.staff();
    const [first, second] = [stage.patient(), stage.patient()];
    const [panel, phone] = await Promise.all([stage.device(staff.id), stage.device(first.id)]);
    const { session } = await staff.rest.call(first.id);
    await first.rest.answer(session.id);
    await first.rest.status(session.id, 'ACTIVE');
    await panel.disconnect();
    const gone = Date.now();
    assert.equal((await staff.rest.post('/calls/session', { recipientId: second.id })).body.code, 'in_call', 'the time to come back is not over');

    await eventually('the time is over', () => Date.now() > gone + LOST_MS + 200, PATIENCE_MS);
    const { session: next } = await staff.rest.call(second.id);
    const end = await phone.toldStatus(session.id, 'COMPLETED');
    assert.equal(end.endReason, 'connection_lost');
    assert.equal((await second.rest.answer(next.id)).status, 201);
    assert.equal((await second.rest.status(next.id, 'ACTIVE')).status, 200);
  });
}, { concurrency: true, isShared: true });

describe('when silos go', () => {
  const stage = Stage.sharedAndClosed(settings, { silos: 3 });
  before(() => stage.open());

  test('a silo that stops, or dies, costs no caller the call who was connected there and whose client does not come back', async () => {
    const [, stopping, dying] = stage.service.silos;
    const calls = [];
    for (const silo of [stopping, dying]) {
      const staff = stage.staff();
      await stage.device(staff.id, {}, silo);
      calls.push((await staff.rest.call(stage.patient().id)).session.id);
    }
    await stopping.stop();
    await dying.kill();
    const gone = Date.now();
    await stage.service.start();
    await eventually('the time to come back is over', () => Date.now() > gone + 2 * LOST_MS, PATIENCE_MS);
    await laterLost(stage);
    for (const id of calls) {
      const [row] = await stage.database.query('select end_reason from call.call_sessions where id = $1', [id]);
      assert.equal(row.end_reason, null);
    }
  });
});

describe('when a proxy goes', () => {
  let hubs;
  const stage = Stage.sharedAndClosed(settings);
  before(async () => {
    await stage.open();
    hubs = await WebHubs.load();
  });
  after(() => hubs?.close());

  test('callers whose connections are cut together have the time to come back that their clients need', async () => {
    const proxy = await TcpProxy.to('127.0.0.1', Number(new URL(stage.service.base).port));
    const through = { base: `http://127.0.0.1:${proxy.port}` };
    const callers = Array.from({ length: 40 }, () => stage.staff());
    // Half of them as the pages connect, half as the shipped app does, with the pauses that npm's client makes by default.
    const clients = await Promise.all(callers.map(async ({ id }, i) => (i % 2
      ? hubs.connect(through, id, { role: 'ADMIN' })
      : App.connect(through, id, { reconnectionDelay: 1000, reconnectionDelayMax: 5000 }))));
    const isBack = (client) => (client instanceof App ? client.socket.connected : client.state.getSnapshot() === 'connected');
    try {
      const ids = await Promise.all(callers.map(async ({ rest }) => (await rest.call(stage.patient().id)).session.id));
      const cut = Date.now();
      proxy.cut();
      await eventually('all have lost their connection', () => !clients.some(isBack), PATIENCE_MS);
      await eventually('one who goes now is not cut with them', () => Date.now() > cut + 1500, PATIENCE_MS);
      const later = laterLost(stage);
      await eventually('the proxy was away for longer than a caller may be', () => Date.now() > cut + LOST_MS + 500, PATIENCE_MS);
      proxy.restore();
      await later;
      await eventually('all are back', () => clients.every(isBack), PATIENCE_MS);

      const rows = await stage.database.query('select end_reason from call.call_sessions where id = any($1) and ended_at is not null', [ids]);
      assert.deepEqual(rows, []);
    } finally {
      for (const client of clients) if (client instanceof App) client.disconnect();
    }
  });
});
