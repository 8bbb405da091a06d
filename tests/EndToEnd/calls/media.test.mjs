// Without Agora: the two participants connect to each other, and the service only introduces them.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { cli } from '../support/cli.mjs';
import { assertCredential } from '../support/shapes.mjs';
import { Stage } from '../support/stage.mjs';

const PASSWORD = 'the-password-of-the-turn-server';
const ICE_SERVERS = [
  { urls: ['stun:stun.example.com:3478'] },
  { urls: ['turn:turn.example.com?transport=udp', 'turns:turn.example.com'], username: 'fayo', credential: PASSWORD },
];
const SECRET = 'what the service and its relays share';
const withoutAgora = { AGORA_APP_ID: undefined, AGORA_APP_CERTIFICATE: undefined };

const stage = Stage.forThisFile({ ...withoutAgora, Calls__Media: 'PeerToPeer', Calls__IceServers: JSON.stringify(ICE_SERVERS) });

test('a credential names the provider and the servers by which two browsers find each other, and no Agora project', async () => {
  const staff = stage.staff();
  const patient = stage.patient();
  const panel = await stage.device(staff.id);
  const { session, credential } = await staff.rest.call(patient.id);
  const answer = await patient.rest.answer(session.id, { role: 'AUDIENCE' });
  const renewed = await panel.invoke('request_token', { sessionId: session.id });
  for (const [given, userId, role, iceServers] of [
    [credential, staff.id, 'HOST', ICE_SERVERS.slice(0, 1)],
    [answer.body.credential, patient.id, 'AUDIENCE', ICE_SERVERS],
    [renewed.credential, staff.id, 'HOST', ICE_SERVERS],
  ]) {
    assertCredential(given);
    const { expiresAt, ...others } = given;
    assert.deepEqual(others, {
      provider: 'p2p', appId: null, token: null, channelName: session.channelName, rtcUserId: userId, role, expiresIn: 3600, iceServers,
    });
    assert.ok(Math.abs(Date.parse(expiresAt) - Date.now() - 3_600_000) < 60_000);
  }
  assert.ok(!stage.service.log.includes(PASSWORD), 'the log must not contain the password of a TURN server');
});

test('a relay that shares a secret gets passwords for one user and one call, only once it is answered, and good for as long as the credential', async () => {
  const service = await stage.startService({
    ...withoutAgora, Calls__Media: 'PeerToPeer', Calls__IceServers: 'stun:stun.example.com, turn:turn.example.com:3478', Calls__TurnSecret: SECRET, AGORA_TOKEN_TTL: '600',
  });
  const staff = stage.staff(service);
  const patient = stage.patient(service);
  const { session, credential } = await staff.rest.call(patient.id);
  assert.deepEqual(credential.iceServers, [{ urls: ['stun:stun.example.com'] }]);
  assert.deepEqual((await staff.rest.answer(session.id)).body.credential.iceServers, credential.iceServers, 'nor by a renewal');
  const answered = (await patient.rest.answer(session.id)).body.credential;
  const renewed = (await staff.rest.answer(session.id)).body.credential;
  for (const [given, { id }] of [[answered, patient], [renewed, staff]]) {
    const [, { urls, username, credential: password }] = given.iceServers;
    assert.deepEqual(urls, ['turn:turn.example.com:3478']);
    const [expiry, ...user] = username.split(':');
    assert.equal(user.join(':'), id);
    assert.equal(Number(expiry), Math.floor(Date.parse(given.expiresAt) / 1000));
    assert.ok(Math.abs(Number(expiry) - Date.now() / 1000 - 600) < 60);
    assert.equal(password, createHmac('sha1', SECRET).update(username).digest('base64'));
  }
  await staff.rest.status(session.id, 'COMPLETED');
  assert.equal((await staff.rest.answer(session.id)).status, 410);
  await service.stop();
  assert.ok(!service.log.includes(SECRET));
});

test('the local demo does without Agora by itself, and an Agora project that is set is used', async () => {
  const demo = await stage.startService({ ...withoutAgora, Calls__LocalDemo: 'true', Calls__DemoWords: '0123456789abcdef0123456789abcdef', Calls__IceServers: 'stun:one.example.com, stun:two.example.com' });
  const { credential } = await stage.staff(demo).rest.call(stage.patient().id);
  assert.equal(credential.provider, 'p2p');
  assert.deepEqual(credential.iceServers, [{ urls: ['stun:one.example.com', 'stun:two.example.com'] }]);
  await demo.stop();

  const withAgora = await stage.startService({ Calls__LocalDemo: 'true', Calls__DemoWords: '0123456789abcdef0123456789abcdef' });
  assert.equal((await stage.staff(withAgora).rest.call(stage.patient().id)).credential.provider, 'agora');
});

test('demo and bench play their calls without Agora as well', async () => {
  const settings = { FAYO_URL: stage.service.base };
  const demo = await cli(['demo'], settings);
  assert.equal(demo.code, 0, demo.stderr);
  assert.match(demo.stdout, /no token: the two talk to each other directly/);
  const bench = await cli(['bench', '--concurrency', '2', '--users', '20', '--seconds', '1', '--warmup', '0'], settings);
  assert.equal(bench.code, 0, bench.stderr);
  assert.deepEqual(JSON.parse(bench.stdout).errors, {});
});
