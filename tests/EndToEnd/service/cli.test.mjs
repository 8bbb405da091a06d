// The commands behind `./fayo token`, `demo`, `bench` and `mint`, against the running service.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import jwt from 'jsonwebtoken';
import { assertOpensChannel } from '../support/agora.mjs';
import { Rest } from '../support/rest.mjs';
import { cli as run } from '../support/cli.mjs';
import { APP_CERTIFICATE, APP_ID } from '../support/service.mjs';
import { Stage } from '../support/stage.mjs';
import { JWT_SECRET, newUser } from '../support/tokens.mjs';
import { withoutStandstill } from '../support/wait.mjs';

const stage = Stage.shared();

const cli = (words, settings = {}) => run(words, { FAYO_URL: stage.service.base, ...settings });

const isOneSentence = (text) => assert.match(text, /^[^\n]{5,300}\n$/);

test('token prints a JWT that the service accepts', async () => {
  const userId = newUser();
  const { code, stdout } = await cli(['token', userId, '--role', 'ADMIN', '--expires-in', '5m']);
  assert.equal(code, 0);
  const claims = jwt.verify(stdout.trim(), JWT_SECRET, { algorithms: ['HS256'] });
  assert.deepEqual({ ...claims, iat: 0, exp: claims.exp - claims.iat }, { sub: userId, role: 'ADMIN', iat: 0, exp: 300 });
  const { session } = await new Rest(stage.service.base, stdout.trim()).call(newUser());
  assert.equal(session.initiatorId, userId);
});

test('token names issuer and audience, and takes secrets of any length', async () => {
  const { stdout } = await cli(['token', 'alice'], { JWT_SECRET: 'x', JWT_ISSUER: 'https://fayo.example', JWT_AUDIENCE: 'calls' });
  const claims = jwt.verify(stdout.trim(), 'x', { issuer: 'https://fayo.example', audience: 'calls' });
  assert.equal(claims.sub, 'alice');
  assert.equal(claims.role, undefined);
});

test('demo makes a whole call and shows its timeline, and no token', async () => {
  const { code, stdout, stderr } = await cli(['demo']);
  assert.equal(code, 0, stderr);
  for (const kind of ['created', 'invited', 'ringing', 'answered', 'token_issued', 'active', 'ended']) assert.match(stdout, new RegExp(`\\d {2,}\\S+Z +${kind}\\b`));
  assert.doesNotMatch(stdout, /007e[AJN][A-Za-z0-9+/]{10,}|eyJ/);
  assert.ok(!stdout.includes('\u001b'), 'no colours where nobody sees them');
});

test('bench drives whole calls and prints one line of JSON', async () => {
  const pid = String(stage.service.pid);
  for (const mode of [['--concurrency', '4'], ['--rate', '20'], ['--concurrency', '4', '--socket-io']]) {
    const bench = () => cli(['bench', ...mode, '--users', '40', '--seconds', '2', '--warmup', '1', '--server-pid', pid]);
    const { code, stdout, stderr } = await withoutStandstill(bench, (result) => result.code === 0 && JSON.parse(result.stdout).calls > 0);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^\{[^\n]+\}\n$/);
    const line = JSON.parse(stdout);
    assert.ok(line.calls > 0);
    assert.equal(line.calls_per_s, Math.round(line.calls / 2 * 10) / 10);
    assert.deepEqual(line.errors, {});
    for (const times of [line.invite_ms, line.call_ms]) {
      assert.ok(times.n > 0 && times.p50 > 0 && times.p50 <= times.p95 && times.p95 <= times.p99 && times.p99 <= times.max);
    }
    assert.ok(line.server_rss_mb > 10);
  }
});

test('bench holds idle connections', async () => {
  const { code, stdout, stderr } = await cli(['bench', '--idle', '50', '--hold', '1'], { FAYO_PID: String(stage.service.pid) });
  assert.equal(code, 0, stderr);
  const [up, end] = stdout.trim().split('\n').map((line) => JSON.parse(line));
  assert.equal(up.up, 50);
  assert.equal(end.up_at_end, 50);
  assert.ok(end.rss_kb > 0);
});

