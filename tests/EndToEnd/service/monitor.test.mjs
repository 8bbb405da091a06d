// What staff see of all calls, and what nobody else does.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { insertOpenCalls } from '../support/open-calls.mjs';
import { rawHub, shakeHands, upgrade } from '../support/raw.mjs';
import { assertProblem, assertSession, assertTimeline } from '../support/shapes.mjs';
import { Stage } from '../support/stage.mjs';
import { newUser, tokenFor } from '../support/tokens.mjs';
import { Viewer } from '../support/viewer.mjs';
import { eventually, PATIENCE_MS, stoodStillSince, within } from '../support/wait.mjs';

const WITH_DASHBOARD = { Calls__OrleansDashboard: 'true' };
const MORE = ['silo', 'devices'];
// Twice as long as writing one message to a client may take.
const UNREAD_MS = 20_000;

const deviceStates = (call) => Object.fromEntries(call.devices.map(({ device, state }) => [device, state]));

const stage = Stage.forThisFile(WITH_DASHBOARD);

describe('the monitor', () => {
  test('shows each step of a call within a second: who, how far, ringing on what, where, and the end', async () => {
    const staff = stage.staff();
    const patient = stage.patient();
    const viewer = await Viewer.watch(stage.service, { negotiate: true });
    const phone = await stage.device(patient.id, { device: 'phone' });
    await stage.device(patient.id, { device: 'tablet' });

    const { session } = await staff.rest.call(patient.id, { metadata: { room: 1 } });
    const pending = await viewer.shows('the new call', session.id);
    assertSession(pending, { more: MORE });
    assert.deepEqual([pending.initiatorId, pending.recipientId, pending.metadata], [staff.id, patient.id, null]);
    assert.match(pending.silo, /^127\.0\.0\.1:\d+@\d+$/);
    await viewer.shows('both devices', session.id, (call) => {
      const states = deviceStates(call);
      return states.phone === 'delivered' && states.tablet === 'delivered';
    });

    await phone.invoke('invitation_ack', { sessionId: session.id });
    await viewer.shows('the ringing phone', session.id, (call) => call.status === 'RINGING' && deviceStates(call).phone === 'ringing');
    await phone.invoke('request_token', { sessionId: session.id, role: 'AUDIENCE' });
    await viewer.shows('the answer', session.id, (call) => call.answeredAt !== null && deviceStates(call).phone === 'answered');
    await staff.rest.status(session.id, 'ACTIVE');
    await viewer.shows('the confirmation', session.id, (call) => call.status === 'ACTIVE');
    await staff.rest.status(session.id, 'COMPLETED');
    const ended = await viewer.endOf(session.id);
    assert.deepEqual([ended.status, ended.endReason, ended.endedBy], ['COMPLETED', 'hangup', staff.id]);
    await viewer.disconnect();
  });

  test('lets staff end a call, on record with who did it and why; both participants are told, and both are free', async () => {
    const admin = stage.staff();
    const staff = stage.staff();
    const patient = stage.patient();
    const panel = await stage.device(staff.id);
    const phone = await stage.device(patient.id, { device: 'phone' });
    const viewer = await Viewer.watch(stage.service);
    const { session } = await staff.rest.call(patient.id);
    assert.equal((await patient.rest.answer(session.id, { deviceId: 'phone' })).status, 201);
    assert.equal((await patient.rest.status(session.id, 'ACTIVE')).status, 200);

    const path = `/monitor/calls/${session.id}/end`;
    assertProblem(await patient.rest.post(path, {}), 403, 'forbidden');
    const answer = await admin.rest.post(path, { reason: 'left open' });
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.body.message, 'Call session ended');
    assertSession(answer.body.session);
    assert.deepEqual([answer.body.session.status, answer.body.session.endReason, answer.body.session.endedBy], ['COMPLETED', 'admin_ended', admin.id]);

    for (const device of [panel, phone]) assert.equal((await device.toldStatus(session.id, 'COMPLETED')).endReason, 'admin_ended');
    assert.equal((await viewer.endOf(session.id)).endedBy, admin.id);
    const timeline = (await admin.rest.timeline(session.id)).body;
    assertTimeline(timeline);
    assert.deepEqual(
      timeline.slice(-2).map(({ kind, by, detail }) => [kind, by, detail]),
      [['note', admin.id, 'left open'], ['ended', admin.id, 'admin_ended']],
    );
    const again = await admin.rest.post(path);
    assert.deepEqual([again.status, again.body.session], [200, answer.body.session]);
    const late = await stage.staff().rest.post(path);
    assertProblem(late, 409, 'not_possible');
    assert.equal(late.body.session.endedBy, admin.id);
    assertProblem(await admin.rest.post(`/monitor/calls/call_${'0'.repeat(32)}/end`), 404, 'not_found');
    assertProblem(await admin.rest.post(path, { why: 'x' }), 400, 'unknown_field');

    const { session: ringing } = await staff.rest.call(patient.id);
    const cancelled = await admin.rest.post(`/monitor/calls/${ringing.id}/end`);
    assert.deepEqual([cancelled.body.session.status, cancelled.body.session.endReason], ['CANCELLED', 'admin_ended']);
    await viewer.disconnect();
  });

  test('is for staff alone: everybody else is refused, over REST, at the hub and at the dashboard, and is told nothing', async () => {
    const staff = stage.staff();
    const { session } = await staff.rest.call(newUser('patient'));
    const { rest } = stage.patient();
    for (const path of ['/monitor/summary', '/monitor/calls', `/monitor/calls?search=${session.id}`]) {
      const answer = await rest.get(path);
      assertProblem(answer, 403, 'forbidden');
      assert.ok(!answer.text.includes(session.initiatorId));
      assert.equal((await fetch(`${stage.service.base}/api/v1${path}`)).status, 401);
    }
    assertProblem(await rest.post(`/monitor/calls/${session.id}/end`), 403, 'forbidden');
    assert.equal((await staff.rest.session(session.id)).body.status, 'PENDING');

    const token = tokenFor(newUser('patient'));
    const refused = await upgrade(stage.service, `/ws/monitor?access_token=${token}`);
    assert.equal(refused.status, 403);
    assert.equal(JSON.parse(refused.body).code, 'forbidden');
    assert.equal((await upgrade(stage.service, '/ws/monitor')).status, 401);
    for (const path of ['/ws/monitor/negotiate', '/orleans/session']) {
      const answer = await fetch(stage.service.base + path, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
      assert.equal(answer.status, 403, path);
      assert.equal(answer.headers.get('set-cookie'), null);
    }
    for (const path of ['/orleans', '/orleans/', '/orleans/DashboardCounters', '/orleans/ClusterStats']) {
      assert.equal((await fetch(stage.service.base + path)).status, 401, path);
      assert.equal((await fetch(stage.service.base + path, { headers: { authorization: `Bearer ${token}` } })).status, 403, path);
    }
    await staff.rest.status(session.id, 'CANCELLED');
  });

  test('gives staff a session for the dashboard that opens it and nothing else', async () => {
    const admin = tokenFor(newUser('staff'), { role: 'ADMIN' });
    const begun = await fetch(`${stage.service.base}/orleans/session`, { method: 'POST', headers: { authorization: `Bearer ${admin}` } });
    assert.equal(begun.status, 204);
    const [cookie, ...attributes] = begun.headers.get('set-cookie').split('; ');
    assert.match(cookie, /^fayo_orleans=/);
    const lower = attributes.map((attribute) => attribute.toLowerCase());
    for (const wanted of ['path=/orleans', 'httponly', 'samesite=strict']) assert.ok(lower.includes(wanted), begun.headers.get('set-cookie'));
    assert.ok(Number(lower.find((attribute) => attribute.startsWith('max-age=')).slice(8)) <= 3600);

    const page = await fetch(`${stage.service.base}/orleans/`, { headers: { cookie } });
    const text = await page.text();
    assert.equal(page.status, 200);
    assert.match(text, /<html/i);
    await eventually('the dashboard has counted its silo', async () => {
      const counters = await fetch(`${stage.service.base}/orleans/DashboardCounters`, { headers: { cookie } });
      assert.equal(counters.status, 200);
      return (await counters.json()).totalActiveHostCount >= 1;
    });

    for (const [method, path] of [['GET', '/api/v1/monitor/summary'], ['GET', '/api/v1/calls'], ['POST', '/orleans/session'], ['POST', '/ws/monitor/negotiate']]) {
      assert.equal((await fetch(stage.service.base + path, { method, headers: { cookie } })).status, 401, path);
    }
    const [name, content] = cookie.split('=');
    const changed = content[10] === 'A' ? 'B' : 'A';
    for (const forged of [`${content.slice(0, 10)}${changed}${content.slice(11)}`, content.split('.')[0], `${content}A`, '', '.', '****.****']) {
      const answer = await fetch(`${stage.service.base}/orleans/`, { headers: { cookie: `${name}=${forged}` } });
      assert.equal(answer.status, 401, forged);
    }
  });

  test('keeps the session for the dashboard to TLS where browsers come by TLS', async () => {
    const isSecure = async (headers) => {
      const begun = await fetch(`${stage.service.base}/orleans/session`, {
        method: 'POST', headers: { authorization: `Bearer ${tokenFor(newUser('staff'), { role: 'ADMIN' })}`, ...headers },
      });
      assert.equal(begun.status, 204);
      return /; secure(;|$)/i.test(begun.headers.get('set-cookie'));
    };
    assert.equal(await isSecure({ 'x-forwarded-proto': 'https' }), true);
    assert.equal(await isSecure({ 'x-forwarded-proto': 'HTTPS, http' }), true);
    assert.equal(await isSecure({ 'x-forwarded-proto': 'http' }), false);
    assert.equal(await isSecure({}), false, 'a browser would not send it back');
  });

  test('opens the dashboard to whatever roles are staff by the settings, and to no others', async () => {
    const service = await stage.startService({ ...WITH_DASHBOARD, Calls__StaffRoles: 'SUPERVISOR' });
    const session = (role) => fetch(`${service.base}/orleans/session`, {
      method: 'POST', headers: { authorization: `Bearer ${tokenFor(newUser('staff'), { role })}` },
    });
    assert.equal((await session('ADMIN')).status, 403);
    const begun = await session('SUPERVISOR');
    assert.equal(begun.status, 204);
    const cookie = begun.headers.get('set-cookie').split('; ')[0];
    assert.equal((await fetch(`${service.base}/orleans/`, { headers: { cookie } })).status, 200);
    const elsewhere = await fetch(`${stage.service.base}/orleans/`, { headers: { cookie } });
    assert.equal(elsewhere.status, 403, 'where the role is none of staff');
    await service.stop();
  });

  test('opens the monitor to the roles of its own setting, who end no call and read no timeline', async () => {
    const service = await stage.startService({ Calls__MonitorRoles: 'WATCHER' });
    const watcher = stage.rest(newUser('watcher'), { role: 'WATCHER' }, service);
    const staff = stage.rest(newUser('staff'), { role: 'ADMIN' }, service);
    const { session } = await staff.call(newUser('patient'));
    assert.equal((await watcher.get('/monitor/calls')).status, 200);
    assert.equal((await watcher.get('/monitor/summary')).status, 200);
    assertProblem(await staff.get('/monitor/calls'), 403, 'forbidden');
    assertProblem(await watcher.post(`/monitor/calls/${session.id}/end`, {}), 403, 'forbidden');
    assertProblem(await watcher.get(`/calls/session/${session.id}/timeline`), 403, 'not_a_participant');
    assert.deepEqual((await watcher.get('/me')).body.monitor, true);
    assert.deepEqual([(await staff.get('/me')).body.monitor, (await staff.get('/me')).body.staff], [false, true]);

    const viewer = await Viewer.watch(service, { token: tokenFor(newUser('watcher'), { role: 'WATCHER' }) });
    await viewer.shows('the call', session.id);
    await viewer.disconnect();
    await assert.rejects(Viewer.watch(service));
    await service.stop();
  });

  test('lists open calls over REST, by status, by a part of an id, and page by page', async () => {
    const staff = stage.staff();
    const made = [];
    for (let i = 0; i < 5; i++) made.unshift((await staff.rest.call(newUser('Patient'))).session);
    const list = async (query) => {
      const answer = await staff.rest.get(`/monitor/calls?${query}`);
      assert.equal(answer.status, 200, answer.text);
      for (const item of answer.body.items) assertSession(item, { more: MORE });
      return answer.body;
    };
    const ids = ({ items }) => items.map(({ id }) => id);
    assert.deepEqual(ids(await list(`search=${staff.id.toUpperCase()}`)), made.map(({ id }) => id));
    assert.deepEqual(ids(await list(`search=${made[2].recipientId.slice(3)}`)), [made[2].id]);
    assert.deepEqual(ids(await list(`search=${made[1].id.slice(5)}&status=PENDING`)), [made[1].id]);
    assert.deepEqual(ids(await list(`search=${staff.id}&status=ACTIVE`)), []);
    await eventually('the silo of the call is known', async () => /@\d+$/.test((await list(`search=${made[0].id}`)).items[0].silo));

    const first = await list(`search=${staff.id}&limit=3`);
    const second = await list(`search=${staff.id}&limit=3&cursor=${first.nextCursor}`);
    assert.deepEqual([...ids(first), ...ids(second)], made.map(({ id }) => id));
    assert.equal(second.nextCursor, null);
    for (const bad of ['status=COMPLETED', 'limit=501', 'limit=0', 'cursor=x', 'statuss=ACTIVE']) assertProblem(await staff.rest.get(`/monitor/calls?${bad}`), 400);
    for (const { id } of made) await staff.rest.status(id, 'CANCELLED');
  });

  test('counts the last hour, minute by minute, and tells of the silos, over REST and to viewers', async () => {
    const staff = stage.staff();
    const patient = stage.patient();
    const started = Date.now();
    const before = await eventually('the numbers are of now', async () => {
      const { body } = await staff.rest.get('/monitor/summary');
      return Date.parse(body.at) > started && body;
    });
    const viewer = await Viewer.watch(stage.service);
    await stage.device(patient.id, { device: 'phone' });
    const { session } = await staff.rest.call(patient.id);
    await patient.rest.answer(session.id, { deviceId: 'phone' });
    const { session: missed } = await staff.rest.call(newUser('patient'));
    await staff.rest.status(missed.id, 'CANCELLED');
    const sum = (summary, name) => summary.minutes.reduce((total, minute) => total + minute[name], 0);

    const summary = await eventually('the numbers are told', () => viewer.summary?.open.answered === before.open.answered + 1 && viewer.summary);
    assert.equal(summary.minutes.length, 60);
    assert.ok(Date.parse(summary.minutes[59].at) <= Date.parse(summary.at) && Date.parse(summary.at) - Date.parse(summary.minutes[59].at) < 60_000);
    for (const [name, more] of [['created', 2], ['answered', 1], ['missed', 1], ['ended', 1]]) assert.equal(sum(summary, name), sum(before, name) + more, name);
    assert.equal(summary.endReasons.caller_cancelled, (before.endReasons.caller_cancelled ?? 0) + 1);
    assert.ok(summary.answeredPerMinute >= 1 && summary.missedShare > 0 && summary.missedShare <= 1);
    assert.ok(summary.answerTime.p50Ms > 0 && summary.answerTime.p95Ms >= summary.answerTime.p50Ms);
    const { total, pending, ringing, answered, active } = summary.open;
    assert.equal(total, pending + ringing + answered + active);
    const [silo] = summary.silos;
    assert.equal(silo.address, (await viewer.shows('the call', session.id)).silo);
    assert.equal(silo.status, 'Active');
    assert.ok(silo.name.length > 0 && Date.parse(silo.since) <= Date.now());
    assert.ok(silo.grains.calls >= 1 && silo.grains.users >= 1 && silo.grains.total >= silo.grains.calls + silo.grains.users, JSON.stringify(silo));
    assert.ok(silo.connections >= 1 && silo.users >= 1 && silo.users <= silo.connections);

    assert.equal((await staff.rest.post(`/monitor/calls/${session.id}/end`)).status, 200);
    await eventually('REST says so', async () => {
      const { body } = await staff.rest.get('/monitor/summary');
      return body.endReasons.admin_ended === (before.endReasons.admin_ended ?? 0) + 1 && body.open.answered === before.open.answered;
    });
    await viewer.disconnect();
  });

  test('a viewer that stops reading for a while ends up with what is so', async () => {
    const token = tokenFor(newUser('staff'), { role: 'ADMIN' });
    const slow = await rawHub(stage.service, token, '', '/ws/monitor');
    await eventually('the list is there', () => slow.received.some(({ arguments: [body] = [] }) => body?.complete));
    const staff = stage.staff();
    slow.socket.pause();
    const made = [];
    const started = Date.now();
    while (Date.now() - started < 3000) made.push((await staff.rest.call(newUser('patient'))).session);
    for (const { id } of made.slice(1)) await staff.rest.status(id, 'CANCELLED');
    slow.socket.resume();
    const told = new Map();
    await eventually('everything is told', () => {
      for (const { target, arguments: [body] = [] } of slow.received) {
        if (target === 'monitor_calls') for (const call of [...body.calls, ...body.ended]) told.set(call.id, call);
      }
      return made.every(({ id }, i) => told.get(id)?.status === (i === 0 ? 'PENDING' : 'CANCELLED'));
    });
    slow.socket.close();
    await staff.rest.status(made[0].id, 'CANCELLED');
  });
});

