// A silo stands still, sockets and all, and the others do not know yet whether it is dead.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Stage } from '../support/stage.mjs';
import { eventually } from '../support/wait.mjs';

// Less than the cluster takes to notice that a silo is dead.
const MEANWHILE_MS = 10_000;

let silos;

const stage = Stage.sharedAndClosed({}, { silos: 3 });
before(async () => {
  await stage.open();
  ({ silos } = stage.service);
});

/** Somebody in an ACTIVE call. */
async function talkingPatient(silo) {
  const [staff, patient] = [stage.staff(silo), stage.patient(silo)];
  const { session: { id } } = await staff.rest.call(patient.id);
  assert.equal((await patient.rest.answer(id)).status, 201);
  assert.equal((await patient.rest.status(id, 'ACTIVE')).status, 200);
  return patient;
}

test('whoever is in another call is busy also while nobody can say whether a silo that stands still has a connection of theirs', async () => {
  const [awake, , still] = silos;
  const patients = [await talkingPatient(awake), await talkingPatient(awake)];
  for (const [index, silo] of [awake, still].entries()) {
    const phone = await stage.device(patients[index].id, { device: 'phone' }, silo);
    await phone.invoke('sync', {});
  }

  process.kill(still.pid, 'SIGSTOP');
  const calls = [];
  try {
    for (const { id } of patients) {
      const answers = [];
      // Again and again, for some of the new calls' grains can only be found by asking the silo that stands still.
      await eventually('a call is answered', async () => {
        calls.push(stage.staff(awake).rest.post('/calls/session', { recipientId: id }).then((answer) => answers.push(answer)));
        await pause(100);
        return answers.length > 0;
      }, MEANWHILE_MS);
      assert.deepEqual(answers.map(({ status, body }) => [status, body.code]), answers.map(() => [409, 'busy']));
    }
  } finally {
    await still.kill();
    await Promise.allSettled(calls);
  }
});
