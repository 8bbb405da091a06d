// `./fayo bench --compare`: how a comparison goes, and how it ends. What it measures is in bench-compare.test.mjs.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile, readdir } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { cli, startCli } from '../support/cli.mjs';
import { assertStopped, compare } from '../support/comparison.mjs';
import { eventually, withoutStandstill } from '../support/wait.mjs';

// For tests that only look at how a comparison goes.
const LITTLE = ['--warmup', '0', '--warmup-calls', '20', '--users', '20', '--concurrency', '4'];

async function childrenOf(pid) {
  const threads = await readdir(`/proc/${pid}/task`);
  const lists = await Promise.all(threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8')));
  return lists.flatMap((list) => list.split(' ').filter(Boolean));
}

const isAlive = async (pid) => /^State:\s*[^ZX]/m.test(await readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''));

describe('a comparison', { concurrency: true }, () => {
  test('the peer takes the same calls, and the table has a row for it', async (t) => {
    const measure = async () => cli((await compare(t, ['--only', 'peer', '--rounds', '1', '--seconds', '1', ...LITTLE])).words);
    const { code, stdout, stderr } = await withoutStandstill(measure, (result) => result.code === 0 && !/^round 1, peer: 0 /.test(result.stderr));
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^round 1, peer: \d+ calls\/s, .* % disturbed\n$/);
    const [head, , row, ...rest] = stdout.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
    assert.deepEqual(rest, [['']]);
    const cells = Object.fromEntries(head.map((name, i) => [name, row[i]]));
    assert.equal(row[1], 'peer');
    assert.ok(Number(cells['calls/s'].replaceAll(',', '')) > 0, stdout);
    assert.equal(cells['CPU to peer'], '1.00');
    assert.equal(cells['CPU to floor'], '');
  });

  test('a server that does not start ends the comparison with one sentence and exit code 2', async (t) => {
    const { words, workspace } = await compare(t, ['--only', 'service'], process.env.FAYO_BENCH);
    const { code, stdout, stderr } = await cli(words);
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.match(stderr, /^The service ended by itself, with status \d+: [^\n]+\n$/);
    await assertStopped(workspace);
  });

  test('a comparison that is told to stop takes everything with it that it has started', async (t) => {
    const { words, workspace } = await compare(t, ['--only', 'floor', '--rounds', '100', '--seconds', '1', ...LITTLE]);
    const child = startCli(words);
    const ended = once(child, 'close');
    t.after(() => child.kill('SIGKILL'));
    let told = '';
    child.stderr.setEncoding('utf8').on('data', (chunk) => { told += chunk; });
    await eventually('the first round is over', () => told.includes('round 1, floor'));
    const started = await childrenOf(child.pid);
    assert.ok(started.length > 0);
    child.kill('SIGTERM');
    const [code] = await ended;
    assert.equal(code, 1);
    assert.match(told, /\nStopped\.\n$/);
    for (const pid of started) assert.ok(!await isAlive(pid));
    await assertStopped(workspace);
  });
});
