// SIGTERM: what is under way is finished, then the service ends by itself and soon.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { afterEach, test } from 'node:test';
import { assertProblem } from '../support/shapes.mjs';
import { Stage } from '../support/stage.mjs';
import { eventually, within } from '../support/wait.mjs';

// Orleans and ASP.NET Core would give up after thirty seconds.
const ENDS_WITHIN_MS = 20_000;

const stage = Stage.forThisFile({ Calls__DrainDelay: '00:00:01' });

afterEach(async () => {
  if (!stage.service.isRunning) await stage.service.start();
});

test('a request whose body is still coming is answered, connections are closed, and the service exits with 0', async () => {
  const staff = stage.staff();
  const patient = stage.patient();
  const phone = await stage.device(patient.id);
  const { session } = await staff.rest.call(patient.id);

  const { hostname, port } = new URL(stage.service.base);
  const body = JSON.stringify({ recipientId: stage.patient().id });
  const slow = request({
    hostname, port, method: 'POST', path: '/api/v1/calls/session', agent: false,
    headers: { authorization: `Bearer ${staff.rest.token}`, 'content-type': 'application/json', 'content-length': body.length },
  });
  const answered = once(slow, 'response');
  slow.write(body.slice(0, 10));
  await staff.rest.session(session.id);

  const stopping = stage.service.stop();
  await eventually('the service says that it is not ready', async () => {
    const answer = await fetch(`${stage.service.base}/health/ready`);
    return answer.status === 503;
  });
  assert.equal((await staff.rest.session(session.id)).status, 200, 'while it drains, it serves');
  slow.end(body.slice(10));
  const [response] = await within(ENDS_WITHIN_MS, 'the slow request is answered', answered);
  response.setEncoding('utf8');
  let text = '';
  for await (const chunk of response) text += chunk;
  assert.equal(response.statusCode, 201, text);

  const exit = await within(ENDS_WITHIN_MS, 'the service ends', stopping);
  assert.equal(exit.signal, null);
  assert.equal(exit.code, 0);
  await within(ENDS_WITHIN_MS, 'the connection is closed', phone.closed);
  // That it is not ready is itself logged as an error, by ASP.NET Core.
  const errors = exit.output.split('\n').filter((line) => /\b(fail|crit): |Unhandled/.test(line) && !line.includes('HealthChecks'));
  assert.deepEqual(errors, [], 'it ends without errors in its log');

  await stage.service.start();
  const { session: made } = JSON.parse(text);
  assert.deepEqual((await staff.rest.session(made.id)).body, made);
  assert.deepEqual((await staff.rest.session(session.id)).body, session);
});

test('under load every call that was acknowledged before the end is there afterwards', async () => {
  let stopping;
  const { acknowledged, refused } = await stage.callUntilRefused((count) => {
    if (count === 200) stopping = stage.service.stop();
  });
  const exit = await within(ENDS_WITHIN_MS, 'the service ends', stopping);
  assert.equal(exit.code, 0);
  for (const answer of refused) assertProblem(answer, 503);
  await stage.service.start();
  await stage.assertKept(acknowledged);
});

test('the connections of a service that stops are closed in slices, and their clients are told that they may connect again', async () => {
  const devices = await Promise.all(Array.from({ length: 100 }, () => stage.device(stage.patient().id)));
  const closings = devices.map(async (device) => ({ error: await device.closed, at: Date.now() }));
  const stopping = stage.service.stop();
  const closed = await within(ENDS_WITHIN_MS, 'all are closed', Promise.all(closings));
  const exit = await within(ENDS_WITHIN_MS, 'the service ends', stopping);
  assert.equal(exit.code, 0);

  const times = closed.map(({ at }) => at).sort((one, other) => one - other);
  assert.ok(times.at(-1) - times[0] >= 500, `they close over ${times.at(-1) - times[0]} ms`);
  const together = times.map((time) => times.filter((other) => Math.abs(other - time) <= 50).length);
  assert.ok(Math.max(...together) <= 60, `${Math.max(...together)} of 100 close at the same moment`);
  assert.deepEqual(closed.filter(({ error }) => error !== undefined), [], 'the service says that it closes them');
});