test('mint prints a token that opens the channel, or how many a core makes', async () => {
  const { code, stdout, stderr } = await cli(['mint', '--app-id', APP_ID, '--certificate', APP_CERTIFICATE, '--channel', 'room', '--account', 'alice', '--role', 'HOST', '--ttl', '600']);
  assert.equal(code, 0, stderr);
  const credential = { token: stdout.trim(), appId: APP_ID, channelName: 'room', rtcUserId: 'alice', expiresIn: 600, expiresAt: new Date(Date.now() + 600_000).toISOString() };
  assertOpensChannel(credential, { channelName: 'room', userId: 'alice', seconds: 600 });
  const isFast = ({ stdout: measured }) => JSON.parse(measured).tokens_per_s > 1000;
  const measured = await withoutStandstill(() => cli(['mint', '--seconds', '1']), isFast);
  assert.ok(isFast(measured), measured.stdout);
});

describe('what is wrongly used is refused with one sentence and exit code 2:', { concurrency: 2 }, () => {
  for (const words of [
    ['nonsense'], ['token'], ['token', 'a/b'], ['token', 'alice', 'bob'], ['token', 'alice', '--role'], ['token', 'alice', '--colour', 'red'],
    ['token', 'alice', '--expires-in', 'soon'], ['demo', 'please'], ['bench', '--concurrency', '0'], ['bench', '--seconds', '1000000'],
    ['bench', '--rate', '10', '--concurrency', '10'], ['bench', '--idle', '99999999'], ['bench', '--users', '1'], ['bench', '--storm', '0'],
    ['bench', '--storm', '5', '--idle', '5'], ['bench', '--drain', '5'], ['bench', '--drain', '5', '--storm', '5'], ['chaos'],
    ['chaos', '--base', 'http://127.0.0.1:9', '--silo', 'x'], ['chaos', '--base', 'http://127.0.0.1:9', '--minutes', '1', '--seconds', '60'],
    ['chaos', '--base', 'http://127.0.0.1:9', '--seed', 'x'], ['mint', '--app-id', APP_ID],
    ['compare'], ['compare', '--only', 'nobody'], ['compare', '--rate', '10', '--concurrency', '10'], ['compare', '--workspace', '/tmp', '--only', 'floor'],
    ['compare', '--only', 'floor', '--floor', '/no/such/file'],
  ]) {
    test(words.join(' '), async () => {
      const { code, stdout, stderr } = await cli(words);
      assert.equal(code, 2, stderr);
      assert.equal(stdout, '');
      isOneSentence(stderr);
    });
  }
});

describe('what cannot be done fails with one sentence and exit code 1:', { concurrency: 2 }, () => {
  for (const [what, words, settings] of [
    ['a JWT without a secret', ['token', 'alice'], { JWT_SECRET: undefined }],
    ['a demo without a service', ['demo'], { FAYO_URL: 'http://127.0.0.1:9' }],
    ['a demo with another secret', ['demo'], { JWT_SECRET: 'another secret' }],
    ['a drain towards another machine', ['bench', '--drain', '5', '--others', 'http://192.0.2.1:3010'], {}],
    ['a bench without a service', ['bench', '--users', '40'], { FAYO_URL: 'http://127.0.0.1:9' }],
    ['a bench of another machine', ['bench'], { FAYO_URL: 'http://fayo.example' }],
    ['a chaos on another machine', ['chaos', '--base', 'http://fayo.example'], {}],
    ['a chaos with a service of its own where another one listens', ['chaos', '--silo', process.env.FAYO_SILO], {}],
    ['an address that is none', ['demo'], { FAYO_URL: 'nonsense' }],
    ['a token for an Agora project that cannot be', ['mint', '--app-id', 'x', '--certificate', APP_CERTIFICATE, '--channel', 'room', '--account', 'alice'], {}],
  ]) {
    test(what, async () => {
      const { code, stderr } = await cli(words, settings);
      assert.equal(code, 1, stderr);
      isOneSentence(stderr);
      assert.doesNotMatch(stderr, /Exception|\bat [\w.]+\(/);
    });
  }
});
