// TLS without a proxy in front, and between silos.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import WebSocket from 'ws';
import { Authority } from '../support/certificates.mjs';
import { claimServicePorts } from '../support/ports.mjs';
import { environment, launch } from '../support/service.mjs';
import { Stage } from '../support/stage.mjs';
import { newUser, tokenFor } from '../support/tokens.mjs';
import { eventually, within } from '../support/wait.mjs';

const authority = new Authority();
after(() => authority.remove());

const stage = Stage.forThisFile({}, { start: false });

const ask = (port, url) => new Promise((resolve, reject) => {
  request({ host: '127.0.0.1', port, path: url, ca: readFileSync(authority.file('ca.crt')), servername: 'localhost' }, (answer) => {
    answer.resume();
    resolve(answer.statusCode);
  }).on('error', reject).end();
});

test('clients come by TLS, hub and health check included, and a certificate that is replaced is used', async () => {
  const folder = authority.issue();
  const settings = { DATABASE_URL: stage.database.urlThrough(), ...await claimServicePorts(), Calls__Tls: folder };
  const { child, output, exited } = launch(settings);
  try {
    await eventually('the service is ready', async () => (await ask(settings.PORT, '/health/ready').catch(() => 0)) === 200, 60_000);
    const health = spawnSync('dotnet', [process.env.FAYO_SILO, 'health'], { env: environment(settings), encoding: 'utf8' });
    assert.equal(health.status, 0, health.stderr);

    const socket = new WebSocket(`wss://localhost:${settings.PORT}/ws/calls?access_token=${tokenFor(newUser())}`, { ca: readFileSync(authority.file('ca.crt')) });
    const told = new Promise((resolve, reject) => socket.on('message', (data) => String(data).includes('"connected"') && resolve()).on('error', reject));
    socket.on('open', () => socket.send('{"protocol":"json","version":1}\x1e'));
    await within(10_000, 'the hub answers', told);
    socket.close();

    const serialOf = () => new Promise((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port: settings.PORT, path: '/health/live', agent: false, rejectUnauthorized: false }, (answer) => {
        const { serialNumber } = answer.socket.getPeerCertificate();
        answer.resume();
        resolve(serialNumber);
      });
      asked.on('error', reject).end();
    });
    const before = await serialOf();
    const renewed = authority.issue();
    writeFileSync(path.join(folder, 'tls.key'), readFileSync(path.join(renewed, 'tls.key')));
    writeFileSync(path.join(folder, 'tls.crt'), readFileSync(path.join(renewed, 'tls.crt')));
    await eventually('the new certificate is used', async () => (await serialOf()) !== before);
  } finally {
    child.kill('SIGTERM');
    await within(30_000, 'the service ends', exited);
  }
  assert.doesNotMatch(output.text, /PRIVATE KEY/);
});

test('silos that talk TLS to each other ring each other\'s users', async () => {
  const settings = { Calls__Clustering: 'AdoNet', Calls__ClusterId: 'with-tls' };
  const silos = [];
  for (let i = 0; i < 2; i++) silos.push(await stage.startService({ ...settings, Calls__SiloTls: authority.issue() }));
  const staff = stage.staff(silos[0]);
  const patient = stage.patient(silos[1]);
  const phone = await stage.device(patient.id, { device: 'phone' }, silos[1]);
  const { session } = await staff.rest.call(patient.id);
  await phone.invited(session.id);
  assert.equal((await staff.rest.status(session.id, 'CANCELLED')).status, 200);
  await phone.toldStatus(session.id, 'CANCELLED');
});

describe('the start is refused', () => {
  const refusal = async (setting, folder) => {
    const { child, exited } = launch({ DATABASE_URL: stage.database.urlThrough(), ...await claimServicePorts(), [setting]: folder });
    try {
      const { code, output } = await within(60_000, 'the service refuses to start', exited);
      assert.equal(code, 2, output);
      assert.match(output, new RegExp(`${setting}: `));
      return output;
    } finally {
      child.kill('SIGKILL');
    }
  };
  const damaged = (damage, options) => {
    const folder = authority.issue(options);
    damage(folder);
    return folder;
  };

  for (const setting of ['Calls__Tls', 'Calls__SiloTls']) {
    test(`with half of ${setting}`, async () => {
      assert.match(await refusal(setting, damaged((folder) => rmSync(path.join(folder, 'tls.key')))), /there is no .*tls\.key/);
      assert.match(await refusal(setting, damaged((folder) => writeFileSync(path.join(folder, 'tls.crt'), 'no certificate'))), /cannot be used/);
      const foreign = readFileSync(path.join(authority.issue(), 'tls.key'));
      await refusal(setting, damaged((folder) => writeFileSync(path.join(folder, 'tls.key'), foreign)));
    });
  }

  test('with certificates that silos cannot use', async () => {
    assert.match(await refusal('Calls__SiloTls', authority.issue({ uses: 'serverAuth' })), /both server and client/);
    assert.match(await refusal('Calls__SiloTls', damaged((folder) => rmSync(path.join(folder, 'ca.crt')))), /there is no .*ca\.crt/);
    const other = new Authority();
    try {
      assert.match(await refusal('Calls__SiloTls', damaged((folder) => writeFileSync(path.join(folder, 'ca.crt'), readFileSync(other.file('ca.crt'))))), /not signed by/);
    } finally {
      other.remove();
    }
  });
});
