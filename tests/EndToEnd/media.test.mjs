// Without Agora: the two participants connect to each other, and the service only introduces them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cli } from './support/cli.mjs';
import { assertCredential } from './support/shapes.mjs';
import { Stage } from './support/stage.mjs';

const PASSWORD = 'the-password-of-the-turn-server';
const ICE_SERVERS = [
  { urls: ['stun:stun.example.com:3478'] },
  { urls: ['turn:turn.example.com?transport=udp', 'turns:turn.example.com'], username: 'fayo', credential: PASSWORD },
];
const withoutAgora = { AGORA_APP_ID: undefined, AGORA_APP_CERTIFICATE: undefined };

const stage = Stage.forThisFile({ ...withoutAgora, Calls__Media: 'PeerToPeer', Calls__IceServers: JSON.stringify(ICE_SERVERS) });

test('a credential names the provider and the servers by which two browsers find each other, and no Agora project', async () => {
  const staff = stage.staff();
  const patient = stage.patient();
  const panel = await stage.device(staff.id);
  const { session, credential } = await staff.rest.call(patient.id);
  const answer = await patient.rest.answer(session.id, { role: 'AUDIENCE' });
  const renewed = await panel.invoke('request_token', { sessionId: session.id });
  for (const [given, userId, role] of [[credential, staff.id, 'HOST'], [answer.body.credential, patient.id, 'AUDIENCE'], [renewed.credential, staff.id, 'HOST']]) {
    assertCredential(given);
    const { expiresAt, ...others } = given;
    assert.deepEqual(others, {
      provider: 'p2p', appId: null, token: null, channelName: session.channelName, rtcUserId: userId, role, expiresIn: 3600, iceServers: ICE_SERVERS,
    });
    assert.ok(Math.abs(Date.parse(expiresAt) - Date.now() - 3_600_000) < 60_000);
  }
  assert.ok(!stage.service.log.includes(PASSWORD), 'the log must not contain the password of a TURN server');
});

test('the local demo does without Agora by itself, and an Agora project that is set is used', async () => {
  const demo = await stage.startService({ ...withoutAgora, Calls__LocalDemo: 'true', Calls__IceServers: 'stun:one.example.com, stun:two.example.com' });
  const { credential } = await stage.staff(demo).rest.call(stage.patient().id);
  assert.equal(credential.provider, 'p2p');
  assert.deepEqual(credential.iceServers, [{ urls: ['stun:one.example.com', 'stun:two.example.com'] }]);
  await demo.stop();

  const withAgora = await stage.startService({ Calls__LocalDemo: 'true' });
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
