// Whom users do not want to be called by, and when they do not want to be called at all: to whoever calls, it looks as if nobody answered.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertProblem, assertSession, assertTime, assertTimeline } from '../support/shapes.mjs';
import { onOneSiloAndOnThree, SHORT_RINGS } from '../support/stage.mjs';
import { newUser } from '../support/tokens.mjs';
import { eventually } from '../support/wait.mjs';

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();
const put = (who, path, body) => who.rest.send('PUT', path, body);
const remove = (who, path) => who.rest.send('DELETE', path);
const create = (who, callee, body = {}) => who.rest.post('/calls/session', { recipientId: callee.id, ...body });

onOneSiloAndOnThree(SHORT_RINGS, (stage) => {
  const nurse = () => {
    const id = newUser('nurse');
    return { id, rest: stage.rest(id, { role: 'NURSE' }) };
  };
  const block = async (who, other) => assert.equal((await put(who, `/me/blocked/${encodeURIComponent(other.id)}`)).status, 200);
  const disturbNot = async (who) => assert.equal((await put(who, '/me/do-not-disturb', { until: inAnHour() })).status, 200);

  /** What a caller can see of a call that has ended: everything but what differs between any two calls. */
  async function seenBy(caller, panel, session) {
    const ended = await panel.toldStatus(session.id, 'EXPIRED');
    assertSession(ended);
    const { body: timeline } = await caller.rest.timeline(session.id);
    assertTimeline(timeline);
    const rang = timeline.find(({ kind }) => kind === 'ringing');
    return {
      session: { ...ended, id: 0, channelName: 0, initiatorId: 0, recipientId: 0, createdAt: 0, updatedAt: 0, expiresAt: 0, endedAt: 0, ringDeadline: 0 },
      rangFor: Date.parse(ended.ringDeadline) - Date.parse(rang.at),
      // A change that the next one overtakes on its way is not told.
      told: panel.about(session.id, 'call_status').filter(({ status }) => status !== 'PENDING').map(({ status, version }) => [status, version]),
      timeline: timeline.map(({ version, kind, by, status, detail }) => [version, kind, by && (by === caller.id ? 'caller' : 'callee'), status, detail]),
    };
  }

  /** Calls, and waits until the call has rung out. */
  async function ringOut(caller, callee) {
    const panel = await stage.device(caller.id);
    const created = await create(caller, callee);
    assert.equal(created.status, 201, created.text);
    return { session: created.body.session, seen: await seenBy(caller, panel, created.body.session), answer: created.body };
  }

  test('a blocked caller sees what everybody sees whose call is not answered, and the one who blocked hears nothing of it', async () => {
    const callee = stage.patient();
    const blocked = nurse();
    const other = nurse();
    await block(callee, blocked);
    const phone = await stage.device(callee.id, { device: 'phone', acknowledge: true });

    const [silent, plain] = await Promise.all([ringOut(blocked, callee), ringOut(other, callee)]);

    assert.deepEqual(silent.seen, plain.seen);
    assert.equal(silent.seen.session.endReason, 'no_answer');
    assert.deepEqual(Object.keys(silent.answer).sort(), Object.keys(plain.answer).sort());
    assert.deepEqual(Object.keys(silent.answer.credential).sort(), Object.keys(plain.answer.credential).sort());
    assert.equal(phone.about(plain.session.id, 'call_invitation').length > 0, true);
    assert.deepEqual(phone.received.filter(({ body }) => body?.id === silent.session.id), [], 'neither rung nor told');
    const { body: history } = await callee.rest.get('/calls');
    assert.deepEqual(history.items.map(({ id }) => id), [plain.session.id]);
    assert.deepEqual((await blocked.rest.get('/calls')).body.items.map(({ id }) => id), [silent.session.id]);
  });

  test('a device of the one who blocked that connects while it rings is not rung either, by invitation or sync', async () => {
    const callee = stage.patient();
    const blocked = nurse();
    await block(callee, blocked);
    const panel = await stage.device(blocked.id);
    const { session } = await blocked.rest.call(callee.id);
    await panel.toldStatus(session.id, 'RINGING');

    const phone = await stage.device(callee.id);
    const { invitations, calls } = await phone.invoke('sync', {});
    assert.deepEqual([invitations, calls], [[], []]);
    assert.deepEqual((await callee.rest.get('/calls/sessions')).body, []);
    assert.deepEqual((await callee.rest.get('/calls')).body.items, []);
    await panel.toldStatus(session.id, 'EXPIRED');
    assert.deepEqual(phone.received.filter(({ name }) => name !== 'connected'), []);
  });

  test('blocking while it rings takes the ring away from every device, and the caller goes on hearing it ring', async () => {
    const callee = stage.patient();
    const caller = nurse();
    const panel = await stage.device(caller.id);
    const phones = await Promise.all([stage.device(callee.id, { device: 'phone', acknowledge: true }), stage.device(callee.id, { device: 'tablet' })]);
    const { session } = await caller.rest.call(callee.id);
    await Promise.all(phones.map((phone) => phone.invited(session.id)));
    await panel.toldStatus(session.id, 'RINGING');
    const before = (await caller.rest.session(session.id)).body;

    await block(callee, caller);

    for (const phone of phones) {
      const stopped = await phone.told('call_status', ({ id, endedAt }) => id === session.id && endedAt !== null);
      assertSession(stopped);
      assert.deepEqual([stopped.endReason, stopped.endedBy], ['declined', callee.id]);
      assert.ok(stopped.version > before.version);
    }
    const since = phones.map((phone) => phone.received.length);
    // What had been delivered before may go on record meanwhile.
    const lasting = (call) => ({ ...call, version: 0, updatedAt: 0 });
    assert.deepEqual(lasting((await caller.rest.session(session.id)).body), lasting(before), 'for the caller nothing has changed');
    assert.deepEqual((await phones[1].invoke('sync', {})).invitations, []);
    const ended = await panel.toldStatus(session.id, 'EXPIRED');
    assert.equal(ended.endReason, 'no_answer');
    assert.deepEqual(phones.map((phone) => phone.received.length), since, 'not reminded, and not told of the end');
    assert.deepEqual((await callee.rest.get('/calls')).body.items, []);
  });

  test('the one who blocked can call, and calling back while the blocked one calls connects the two', async () => {
    const callee = stage.patient();
    const blocked = nurse();
    await block(callee, blocked);
    const panel = await stage.device(blocked.id);
    const { session } = await blocked.rest.call(callee.id);

    const back = await create(callee, blocked);
    assert.deepEqual([back.status, back.body.message, back.body.session.id], [200, 'Already ringing you', session.id]);
    await panel.told('call_status', ({ id, answeredAt }) => id === session.id && answeredAt !== null);
    const phone = await stage.device(callee.id);
    assert.deepEqual((await phone.invoke('sync', {})).calls.map(({ id }) => id), [session.id]);
    assert.equal((await callee.rest.status(session.id, 'COMPLETED')).status, 200);
    await phone.toldStatus(session.id, 'COMPLETED');

    const own = await callee.rest.call(blocked.id);
    await panel.invited(own.session.id);
  });

  test('a blocked caller of somebody in another call hears that, like everybody, and the one who blocked does not hear of the caller', async () => {
    const callee = stage.patient();
    const blocked = nurse();
    const friend = nurse();
    const phone = await stage.device(callee.id);
    const { session: talk } = await friend.rest.call(callee.id);
    assert.equal((await callee.rest.answer(talk.id)).status, 201);
    assert.equal((await callee.rest.status(talk.id, 'ACTIVE')).status, 200);
    await block(callee, blocked);

    const [refused, plain] = [await create(blocked, callee), await create(nurse(), callee)];
    assertProblem(refused, 409, 'busy');
    assert.deepEqual([refused.body.message, Object.keys(refused.body)], [plain.body.message, Object.keys(plain.body)]);
    await phone.toldStatus(plain.body.session.id, 'CANCELLED');
    assert.deepEqual(phone.received.filter(({ body }) => body?.id === refused.body.session.id), []);
    await callee.rest.status(talk.id, 'COMPLETED');
  });

  test('whoever does not want to be disturbed is not rung, hears of the call when it has ended, and finds it in the history', async () => {
    const callee = stage.patient();
    await disturbNot(callee);
    const phone = await stage.device(callee.id, { device: 'phone' });
    const { session, seen } = await ringOut(nurse(), callee);

    assert.equal(seen.session.endReason, 'no_answer');
    const told = await phone.toldStatus(session.id, 'EXPIRED');
    assert.equal(told.endReason, 'no_answer');
    assert.equal(phone.received.filter(({ body }) => body?.id === session.id).length, 1, 'told once, and never invited');
    assert.deepEqual((await callee.rest.get('/calls')).body.items.map(({ id }) => id), [session.id]);

    assert.equal((await remove(callee, '/me/do-not-disturb')).status, 204);
    const again = await nurse().rest.call(callee.id);
    await phone.invited(again.session.id);
  });

  test('do-not-disturb ends by itself at its time', async () => {
    const callee = stage.patient();
    const phone = await stage.device(callee.id);
    const until = new Date(Date.now() + 1500).toISOString();
    assert.deepEqual((await put(callee, '/me/do-not-disturb', { until })).body, { until });
    await eventually('the time has passed', async () => (await callee.rest.get('/me/do-not-disturb')).body.until === null);
    const { session } = await nurse().rest.call(callee.id);
    await phone.invited(session.id);
  });

  test('staff with a role that overrides ring through both', async () => {
    const callee = stage.patient();
    const staff = stage.staff();
    await block(callee, staff);
    await disturbNot(callee);
    const phone = await stage.device(callee.id);
    const { session } = await staff.rest.call(callee.id);
    await phone.invited(session.id);
    await staff.rest.status(session.id, 'CANCELLED');
  });

  test('the list of blocked users is its owner\'s, and its requests may be repeated', async () => {
    const owner = stage.patient();
    const strange = { id: 'a?b#c%d e' };
    for (const other of [{ id: 'one' }, strange, strange]) await block(owner, other);
    const { body } = await owner.rest.get('/me/blocked');
    assert.deepEqual(body.items.map(({ userId }) => userId), [strange.id, 'one']);
    body.items.forEach(({ blockedAt }) => assertTime(blockedAt, 'blockedAt'));
    assert.deepEqual((await stage.patient().rest.get('/me/blocked')).body, { items: [] });
    for (let i = 0; i < 2; i++) assert.equal((await remove(owner, '/me/blocked/one')).status, 204);
    assert.deepEqual((await owner.rest.get('/me/blocked')).body.items.map(({ userId }) => userId), [strange.id]);

    assertProblem(await put(owner, `/me/blocked/${owner.id}`), 400, 'bad_value');
    assertProblem(await put(owner, `/me/blocked/${'x'.repeat(256)}`), 400, 'bad_value');
    await stage.database.query(
      'insert into call.blocked_users select $1, \'user \' || n from generate_series(1, 999) as n', [owner.id],
    );
    assertProblem(await put(owner, '/me/blocked/two'), 409, 'block_list_full');
  });

  test('a time that has passed, lies years ahead or is none is refused by name', async () => {
    const { rest } = stage.patient();
    const bad = ['2020-01-01T00:00:00Z', '2999-01-01T00:00:00Z', 'tomorrow', '2027-01-01T08:00:00', 5, null, undefined];
    for (const until of bad) {
      const refused = await rest.send('PUT', '/me/do-not-disturb', { until });
      assertProblem(refused, 400, 'bad_value');
      assert.match(refused.body.message, /'until'/);
    }
    assert.deepEqual((await rest.get('/me/do-not-disturb')).body, { until: null });
  });
}, { concurrency: true, isShared: true });
