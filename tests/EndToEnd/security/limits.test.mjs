// Whoever asks too much is refused, whatever the answers were, and only they: refused requests count, and one address cannot lock out others.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rawHub, rawRequest, shakeHands, upgrade } from '../support/raw.mjs';
import { assertProblem } from '../support/shapes.mjs';
import { Stage } from '../support/stage.mjs';
import { newUser, tokenFor } from '../support/tokens.mjs';
import { eventually, within } from '../support/wait.mjs';

const BURST = 20;
const ADDRESS_BURST = 30;
const stage = Stage.forThisFile({
  Calls__RequestsPerSecond: '1', Calls__RequestBurst: String(BURST), Calls__AddressRequestsPerSecond: '1', Calls__AddressRequestBurst: String(ADDRESS_BURST),
});

const bearer = (token) => ({ authorization: `Bearer ${token}` });
const get = (path, headers = {}) => rawRequest(stage.service, 'GET', path, headers);
const from = (address) => ({ 'x-forwarded-for': address });
const INVOCATION = '{"type":1,"invocationId":"1","target":"sync","arguments":[{}]}';
const NO_SUCH_METHOD = '{"type":1,"invocationId":"1","target":"nothing","arguments":[]}';

/** Asks until there is another answer than `expected`, and returns how often it was given, the other, and for how many seconds it asked. */
async function askUntilOther(expected, ask, most = 200) {
  const started = Date.now();
  for (let count = 0; count < most; count++) {
    const answer = await ask();
    if (answer.status !== expected) return { count, answer, seconds: (Date.now() - started) / 1000 };
  }
  throw new Error(`${most} times ${expected}`);
}

/** So many were answered, and one more for each second. */
const assertBurst = (count, burst, seconds) => assert.ok(count >= burst && count <= burst + seconds + 1, `${count} within ${seconds} s`);

for (const [status, path] of [[403, '/api/v1/monitor/calls'], [404, '/api/v1/nothing'], [404, '/api/v1/calls/session/nothing'], [400, '/api/v1/calls?limit=x']]) {
  test(`requests that are answered with ${status} count: ${path}`, async () => {
    const token = tokenFor(newUser(), { role: 'PATIENT' });
    const { count, answer, seconds } = await askUntilOther(status, () => get(path, bearer(token)));
    assertProblem(answer, 429, 'too_many');
    assert.ok(answer.headers.get('retry-after') >= 1);
    assertBurst(count, BURST, seconds);
  });
}

test('requests without a valid token are limited by their address, and requests with one are not', async () => {
  const address = from('198.51.100.7');
  const asks = [() => get('/api/v1/me', address), () => get('/api/v1/me', { ...address, ...bearer('garbage') })];
  let asked = 0;
  const { count, answer, seconds } = await askUntilOther(401, () => asks[asked++ % 2]());
  assertProblem(answer, 429, 'too_many');
  assertBurst(count, ADDRESS_BURST, seconds);
  const refused = await upgrade(stage.service, '/ws/calls?access_token=garbage', address);
  assert.equal(refused.status, 429);

  assert.equal((await get('/api/v1/me', { ...address, ...bearer(tokenFor(newUser())) })).status, 200);
  const { socket } = await upgrade(stage.service, `/ws/calls?access_token=${tokenFor(newUser())}`, address);
  socket.close();
  for (const path of ['/health/ready', '/health/live', '/api/v1/health', '/openapi/v1.json']) assert.equal((await get(path, address)).status, 200, path);
  assert.equal((await get('/api/v1/me', from('198.51.100.8'))).status, 401, 'another address');
});

test('an IPv6 client cannot escape its limit within its network', async () => {
  let next = 0;
  const { count, seconds } = await askUntilOther(401, () => get('/api/v1/me', from(`2001:db8:0:1::${(next++).toString(16)}`)));
  assertBurst(count, ADDRESS_BURST, seconds);
  assert.equal((await get('/api/v1/me', from('2001:db8:0:2::1'))).status, 401);
});

test('paths that do not exist are limited by address for whoever has no token', async () => {
  const { answer } = await askUntilOther(404, () => get('/wp-login.php', from('198.51.100.9')));
  assertProblem(answer, 429, 'too_many');
});

async function closedWith(hub) {
  hub.socket.on('error', () => {});
  await within(20_000, 'the connection is closed', hub.closed);
  return hub.received.find(({ type }) => type === 7);
}

test('a hub client that goes on after it was refused is closed with the reason, and comes back later', async () => {
  const id = newUser();
  const hub = await rawHub(stage.service, tokenFor(id));
  const pause = setInterval(() => { for (let i = 0; i < 10; i++) hub.send(INVOCATION); }, 100);
  const close = await closedWith(hub).finally(() => clearInterval(pause));
  assert.match(close.error, /^too_many: /);
  assert.equal(close.allowReconnect, true);
  const refused = hub.received.filter(({ type, error }) => type === 3 && error?.includes('too_many: '));
  assert.ok(refused.length >= 100, String(refused.length));

  const { socket, status } = await upgrade(stage.service, `/ws/calls?access_token=${tokenFor(id)}`);
  assert.equal(status ?? 101, socket ? 101 : 429);
  socket?.close();
});

test('a hub client that sends a flood before it has been admitted is told why it is closed', async () => {
  const records = [];
  const { socket } = await upgrade(stage.service, `/ws/calls?access_token=${tokenFor(newUser())}`, {}, (data) => {
    records.push(...String(data).split('\x1e').filter(Boolean).map((record) => JSON.parse(record)));
  });
  const closed = new Promise((resolve) => { socket.once('close', resolve); });
  shakeHands(socket);
  socket.send(`${NO_SUCH_METHOD}\x1e`.repeat(500));
  await within(20_000, 'the connection is closed', closed);
  assert.match(records.find(({ type }) => type === 7).error, /^too_many: /);
});

test('a message in a thousand pieces is answered, and a hub client that sends pieces without end is closed', async () => {
  const hub = await rawHub(stage.service, tokenFor(newUser()));
  const message = `${INVOCATION.padEnd(999)}\x1e`;
  for (const [i, character] of [...message].entries()) hub.socket.send(character, { fin: i === message.length - 1 });
  await eventually('the answer', () => hub.received.some(({ type, result }) => type === 3 && result));
  const flood = setInterval(() => { for (let i = 0; i < 1000 && hub.socket.readyState === hub.socket.OPEN; i++) hub.socket.send('', { fin: false }); }, 10);
  assert.match((await closedWith(hub).finally(() => clearInterval(flood))).error, /^too_many: /);
});

for (const [what, record] of [['name no method', NO_SUCH_METHOD], ['say nothing', '{"type":6}']]) {
  test(`a hub client is closed that sends a flood of messages that ${what}`, async () => {
    const hub = await rawHub(stage.service, tokenFor(newUser()));
    hub.socket.send(`${record}\x1e`.repeat(500));
    assert.match((await closedWith(hub)).error, /^too_many: /);
  });
}
