// Requests and hub messages that are changed at random: the service answers each with what the contract knows, and lives on. FUZZ_SEED
// repeats a run, FUZZ_SECONDS makes it longer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rawHub, rawRequest } from '../support/raw.mjs';
import { Stage } from '../support/stage.mjs';
import { newUser, tokenFor } from '../support/tokens.mjs';
import { eventually } from '../support/wait.mjs';

const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));
const forMs = Number(process.env.FUZZ_SECONDS ?? 4) * 1000;

/** Mulberry32: the same numbers for the same seed. */
function randomOf(state) {
  return (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
}

const ODD = ['', '"', '{', '}', '[', ']', ':', ',', '\\', '\\u0000', '\\ud800', '\0', '\x1e', '%', '%zz', '&', '=', 'null', '1e999', '-0', '\uffff', '😀', 'İ',
  '../', "' or 1=1 --", '__proto__', '99999999999999999999', '0x1', 'NaN', 'true', 'x'.repeat(300), '['.repeat(40)];

/** The text with up to four changes: something cut out, doubled, swapped in, or a byte that is another. */
function mutate(random, text) {
  for (let changes = 1 + random(4); changes > 0; changes--) {
    const from = random(text.length + 1);
    const to = Math.min(text.length, from + random(12));
    const odd = ODD[random(ODD.length)];
    text = [
      () => text.slice(0, from) + text.slice(to),
      () => text.slice(0, to) + text.slice(from),
      () => text.slice(0, from) + odd + text.slice(to),
      () => text.slice(0, from) + odd + text.slice(from),
      () => text.slice(0, from) + String.fromCharCode(random(256)) + text.slice(from + 1),
    ][random(5)]();
  }
  return text;
}

const stage = Stage.forThisFile({ Calls__RequestsPerSecond: '100000', Calls__RequestBurst: '100000' }, {
  async finish() {
    assert.equal((await fetch(`${stage.service.base}/health/ready`)).status, 200);
    await stage.staff().rest.call(stage.patient().id);
    assert.doesNotMatch(stage.service.log, /\b(fail|crit): .*|Unhandled exception/, `FUZZ_SEED=${seed}`);
  },
});

/** Runs until the time is over, and at least a few times on a machine that is busy. */
async function fuzz(salt, once) {
  const random = randomOf(seed + salt);
  const end = Date.now() + forMs;
  for (let count = 0; count < 30 || Date.now() < end; count++) await once(random);
}

/** 2xx, or a problem with a code; nothing of the inside of the service in it. */
function assertKnown(answer, sent) {
  const said = `${sent.map((part) => JSON.stringify(part)).join(' ')}\nFUZZ_SEED=${seed} ${answer.status} ${answer.text}`;
  assert.ok(answer.status < 500, said);
  if (answer.status < 400) return;
  assert.doesNotMatch(answer.text, /Exception|\bat Fayo\.|Npgsql|System\./, said);
  // What is not HTTP, or leads to no route, is answered by the web server without a body.
  if (answer.text === '' && [400, 404, 405, 414, 415, 431].includes(answer.status)) return;
  assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/, said);
  assert.ok(answer.body.code && answer.body.message && answer.body.status === answer.status, said);
}

test('bodies', async () => {
  const caller = newUser();
  const headers = { authorization: `Bearer ${tokenFor(caller, { role: 'DOCTOR' })}`, 'content-type': 'application/json' };
  const { session } = await stage.rest(caller, { role: 'DOCTOR' }).call(newUser());
  const bodies = [
    ['POST', '/calls/session', () => `{"recipientId":"${newUser()}","callType":"VIDEO","metadata":{"a":[1,{"b":null}],"c":"d"}}`],
    ['POST', '/calls/session', () => `{"channelName":"${newUser()}","metadata":"x"}`],
    ['POST', `/calls/session/${session.id}/token`, () => '{"role":"AUDIENCE","deviceId":"phone"}'],
    ['PATCH', `/calls/session/${session.id}/status`, () => '{"status":"ACTIVE","reason":"because"}'],
  ];
  await fuzz(1, async (random) => {
    const [method, path, make] = bodies[random(bodies.length)];
    const body = Buffer.from(mutate(random, make()), random(4) === 0 ? 'latin1' : 'utf8');
    const key = random(5) === 0 ? { 'idempotency-key': mutate(random, 'key-1').replaceAll(/[^\x20-\x7e]/g, '?') } : {};
    const answer = await rawRequest(stage.service, method, `/api/v1${path}`, { ...headers, ...key, 'content-length': body.length }, [body]);
    assertKnown(answer, [method, path, body.toString('latin1')]);
  });
});

