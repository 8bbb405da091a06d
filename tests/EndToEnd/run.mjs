// Runs the test files side by side: `node run.mjs [--hosts] [--filter NAME] [--outcomes FILE] [--beside FILE]`. The outcomes are those of
// scripts/node-reporter.mjs; --hosts runs the files of hosts/, and only those. Until the file of --beside is there, other tests run beside these.
//
// Most files wait most of the time, for a ring to run out or a service to start. So several run at once: each takes as many of
// the machine's slots as it keeps busy; a file that waits nearly all the time takes half a one. What a file prints comes in one piece when it is through.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Database } from './support/postgres.mjs';
import { runCommand } from './support/service.mjs';

// What other tests beside these leave of the processors is little; without them a quarter of the time would be left unused.
const SLOTS_PER_PROCESSOR = { besideOthers: 2, alone: 2.5 };
const LOOK_EVERY_MS = 1000;
// No process may take longer, so that what hangs fails.
const LIMIT_MS = 1_200_000;

// First those that take nearly the whole machine, so that there are others to run beside them; then the longest. Files of one line run in one
// process, one after another, and share a service where they ask for the same settings. What is not named here comes last, with one slot.
const ORDER = [
  { slots: 2, files: ['security/attack'] },
  { slots: 3, files: ['cluster/rolling-restart'] },
  { slots: 2, files: ['cluster/chaos'] },
  { slots: 3, files: ['connections/drain'] },
  { slots: 2, files: ['browser/calls', 'browser/devices', 'browser/sleep', 'browser/shell', 'browser/prefix', 'browser/plain-http', 'browser/left-behind'] },
  { slots: 2, files: ['browser/passing-failures', 'browser/real-life', 'browser/layout', 'browser/old-browsers', 'browser/upgrade', 'browser/second-call'] },
  { slots: 1.5, files: ['cluster/sick-silo'] },
  { slots: 2, files: ['calls/arbitration'] },
  { slots: 1.5, files: ['calls/caller-lost'] },
  { slots: 1, files: ['calls/rings', 'calls/reachability', 'connections/socket-io'] },
  { slots: 1.5, files: ['calls/repeats'] },
  { slots: 1, files: ['cluster/silo-faults'] },
  { slots: 2, files: ['browser/monitor'] },
  { slots: 2, files: ['browser/push'] },
  { slots: 2, files: ['browser/firefox', 'browser/sign-in', 'browser/installed'] },
  { slots: 0.5, files: ['connections/push'] },
  { slots: 1.5, files: ['service/monitor'] },
  { slots: 2, files: ['cluster/cluster'] },
  { slots: 1, files: ['security/quotas'] },
  // In this order: the last two damage the audit and kill a silo.
  { slots: 1, files: ['connections/tickets', 'calls/whole-call', 'cluster/database-connections', 'security/audit', 'cluster/silent-silo'] },
  { slots: 1, files: ['connections/stuck-clients'] },
  { slots: 0.5, files: ['connections/connections'] },
  { slots: 0.5, files: ['connections/lost-connections'] },
  { slots: 0.5, files: ['cluster/database-outage'] },
  { slots: 1, files: ['service/users'] },
  { slots: 2, files: ['service/comparing'] },
  { slots: 2, files: ['moving/events'] },
  { slots: 2, files: ['service/settings'] },
  { slots: 2, files: ['deploy/chart', 'deploy/chart-values', 'deploy/compose', 'deploy/monitoring', 'deploy/image'] },
  { slots: 2, files: ['deploy/panels'] },
  {
    slots: 2,
    // The first needs a service that nobody has asked for anything.
    files: [
      'connections/first-call', 'service/open-documents', 'service/cli', 'calls/participants', 'calls/signals', 'calls/who-calls', 'connections/slow-client',
      'connections/offline', 'connections/dotnet-client',
    ],
  },
  // Both watch how smoothly pages move, which other work on the machine would disturb.
  { slots: Infinity, files: ['browser/steady', 'browser/crowded-monitor'] },
  // Measures CPU time, which other work on the machine would raise.
  { slots: Infinity, files: ['service/bench-compare'] },
];

// They take the whole machine, and minutes.
const HOSTS_ORDER = [
  { slots: Infinity, files: ['hosts/silos'] },
  { slots: Infinity, files: ['hosts/database'] },
  { slots: Infinity, files: ['hosts/upgrade'] },
  { slots: 2, files: ['hosts/rabbitmq'] },
];

const folder = import.meta.dirname;
const reporter = path.join(folder, '../../scripts/node-reporter.mjs');

