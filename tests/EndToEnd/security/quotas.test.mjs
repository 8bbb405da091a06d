// How many calls one user may make: limits that hold in the whole cluster, each named by a code.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertProblem } from '../support/shapes.mjs';
import { Stage, onOneSiloAndOnThree } from '../support/stage.mjs';
import { newUser } from '../support/tokens.mjs';

const create = (who, recipientId, headers) => who.rest.post('/calls/session', { recipientId }, headers);
const codeOf = ({ status, body }) => (status === 201 ? 'created' : `${status} ${body.code}`);

/** How often each outcome came. */
const tally = (answers) => answers.reduce((counts, answer) => ({ ...counts, [codeOf(answer)]: (counts[codeOf(answer)] ?? 0) + 1 }), {});

function assertLimit(answer, code) {
  assertProblem(answer, 429, code);
  assert.ok(Number(answer.headers.get('retry-after')) >= 1, 'Retry-After says when to try again');
}

const LIMITS = {
  Calls__MaxOpenCalls: '4', Calls__MaxRingingCalls: '3', Calls__StaffMaxOpenCalls: '12', Calls__StaffMaxRingingCalls: '12',
  Calls__MaxCallsPerMinuteToUser: '3', Calls__MaxCancelledCalls: '2', Calls__MetadataLimit: undefined,
};

onOneSiloAndOnThree(LIMITS, (stage) => {
  // Silos that commit at the very same moment do not see each other's call.
  const most = (limit) => limit + stage.silos - 1;

  test('an account that calls strangers by the dozen rings only so many, and goes on once some have ended', async () => {
    const caller = stage.patient();
    const answers = await Promise.all(Array.from({ length: 30 }, () => create(caller, newUser())));
    const made = answers.filter(({ status }) => status === 201);
    assert.ok(made.length >= 3 && made.length <= most(3), JSON.stringify(tally(answers)));
    for (const refused of answers.filter(({ status }) => status !== 201)) assertLimit(refused, 'too_many_ringing');

    for (const { body } of made) await caller.rest.status(body.session.id, 'CANCELLED');
    assert.equal(codeOf(await create(caller, newUser())), 'created');
  });

  test('calls that are answered and never ended stay open and count, those of staff against a limit of their own', async () => {
    const caller = stage.patient();
    for (let i = 0; i < 4; i++) {
      const callee = stage.patient();
      const { session } = await caller.rest.call(callee.id);
      assert.equal((await callee.rest.answer(session.id)).status, 201);
    }
    assertLimit(await create(caller, newUser()), 'too_many_calls');
    assert.equal((await caller.rest.get('/calls/sessions')).body.length, 4);

    const staff = stage.staff();
    const answers = await Promise.all(Array.from({ length: 20 }, () => create(staff, newUser())));
    const made = answers.filter(({ status }) => status === 201).length;
    assert.ok(made >= 12 && made <= most(12), JSON.stringify(tally(answers)));
  });

  test('whoever is called by many may still call', async () => {
    const victim = stage.patient();
    for (let i = 0; i < 5; i++) await stage.patient().rest.call(victim.id);
    assert.equal(codeOf(await create(victim, newUser())), 'created');
  });

  test('a caller who rings somebody and cancels, again and again, has to wait, and may call others', async () => {
    const caller = stage.patient();
    const callee = stage.patient();
    for (let i = 0; i < 2; i++) {
      const { session } = await caller.rest.call(callee.id);
      assert.equal((await caller.rest.status(session.id, 'CANCELLED')).status, 200);
    }
    const refused = await create(caller, callee.id, { 'idempotency-key': 'unused' });
    assertLimit(refused, 'too_many_cancelled');
    assert.ok(Number(refused.headers.get('retry-after')) > 60);
    assert.equal(codeOf(await create(caller, newUser(), { 'idempotency-key': 'unused' })), 'created', 'a refusal does not use up the key');
    assert.equal(codeOf(await create(callee, caller.id)), 'created', 'the other may call back');
  });

  test('calls to one user within a minute are counted, however they ended', async () => {
    const caller = stage.patient();
    const callee = stage.patient();
    for (let i = 0; i < 3; i++) {
      const { session } = await caller.rest.call(callee.id);
      assert.equal((await callee.rest.status(session.id, 'CANCELLED')).body.session.endReason, 'declined');
    }
    assertLimit(await create(caller, callee.id), 'too_many_calls_to_user');
    assert.equal(codeOf(await create(caller, newUser())), 'created');
  });

  test('calls to somebody who is in a call are counted too, and no more of them is told than the limit', async () => {
    const victim = stage.patient();
    await stage.device(victim.id);
    const { session } = await stage.patient().rest.call(victim.id);
    await victim.rest.answer(session.id);
    assert.equal((await victim.rest.status(session.id, 'ACTIVE')).status, 200);

    const caller = stage.patient();
    for (let i = 0; i < 3; i++) assert.equal(codeOf(await create(caller, victim.id)), '409 busy');
    assertLimit(await create(caller, victim.id), 'too_many_calls_to_user');
    const ofCaller = (await victim.rest.get('/calls')).body.items.filter(({ initiatorId }) => initiatorId === caller.id);
    assert.deepEqual(ofCaller.map(({ endReason }) => endReason), ['busy', 'busy', 'busy']);
  });

  test('a call that rings already answers, whatever limit is reached', async () => {
    const caller = stage.patient();
    const callees = [newUser(), newUser(), newUser()];
    for (const callee of callees) await caller.rest.call(callee);
    assertLimit(await create(caller, newUser()), 'too_many_ringing');
    const again = await create(caller, callees[0]);
    assert.deepEqual([again.status, again.body.message], [200, 'Already calling']);
  });
});