test('paths and queries', async () => {
  const headers = { authorization: `Bearer ${tokenFor(newUser(), { role: 'ADMIN' })}` };
  const queries = [
    '/calls?status=ACTIVE&userId=user-1&from=2026-01-01T00:00:00Z&to=2026-12-31&limit=50&cursor=MDhkZGYy', '/users?search=maria%20m%C3%BCller&page=2',
    '/monitor/calls?status=RINGING&search=user&limit=500', '/calls/session/call_0123456789abcdef0123456789abcdef/timeline', '/me/devices',
    '/calls/session/call_0123456789abcdef0123456789abcdef', '/calls/sessions', '/push/key',
  ];
  await fuzz(2, async (random) => {
    const path = mutate(random, `/api/v1${queries[random(queries.length)]}`).replaceAll(/[^\x21-\x7e]/g, (odd) => encodeURIComponent(odd.toWellFormed()));
    if (!path.startsWith('/')) return;
    const answer = await rawRequest(stage.service, 'GET', path, headers);
    // Elsewhere are the pages, whose errors are for people.
    if (URL.parse(path, stage.service.base)?.pathname.startsWith('/api/v1/')) assertKnown(answer, [path]);
    else assert.ok(answer.status < 500, `${path} FUZZ_SEED=${seed}`);
  });
});

test('tokens', async () => {
  const token = tokenFor(newUser());
  await fuzz(3, async (random) => {
    const changed = mutate(random, token).replaceAll(/[^\x20-\x7e]/g, '?');
    assertKnown(await rawRequest(stage.service, 'GET', '/api/v1/me', { authorization: `Bearer ${changed}` }), [changed]);
  });
});

test('a hub message of a type that nobody knows is skipped', async () => {
  const hub = await rawHub(stage.service, tokenFor(newUser()));
  for (const unknown of ['{"type":11,"invocationId":"1","target":"sync","arguments":[{}]}', '{"type":99}']) hub.send(unknown);
  hub.send('{"type":1,"invocationId":"last","target":"sync","arguments":[{}]}');
  await eventually('what follows is answered', () => hub.received.some(({ invocationId }) => invocationId === 'last'));
  hub.socket.close();
});

test('hub messages', async (t) => {
  const user = newUser();
  const { session } = await stage.rest(user).call(newUser());
  const methods = {
    join_call: { sessionId: session.id }, request_token: { sessionId: session.id, role: 'HOST', deviceId: 'phone' },
    call_status: { sessionId: session.id, status: 'ACTIVE', reason: 'x' }, invitation_ack: { sessionId: session.id, deviceId: 'phone' },
    signal: { sessionId: session.id, payload: { sdp: 'v=0' } }, sync: {},
  };
  let hub = await rawHub(stage.service, tokenFor(user));
  // A connection that stays open would keep the process from ending where the test fails.
  t.after(() => hub.socket.terminate());
  await fuzz(4, async (random) => {
    const [target, argument] = Object.entries(methods)[random(6)];
    const record = mutate(random, JSON.stringify({ type: 1, invocationId: '1', target, arguments: [argument] }));
    hub.received.length = 0;
    hub.send(record);
    // The answer to this one tells that the one before has been read. A connection that was closed is closed with a reason.
    hub.send('{"type":1,"invocationId":"last","target":"sync","arguments":[{}]}');
    const end = Date.now() + 10_000;
    while (!hub.received.some(({ invocationId }) => invocationId === 'last') && hub.socket.readyState === 1) {
      assert.ok(Date.now() < end, `no answer after ${JSON.stringify(record)} FUZZ_SEED=${seed}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
    for (const { type, error } of hub.received) {
      if (type === 3 && error) assert.doesNotMatch(error, /System\.|at Fayo|Npgsql|NullReference/, `${JSON.stringify(record)} FUZZ_SEED=${seed}`);
    }
    if (hub.socket.readyState !== 1) {
      await hub.closed;
      hub = await rawHub(stage.service, tokenFor(user));
    }
  });
  hub.socket.close();
});
