// Whoever does not know what became of a request sends it again: with a key for a new call, and every other as it was.
import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { assertProblem, assertTimeline } from '../support/shapes.mjs';
import { Rest } from '../support/rest.mjs';
import { Stage } from '../support/stage.mjs';
import { TcpProxy } from '../support/tcp-proxy.mjs';
import { newUser } from '../support/tokens.mjs';
import { eventually } from '../support/wait.mjs';

/** Between the service and its clients, and between the service and PostgreSQL. */
let front;
let cable;

/** How clients reach the service. */
const door = { get base() { return `http://127.0.0.1:${front.port}`; } };

const stage = Stage.forThisFile({}, {
  start: false,
  async prepare() {
    cable = await TcpProxy.to(stage.database.host, stage.database.port);
    // Rings are not looked at while the tests last: nothing but what they ask for is written.
    stage.service = await stage.startService({
      DATABASE_URL: stage.database.urlThrough(cable.port, '127.0.0.1'), Calls__RingTimeout: '00:10:00', Calls__ResendAfter: '00:01:00',
    });
    front = await TcpProxy.to('127.0.0.1', Number(new URL(stage.service.base).port));
    await putTurnstile();
    await prepareScenes();
  },
});

// Each test starts with a service that runs and can be reached, also after one that failed half-way.
afterEach(async () => {
  front.restore();
  cable.restore();
  if (!stage.service.isRunning) await stage.service.start();
});

const person = () => {
  const id = newUser();
  return { id, rest: Rest.as(door, id) };
};
const create = (who, callee, key, more = {}) => who.rest.post('/calls/session', { recipientId: callee.id, ...more }, key && { 'idempotency-key': key });

/** Has the service killed, and everything that it had asked of the database before forgotten, and starts it again. */
async function restart() {
  await stage.service.kill();
  front.cut();
  front.restore();
  cable.restore();
  await stage.service.start();
}

