// Every bad setting stops the start with a message that names it and tells no secret.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Database } from '../support/postgres.mjs';
import { claimServicePorts } from '../support/ports.mjs';
import { launch } from '../support/service.mjs';
import { within } from '../support/wait.mjs';

const SECRET = 'hunter2-this-must-not-be-printed';

const CASES = [
  ['JWT_SECRET', undefined],
  ['JWT_SECRET', ''],
  ['JWT_SECRET_PREVIOUS', SECRET, 'JWT_SECRET_PREVIOUS: is of use only with JWT_SECRET', { JWT_SECRET: undefined, JWT_AUTHORITY: 'https://login.example.com' }],
  ['JWT_JWKS_URL', 'http://login.example.com/keys', 'JWT_JWKS_URL: has to be an https URL'],
  ['JWT_JWKS_URL', 'https://login.example.com/keys', 'JWT_JWKS_URL: excludes JWT_AUTHORITY', { JWT_AUTHORITY: 'https://login.example.com' }],
  ['JWT_SECRET', undefined, 'JWT_SECRET: is not set; Calls__OrleansDashboard needs it', { JWT_AUTHORITY: 'https://login.example.com', Calls__OrleansDashboard: 'True' }],
  ['JWT_JWKS_URL', `https://me:${SECRET}@login.example.com/keys`, 'JWT_JWKS_URL: must have no user and no password'],
  ['JWT_MAX_LIFETIME', '1 day'],
  ['Calls__MayCall', 'PATIENT>DOCTOR', 'Calls__MayCall'],
  ['JWT_SECRET', 'hunter2-this-must-not-be-print', 'JWT_SECRET: has 30 bytes'],
  ['JWT_SECRET', 'a'.repeat(64), 'JWT_SECRET: is a short text'],
  ['JWT_SECRET', 'changeme-'.repeat(5)],
  ['JWT_SECRET', 'your-256-bit-secret-your-256-bit-secret', 'JWT_SECRET: is a placeholder'],
  ['JWT_SECRET', 'secretsecretsecretsecretsecretsecret'],
  ['JWT_SECRET_PREVIOUS', 'changeme', 'JWT_SECRET_PREVIOUS: is a placeholder'],
  ['Calls__AuditSecret', 'short', 'Calls__AuditSecret: has 5 bytes'],
  ['Calls__PreviousAuditSecret', 'changeme', 'Calls__PreviousAuditSecret: is a placeholder'],
  ['AGORA_APP_CERTIFICATE', '0'.repeat(32)],
  ['AGORA_APP_ID', undefined],
  ['AGORA_APP_ID', ''],
  ['AGORA_APP_ID', 'not-thirty-two-hex-digits'],
  ['AGORA_APP_ID', '970ca35de60c44645bbae8a215061b3'],
  ['AGORA_APP_CERTIFICATE', undefined],
  ['AGORA_APP_CERTIFICATE', SECRET],
  ['Calls__Media', 'CarrierPigeon', 'Media'],
  ['Calls__IceServers', 'http://stun.example.com', 'IceServers'],
  ['Calls__IceServers', 'stun:', 'IceServers'],
  ['Calls__IceServers', 'turn:turn.example.com', 'IceServers'],
  ['Calls__IceServers', `[{"urls":"turn:turn.example.com","credential":"${SECRET}"}]`, 'IceServers'],
  ['Calls__IceServers', `[{"urls":[],"username":"fayo","credential":"${SECRET}"}]`, 'IceServers'],
  ['Calls__IceServers', `[{"urls":"stun:stun.example.com","credential":"${SECRET}"`, 'IceServers'],
  ['Calls__IceServers', 'stun:stun.example.com:99999', 'IceServers'],
  ['Calls__IceServers', 'stun:stun.example.com:0', 'IceServers'],
  ['Calls__IceServers', 'stun:stun.example.com?transport=udp', 'IceServers'],
  ['Calls__IceServers', 'stun://stun.example.com', 'IceServers'],
  ['Calls__IceServers', 'stun:one.example.com,,stun:two.example.com', 'Calls__IceServers: has an empty value'],
  ['Calls__IceServers', 'stun:one.example.com,stun:one.example.com', 'Calls__IceServers: names a value twice'],
  ['Calls__IceServers', `[{"urls":"turns:turn.example.com?transport=foo","username":"fayo","credential":"${SECRET}"}]`, 'IceServers'],
  ['Calls__IceServers', `[{"urls":"turn:","username":"fayo","credential":"${SECRET}"}]`, 'IceServers'],
  ['Calls__IceServers', `[{"urls":"turn:${SECRET}@turn.example.com","username":"fayo","credential":"${SECRET}"}]`, 'IceServers'],
  ['Calls__IceServers', `[{"urls":"turn:turn.example.com","user":"fayo","credential":"${SECRET}"}]`, 'IceServers'],
  ['Calls__IceServers', `[{"urls":"turn:turn.example.com","username":"fayo","credential":"${SECRET}","secret":"${SECRET}"}]`, 'IceServers'],
  ['Calls__IceServers', '[{"urls":"turn:turn.example.com","secret":"short"}]', 'IceServers'],
  ['Calls__TurnSecret', 'changeme-changeme-changeme'],
  ['Calls__TurnSecret', SECRET, 'Calls__TurnSecret: is set, but'],
  ['Calls__Webhooks__0__Secret', undefined, 'Calls__Webhooks__0__Secret: is not set', { Calls__Webhooks__0__Url: 'https://hooks.example.com' }],
  ['Calls__Webhooks__0__Secret', SECRET, 'Calls__Webhooks__0__Secret: has to be whsec_', { Calls__Webhooks__0__Url: 'https://hooks.example.com' }],
  ['RABBITMQ_URL', `http://fayo:${SECRET}@rabbit.example.com`],
  ['AGORA_TOKEN_TTL', '0'],
  ['AGORA_TOKEN_TTL', '59'],
  ['AGORA_TOKEN_TTL', '86401'],
  ['AGORA_TOKEN_TTL', '-60'],
  ['AGORA_TOKEN_TTL', 'abc'],
  ['AGORA_TOKEN_TTL', '60.5'],
  ['PORT', 'abc'],
  ['PORT', '0'],
  ['PORT', '65536'],
  ['HOST', 'not an address'],
  ['DATABASE_URL', undefined],
  ['DATABASE_URL', 'nonsense'],
  ['DATABASE_URL', `mysql://fayo:${SECRET}@127.0.0.1/fayo`],
  ['DATABASE_URL', `postgresql://fayo:${SECRET}@127.0.0.1:99999/fayo`],
  ['DATABASE_URL', `postgresql://fayo:${SECRET}@127.0.0.1/`],
  ['DATABASE_URL', `postgresql://fayo:${SECRET}@127.0.0.1/fayo?schema=a;drop`],
  ['WS_ALLOWED_ORIGINS', 'panel.example.com'],
  ['WS_ALLOWED_ORIGINS', 'https://panel.example.com/path'],
  ['WS_ALLOWED_ORIGINS', '*.example.com'],
  ['WS_ALLOWED_ORIGINS', 'https://*.example.com'],
  ['WS_ALLOWED_ORIGINS', 'https://panel.example.com, null'],
  ['WS_ALLOWED_ORIGINS', 'https://panel.example.com,'],
  ['Calls__StaffRoles', 'ADMIN,ADMIN', 'Calls__StaffRoles: names a value twice'],
  ['Calls__StaffRoles', 'x'.repeat(65), 'Calls__StaffRoles'],
  ['Calls__MonitorRoles', 'NURSE,NURSE', 'Calls__MonitorRoles: names a value twice'],
  ['Calls__MonitorRoles', 'x'.repeat(65), 'Calls__MonitorRoles'],
  ['Calls__TrustedProxies', '10.0.0.0/8,,127.0.0.1', 'Calls__TrustedProxies: has an empty value'],
  ['Calls__MaxDuration', '24:00:00', 'Calls__MaxDuration'],
  ['Calls__KeepHistoryFor', '-1.00:00:00', 'Calls__KeepHistoryFor'],
  ['Calls__KeepHistoryFor', '99999999999.00:00:00', 'Calls__KeepHistoryFor'],
  ['Calls__ConnectionLostAfter', '00:30', 'Calls__ConnectionLostAfter'],
  ['Calls__CallerLostAfter', '00:00:01', 'Calls__CallerLostAfter'],
  ['Calls__BusyPolicy', '1', 'BusyPolicy'],
  ['Calls__BusyPolicy', 'Ring,Refuse', 'BusyPolicy'],
  ['Calls__RequestsPerSecond', '99999999999999', 'RequestsPerSecond'],
  ['Calls__ClusterId', 'x'.repeat(151), 'Calls__ClusterId'],
  ['Directory__Url', 'https://directory.example.com/users#all', 'Directory__Url'],
  ['Calls__SignInUrl', 'http://portal.example.com/login', 'Calls__SignInUrl'],
  ['Calls__SignInUrl', 'https://me:word@portal.example.com/login', 'Calls__SignInUrl'],
  ['Calls__RingTimeout', 'xyz', 'RingTimeout'],
  ['Calls__RingTimeout', '00:00:04', 'RingTimeout'],
  ['Calls__RingTimeout', '45', 'RingTimeout'],
  ['Calls__RingTimeout', '-00:00:45', 'RingTimeout'],
  ['Calls__ResendAfter', '00:00:00', 'ResendAfter'],
  ['Calls__ConnectionLostAfter', '00:00:04', 'ConnectionLostAfter'],
  ['Calls__MaxDuration', '2.00:00:00', 'MaxDuration'],
  ['Calls__Clustering', 'Zookeeper', 'Clustering'],
  ['Calls__BusyPolicy', 'Voicemail', 'BusyPolicy'],
  ['Calls__SiloPort', 'abc', 'SiloPort'],
  ['Directory__Url', 'directory.example.com/users', 'Directory'],
  ['Directory__Uri', 'https://directory.example.com', 'Directory__Uri: is not a setting of this program; is Directory__Url meant?'],
  ['Calls__RingTimeuot', '00:00:30', 'Calls__RingTimeuot: is not a setting of this program; is Calls__RingTimeout meant?'],
  ['Calls__IceServers__0', 'stun:stun.example.com', 'Calls__IceServers__0'],
  ['Calls__Clustering', 'AdoNet', 'Calls__SiloAddress: is 127.0.0.1'],
  ['Calls__SiloAddress', 'not an address', 'Calls__SiloAddress'],
  ['Calls__SiloTls', '/nowhere', 'Calls__SiloTls'],
  ['Calls__TrustedProxies', '10.0.0.0/33', 'Calls__TrustedProxies'],
  ['Calls__DatabaseConnections', '3', 'Calls__DatabaseConnections'],
  ['Calls__Migrations', 'Later', 'Calls__Migrations'],
  ['Calls__LogFormat', 'Xml', 'Calls__LogFormat'],
  ['Calls__DrainSpread', '00:10:00', 'Calls__DrainSpread'],
  ['Calls__OrleansDashboard', 'yes', 'Calls__OrleansDashboard'],
  ['DATABASE_URL', 'postgresql://fayo@127.0.0.1/fayo?sslaccept=strict&sslmode=disable', 'sslmode=disable and sslaccept=strict'],
];

