// `./fayo attack`, a few abuses for a moment: that it runs, and that nobody is answered with an error of the service. What normal users
// notice is judged only on a machine that does nothing else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cli } from '../support/cli.mjs';
import { Stage } from '../support/stage.mjs';
import { withoutStandstill } from '../support/wait.mjs';

const CHEAP = ['large-metadata', 'nonsense-to-the-hub', 'huge-frames', 'upgrades-without-a-token', 'flood-403', 'flood-404', 'malformed-json', 'deep-json'];
const stage = Stage.forThisFile({ Calls__RingTimeout: '00:00:05' });
const settings = () => ({ FAYO_URL: stage.service.base, FAYO_PID: String(stage.service.pid) });

test('abuses are answered without an error of the service, to the attacker and to normal users', async () => {
  const { code, stdout, stderr } = await withoutStandstill(
    () => cli(['attack', '--seconds', '2', '--rate', '200', '--only', CHEAP.join(',')], settings()), (result) => !/no invitation/.test(result.stdout));
  assert.ok(code === 0 || stderr.startsWith('Normal users would notice'), stdout + stderr);
  const lines = stdout.split('\n').filter((line) => CHEAP.some((name) => line.startsWith(`${name} `)));
  assert.equal(lines.length, CHEAP.length, stdout);
  for (const line of lines) {
    assert.doesNotMatch(line, /no invitation|http 5|\b5\d\d ×/, stdout);
    assert.match(line, / ×\d/, 'it did something');
  }
  assert.match(stdout, /\n8 abuses, \d violations\n$/);
});

test('an abuse that does not exist is told, and so is a service elsewhere', async () => {
  const { code, stderr } = await cli(['attack', '--only', 'no-such'], settings());
  assert.equal(code, 2);
  assert.match(stderr, /no abuse 'no-such'/);
  const elsewhere = await cli(['attack'], { ...settings(), FAYO_URL: 'http://192.0.2.1:3010' });
  assert.equal(elsewhere.code, 1);
  assert.match(elsewhere.stderr, /not this machine/);
});