describe('a key', () => {
  test('gives the same call for the same request while it is open and afterwards, and is refused with another', async () => {
    const [ann, ben, carl] = [person(), person(), person()];
    const first = await create(ann, ben, 'one');
    assert.equal(first.status, 201, first.text);
    for (const more of [{}, { callType: 'VIDEO' }]) {
      const again = await create(ann, ben, 'one', more);
      assert.equal(again.status, 201, again.text);
      assert.deepEqual(again.body.session, first.body.session);
    }
    for (const other of [create(ann, carl, 'one'), create(ann, ben, 'one', { callType: 'VOICE' }), create(ann, ben, 'one', { metadata: {} })]) {
      assertProblem(await other, 422, 'key_reused');
    }
    assert.equal((await ann.rest.status(first.body.session.id, 'CANCELLED')).status, 200);
    const late = await create(ann, ben, 'one');
    assertProblem(late, 410, 'call_ended');
    assert.equal(late.body.session.id, first.body.session.id);
    assertProblem(await create(ann, carl, 'one'), 422, 'key_reused');
    assert.equal((await create(ben, ann, 'one')).status, 201, 'keys are each user\'s own');
  });

  for (const [message, caller, callee] of [['Already calling', 0, 1], ['Already ringing you', 1, 0]]) {
    test(`that was answered with ${message} is answered so for as long as the call lasts, and then with its end`, async () => {
      const people = [person(), person()];
      const { session } = await people[0].rest.call(people[1].id);
      const ask = (key, more) => create(people[caller], people[callee], key, more);
      const answers = await Promise.all(Array.from({ length: 6 }, () => ask('again')));
      assert.equal((await people[1].rest.answer(session.id)).status, 201);
      for (const answer of [...answers, await ask('again')]) {
        assert.equal(answer.status, 200, answer.text);
        assert.deepEqual([answer.body.message, answer.body.session.id], [message, session.id]);
      }
      assertProblem(await ask('again', { callType: 'VOICE' }), 422, 'key_reused');
      const { body: timeline } = await people[0].rest.timeline(session.id);
      assert.equal(timeline.filter(({ kind }) => kind === 'note').length, 1, 'one attempt is on record, however often it was repeated');
      assert.equal((await people[0].rest.status(session.id, 'COMPLETED')).status, 200);
      const late = await ask('again');
      assertProblem(late, 410, 'call_ended');
      assert.equal(late.body.session.id, session.id);
      assertProblem(await ask('again', { callType: 'VOICE' }), 422, 'key_reused');
    });
  }

  test('of a call that was refused as busy is refused again, and with another request as reused', async () => {
    const [ann, ben, carl] = [person(), person(), person()];
    const phone = await stage.device(ben.id, {}, door);
    const { session: talk } = await ann.rest.call(ben.id);
    assert.equal((await ben.rest.answer(talk.id)).status, 201);
    assert.equal((await ben.rest.status(talk.id, 'ACTIVE')).status, 200);
    const refused = await create(carl, ben, 'busy');
    assertProblem(refused, 409, 'busy');
    assertProblem(await create(carl, ben, 'busy', { callType: 'VOICE' }), 422, 'key_reused');
    assert.equal((await ann.rest.status(talk.id, 'COMPLETED')).status, 200);
    const again = await create(carl, ben, 'busy');
    assertProblem(again, 409, 'busy');
    assert.equal(again.text, refused.text);
    await phone.disconnect();
  });

  test('is kept for a day, also when the call is no longer in the history, and is free afterwards', async () => {
    const [ann, ben, carl] = [person(), person(), person()];
    const { body: { session } } = await create(ann, ben, 'daily');
    assert.equal((await ann.rest.status(session.id, 'CANCELLED')).status, 200);
    const claim = `request:${ann.id.length}:${ann.id}daily`;
    const [{ hours }] = await stage.database.query('select extract(epoch from kept_until - now()) / 3600 as hours from call.call_claims where claim = $1', [claim]);
    assert.ok(hours > 23.9 && hours <= 24, hours);
    await stage.service.kill();
    await stage.database.query('delete from call.call_sessions where id = $1', [session.id]);
    await stage.service.start();

    assertProblem(await create(ann, ben, 'daily'), 410, 'call_ended');
    assertProblem(await create(ann, carl, 'daily'), 422, 'key_reused');
    await stage.database.query('update call.call_claims set kept_until = now() where claim = $1', [claim]);
    const next = await create(ann, carl, 'daily');
    assert.equal(next.status, 201, next.text);
    assert.deepEqual((await create(ann, carl, 'daily')).body.session, next.body.session);
  });

  test('is nothing that a request without one leaves behind', async () => {
    const [ann, ben] = [person(), person()];
    const { session } = await ann.rest.call(ben.id);
    assert.equal((await ann.rest.status(session.id, 'CANCELLED')).status, 200);
    assert.deepEqual(await stage.database.query('select * from call.call_claims where call_id = $1', [session.id]), []);
  });
});

// ---------------------------------------------------------------- every command, at every point

const over = {
  rest: (path, body, { method = 'post', who = 'ben', status = 201, headers } = {}) => async (scene) => {
    const answer = await scene[who].rest[method](path.replace('{id}', scene.id), body(scene), headers);
    // A service that does not know the outcome says so, as does one that is gone.
    if (answer.status === 503) throw new Error(answer.text);
    assert.ok([status].flat().includes(answer.status), `${answer.status} ${answer.text}`);
    return answer.body.session;
  },
  hub: (method, argument, { who = 'ben' } = {}) => async (scene) => (await scene.phones[who].invoke(method, { sessionId: scene.id, ...argument })).session,
};
const calls = (who, callee, key, status = 201) => over.rest('/calls/session', (scene) => ({ recipientId: scene[callee].id }), { who, status, headers: key });
const token = (body, who) => over.rest('/calls/session/{id}/token', () => body, { who });
const status = (body, who) => over.rest('/calls/session/{id}/status', () => body, { method: 'patch', who, status: 200 });
const key = { 'idempotency-key': 'the-same' };

