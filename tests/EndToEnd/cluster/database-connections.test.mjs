// How many connections silos take of PostgreSQL, and under which names.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Stage } from '../support/stage.mjs';
import { stoodStillSince } from '../support/wait.mjs';

const AT_MOST = 60;
const PAIRS = 40;
const LOAD_MS = 5000;

const stage = Stage.shared({}, { silos: 3 });

test('three silos under load stay below sixty connections, each with a name that says whose it is', async () => {
  const started = Date.now();
  const isUnderLoad = () => Date.now() - started < LOAD_MS + stoodStillSince(started);
  let calls = 0;
  const load = Array.from({ length: PAIRS }, async () => {
    const staff = stage.staff();
    while (isUnderLoad()) {
      const patient = stage.patient();
      const { session } = await staff.rest.call(patient.id);
      await Promise.all([staff.rest.get('/calls'), staff.rest.timeline(session.id), patient.rest.get('/calls/sessions')]);
      await staff.rest.status(session.id, 'CANCELLED');
      calls++;
    }
  });
  const seen = [];
  while (isUnderLoad()) {
    seen.push(await stage.database.query('select application_name as name, count(*)::int as count from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() group by 1'));
    await pause(100);
  }
  await Promise.all(load);

  assert.ok(calls > PAIRS, `${calls} calls`);
  const sums = seen.map((names) => names.filter(({ name }) => name.startsWith('fayo-calls')).reduce((sum, { count }) => sum + count, 0));
  assert.ok(Math.max(...sums) < AT_MOST, `${Math.max(...sums)} connections`);
  const most = (name) => Math.max(0, ...seen.flat().filter((one) => one.name === name).map(({ count }) => count));
  assert.ok(most('fayo-calls') > 0 && most('fayo-calls') <= 3 * 8, `${most('fayo-calls')} of the pools`);
  assert.ok(most('fayo-calls orleans') > 0 && most('fayo-calls orleans') <= 3 * 4, `${most('fayo-calls orleans')} of Orleans' pools`);
  assert.equal(most('fayo-calls writer'), 3);
});
