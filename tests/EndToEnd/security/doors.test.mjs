// Who gets in: JWTs over HTTP and at the hub, browser origins, and what is open to everybody.
import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import jwt from 'jsonwebtoken';
import { Device } from '../support/device.mjs';
import { rawHub, upgrade } from '../support/raw.mjs';
import { Rest } from '../support/rest.mjs';
import { assertProblem } from '../support/shapes.mjs';
import { Stage } from '../support/stage.mjs';
import { JWT_SECRET, newUser, tokenFor } from '../support/tokens.mjs';
import { eventually, PATIENCE_MS, withoutStandstill, within } from '../support/wait.mjs';

const ISSUER = 'https://accounts.fayo.example';
const AUDIENCE = 'fayo-calls';
const LONGEST_REQUEST_LINE = 8000;
const PANEL = 'https://panel.fayo.example';

const stage = Stage.forThisFile({
  JWT_ISSUER: ISSUER,
  JWT_AUDIENCE: AUDIENCE,
  WS_ALLOWED_ORIGINS: `${PANEL}, https://other.fayo.example`,
  Calls__RequestsPerSecond: '200',
  Calls__RequestBurst: '400',
});

const ours = { iss: ISSUER, aud: AUDIENCE };
const seconds = (fromNow) => Math.floor(Date.now() / 1000) + fromNow;
const base64 = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const good = () => tokenFor(newUser(), ours);

/** A token with any header, signed with HMAC-SHA256 and the right secret unless a signature is given. */
function forge(header, claims, signature) {
  const text = `${base64(header)}.${base64(claims)}`;
  return `${text}.${signature ?? createHmac('sha256', JWT_SECRET).update(text).digest('base64url')}`;
}

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } });
const claims = { sub: 'eve', role: 'ADMIN', exp: seconds(3600), ...ours };

const BAD_TOKENS = [
  ['nothing behind Bearer', ''],
  ['garbage', 'garbage'],
  ['dots', '..'],
  ['three parts of garbage', 'a.b.c'],
  ['one that has expired', tokenFor('eve', { ...ours, exp: seconds(-60) })],
  ['one that is not valid yet', tokenFor('eve', { ...ours, nbf: seconds(3600) })],
  ['one without an expiry', forge({ alg: 'HS256' }, { sub: 'eve', ...ours })],
  ['one whose expiry is text', forge({ alg: 'HS256' }, { ...claims, exp: 'never' })],
  ['one signed with another secret', tokenFor('eve', ours, { secret: 'another secret' })],
  ['one signed with an empty secret', `${base64({ alg: 'HS256' })}.${base64(claims)}.${createHmac('sha256', '').update(`${base64({ alg: 'HS256' })}.${base64(claims)}`).digest('base64url')}`],
  ['one with changed claims', tokenFor('bob', ours).replace(/\.[^.]+\./, `.${base64(claims)}.`)],
  ['one without its signature', forge({ alg: 'HS256' }, claims, '')],
  ['alg none', forge({ alg: 'none' }, claims, '')],
  ['alg None with a signature', forge({ alg: 'None' }, claims)],
  ['alg missing', forge({ typ: 'JWT' }, claims)],
  ['RS256 from somebody\'s own key', jwt.sign(claims, privateKey, { algorithm: 'RS256' })],
  ['RS256 in the header over an HMAC with our secret', forge({ alg: 'RS256' }, claims)],
  ['HS256 keyed with a public key', forge({ alg: 'HS256' }, claims, createHmac('sha256', publicKey).update(`${base64({ alg: 'HS256' })}.${base64(claims)}`).digest('base64url'))],
  ['HS384 with our secret', tokenFor('eve', ours, { algorithm: 'HS384' })],
  ['HS512 with our secret', tokenFor('eve', ours, { algorithm: 'HS512' })],
  ['an embedded key', forge({ alg: 'HS256', jwk: { kty: 'oct', k: 'AAAA' } }, claims, createHmac('sha256', Buffer.from('AAAA', 'base64url')).update('x').digest('base64url'))],
  ['a user id that climbs through folders as key id', forge({ alg: 'HS256', kid: '../../dev/null' }, claims, '')],
  ['no user', tokenFor(undefined, ours)],
  ['an empty user', tokenFor('', ours)],
  ['a user that is an object', forge({ alg: 'HS256' }, { ...claims, sub: { $ne: null } })],
  ['a user that is a list', forge({ alg: 'HS256' }, { ...claims, sub: ['eve', 'bob'] })],
  ['a user that cannot be rung', tokenFor('../eve', ours)],
  ['a user of 256 characters', tokenFor('x'.repeat(256), ours)],
  ['another issuer', tokenFor('eve', { ...ours, iss: 'https://evil.example' })],
  ['no issuer', tokenFor('eve', { aud: AUDIENCE })],
  ['another audience', tokenFor('eve', { ...ours, aud: 'another-service' })],
  ['no audience', tokenFor('eve', { iss: ISSUER })],
  ['twelve kilobytes', tokenFor('eve', { ...ours, padding: 'x'.repeat(9000) })],
];

