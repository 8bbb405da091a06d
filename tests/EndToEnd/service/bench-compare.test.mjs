// `./fayo bench --compare`: what the service costs beside the floor.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cli } from '../support/cli.mjs';
import { assertStopped, compare } from '../support/comparison.mjs';
import { withoutStandstill } from '../support/wait.mjs';

// CPU time per call of server and PostgreSQL, as a multiple of the floor's: a busy machine changes it little, unlike calls a second. The
// goal is 1.6, and no more than 2 is to pass here. In November 2026 it was 1.7 to 2.1, also on a machine that did much else; the rest is for noise.
const LIMIT = 2.4;
const ROUNDS = 5;

// The other tests have nothing compiled a second time; here what is called often is to be as fast as it can be.
const SETTINGS = { DOTNET_TC_CallCounting: undefined, DOTNET_TieredPGO: undefined, DOTNET_EnableWriteXorExecute: undefined };

test(`a call takes at most ${LIMIT} times the CPU time that the floor takes`, async (t) => {
  // Short turns, so that whatever else the machine does meets both; and many calls before the first, so that their code is compiled.
  const options = ['--only', 'floor,service', '--json', '--rounds', String(ROUNDS), '--seconds', '1',
    '--warmup', '0', '--warmup-calls', '8000', '--users', '200', '--concurrency', '32'];
  const linesOf = ({ stdout }) => stdout.trim().split('\n').map((line) => JSON.parse(line));
  const measure = async () => {
    const { words, workspace } = await compare(t, options);
    return { workspace, ...await cli(words, SETTINGS) };
  };
  const result = await withoutStandstill(measure, (one) => one.code === 0 && linesOf(one).at(-1).cpu_to_floor <= LIMIT);
  const { code, stdout, stderr, workspace } = result;
  assert.equal(code, 0, stderr);
  const lines = linesOf(result);
  assert.deepEqual(lines.map(({ kind, server, round }) => [kind, server, round]), [
    ...Array.from({ length: ROUNDS }, (_, i) => [['compare', 'floor', i + 1], ['compare', 'service', i + 1]]).flat(),
    ['compare_medians', 'floor', undefined], ['compare_medians', 'service', undefined],
  ]);
  const [ofFloor, ofService] = lines.slice(-2);
  t.diagnostic(stdout);
  assert.equal(ofFloor.failed_steps + ofService.failed_steps, 0, stdout);
  assert.equal(ofFloor.cpu_to_floor, 1);
  assert.ok(ofService.cpu_to_floor <= LIMIT, stdout);
  await assertStopped(workspace);
});
