// `./fayo chaos` on a service of its own, and `./fayo bench --storm`: that they run, and that the service withstands them.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { cli, startCli } from '../support/cli.mjs';
import { OwnPostgres } from '../support/own-postgres.mjs';
import { Database } from '../support/postgres.mjs';
import { claimServicePorts } from '../support/ports.mjs';
import { Stage } from '../support/stage.mjs';
import { eventually } from '../support/wait.mjs';

const stage = Stage.forThisFile({ Calls__RingTimeout: '00:00:05' });

async function settingsFor(database) {
  const { PORT, ...ports } = await claimServicePorts();
  return { DATABASE_URL: database.urlThrough(), FAYO_URL: `http://127.0.0.1:${PORT}`, ...ports };
}

/** A chaos with a service of its own; with other ports where another program has one of these. */
async function chaosOfItsOwn(database, words) {
  for (;;) {
    const result = await cli(['chaos', '--silo', process.env.FAYO_SILO, ...words], await settingsFor(database));
    if (!result.stderr.includes('is in use by another program')) return result;
  }
}

describe('the service withstands', { concurrency: true }, () => {
  test('a chaos run with a kill and faults of the database in it finds no violation', async () => {
    const database = OwnPostgres.start();
    try {
      const words = ['--postgres', database.folder, '--seconds', '15', '--seed', '2026', '--users', '20'];
      const { code, stdout, stderr } = await chaosOfItsOwn(database, words);
      assert.equal(code, 0, stdout + stderr);
      assert.match(stdout, /^seed 2026: 20 users make \d+ calls in 15 s, with \d+ faults of connections, 2 of the database and 1 kills\n/);
      assert.match(stdout, /\n {4,}1 {2}kill\n/);
      const [, acknowledged, recorded] = stdout.match(/\nseed 2026: (\d+) calls acknowledged, (\d+) on record, 0 violations\n$/);
      assert.ok(Number(acknowledged) > 20 && Number(recorded) >= Number(acknowledged), stdout);
      const [{ count }] = await database.query('select count(*)::int from call.call_sessions where ended_at is not null');
      assert.equal(count, Number(recorded), 'the tool has looked at every call, and every call has ended');
    } finally {
      database.stop();
    }
  });

  test('a chaos that is killed outright: it goes with it', async () => {
    const database = await Database.create();
    try {
      const settings = await settingsFor(database);
      const look = () => fetch(`${settings.FAYO_URL}/health/live`, { signal: AbortSignal.timeout(2000) }).then((answer) => answer.status, () => 'nobody there');
      const chaos = startCli(['chaos', '--silo', process.env.FAYO_SILO, '--seconds', '60', '--users', '2'], settings);
      const ended = once(chaos, 'exit');
      await eventually('the service runs', async () => await look() === 200, 60_000);
      chaos.kill('SIGKILL');
      await ended;
      await eventually('the service is gone', async () => await look() === 'nobody there');
    } finally {
      await database.drop();
    }
  });

  test('a chaos while it runs already, and is not killed', async () => {
    const pid = stage.service.pid;
    const { code, stdout, stderr } = await cli(['chaos', '--base', stage.service.base, '--seconds', '10', '--seed', '7', '--users', '6']);
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /^seed 7: [^\n]+, 0 of the database and 0 kills\n/);
    assert.ok(stage.service.isRunning && stage.service.pid === pid);
  });

  test('a reconnect storm: everybody is back and knows what is open', async () => {
    const { code, stdout, stderr } = await cli(['bench', '--storm', '200', '--hold', '0', '--server-pid', String(stage.service.pid)], { FAYO_URL: stage.service.base });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^\{[^\n]+\}\n$/);
    const line = JSON.parse(stdout);
    assert.deepEqual([line.kind, line.connections, line.synced, line.up_at_end, line.errors], ['storm', 200, 200, 200, {}]);
    assert.ok(line.last_synced_s > 4.9, stdout);
    assert.ok(line.sync_ms.n === 200 && line.sync_ms.p50 > 0 && line.sync_ms.p50 <= line.sync_ms.p99);
    assert.ok(line.rss_before_kb > 0 && line.rss_peak_kb > 0 && line.rss_kb > 0);
  });
});
