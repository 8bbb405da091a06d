// An issuer that publishes its keys: no secret is shared, keys rotate, and its server may be down.
import assert from 'node:assert/strict';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import jwt from 'jsonwebtoken';
import { Rest } from '../support/rest.mjs';
import { assertProblem } from '../support/shapes.mjs';
import { Stage } from '../support/stage.mjs';
import { newUser } from '../support/tokens.mjs';
import { eventually } from '../support/wait.mjs';

const issuer = { keys: [], isDown: false, requests: 0 };
const server = createServer((_, answer) => {
  issuer.requests += 1;
  if (issuer.isDown) answer.writeHead(502).end('<html>no</html>');
  else answer.end(JSON.stringify({ keys: issuer.keys.map(({ jwk }) => jwk) }));
});

const stage = Stage.forThisFile({}, { start: false });

before(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
after(() => server.close());

/** Puts a new key in the place of those before. */
function rotate() {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const kid = randomUUID();
  issuer.keys = [{ kid, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' } }];
}

function tokenOf(userId, { kid, privateKey } = issuer.keys[0], claims = {}) {
  return jwt.sign({ sub: userId, role: 'PATIENT', ...claims }, privateKey, { algorithm: 'RS256', keyid: kid, expiresIn: '1h' });
}

const as = (userId, token = tokenOf(userId)) => new Rest(stage.service.base, token);

test('while the issuer’s server is down nobody is told that a token is bad', async () => {
  rotate();
  issuer.isDown = true;
  const keys = `http://127.0.0.1:${server.address().port}/keys`;
  stage.service = await stage.startService({ JWT_SECRET: undefined, JWT_JWKS_URL: keys, Calls__AuditSecret: 'a secret for the ends of the audit' });
  for (let i = 0; i < 5; i++) {
    const answer = await as(newUser()).get('/me');
    assertProblem(answer, 503, 'unavailable');
    assert.ok(Number(answer.headers.get('retry-after')) > 0);
  }
  assert.ok(issuer.requests < 5, `the server was asked ${issuer.requests} times`);
  issuer.isDown = false;
  await eventually('the keys have come', async () => (await as(newUser()).get('/me')).status === 200, 30_000);
});

test('people call each other with tokens of an issuer that shares no secret', async () => {
  const [caller, callee] = [newUser(), newUser()];
  const phone = await stage.device(callee, { token: tokenOf(callee), device: 'phone' });
  const { session } = await as(caller).call(callee);
  await phone.invited(session.id);
  assert.equal((await as(callee).answer(session.id, { deviceId: 'phone' })).status, 201);
});

test('a token with the shared secret of somebody else, or for another purpose, is refused', async () => {
  const user = newUser();
  assertProblem(await as(user, jwt.sign({ sub: user }, 'the secret of the end-to-end tests', { expiresIn: '1h' })).get('/me'), 401);
  const refresh = await as(user, tokenOf(user, issuer.keys[0], { typ: 'Refresh' })).get('/me');
  assertProblem(refresh, 401);
  assert.match(refresh.body.detail, /access token is needed/);
});

test('after a rotation tokens with the new key are accepted and those with the old one refused', async () => {
  const user = newUser();
  const old = issuer.keys[0];
  assert.equal((await as(user).get('/me')).status, 200);
  rotate();
  await eventually('the new key is accepted', async () => (await as(user).get('/me')).status === 200, 30_000);
  assertProblem(await as(user, tokenOf(user, old)).get('/me'), 401);
});