const ROUTES = [
  ['POST', '/calls/session'],
  ['POST', '/calls/session/call_00000000000000000000000000000000/token'],
  ['GET', '/calls/session/call_00000000000000000000000000000000'],
  ['PATCH', '/calls/session/call_00000000000000000000000000000000/status'],
  ['GET', '/calls/sessions'],
  ['GET', '/calls/session/call_00000000000000000000000000000000/timeline'],
  ['GET', '/calls'],
  ['GET', '/users'],
  ['GET', '/me'],
  ['POST', '/ticket'],
];

describe('a JWT is refused over HTTP and, before the upgrade, at the hub:', () => {
  for (const [what, token] of BAD_TOKENS) {
    test(what, async () => {
      const answer = await new Rest(stage.service.base, token || ' ').get('/calls/sessions');
      assertProblem(answer, 401, 'unauthorized');
      assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer/);
      assert.ok(!token || !answer.text.includes(token), 'the token is not repeated');

      const inQuery = await upgrade(stage.service, `/ws/calls?access_token=${encodeURIComponent(token)}`);
      assert.equal(inQuery.status, token.length < LONGEST_REQUEST_LINE ? 401 : 414);
      const inHeader = await upgrade(stage.service, '/ws/calls', { authorization: `Bearer ${token}` });
      assert.equal(inHeader.status, 401);
      const negotiation = await fetch(`${stage.service.base}/ws/calls/negotiate?negotiateVersion=1`, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
      assert.equal(negotiation.status, 401);
    });
  }
});

test('without a JWT every route answers 401', async () => {
  const nobody = new Rest(stage.service.base);
  for (const [method, path] of ROUTES) {
    assertProblem(await nobody.send(method, path, method === 'GET' ? undefined : '{}'), 401, 'unauthorized');
  }
  assert.equal((await upgrade(stage.service, '/ws/calls')).status, 401);
  await assert.rejects(Device.connect(stage.service, 'eve', { token: '' }), /401|Unauthorized/);
  const basic = await nobody.get('/calls/sessions', { authorization: `Basic ${Buffer.from('eve:secret').toString('base64')}` });
  assertProblem(basic, 401, 'unauthorized');
});

test('a JWT in the query opens the hub, but no route', async () => {
  const token = good();
  assertProblem(await new Rest(stage.service.base).get(`/calls/sessions?access_token=${token}`), 401, 'unauthorized');
  (await rawHub(stage.service, token)).socket.close();
});