let database;
let ports;

before(async () => {
  database = await Database.create();
  ports = await claimServicePorts();
});
after(() => database.drop());

/** Starts with these settings and returns how it ended; it must not go on running. */
async function refusal(settings) {
  const { child, exited } = launch({ DATABASE_URL: database.urlThrough(), ...ports, ...settings });
  try {
    return await within(60_000, 'the service refuses to start', exited);
  } finally {
    child.kill('SIGKILL');
  }
}

describe('the start is refused, and the message names the setting:', { concurrency: 2 }, () => {
  for (const [name, value, named = name, beside = {}] of CASES) {
    test(`${name} ${value === undefined ? 'not set' : `= ${value.replace(SECRET, '…') || 'empty'}`}`, async () => {
      const { code, output } = await refusal({ [name]: value, ...beside });
      assert.equal(code, 2, output);
      assert.ok(output.includes(named), output);
      assert.ok(!output.includes(SECRET), 'no secret is printed');
      assert.doesNotMatch(output, /\bat [\w.]+\(|Unhandled/, 'no stack trace');
    });
  }

  test('without AGORA_APP_ID it names both ways to go on', async () => {
    const { code, output } = await refusal({ AGORA_APP_ID: undefined, AGORA_APP_CERTIFICATE: undefined });
    assert.ok(code > 0);
    assert.match(output, /AGORA_APP_ID: .*Calls__Media=PeerToPeer/);
  });

  test('a ring that would outlast the session', async () => {
    const { code, output } = await refusal({ AGORA_TOKEN_TTL: '60', Calls__RingTimeout: '00:01:00' });
    assert.equal(code, 2, output);
    assert.match(output, /Calls__RingTimeout: .*AGORA_TOKEN_TTL/);
  });

  test('all of them at once, so that nobody has to try again for each', async () => {
    const { code, output } = await refusal({ JWT_SECRET: undefined, AGORA_TOKEN_TTL: '0', Calls__RingTimeout: 'xyz' });
    assert.ok(code > 0);
    for (const name of ['JWT_SECRET', 'AGORA_TOKEN_TTL', 'RingTimeout']) assert.ok(output.includes(name), output);
  });
});