describe('attempts, bursts and metadata', () => {
  const stage = Stage.forThisFile({ Calls__MetadataLimit: undefined, Calls__MaxRingingCalls: '0', Calls__MaxCallsPerMinute: '10' });

  test('calls that are asked for all at once are counted like any others', async () => {
    const caller = stage.patient();
    const answers = await Promise.all(Array.from({ length: 100 }, () => create(caller, newUser())));
    assert.deepEqual(tally(answers), { created: 10, '429 too_many_calls_per_minute': 90 });
  });

  test('a call that rings takes only so many keys, and the callee can still answer with one', async () => {
    const caller = stage.patient();
    const callee = stage.patient();
    const { session } = await caller.rest.call(callee.id);
    const answers = await Promise.all(Array.from({ length: 80 }, (_, i) => create(caller, callee.id, { 'idempotency-key': `attempt-${i}` })));
    assert.deepEqual(tally(answers), { '200 undefined': 64, '429 too_many_attempts': 16 });
    for (const refused of answers.filter(({ status }) => status === 429)) assertLimit(refused, 'too_many_attempts');

    const back = await create(callee, caller.id, { 'idempotency-key': 'back' });
    assert.deepEqual([back.status, back.body.message, back.body.session.id], [200, 'Already ringing you', session.id]);
  });

  test('metadata of 4 KiB is accepted, a byte more is refused by name', async () => {
    const caller = stage.patient();
    const ofSize = (bytes) => ({ recipientId: newUser(), metadata: { x: 'x'.repeat(bytes - '{"x":""}'.length) } });
    assert.equal(codeOf(await caller.rest.post('/calls/session', ofSize(4096))), 'created');
    const refused = await caller.rest.post('/calls/session', ofSize(4097));
    assertProblem(refused, 400, 'bad_value');
    assert.match(refused.body.message, /'metadata'.*4096/);
    const wide = await caller.rest.post('/calls/session', { recipientId: newUser(), metadata: { x: 'ü'.repeat(2100) } });
    assertProblem(wide, 400, 'bad_value');
  });
});