test('no answer is stored or taken for something else, whatever it is', async () => {
  const { session } = await stage.rest(newUser(), ours).call(newUser());
  const staff = good();
  for (const [method, path, token] of [
    ['GET', '/api/v1/me', staff], ['GET', '/api/v1/me'], ['POST', '/api/v1/ticket', staff], ['GET', `/api/v1/calls/session/${session.id}`, staff], ['GET', '/api/v1/nothing', staff],
    ['POST', '/api/v1/calls/session', staff], ['POST', '/ws/calls/negotiate?negotiateVersion=1', staff], ['POST', '/ws/calls/negotiate'], ['GET', '/ws/calls', staff],
    ['GET', '/api/v1/health'], ['GET', '/health/live'], ['GET', '/health/ready'], ['GET', '/openapi/v1.json'],
  ]) {
    const { headers } = await fetch(`${stage.service.base}${path}`, { method, headers: token ? { authorization: `Bearer ${token}` } : {} });
    assert.match(headers.get('cache-control') ?? '', /^no-store/, path);
    assert.equal(headers.get('x-content-type-options'), 'nosniff', path);
    assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin', path);
    assert.equal(headers.get('referrer-policy'), 'no-referrer', path);
  }
});

test('the user is the claim sub, else the claim id, which may be a number', async () => {
  for (const [token, userId] of [
    [tokenFor('bob', { ...ours, id: 'eve' }), 'bob'],
    [tokenFor(undefined, { ...ours, id: 'carol' }), 'carol'],
    [tokenFor(undefined, { ...ours, id: 4711 }), '4711'],
  ]) {
    const { session } = await new Rest(stage.service.base, token).call(newUser());
    assert.equal(session.initiatorId, userId);
    const device = await Device.connect(stage.service, userId, { token });
    assert.equal((await device.told('connected')).userId, userId);
    await device.disconnect();
  }
});

test('a role that is not exactly ADMIN is not staff', async () => {
  const { session } = await stage.rest(newUser(), ours).call(newUser());
  for (const role of ['admin', 'DOCTOR', ' ADMIN', 'ADMIN,DOCTOR', { ADMIN: true }, 1, true]) {
    assertProblem(await stage.rest(newUser(), { ...ours, role }).session(session.id), 403, 'not_a_participant');
  }
  assert.equal((await stage.rest(newUser(), { ...ours, role: 'ADMIN' }).session(session.id)).status, 200);
});

describe('browser origins', () => {
  const options = (origin) => fetch(`${stage.service.base}/api/v1/calls/session`, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,content-type,idempotency-key' },
  });

  test('that are allowed may use the routes and the hub', async () => {
    const preflight = await options(PANEL);
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get('access-control-allow-origin'), PANEL);
    const answer = await new Rest(stage.service.base, good()).get('/calls/sessions', { origin: PANEL });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('access-control-allow-origin'), PANEL);
    const { socket } = await upgrade(stage.service, `/ws/calls?access_token=${good()}`, { origin: 'https://other.fayo.example' });
    assert.ok(socket);
    socket.close();
  });

  test('that are not are told so', async () => {
    for (const origin of ['https://evil.example', 'null', 'http://panel.fayo.example', `${PANEL}.evil.example`, 'https://evil.example/https://panel.fayo.example']) {
      assert.equal((await options(origin)).headers.get('access-control-allow-origin'), null, origin);
      const refused = await upgrade(stage.service, `/ws/calls?access_token=${good()}`, { origin });
      assert.equal(refused.status, 403, origin);
    }
  });

  test('do not matter to clients that are no browsers', async () => {
    (await rawHub(stage.service, good())).socket.close();
  });
});

test('the OpenAPI document describes every route', async () => {
  const answer = await fetch(`${stage.service.base}/openapi/v1.json`);
  assert.equal(answer.status, 200);
  const document = await answer.json();
  assert.match(document.openapi, /^3\./);
  const routes = Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
  for (const route of [
    'POST /api/v1/calls/session', 'POST /api/v1/calls/session/{id}/token', 'GET /api/v1/calls/session/{id}', 'PATCH /api/v1/calls/session/{id}/status',
    'GET /api/v1/calls/sessions', 'GET /api/v1/calls/session/{id}/timeline', 'GET /api/v1/calls', 'GET /api/v1/users', 'GET /api/v1/me', 'GET /api/v1/health',
  ]) {
    assert.ok(routes.includes(route), `${route} is not among ${routes.join(', ')}`);
  }
  const create = document.paths['/api/v1/calls/session'].post;
  for (const status of ['200', '201', '400', '409', '413']) assert.ok(status in create.responses, `the document tells of ${status}`);
});

