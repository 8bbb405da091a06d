// A silo of three stops in order: its thousand clients come back at the other two, a slice at a time.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { environment } from '../support/service.mjs';
import { Stage } from '../support/stage.mjs';
import { stoodStillSince, within } from '../support/wait.mjs';

const CLIENTS = 1000;
const SPREAD_S = 5;
const MAX_AWAY_MS = 3000;
const OPEN_WITHIN_MS = 60_000;
const BACK_WITHIN_MS = 60_000;

let silos;

const stage = Stage.forThisFile({}, {
  start: false,
  async prepare() {
    const settings = { Calls__Clustering: 'AdoNet', Calls__DrainSpread: `00:00:0${SPREAD_S}` };
    silos = [await stage.startService(settings)];
    silos.push(...await Promise.all([stage.startService(settings), stage.startService(settings)]));
  },
});

test('the clients of a silo that stops come back elsewhere, and none is away for longer than three seconds', async (t) => {
  const [stopping, ...others] = silos;
  const bench = spawn('dotnet', [process.env.FAYO_BENCH, 'bench', '--drain', CLIENTS, '--others', others.map((silo) => silo.base).join()], {
    env: { ...environment(), FAYO_URL: stopping.base },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => bench.kill());
  const lines = createInterface({ input: bench.stdout })[Symbol.asyncIterator]();
  const nextLine = async (limit, what) => JSON.parse((await within(limit, what, lines.next())).value);

  assert.equal((await nextLine(OPEN_WITHIN_MS, 'all clients are connected')).up, CLIENTS);
  const started = Date.now();
  const exit = stopping.stop();
  const drained = await nextLine(BACK_WITHIN_MS, 'all clients are back');
  const maxAwayMs = MAX_AWAY_MS + stoodStillSince(started);
  t.diagnostic(JSON.stringify(drained));
  await once(bench, 'exit');
  assert.equal((await exit).code, 0);
  assert.equal(drained.back, CLIENTS);
  assert.ok(drained.closed_over_s > SPREAD_S / 2, `the connections were closed within ${drained.closed_over_s} s`);
  assert.ok(drained.away_ms.max <= maxAwayMs, `a client was away for ${drained.away_ms.max} ms`);
});