describe('the monitor of very many calls', () => {
  const stage = Stage.forThisFile({}, { prepare: ({ database }) => insertOpenCalls(database, 25_000) });

  test('sends 25,000 open calls in messages of at most 500, then at most two updates a second however much happens', async () => {
    const staff = stage.staff();
    const viewer = await Viewer.watch(stage.service);
    const [list] = viewer.lists;
    assert.ok(viewer.calls.size >= 25_000);
    assert.ok(list.length >= 50 && Math.max(...list) <= 500, list.join(' '));

    viewer.updates.length = 0;
    viewer.summaries.length = 0;
    const started = Date.now();
    let made = 0;
    while (Date.now() - started < 5000 + stoodStillSince(started)) {
      const { session } = await staff.rest.call(newUser('patient'));
      await staff.rest.status(session.id, 'CANCELLED');
      made++;
    }
    await eventually('the last end is told', () => viewer.ended.size >= made);
    const seconds = (Date.now() - started) / 1000;
    assert.ok(made > 20, `${made} calls`);
    assert.ok(viewer.updates.length >= 4 && viewer.updates.length <= Math.ceil(2 * seconds) + 1, `${viewer.updates.length} updates in ${seconds} s`);
    assert.ok(viewer.summaries.length <= Math.ceil(seconds) + 1, `${viewer.summaries.length} summaries in ${seconds} s`);
    await viewer.disconnect();
  });

  test('closes a viewer that reads nothing; others see all there is, and it can come back', async () => {
    const token = tokenFor(newUser('staff'), { role: 'ADMIN' });
    const { socket: stuck } = await upgrade(stage.service, `/ws/monitor?access_token=${token}`);
    stuck.on('error', () => {});
    stuck.pause();
    shakeHands(stuck);
    const viewer = await Viewer.watch(stage.service);
    const staff = stage.staff();
    const started = Date.now();
    while (Date.now() - started < UNREAD_MS) {
      const { session } = await staff.rest.call(newUser('patient'));
      await viewer.shows('the call', session.id);
      await staff.rest.status(session.id, 'CANCELLED');
      await viewer.endOf(session.id);
    }

    // Were it still open, it would now be given the rest of the list, and stay.
    const closed = once(stuck, 'close');
    stuck.resume();
    await within(PATIENCE_MS, 'it is closed', closed);
    await (await Viewer.watch(stage.service, { token })).disconnect();
    await viewer.disconnect();
  });
});

