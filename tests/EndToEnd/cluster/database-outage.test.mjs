// The database goes away and comes back: requests are told so at once, nothing acknowledged is lost, service resumes by itself.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { assertProblem } from '../support/shapes.mjs';
import { Stage } from '../support/stage.mjs';
import { TcpProxy } from '../support/tcp-proxy.mjs';
import { eventually, within } from '../support/wait.mjs';

// A connection that breaks is noticed at once, one that is merely silent when the time for a statement is over, which is ten seconds.
const REFUSED_WITHIN_MS = { broken: 9000, silent: 20_000 };
const BACK_WITHIN_MS = 15_000;

let cable;

const stage = Stage.forThisFile({}, {
  start: false,
  async prepare() {
    cable = await TcpProxy.to(stage.database.host, stage.database.port);
    stage.service = await stage.startService({ DATABASE_URL: stage.database.urlThrough(cable.port, '127.0.0.1'), Calls__DatabaseOutageTolerance: '00:00:00' });
  },
});
afterEach(() => cable.restore());

/** Sends a request that has to be answered soon, and with 503 where `mayBeKnown` does not allow 200. */
async function refusedSoon(what, limit, send, { mayBeKnown = false } = {}) {
  const answer = await within(limit, `${what} is answered`, send());
  if (mayBeKnown && answer.status === 200) return;
  assertProblem(answer, 503, 'unavailable');
  assert.match(answer.headers.get('retry-after') ?? '', /^\d+$/, `${what}: Retry-After`);
}

/** The time until a call can be made again. */
const resumes = (rest) => eventually('calls can be made again', async () => (await rest.post('/calls/session', { recipientId: stage.patient().id })).status === 201, BACK_WITHIN_MS);

test('a change that the database made, but could not confirm, is told to everybody once it is asked for again', async () => {
  const staff = stage.staff();
  const patient = stage.patient();
  const panel = await stage.device(staff.id);
  const phone = await stage.device(patient.id);
  const { session } = await staff.rest.call(patient.id);
  await phone.invited(session.id);

  cable.holdAnswers();
  const unconfirmed = staff.rest.status(session.id, 'CANCELLED');
  await eventually('the database has made the change', async () => (await stage.database.call(session.id)).status === 'CANCELLED');
  cable.cut();
  assertProblem(await within(REFUSED_WITHIN_MS.broken, 'the cancellation is answered', unconfirmed), 503, 'unavailable');
  assert.deepEqual(phone.about(session.id, 'call_status'), [], 'nobody is told what is not known');

  cable.restore();
  const again = await eventually('it is asked for again', async () => {
    const answer = await staff.rest.status(session.id, 'CANCELLED');
    return answer.status !== 503 && answer;
  }, BACK_WITHIN_MS);
  assert.equal(again.status, 200, again.text);
  for (const device of [panel, phone]) await device.toldStatus(session.id, 'CANCELLED');
  const events = await stage.database.events(session.id);
  assert.equal(events.filter((event) => event.kind === 'ended').length, 1);
});

for (const [how, limit, breakIt] of [
  ['is gone', REFUSED_WITHIN_MS.broken, () => cable.cut()],
  ['does not answer any more', REFUSED_WITHIN_MS.silent, () => cable.stall()],
]) {
  test(`while the database ${how}, requests get 503 within ${limit / 1000} seconds; afterwards everything goes on by itself`, async () => {
    const staff = stage.staff();
    const patient = stage.patient();
    const phone = await stage.device(patient.id);
    const { session } = await staff.rest.call(patient.id);
    await phone.invited(session.id);
    const { session: other } = await staff.rest.call(stage.patient().id);

    breakIt();
    await Promise.all([
      refusedSoon('a call', limit, () => staff.rest.post('/calls/session', { recipientId: patient.id })),
      refusedSoon('an answer', limit, () => patient.rest.answer(session.id)),
      refusedSoon('a cancellation', limit, () => staff.rest.status(other.id, 'CANCELLED')),
      refusedSoon('the open calls', limit, () => staff.rest.get('/calls/sessions')),
      refusedSoon('the history', limit, () => staff.rest.get('/calls')),
      refusedSoon('a timeline', limit, () => staff.rest.timeline(session.id)),
      refusedSoon('a session', limit, () => staff.rest.session(session.id), { mayBeKnown: true }),
      assert.rejects(within(limit, 'sync is answered', phone.invoke('sync', {})), /unavailable: /),
    ]);
    assert.equal((await fetch(`${stage.service.base}/health/live`)).status, 200, 'the process itself is well');
    await eventually('the service says that it is not ready', async () => (await fetch(`${stage.service.base}/health/ready`)).status === 503, BACK_WITHIN_MS);

    cable.restore();
    await resumes(staff.rest);
    const now = (await staff.rest.session(session.id)).body;
    assert.deepEqual([now.id, now.createdAt, now.endedAt], [session.id, session.createdAt, null]);
    assert.ok(phone.isConnected, 'the connection outlived the database');
    assert.equal((await staff.rest.status(session.id, 'CANCELLED')).status, 200);
    const { session: later } = await staff.rest.call(patient.id);
    await phone.invited(later.id);
    assert.equal((await patient.rest.answer(later.id)).status, 201);
    assert.equal((await patient.rest.status(later.id, 'ACTIVE')).status, 200);
    await phone.toldStatus(later.id, 'ACTIVE');
    await eventually('the service says that it is ready', async () => (await fetch(`${stage.service.base}/health/ready`)).ok, BACK_WITHIN_MS);
  });
}

test('of calls that are being created when the database goes, every one that was acknowledged is there afterwards', async () => {
  const { acknowledged, refused } = await stage.callUntilRefused((count) => {
    if (count === 200) cable.cut();
  });
  for (const answer of refused) assertProblem(answer, 503, 'unavailable');
  assert.equal(refused.length, 8, 'everybody was told');

  cable.restore();
  await resumes(stage.staff().rest);
  await stage.assertKept(acknowledged);
});
