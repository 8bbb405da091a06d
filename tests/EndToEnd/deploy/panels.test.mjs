// Each panel of the dashboard shows something: its queries are asked of a real Prometheus that has scraped real silos while calls were made.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { findDebianProgram, read } from '../support/deploy-tools.mjs';
import { claimPort } from '../support/ports.mjs';
import { Stage } from '../support/stage.mjs';
import { eventually } from '../support/wait.mjs';

// Panels that are empty while nothing goes wrong and no event is made.
const MAY_BE_EMPTY = [
  'Pushes by outcome', 'Answers with an error', 'Connections closed by the service', 'Probes between silos that were missed',
  'Events waiting', 'Events sent, and attempts that failed',
];

const prometheus = findDebianProgram('prometheus', 'prometheus', 'usr/bin/prometheus');
const folder = mkdtempSync(join(tmpdir(), 'fayo-panels-'));
const ports = { web: await claimPort(), metrics: [await claimPort(), await claimPort()], silos: [await claimPort(), await claimPort()] };
let child;

const settings = (index) => ({
  Calls__Clustering: 'AdoNet',
  Calls__SiloAddress: 'loopback',
  Calls__RingTimeout: '00:00:05',
  Calls__MetricsPort: String(ports.metrics[index]),
});

const stage = Stage.forThisFile(settings(0), {
  start: !prometheus.missing,
  prepare: async (prepared) => {
    if (prometheus.missing) return;
    await prepared.startService(settings(1));
    startPrometheus();
  },
  finish: async () => {
    if (child?.exitCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    rmSync(folder, { recursive: true });
  },
});

describe('the dashboard', { skip: prometheus.missing ?? false }, () => {
  test('has no empty panel', async () => {
    const { panels } = JSON.parse(read('deploy', 'grafana', 'fayo-calls.json'));
    const queries = panels.filter(({ type, title }) => type !== 'row' && !MAY_BE_EMPTY.includes(title)).flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr]));
    let empty;
    const look = async () => {
      await makeCalls();
      empty = [];
      for (const [title, expr] of queries) if ((await ask(expr)).length === 0) empty.push(`${title}: ${expr}`);
      return empty.length === 0;
    };
    await eventually('every panel shows something', look, 60_000).catch(() => assert.deepEqual(empty, []));
  });
});

/** One call that is answered and hung up, one that nobody answers, one that is refused. */
async function makeCalls() {
  const [staff, patient] = [stage.staff(), stage.patient()];
  const device = await stage.device(patient.id, { acknowledge: true });
  const { session } = await staff.rest.call(patient.id);
  await device.told('call_invitation', ({ id }) => id === session.id);
  await patient.rest.answer(session.id);
  await staff.rest.status(session.id, 'ACTIVE');
  assert.equal((await stage.staff().rest.post('/calls/session', { recipientId: patient.id })).body.code, 'busy');
  await staff.rest.status(session.id, 'COMPLETED');
  await stage.staff().rest.call(stage.patient().id);
}

function startPrometheus() {
  const targets = ports.metrics.map((port) => `127.0.0.1:${port}`);
  const configuration = { global: { scrape_interval: '1s' }, scrape_configs: [{ job_name: 'fayo-calls', static_configs: [{ targets }] }] };
  writeFileSync(join(folder, 'prometheus.json'), JSON.stringify(configuration));
  child = spawn(
    prometheus.path,
    [`--config.file=${join(folder, 'prometheus.json')}`, `--storage.tsdb.path=${join(folder, 'data')}`, `--web.listen-address=127.0.0.1:${ports.web}`],
    { stdio: 'ignore' },
  );
}

async function ask(expr) {
  const query = expr.replaceAll('$__rate_interval', '30s').replaceAll('$namespace', '.*').replaceAll('$silo', '.*');
  const answer = await fetch(`http://127.0.0.1:${ports.web}/api/v1/query?${new URLSearchParams({ query })}`);
  const { data } = await answer.json();
  return data.result.filter(({ value }) => value[1] !== 'NaN');
}