describe('the monitor of more calls than it lists', () => {
  const stage = Stage.forThisFile({ Calls__MaxMonitoredCalls: '100' }, { prepare: ({ database }) => insertOpenCalls(database, 1000) });

  test('lists a sample of them and says so, counts all, tells of what happens in the sample, and lists all when there are few again', async () => {
    const staff = stage.staff();
    const viewer = await Viewer.watch(stage.service);
    assert.ok(viewer.share > 0 && viewer.share <= 0.125, `a share of ${viewer.share}`);
    assert.ok(viewer.calls.size > 20 && viewer.calls.size < 300, `${viewer.calls.size} calls`);
    await eventually('the numbers count all', () => viewer.summary?.open.total >= 1000);
    const { body } = await staff.rest.get('/monitor/calls?limit=100');
    assert.ok(body.nextCursor, 'the others are found page by page');

    const isShown = ({ id }) => Number.parseInt(id.slice(-2), 16) < 256 * viewer.share;
    const made = [];
    while (!made.some(isShown) || made.every(isShown)) made.push((await staff.rest.call(newUser('patient'))).session);
    const inside = made.find(isShown);
    await viewer.shows('the call in the sample', inside.id);
    for (const { id } of made) await staff.rest.status(id, 'CANCELLED');
    await viewer.endOf(inside.id);
    assert.ok(made.filter((call) => !isShown(call)).every(({ id }) => !viewer.ended.has(id)), 'nothing is told of the others');

    await stage.database.query(`UPDATE call.call_sessions SET status = 'EXPIRED', ended_at = now(), end_reason = 'expired' WHERE ended_at IS NULL AND id > (
      SELECT id FROM call.call_sessions WHERE ended_at IS NULL ORDER BY id OFFSET 40 LIMIT 1)`);
    await eventually('all are listed again', () => viewer.share === 1 && viewer.isComplete && viewer.calls.size >= 40);
    assert.ok(viewer.calls.size < 100, `${viewer.calls.size} calls`);
    await viewer.disconnect();
  });
});

