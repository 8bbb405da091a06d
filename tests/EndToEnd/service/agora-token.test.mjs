// Tokens minted by the command line, read, verified and built once more by npm's agora-token, which is Agora's own.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { inflateSync } from 'node:zlib';

const { AccessToken2, ServiceRtc, kRtcServiceType } = createRequire(import.meta.url)('agora-token/src/AccessToken2.js');
const run = promisify(execFile);

const APP_ID = '970CA35de60c44645bbae8a215061b33';
const CERTIFICATE = '5CFd2fd1755d40ecb72977518be15d3b';
const OTHER_CERTIFICATE = '5CFd2fd1755d40ecb72977518be15d3c';
const JOIN_AND_PUBLISH = [1, 2, 3, 4];

const bench = process.env.FAYO_BENCH;
if (!bench) throw new Error('FAYO_BENCH is not set: it names the built Fayo.Calls.Bench.dll.');

async function mint(options = {}) {
  const all = {
    'app-id': APP_ID, certificate: CERTIFICATE, channel: 'fayo_3f0c9a52_0123456789abcdef', account: 'user-1', role: 'HOST', ttl: 600, ...options,
  };
  const words = Object.entries(all).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const { stdout } = await run('dotnet', [bench, 'mint', ...words]);
  return stdout.trim();
}

function parsed(token) {
  const read = new AccessToken2('', '', 0, 0);
  assert.ok(read.from_string(token), 'agora-token can read it');
  return read;
}

const inflated = (token) => inflateSync(Buffer.from(token.slice('007'.length), 'base64'));

/** The same token, made by agora-token. */
function builtByAgora({ issueTs, salt }, { channel, account, ttl }) {
  const token = new AccessToken2(APP_ID, CERTIFICATE, issueTs, ttl);
  token.salt = salt;
  const service = new ServiceRtc(channel, account);
  for (const privilege of JOIN_AND_PUBLISH) service.add_privilege(privilege, ttl);
  token.add_service(service);
  return token.build();
}

const cases = [
  { role: 'HOST', channel: 'fayo_3f0c9a52_0123456789abcdef', account: '3f0c9a52-8a44-4c53-9f2e-111111111111', ttl: 600 },
  { role: 'AUDIENCE', channel: 'fayo_3f0c9a52_0123456789abcdef', account: '2882341273', ttl: 60 },
  { role: 'HOST', channel: 'all of !#$%&()+-:;<=.>?@[]^_{|}~, are allowed', account: 'all of !#$%&()+-:;<=.>?@[]^_{|}~,', ttl: 86_400 },
  { role: 'AUDIENCE', channel: 'c'.repeat(63), account: 'a'.repeat(255), ttl: 3600 },
];

for (const { role, channel, account, ttl } of cases) {
  test(`agora-token reads a token for ${role} in "${channel}" as it was meant, and builds the same`, async () => {
    const before = Math.floor(Date.now() / 1000);
    const token = await mint({ role, channel, account, ttl });
    const after = Math.floor(Date.now() / 1000);

    const read = parsed(token);
    assert.equal(read.appId.toString(), APP_ID);
    assert.ok(read.issueTs >= before && read.issueTs <= after, `issued at ${read.issueTs}, between ${before} and ${after}`);
    assert.equal(read.expire, ttl);
    assert.ok(read.salt >= 1 && read.salt <= 99_999_999, `salt ${read.salt}`);

    assert.equal(read.services.length, 1);
    const [service] = read.getServices(kRtcServiceType);
    assert.equal(service.__channel_name.toString(), channel);
    assert.equal(service.__uid.toString(), account);
    assert.deepEqual(service.__privileges, Object.fromEntries(JOIN_AND_PUBLISH.map((privilege) => [privilege, ttl])));

    assert.ok(read.verifySignature(CERTIFICATE), 'signed with the certificate');
    assert.ok(!read.verifySignature(OTHER_CERTIFICATE), 'and with no other');
    assert.deepEqual(inflated(token), inflated(builtByAgora(read, { channel, account, ttl })));
  });
}

test('two tokens for the same thing have different salts', async () => {
  const [first, second] = [parsed(await mint()), parsed(await mint())];
  assert.notEqual(first.salt, second.salt);
});

for (const [what, options, said] of [
  ['a life of 0 seconds', { ttl: 0 }, /from 1 to 86400/],
  ['a life of more than a day', { ttl: 86_401 }, /86,?400/],
  ['a channel name that Agora refuses', { channel: 'a/b' }, /channel/i],
  ['a malformed certificate', { certificate: 'c'.repeat(31) }, /certificate/i],
  ['an unknown role', { role: 'PUBLISHER' }, /role/i],
]) {
  test(`${what} is refused with a sentence and without a token`, async () => {
    await assert.rejects(mint(options), (failure) => {
      assert.ok(failure.code > 0, `ends with ${failure.code}`);
      assert.equal(failure.stdout, '');
      assert.match(failure.stderr, said);
      assert.doesNotMatch(failure.stderr, /^\s+at /m, 'no stack trace');
      return true;
    });
  });
}
