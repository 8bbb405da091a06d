// Backup and restore as docs/deploy.md has them: a copy taken while calls go on, put in the place of the schema.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runPostgres, skip } from '../support/postgres-programs.mjs';
import { Stage } from '../support/stage.mjs';
import { eventually } from '../support/wait.mjs';

const RING_SECONDS = 20;

const folder = mkdtempSync(join(tmpdir(), 'fayo-backup-'));
after(() => rmSync(folder, { recursive: true }));

const stage = Stage.forThisFile({ Calls__RingTimeout: `00:00:${RING_SECONDS}` });

test('calls that were open when a backup was taken go on after it has been restored', { skip }, async () => {
  const [staff, patient, stranger] = [stage.staff(), stage.patient(), stage.patient()];
  const archive = join(folder, 'calls.dump');
  const { session } = await staff.rest.call(patient.id);
  const { session: unanswered } = await stage.staff().rest.call(stranger.id);
  runPostgres('pg_dump', '--format=custom', '--schema=call', `--file=${archive}`, stage.database.url);
  const { session: later } = await stage.staff().rest.call(stage.patient().id);

  await stage.service.stop();
  runPostgres('psql', stage.database.url, '--command', 'ALTER SCHEMA call RENAME TO call_before');
  runPostgres('pg_restore', '--exit-on-error', `--dbname=${stage.database.url}`, archive);
  // The ring of the copy is to last, however long the restore took.
  await stage.database.query(`update call.call_sessions set ring_deadline = now() + interval '1 minute', next_deadline = now() where id = $1`, [session.id]);
  await stage.service.start();

  assert.equal((await patient.rest.answer(session.id)).status, 201, 'who was called can still answer');
  assert.equal((await staff.rest.status(session.id, 'ACTIVE')).body.session.status, 'ACTIVE');
  assert.equal((await staff.rest.get(`/calls/session/${later.id}`)).status, 404, 'what happened after the copy is gone');
  await eventually('the call that nobody answered is over', async () => (await stage.database.call(unanswered.id)).status === 'EXPIRED', 60_000);
  await stage.staff().rest.call(stranger.id);
});
