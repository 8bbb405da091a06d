// Who may call whom is a setting: others are refused, and nobody rings.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertProblem } from '../support/shapes.mjs';
import { Stage } from '../support/stage.mjs';
import { newUser } from '../support/tokens.mjs';
import { eventually } from '../support/wait.mjs';

const stage = Stage.forThisFile({ Calls__MayCall: 'ADMIN:*, DOCTOR:*, PATIENT:ADMIN|DOCTOR' });

/** Somebody who was seen with a role. */
async function seen(role) {
  const id = newUser(role.toLowerCase());
  const rest = stage.rest(id, { role });
  await rest.get('/me');
  await eventually(`${role} is on record`, async () => (await stage.database.query('select from call.users where id = $1', [id])).length === 1);
  return { id, rest };
}

test('a patient reaches doctors and not other patients, and a doctor reaches everybody', async () => {
  const [doctor, patient, other] = await Promise.all([seen('DOCTOR'), seen('PATIENT'), seen('PATIENT')]);
  await patient.rest.call(doctor.id);
  await doctor.rest.call(newUser('patient'));
  assertProblem(await patient.rest.post('/calls/session', { recipientId: other.id }), 403, 'not_allowed');
  assertProblem(await patient.rest.post('/calls/session', { recipientId: newUser('stranger') }), 403, 'not_allowed');
  assertProblem(await patient.rest.post('/calls/session', {}), 403, 'not_allowed');
  assert.equal((await stage.database.query('select from call.call_sessions where recipient_id = $1', [other.id])).length, 0);
});

test('a role that no rule names calls nobody', async () => {
  const [visitor, doctor] = await Promise.all([seen('VISITOR'), seen('DOCTOR')]);
  assertProblem(await visitor.rest.post('/calls/session', { recipientId: doctor.id }), 403, 'not_allowed');
});