describe('the monitor without its database', () => {
  test('answers 503 while it cannot read, and shows all there is once it can', async () => {
    const staff = stage.staff();
    const viewer = await Viewer.watch(stage.service);
    const unlock = await stage.database.lock('call.call_sessions');
    try {
      assertProblem(await within(20_000, 'the answer', staff.rest.get('/monitor/calls')), 503, 'unavailable');
    } finally {
      await unlock();
    }
    const { session } = await staff.rest.call(newUser('patient'));
    await viewer.shows('the call', session.id);
    await viewer.disconnect();
  });
});

describe('the monitor of three silos', () => {
  let silos;
  const stage = Stage.forThisFile({}, {
    start: false,
    async prepare(here) {
      const settings = { Calls__Clustering: 'AdoNet', Calls__RingTimeout: '00:02:00' };
      silos = [await here.startService(settings)];
      silos.push(...await Promise.all([here.startService(settings), here.startService(settings)]));
    },
  });

  test('shows at one silo the calls of all, where they are; and a silo that was killed leaves nothing wrong for ten seconds', async () => {
    const [a, b, c] = silos;
    const viewer = await Viewer.watch(a);
    const callers = silos.map((silo) => stage.staff(silo));
    const sessions = await Promise.all(callers.map(async ({ rest }) => (await rest.call(newUser('patient'))).session));
    const shown = await Promise.all(sessions.map(({ id }) => viewer.shows('the call', id)));
    assert.equal(new Set(shown.map(({ silo }) => silo)).size, 3, 'each call is on the silo that it was made at');
    await eventually('three silos report', () => viewer.summary?.silos.filter(({ grains }) => grains !== null).length === 3);

    // One that comes later has it from the rows and from what the silos say that they have.
    const late = await Viewer.watch(c);
    for (const [i, { id }] of sessions.entries()) assert.equal(late.calls.get(id).silo, shown[i].silo);
    assert.deepEqual(
      new Set((await callers[0].rest.get('/monitor/calls')).body.items.map(({ silo }) => silo)),
      new Set(shown.map(({ silo }) => silo)),
    );

    const dead = shown[1].silo;
    await b.kill();
    const killed = Date.now();
    await Promise.all([viewer, late].map((one) => eventually(
      'no call is shown on the silo that is gone',
      () => one.calls.has(sessions[1].id) && [...one.calls.values()].every(({ silo }) => silo !== dead),
    )));
    const took = Date.now() - killed - stoodStillSince(killed);
    assert.ok(took <= 10_000, `it was wrong for ${took} ms`);

    const rest = stage.rest(callers[1].id, { role: 'ADMIN' }, c);
    await eventually('the call can be ended elsewhere', async () => (await rest.status(sessions[1].id, 'CANCELLED')).status === 200, 60_000);
    await viewer.endOf(sessions[1].id, 10_000);
    await Promise.all([viewer.disconnect(), late.disconnect()]);
  });
});
