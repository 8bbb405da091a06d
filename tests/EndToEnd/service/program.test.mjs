// The program itself: its commands, its log as JSON, and a port that another program has.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { claimServicePorts } from '../support/ports.mjs';
import { Database } from '../support/postgres.mjs';
import { launch, runCommand } from '../support/service.mjs';
import { eventually, within } from '../support/wait.mjs';

let database;

before(async () => { database = await Database.create(); });
after(() => database.drop());

/** A service that is ready, for as long as `use` takes. */
async function withService(settings, use) {
  const all = { DATABASE_URL: database.urlThrough(), ...await claimServicePorts(), ...settings };
  const running = launch(all);
  try {
    const base = `http://127.0.0.1:${all.PORT}`;
    await eventually('the service is ready', async () => (await fetch(`${base}/health/ready`)).ok, 60_000);
    return await use(all, running, base);
  } finally {
    running.child.kill('SIGTERM');
    await within(60_000, 'the service ends', running.exited);
  }
}

test('migrate needs nothing but the database, and a service that only verifies starts after it', async () => {
  const verifying = { DATABASE_URL: database.urlThrough(), ...await claimServicePorts(), Calls__Migrations: 'Verify' };
  const { child, exited } = launch(verifying);
  const early = await within(60_000, 'the service refuses to start', exited).finally(() => child.kill('SIGKILL'));
  assert.equal(early.code, 2, early.output);
  assert.match(early.output, /command migrate/);

  for (let i = 0; i < 2; i++) {
    const migrated = await runCommand(['migrate'], { DATABASE_URL: database.urlThrough() });
    assert.equal(migrated.code, 0, migrated.output);
    assert.equal(/Migration 1 \(orleans\) applied/.test(migrated.output), i === 0, migrated.output);
  }
  await withService({ Calls__Migrations: 'Verify' }, () => {});

  const without = await runCommand(['migrate']);
  assert.equal(without.code, 2);
  assert.match(without.output, /DATABASE_URL: is not set/);
});

test('health says whether the service is ready', async () => {
  await withService({}, async ({ PORT }) => {
    const ready = await runCommand(['health'], { PORT });
    assert.equal(ready.code, 0, ready.output);
    assert.equal((await runCommand(['health'], { PORT, HOST: '0.0.0.0' })).code, 0);
  });
  const { PORT } = await claimServicePorts();
  const gone = await runCommand(['health'], { PORT });
  assert.equal(gone.code, 1);
  assert.match(gone.output, new RegExp(`127\\.0\\.0\\.1:${PORT}/health/ready does not answer`));
});

test('a command that does not exist, or that takes no arguments, is refused and named', async () => {
  for (const [args, named] of [[['migrte'], "'migrte'"], [['migrate', 'now'], "'now'"], [['health', '--fast'], "'--fast'"],
    [['--dry-run'], "'--dry-run'"], [['--migrate', '--Calls:RingTimeout=00:00:30'], "'--migrate'"]]) {
    const { code, output } = await runCommand(args);
    assert.equal(code, 2);
    assert.ok(output.includes(named), output);
  }
  for (const word of ['help', '--help', '-h']) {
    const help = await runCommand([word]);
    assert.equal(help.code, 0);
    assert.match(help.output, /migrate[^]*health/);
  }
});

describe('a port that another program has ends the start with one sentence that names the setting:', () => {
  for (const setting of ['PORT', 'Calls__SiloPort', 'Calls__SiloGatewayPort', 'Calls__MetricsPort']) {
    test(setting, async () => {
      const other = createServer().listen(0, '127.0.0.1');
      await once(other, 'listening');
      const { port } = other.address();
      const { child, exited } = launch({ DATABASE_URL: database.urlThrough(), ...await claimServicePorts(), [setting]: String(port) });
      try {
        const { code, output } = await within(60_000, 'the service refuses to start', exited);
        assert.equal(code, 2, output);
        assert.deepEqual(output.trim().split('\n').map((line) => line.trim()), ['Fayo.Calls cannot start:', `${setting}: ${port} is in use by another program on 127.0.0.1.`]);
      } finally {
        child.kill('SIGKILL');
        other.close();
      }
    });
  }
});

test('the log as JSON is an object a line, with what a line is about as fields', async () => {
  await withService({ Calls__LogFormat: 'Json', Logging__LogLevel__Default: 'Information' }, async (_, running) => {
    const lines = running.output.text.trim().split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
    assert.ok(lines.length > 0);
    assert.equal(running.output.text.trim().split('\n').length, lines.length, 'every line is an object');
    for (const line of lines) {
      assert.match(line.Timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      for (const key of ['LogLevel', 'Category', 'Message', 'State']) assert.ok(key in line, key);
    }
    const listening = lines.find((line) => line.Message.startsWith('Now listening on'));
    assert.match(listening.State.address, /^http:/);
  });
});