/** What is asked, of a call that is how far, by which message, and what the timeline has once more afterwards. */
const COMMANDS = [
  ['a call with a key', 'nothing', calls('ann', 'ben', key), 'created'],
  ['a call without a key', 'nothing', calls('ann', 'ben', undefined, [201, 200]), 'created'],
  ['a second call with a key', 'rings', calls('ann', 'ben', key, 200), 'note'],
  ['a call back with a key', 'rings', calls('ben', 'ann', key, 200), 'answered'],
  ['an acknowledgement over the hub', 'rings', over.hub('invitation_ack'), 'ringing'],
  ['an acknowledgement over REST', 'rings', status({ status: 'RINGING' }), 'ringing'],
  ['an answer over the hub', 'rings', over.hub('request_token', { role: 'AUDIENCE' }), 'answered'],
  ['an answer over REST', 'rings', token({ role: 'AUDIENCE', deviceId: 'phone' }), 'answered'],
  ['a renewal over the hub', 'late', over.hub('request_token', { role: 'HOST' }), 'token_issued'],
  ['a renewal over REST', 'late', token({}, 'ann'), 'token_issued'],
  ['a confirmation over the hub', 'answered', over.hub('call_status', { status: 'ACTIVE' }), 'active'],
  ['a confirmation over REST', 'answered', status({ status: 'ACTIVE' }), 'active'],
  ['the end over the hub', 'active', over.hub('call_status', { status: 'COMPLETED' }, { who: 'ann' }), 'ended'],
  ['the end over REST', 'active', status({ status: 'COMPLETED', reason: 'good bye' }), 'ended'],
  ['a cancellation over the hub', 'rings', over.hub('call_status', { status: 'CANCELLED', reason: 'too slow' }, { who: 'ann' }), 'cancelled'],
  ['a cancellation over REST', 'rings', status({ status: 'CANCELLED' }, 'ann'), 'cancelled'],
  ['a decline over the hub', 'rings', over.hub('call_status', { status: 'CANCELLED' }), 'declined'],
  ['a decline over REST', 'rings', status({ status: 'CANCELLED', reason: 'not now' }), 'declined'],
];

/** The points, and how often that happened which was asked for when the request is sent again. */
const POINTS = [
  ['killed before the commit', 0, async (scenes) => {
    const unlock = await stage.database.lock('call.turnstile');
    const asked = Promise.allSettled(scenes.map((scene) => scene.send(scene)));
    await aWriteWaits();
    await stage.service.kill();
    await forgetWaitingWrites();
    await unlock();
    await restart();
    await allFail(asked);
  }],
  ['killed after the commit and before the answer', 1, async (scenes) => {
    front.holdAnswers();
    const asked = Promise.allSettled(scenes.map((scene) => scene.send(scene)));
    for (const scene of scenes) await eventually(`${scene.name} is committed`, async () => await happened(scene) === scene.before + 1);
    await restart();
    await allFail(asked);
  }],
  ['killed after the answer', 1, async (scenes) => {
    await Promise.all(scenes.map(async (scene) => { scene.answer = await scene.send(scene); }));
    await restart();
  }],
  ['without its database before the commit', 0, (scenes) => inTurn(scenes, async (scene) => {
    const unlock = await stage.database.lock('call.turnstile');
    const asked = Promise.allSettled([scene.send(scene)]);
    await aWriteWaits();
    await forgetWaitingWrites();
    await unlock();
    await allFail(asked);
  })],
  ['without its database after the commit', 1, (scenes) => inTurn(scenes, async (scene) => {
    const unlock = await stage.database.lock('call.turnstile');
    const asked = Promise.allSettled([scene.send(scene)]);
    await aWriteWaits();
    cable.holdAnswers();
    await unlock();
    await eventually(`${scene.name} is committed`, async () => await happened(scene) === scene.before + 1);
    cable.cut();
    await allFail(asked);
    cable.restore();
  })],
];

const scenes = new Map();

