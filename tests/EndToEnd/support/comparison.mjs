// What tests of `./fayo bench --compare` need: its words, and a look at what it leaves behind.
import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './deploy-tools.mjs';

// The service as people run it, not as it is precompiled for the other tests.
const { FAYO_FLOOR: floor, FAYO_SILO, FAYO_BUILT_SILO: silo = FAYO_SILO } = process.env;
if (!floor) throw new Error('FAYO_FLOOR is not set: it names the built Fayo.Calls.Floor.dll.');

/** The words of a comparison, whose folder is gone when the test ends. */
export async function compare(t, options, service = silo) {
  const workspace = await mkdtemp(join(tmpdir(), 'fayo-compare-test.'));
  t.after(() => rm(workspace, { recursive: true, force: true }));
  // PostgreSQL, which does not run as root, has to get through to its own folder in there.
  await chmod(workspace, 0o711);
  const programs = ['--peer', join(ROOT, 'bench/peer.mjs'), '--floor', floor, '--silo', service];
  return { workspace, words: ['compare', '--workspace', workspace, ...programs, ...options] };
}

/** A database that was stopped has taken the file with its process away. */
export async function assertStopped(workspace) {
  for (const folder of await readdir(workspace)) {
    assert.ok(!(await readdir(join(workspace, folder, 'cluster'))).includes('postmaster.pid'), `${folder} has been stopped`);
  }
}
