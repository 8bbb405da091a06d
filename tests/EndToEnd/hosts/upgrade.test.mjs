// Silos of the release before and of this one in one cluster, forward and back. Which release that is says the file previous-release.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, describe, test } from 'node:test';
import { Stage, WITHOUT_QUOTAS } from '../support/stage.mjs';
import { newUser } from '../support/tokens.mjs';
import { eventually } from '../support/wait.mjs';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const ref = readFileSync(new URL('previous-release', import.meta.url), 'utf8').trim();
const git = (...args) => execFileSync('git', ['-C', root, ...args], { stdio: 'pipe' });

const skip = spawnSync('git', ['-C', root, 'rev-parse', '--verify', `${ref}^{commit}`]).status === 0
  ? false
  : `the release before, ${ref}, is not in this copy of the repository`;

const CLUSTER = { Calls__Clustering: 'AdoNet', Calls__RingTimeout: '00:00:20' };

describe('silos of the release before and of this one', { skip }, () => {
  let folder;
  let old;
  const stage = Stage.forThisFile({}, { start: false });

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'fayo-upgrade-'));
    git('worktree', 'add', '--detach', '--force', path.join(folder, 'source'), ref);
    execFileSync('dotnet', ['publish', 'src/Silo', '--configuration', 'Release', '--output', path.join(folder, 'program'), '--tl:off', '--verbosity', 'quiet'],
      { cwd: path.join(folder, 'source'), stdio: 'pipe' });
    // It has none of the limits that the tests lift, and refuses settings that it does not know.
    old = {
      ...CLUSTER,
      FAYO_PROGRAM: path.join(folder, 'program', 'Fayo.Calls.Silo.dll'),
      ...Object.fromEntries([...Object.keys(WITHOUT_QUOTAS), 'Calls__MetadataLimit', 'Calls__TokenGrace'].map((name) => [name, undefined])),
    };
  });
  after(() => {
    if (!folder) return;
    git('worktree', 'remove', '--force', path.join(folder, 'source'));
    rmSync(folder, { recursive: true, force: true });
  });

  /** A whole call from somebody at one silo to somebody at another, and another that is cancelled. */
  async function talk(one, other) {
    const staff = stage.staff(one);
    const patient = stage.patient(other);
    const panel = await stage.device(staff.id, { device: 'panel' }, one);
    const phone = await stage.device(patient.id, { device: 'phone' }, other);
    const { session } = await staff.rest.call(patient.id);
    await phone.invited(session.id);
    await phone.invoke('invitation_ack', { sessionId: session.id });
    await panel.toldStatus(session.id, 'RINGING');
    assert.equal((await patient.rest.answer(session.id, { deviceId: 'phone' })).status, 201);
    assert.equal((await staff.rest.status(session.id, 'ACTIVE')).status, 200);
    await phone.toldStatus(session.id, 'ACTIVE');
    assert.equal((await patient.rest.status(session.id, 'COMPLETED')).status, 200);
    await panel.toldStatus(session.id, 'COMPLETED');

    const { session: second } = await patient.rest.call(staff.id);
    await panel.invited(second.id);
    assert.equal((await patient.rest.status(second.id, 'CANCELLED')).status, 200);
    await panel.toldStatus(second.id, 'CANCELLED');
    await Promise.all([panel.disconnect(), phone.disconnect()]);
  }

  /** Everybody with everybody, several times: grains are placed on whichever silo. */
  async function talkAll(silos) {
    for (let round = 0; round < 3; round++) {
      await Promise.all(silos.flatMap((one) => silos.map((other) => talk(one, other))));
    }
  }

  /** The same, again until nobody is refused. */
  const settle = (silos) => eventually('everybody reaches everybody', () => talkAll(silos).then(() => true));

  test('ring each other\'s users while one after another is replaced, and while that is taken back', { timeout: 300_000 }, async (t) => {
    const silos = [await stage.startService(old), await stage.startService(old)];
    await settle(silos);
    const standing = await stage.staff(silos[0]).rest.call(newUser('patient'));

    for (const settings of [CLUSTER, CLUSTER, old, old]) {
      silos.push(await stage.startService(settings));
      // Only this release has the others know a silo before it takes requests.
      await (settings === old ? settle(silos) : talkAll(silos));
      const exit = await silos.shift().stop();
      assert.equal(exit.code, 0, exit.output);
      await settle(silos);
    }

    await eventually('every call has ended, also where a round of them broke off', async () => {
      const [{ count, open }] = await stage.database.query('select count(*)::int as count, count(*) filter (where ended_at is null and id <> $1)::int as open from call.call_sessions', [standing.session.id]);
      t.diagnostic(`${count} calls, ${open} of them open`);
      return open === 0;
    });
    await eventually('a call from before has rung out', async () => (await stage.database.call(standing.session.id)).end_reason === 'unreachable', 40_000);
    const members = await stage.database.query('select status from call.orleansmembershiptable where status = 3');
    assert.equal(members.length, 2);
  });
});