/** All calls of all points, each as far as its command needs it; the service then reads them anew. */
async function prepareScenes() {
  await Promise.all(POINTS.map(async ([point]) => {
    scenes.set(point, await Promise.all(COMMANDS.map(async ([name, state, send, kind]) => {
      const scene = { name, send, kind, ann: person(), ben: person() };
      if (state === 'nothing') return scene;
      scene.id = (await scene.ann.rest.call(scene.ben.id)).session.id;
      if (state === 'rings') return scene;
      assert.equal((await scene.ben.rest.answer(scene.id, { deviceId: 'phone' })).status, 201);
      if (state === 'answered') return scene;
      assert.equal((await scene.ben.rest.status(scene.id, 'ACTIVE')).status, 200);
      if (state === 'late') await stage.database.query(`update call.call_sessions set expires_at = now() + interval '20 minutes' where id = $1`, [scene.id]);
      return scene;
    })));
  }));
  await restart();
}

const inTurn = async (all, act) => { for (const one of all) await act(one); };

/** How often the timelines of this caller's calls have what the command brings. */
async function happened({ ann, kind }) {
  const [{ count }] = await stage.database.query(
    'select count(*) from call.call_events e join call.call_sessions s on s.id = e.call_id where s.initiator_id = $1 and e.kind = $2', [ann.id, kind]);
  return count;
}

/** Whatever goes on a timeline goes through a table that a test can lock, and waits there between its beginning and its commit. */
const putTurnstile = () => stage.database.query(`
  create table call.turnstile ();
  create function call.pass() returns trigger language plpgsql as $$ begin perform from call.turnstile; return new; end $$;
  create trigger pass before insert on call.call_events for each row execute function call.pass()`);

const WAITING = `select pid from pg_locks where database = (select oid from pg_database where datname = current_database()) and not granted`;

const aWriteWaits = () => eventually('a write waits for the lock', async () => (await stage.database.query(WAITING)).length > 0);

/** PostgreSQL would carry out what waits although nobody is there any more. */
const forgetWaitingWrites = async () => {
  await stage.database.query(`select pg_terminate_backend(pid, 5000) from (${WAITING}) as waiting`);
  assert.deepEqual(await stage.database.query(WAITING), []);
};

async function allFail(asked) {
  for (const { status: outcome, value, reason } of await asked) {
    assert.equal(outcome, 'rejected', `nobody was to be answered: ${JSON.stringify(value)}`);
    assert.ok(!(reason instanceof assert.AssertionError), reason);
  }
}

async function connectPhones(scene) {
  const phone = (who) => stage.device(scene[who].id, { device: 'phone' }, door);
  scene.phones = { ann: await phone('ann'), ben: await phone('ben') };
}

for (const [point, times, breakIt] of POINTS) {
  test(`with a service ${point}, every command can be repeated, and is done once`, { timeout: 180_000 }, async (t) => {
    const all = scenes.get(point);
    await Promise.all(all.map(async (scene) => {
      scene.before = await happened(scene);
      await connectPhones(scene);
    }));
    await breakIt(all);
    for (const scene of all) {
      await t.test(scene.name, async () => {
        assert.equal(await happened(scene), scene.before + times, 'before it is repeated');
        if (!scene.phones.ann.isConnected || !scene.phones.ben.isConnected) await connectPhones(scene);
        const session = await scene.send(scene);
        assert.equal(await happened(scene), scene.before + 1);
        const [found, ...others] = await stage.database.query('select id from call.call_sessions where initiator_id = $1', [scene.ann.id]);
        assert.deepEqual([session.id, others], [found.id, []]);
        const { body: timeline } = await scene.ann.rest.timeline(session.id);
        assertTimeline(timeline);
        assert.equal(timeline.length, session.version);
        assert.deepEqual((await scene.ann.rest.session(session.id)).body, session);
        if (scene.name !== 'a call without a key') {
          if (scene.answer) assert.deepEqual(session, scene.answer);
          assert.deepEqual(await scene.send(scene), session, 'and once more');
        }
      });
    }
  });
}