const { values: { filter, outcomes, hosts, beside } } = parseArgs({
  options: { filter: { type: 'string' }, outcomes: { type: 'string' }, hosts: { type: 'boolean' }, beside: { type: 'string' } },
});

/** True where no other tests run beside these, or no longer. */
const isAlone = () => beside === undefined || existsSync(beside);

/** The test files that are asked for, as they are named in ORDER. */
async function findFiles() {
  const folders = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory() && (entry.name === 'hosts') === Boolean(hosts));
  const found = await Promise.all(folders.map(async ({ name: below }) =>
    (await readdir(path.join(folder, below))).filter((name) => name.endsWith('.test.mjs')).map((name) => `${below}/${name.slice(0, -'.test.mjs'.length)}`)));
  return found.flat();
}

/** Every file once: those with an order, and then the others. */
function plan(files) {
  const order = hosts ? HOSTS_ORDER : ORDER;
  const named = order.flatMap((unit) => unit.files);
  const unknown = named.filter((file, i) => !files.includes(file) || named.indexOf(file) !== i);
  if (unknown.length > 0) throw new Error(`ORDER in run.mjs names these twice, or they are not there: ${unknown.join(', ')}.`);
  return [...order, ...files.filter((file) => !named.includes(file)).map((file) => ({ slots: 1, files: [file] }))];
}

/** Makes a database with the tables of the service, for the files to have copies of, and returns it. */
async function makeTemplate() {
  const database = await Database.create();
  const { code, signal, output } = await runCommand(['migrate'], { DATABASE_URL: database.urlThrough() });
  if (code !== 0) throw new Error(`The tables cannot be made: migrate ended with ${code ?? signal}.\n${output}`);
  return database;
}

const running = new Set();

/** Runs the files of a unit in a process of their own, and tells what came of it. */
async function run({ files }, scratch) {
  const name = files.join(', ');
  const told = path.join(scratch, files[0].replace('/', '-'));
  const started = Date.now();
  const child = spawn(process.execPath, [
    '--test-reporter=spec', '--test-reporter-destination=stdout', `--test-reporter=${reporter}`, `--test-reporter-destination=${told}`,
    ...(filter ? [`--test-name-pattern=${filter}`] : []), path.join(folder, 'support/files.mjs'), ...files.map((file) => path.join(folder, `${file}.test.mjs`)),
  ], {
    cwd: folder, env: { ...process.env, FAYO_TEST_TEMPLATE: template?.name }, stdio: ['ignore', 'pipe', 'pipe'], timeout: LIMIT_MS, killSignal: 'SIGKILL',
  });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk) => { output += chunk; });
  const [code, signal] = await once(child, 'close');
  running.delete(child);

  let lines = await readFile(told, 'utf8').catch(() => '');
  // A file that cannot be loaded, and a process that hangs or dies, have no test that could fail.
  if (signal || (code !== 0 && !/^failed\t/m.test(lines))) lines += `failed\t0\t${name}\tended with ${signal ?? code}\n`;
  if (outcomes) await appendFile(outcomes, lines);
  console.log(`\n${name} (${((Date.now() - started) / 1000).toFixed(0)} s)\n${output.trimEnd()}`);
  return code === 0;
}

/** Runs all units, each as soon as its slots are free. */
async function runAll(units, scratch) {
  const waiting = [...units];
  const busy = new Map();
  const results = [];
  while (waiting.length > 0 || busy.size > 0) {
    const all = SLOTS_PER_PROCESSOR[isAlone() ? 'alone' : 'besideOthers'] * availableParallelism();
    const used = [...busy.values()].reduce((sum, { slots }) => sum + slots, 0);
    const next = waiting.findIndex(({ slots }) => busy.size === 0 || used + slots <= all);
    if (next >= 0) {
      const [unit] = waiting.splice(next, 1);
      const end = run(unit, scratch).then((isGood) => { results.push(isGood); busy.delete(end); });
      busy.set(end, unit);
    } else {
      await Promise.race([...busy.keys(), ...(isAlone() ? [] : [pause(LOOK_EVERY_MS)])]);
    }
  }
  return results;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    for (const child of running) child.kill('SIGTERM');
    process.exit(130);
  });
}

const scratch = await mkdtemp(path.join(tmpdir(), 'fayo-e2e-'));
// The tests on hosts bring their own servers, and an earlier release that has to make its own tables.
const template = hosts ? undefined : await makeTemplate();
try {
  const results = await runAll(plan(await findFiles()), scratch);
  process.exitCode = results.every(Boolean) ? 0 : 1;
} finally {
  await template?.drop();
  await rm(scratch, { recursive: true, force: true });
}