test('health is open to everybody and says nothing else', async () => {
  for (const path of ['/api/v1/health', '/health/live', '/health/ready']) {
    const answer = await fetch(`${stage.service.base}${path}`);
    assert.equal(answer.status, 200, path);
    assert.ok((await answer.text()).length < 500);
  }
});

test('a connection is closed a moment after its JWT has expired, and its client is told before and why', async () => {
  const toldOf = ({ received }) => received.find(({ target }) => target === 'token_expired');
  // The moment is a second here.
  const hub = await withoutStandstill(async () => {
    const one = await rawHub(stage.service, tokenFor(newUser(), { ...ours, exp: seconds(3) }));
    await within(PATIENCE_MS, 'the hub closes the connection', one.closed);
    return one;
  }, toldOf);
  const { socket, received } = hub;
  assert.ok(socket.readyState > 1);
  const told = toldOf(hub);
  assert.ok(Math.abs(Date.parse(told.arguments[0].closesAt) - Date.now()) < 15_000, JSON.stringify(told));
  const { error, allowReconnect } = received.find(({ type }) => type === 7);
  assert.match(error, /^token_expired: The token has expired/);
  assert.equal(allowReconnect, true);
});

test('a client hands over a new JWT, and its connection stays open beyond the old one', async () => {
  const id = newUser();
  const hub = await rawHub(stage.service, tokenFor(id, { ...ours, exp: seconds(3) }));
  const renew = async (token) => {
    const invocationId = String(hub.received.length);
    hub.send(JSON.stringify({ type: 1, invocationId, target: 'renew_token', arguments: [{ token }] }));
    return eventually('it is answered', () => hub.received.find((message) => message.type === 3 && message.invocationId === invocationId));
  };
  assert.match((await renew(tokenFor(newUser(), ours))).error, /bad_value: .*same user and role/);
  assert.match((await renew(tokenFor(id, { ...ours, role: 'ADMIN' }))).error, /bad_value: .*same user and role/);
  assert.match((await renew(tokenFor(id, { ...ours, exp: seconds(-100) }))).error, /unauthorized: The token has expired/);
  assert.match((await renew(tokenFor(id, { ...ours, exp: seconds(-5) }))).error, /unauthorized: The token has expired/, 'also within the minute by which clocks may differ');
  assert.match((await renew('nonsense')).error, /unauthorized: /);
  const { result } = await renew(tokenFor(id, { ...ours, exp: seconds(600) }));
  assert.ok(Math.abs(Date.parse(result.expiresAt) - Date.now() - 600_000) < 10_000);

  const expired = await rawHub(stage.service, tokenFor(id, { ...ours, exp: seconds(3) }));
  await within(20_000, 'a connection without a new one is closed', expired.closed);
  assert.equal(hub.socket.readyState, hub.socket.OPEN);
  hub.socket.close();
});

test('somebody who asks too often is told to slow down, and nobody else is', async () => {
  const rest = stage.rest(newUser(), ours);
  const { session } = await rest.call(newUser());
  const answers = await Promise.all(Array.from({ length: 1500 }, () => rest.session(session.id)));
  const refused = answers.filter((answer) => answer.status === 429);
  assert.ok(refused.length > 0, 'somebody was refused');
  for (const answer of refused) {
    assertProblem(answer, 429, 'too_many');
    assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
  }
  const others = answers.filter((answer) => answer.status !== 429);
  assert.deepEqual(new Set(others.map((answer) => answer.status)), new Set([200]));
  assert.equal((await stage.rest(newUser(), ours).get('/calls/sessions')).status, 200);
});
