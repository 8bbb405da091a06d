// A client that does not read is dropped once its queue is full; nobody else notices.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rawHub } from '../support/raw.mjs';
import { Stage } from '../support/stage.mjs';
import { tokenFor } from '../support/tokens.mjs';
import { eventually } from '../support/wait.mjs';

const stage = Stage.shared();

// Large enough to fill the buffers of both kernels soon, which have to be full before a queue forms at all.
const PADDING = 'x'.repeat(60_000);
const MOST_CALLS = 1000;

test('a client that stops reading is dropped, its user\'s other device and other users are served, and it can come back', async () => {
  const staff = stage.staff();
  const patient = stage.patient();
  const stuck = await rawHub(stage.service, tokenFor(patient.id));
  const phone = await stage.device(patient.id);
  const bystander = stage.patient();
  const other = await stage.device(bystander.id);

  let dropped = false;
  stuck.socket.on('error', () => {});
  void stuck.closed.then(() => { dropped = true; });
  stuck.socket.pause();

  let made = 0;
  while (!dropped && made < MOST_CALLS) {
    const { session } = await staff.rest.call(patient.id, { metadata: { PADDING } });
    await phone.invited(session.id);
    await staff.rest.status(session.id, 'CANCELLED');
    phone.received.length = 0;
    made++;
    // A socket that the other side has given up says so only when it is written to.
    stuck.socket.ping();
  }
  assert.ok(dropped, `still connected after ${made} calls`);

  const { session } = await staff.rest.call(patient.id);
  await phone.invited(session.id);
  const back = await stage.device(patient.id);
  assert.deepEqual((await back.invoke('sync', {})).invitations.map(({ id }) => id), [session.id]);
  const { session: elsewhere } = await staff.rest.call(bystander.id);
  await other.invited(elsewhere.id);
  await eventually('the service is well', async () => (await fetch(`${stage.service.base}/health/ready`)).ok);
});
