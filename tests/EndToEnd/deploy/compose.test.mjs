// deploy/compose: the file is valid and confines what it starts, ./up.sh prepares what is missing, and nginx does what the silos rely on.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { request } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { WebSocket, WebSocketServer } from 'ws';
import { findDebianProgram, findModules, read, ROOT, run } from '../support/deploy-tools.mjs';
import { claimPort } from '../support/ports.mjs';
import { eventually } from '../support/wait.mjs';

const COMPOSE = join(ROOT, 'deploy', 'compose');

const modules = findModules('compose', ['dclint@3.1.0', 'yaml@2.9.1']);
const nginx = findDebianProgram('nginx', 'nginx', 'usr/sbin/nginx');
const openssl = run('openssl', ['version']).status === 0;

const folder = mkdtempSync(join(tmpdir(), 'fayo-compose-'));
// nginx' workers give up root where the test has it.
chmodSync(folder, 0o755);
after(() => rmSync(folder, { recursive: true }));

describe('compose.yaml', { skip: modules.missing ?? false }, () => {
  // Only errors: the warnings are about the order of names. A rule that does not understand variables is left to a test of its own.
  const DCLINT = join(modules.folder ?? '', 'node_modules', 'dclint', 'bin', 'dclint.cjs');
  const lint = (file) => run('node', [DCLINT, file, '--quiet', '--disable-rule', 'no-unbound-port-interfaces'], { cwd: folder });
  const readServices = () => modules.require('yaml').parse(read('deploy', 'compose', 'compose.yaml'), { merge: true }).services;

  test('follows the specification of compose', () => {
    const { status, output } = lint(join(COMPOSE, 'compose.yaml'));
    assert.equal(status, 0, output);
  });

  test('would be found to have an unknown field', () => {
    const file = join(folder, 'compose.yaml');
    writeFileSync(file, read('deploy', 'compose', 'compose.yaml').replace('read_only: true', 'readonly_root: true'));
    const { status, output } = lint(file);
    assert.notEqual(status, 0);
    assert.match(output, /readonly_root|additional properties/i);
  });

  test('confines every service', () => {
    for (const [name, service] of Object.entries(readServices())) {
      assert.equal(service.read_only, true, name);
      assert.deepEqual(service.cap_drop, ['ALL'], name);
      assert.deepEqual(service.security_opt, ['no-new-privileges:true'], name);
      assert.notEqual(service.privileged, true, name);
    }
  });

  test('opens nothing but the proxy to other machines', () => {
    for (const [name, { ports = [] }] of Object.entries(readServices())) {
      if (name !== 'proxy') for (const port of ports) assert.match(port, /^127\.0\.0\.1:/, name);
    }
  });

  test('has three silos that trust the proxy and nobody else', () => {
    const services = readServices();
    const silos = Object.entries(services).filter(([name]) => name.startsWith('silo-'));
    assert.equal(silos.length, 3);
    for (const [, { environment, stop_grace_period: grace }] of silos) {
      assert.equal(environment.Calls__TrustedProxies, services.proxy.networks.inside.ipv4_address);
      assert.equal(environment.Calls__DrainSpread, '00:00:10');
      assert.equal(grace, '45s', 'the spread, 25 s to shut down, and 10 s to spare');
    }
  });

  test('hands on every setting of the service that is in settings.env', () => {
    for (const [name, { env_file: files }] of Object.entries(readServices()).filter(([name]) => name.startsWith('silo-'))) {
      assert.deepEqual(files, [{ path: 'settings.env', required: false }], name);
    }
    assert.match(read('deploy', 'compose', '.gitignore'), /^settings\.env$/m, 'it may hold secrets');
  });

  test('is told everything that .env.example has, and nothing else', () => {
    const settings = [...read('deploy', 'compose', '.env.example').matchAll(/^(\w+)=/gm)].map(([, name]) => name);
    const text = read('deploy', 'compose', 'compose.yaml');
    const used = new Set([...text.matchAll(/\$\{(\w+)/g)].map(([, name]) => name));
    // Read by compose itself, and by up.sh.
    for (const name of ['COMPOSE_PROFILES', 'FAYO_HOST']) used.add(name);
    assert.deepEqual(settings.filter((name) => !used.has(name)), []);
    assert.deepEqual([...used].filter((name) => !settings.includes(name) && !name.endsWith('_IMAGE')), []);
  });
});

describe('up.sh', { skip: openssl ? false : 'openssl is not installed' }, () => {
  const place = join(folder, 'up');
  const prepare = () => run(join(place, 'up.sh'), ['--prepare']);
  const settings = () => Object.fromEntries(readFileSync(join(place, '.env'), 'utf8').split('\n').filter((line) => /^\w+=/.test(line)).map((line) => line.split(/=(.*)/s)));
  before(() => cpSync(COMPOSE, place, { recursive: true, filter: (path) => !/(\.env|certificate)$/.test(path) }));

  test('makes secrets of its own and a certificate, for their owner only', () => {
    const { status, output } = prepare();
    assert.equal(status, 0, output);
    const { POSTGRES_PASSWORD, JWT_SECRET, DATABASE_URL } = settings();
    assert.match(POSTGRES_PASSWORD, /^[0-9a-f]{32}$/);
    assert.match(JWT_SECRET, /^[0-9a-f]{64}$/);
    assert.match(DATABASE_URL, /^postgresql:/);
    assert.equal(statSync(join(place, '.env')).mode & 0o777, 0o600);
    assert.equal(statSync(join(place, 'certificate', 'tls.key')).mode & 0o077, 0);
    const { stdout } = run('openssl', ['x509', '-noout', '-ext', 'subjectAltName', '-in', join(place, 'certificate', 'tls.crt')]);
    assert.match(stdout, /DNS:localhost/);
    assert.ok(!output.includes(JWT_SECRET), 'secrets are not printed');
  });

  test('keeps what is there', () => {
    const [earlier, key] = [settings(), readFileSync(join(place, 'certificate', 'tls.key'))];
    assert.equal(prepare().status, 0);
    assert.deepEqual(settings(), earlier);
    assert.deepEqual(readFileSync(join(place, 'certificate', 'tls.key')), key);
  });

  test('refuses half a certificate', () => {
    rmSync(join(place, 'certificate', 'tls.crt'));
    const { status, stderr } = prepare();
    assert.notEqual(status, 0);
    assert.match(stderr, /both tls\.crt and tls\.key/);
  });
});

describe('nginx', { skip: nginx.missing ?? (openssl ? false : 'openssl is not installed') }, () => {
  const backends = [];
  let port;
  let child;

  before(async () => {
    port = await claimPort();
    const plain = await claimPort();
    for (const name of ['silo-1', 'silo-2', 'silo-3']) backends.push(await startBackend(name));
    makeCertificate();
    writeFileSync(join(folder, 'nginx.conf'), configuration(port, plain));
  });

  after(async () => {
    if (child?.exitCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    for (const { server, hub } of backends) {
      hub.close();
      server.close();
      server.closeAllConnections();
    }
  });

  const arguments_ = ['-p', folder, '-c', join(folder, 'nginx.conf')];

  test('takes the configuration', () => {
    const { status, output } = run(nginx.path, [...arguments_, '-t']);
    assert.equal(status, 0, output);
  });

  test('tells the silos what the browser sees, whatever the browser says of itself', async () => {
    child = spawn(nginx.path, [...arguments_, '-g', 'daemon off;'], { stdio: 'ignore' });
    await eventually('nginx listens', () => isOpen(port));
    const claims = { 'x-forwarded-for': '6.6.6.6', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http', 'x-forwarded-prefix': '/evil', forwarded: 'for=6.6.6.6' };
    const { headers } = (await ask('GET', { host: `calls.example.com:${port}`, ...claims })).body;
    assert.equal(headers.host, `calls.example.com:${port}`);
    assert.equal(headers['x-forwarded-host'], `calls.example.com:${port}`);
    assert.equal(headers['x-forwarded-proto'], 'https');
    assert.equal(headers['x-forwarded-for'], '127.0.0.1');
    assert.equal(headers['x-forwarded-prefix'], undefined);
    assert.equal(headers.forwarded, undefined);
  });

  test('hands WebSockets on', async () => {
    for (const path of ['/ws/calls', '/socket.io/?EIO=4&transport=websocket']) {
      const socket = new WebSocket(`wss://127.0.0.1:${port}${path}`, { rejectUnauthorized: false });
      await once(socket, 'open');
      socket.send('hello');
      const [message] = await once(socket, 'message');
      assert.equal(String(message), 'hello');
      socket.close();
    }
  });

  test('loses no request when a silo is gone', async () => {
    const [gone] = backends;
    gone.server.close();
    gone.server.closeAllConnections();
    await eventually('the silo is gone', async () => !(await isOpen(gone.port)));
    const answers = [];
    for (let i = 0; i < 30; i += 1) answers.push(await ask('POST'));
    assert.deepEqual(answers.map(({ status }) => status), Array(30).fill(200));
    assert.deepEqual([...new Set(answers.map(({ body }) => body.name))].sort(), ['silo-2', 'silo-3']);
  });

  test('does not show metrics', async () => {
    assert.equal((await ask('GET', {}, '/metrics')).status, 404);
  });

  async function startBackend(name) {
    const server = createServer(({ headers }, response) => response.end(JSON.stringify({ name, headers })));
    const hub = new WebSocketServer({ server });
    hub.on('connection', (socket) => socket.on('message', (message) => socket.send(String(message))));
    const own = await claimPort();
    server.listen(own, '127.0.0.1');
    await once(server, 'listening');
    return { name, server, hub, port: own };
  }

  /** The configuration as it is, but for the places of this machine. */
  function configuration(tls, plain) {
    let text = read('deploy', 'compose', 'nginx.conf')
      .replaceAll(' /tmp/', ` ${folder}/`)
      .replaceAll(' /certificate/', ` ${folder}/`)
      .replace('listen 8443', `listen 127.0.0.1:${tls}`)
      .replace('listen 8080', `listen 127.0.0.1:${plain}`);
    for (const backend of backends) text = text.replace(`${backend.name}:3010`, `127.0.0.1:${backend.port}`);
    assert.doesNotMatch(text, /silo-\d:|\/certificate\//);
    // The workers of a master that runs as root must be able to read its folder.
    return process.getuid() === 0 ? `user root;\n${text}` : text;
  }

  function makeCertificate() {
    mkdirSync(join(folder, 'logs'), { recursive: true });
    const { status, output } = run('openssl', [
      'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1', '-subj', '/CN=localhost',
      '-keyout', join(folder, 'tls.key'), '-out', join(folder, 'tls.crt'),
    ]);
    assert.equal(status, 0, output);
  }

  function ask(method, headers = {}, path = '/api/v1/calls') {
    return new Promise((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port, path, method, headers, rejectUnauthorized: false }, async (response) => {
        let text = '';
        for await (const chunk of response) text += chunk;
        resolve({ status: response.statusCode, body: response.statusCode === 200 ? JSON.parse(text) : text });
      });
      asked.on('error', reject);
      asked.end();
    });
  }

  function isOpen(where) {
    return new Promise((resolve) => {
      const socket = connect(where, '127.0.0.1', () => resolve(true));
      socket.on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
  }
});
