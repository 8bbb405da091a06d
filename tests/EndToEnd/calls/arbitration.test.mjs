// Who gets through when two want the same: both call each other, one calls twice, the callee is in another call.
import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { assertOpensChannel } from '../support/agora.mjs';
import { acrossOneCrash } from '../support/crash.mjs';
import { callEachOtherAtOnce, playAtRandom, recordWrites } from '../support/crowd.mjs';
import { assertProblem, assertSession } from '../support/shapes.mjs';
import { onOneSiloAndOnThree } from '../support/stage.mjs';
import { eventually } from '../support/wait.mjs';

const create = (who, callee, headers) => who.rest.post('/calls/session', { recipientId: callee.id }, headers);

async function kinds(rest, id) {
  return (await rest.timeline(id)).body.map((entry) => entry.kind);
}

/** Two people in an ACTIVE call. */
async function talking(caller, callee) {
  const { session } = await caller.rest.call(callee.id);
  assert.equal((await callee.rest.answer(session.id)).status, 201);
  assert.equal((await callee.rest.status(session.id, 'ACTIVE')).status, 200);
  return session;
}

onOneSiloAndOnThree({ Calls__RingTimeout: '00:01:00' }, (stage) => {
  describe('who is called calls back while it rings', () => {
    test('and has answered: both are in the one call, and every device is told', async () => {
      const [ann, ben] = [stage.patient(), stage.patient()];
      const panel = await stage.device(ann.id);
      const phone = await stage.device(ben.id, { device: 'phone' });
      const { session, credential } = await ann.rest.call(ben.id);
      await phone.invited(session.id);

      const answer = await create(ben, ann);
      assert.equal(answer.status, 200, answer.text);
      assert.deepEqual(Object.keys(answer.body).sort(), ['credential', 'message', 'session']);
      assert.equal(answer.body.message, 'Already ringing you');
      assertSession(answer.body.session);
      assert.equal(answer.body.session.id, session.id);
      assert.notEqual(answer.body.session.answeredAt, null);
      assert.equal(answer.body.credential.channelName, credential.channelName);
      assertOpensChannel(answer.body.credential, { channelName: session.channelName, userId: ben.id });
      for (const device of [panel, phone]) await device.told('call_status', (told) => told.id === session.id && told.answeredAt !== null);
      // The receipt of the phone goes on record with whatever happens after it came.
      assert.deepEqual((await kinds(ann.rest, session.id)).filter((kind) => kind !== 'delivered'), ['created', 'invited', 'note', 'answered', 'token_issued']);
      assert.equal((await ben.rest.answer(session.id)).status, 201, 'and renews the token as whoever answers does');
      assert.equal((await ben.rest.status(session.id, 'ACTIVE')).status, 200);
      assert.equal((await ann.rest.status(session.id, 'COMPLETED')).status, 200);
      assert.deepEqual(panel.received.filter(({ name }) => name === 'call_invitation'), []);
    });

    test('at the very same moment: one of the two calls survives, and nobody waits for ever', () => callEachOtherAtOnce(stage, [stage.service], 25));
  });

  describe('who calls somebody and calls again', () => {
    test('while it rings has the same call, with a fresh token', async () => {
      const [ann, ben] = [stage.patient(), stage.patient()];
      const phone = await stage.device(ben.id);
      const { session, credential } = await ann.rest.call(ben.id);
      await phone.invited(session.id);
      await phone.invoke('invitation_ack', { sessionId: session.id });

      const again = await create(ann, ben);
      assert.equal(again.status, 200, again.text);
      assert.deepEqual([again.body.message, again.body.session.id, again.body.session.status], ['Already calling', session.id, 'RINGING']);
      assert.equal(again.body.session.answeredAt, null, 'the caller\'s token is no answer');
      assert.notEqual(again.body.credential.token, credential.token);
      assertOpensChannel(again.body.credential, { channelName: session.channelName, userId: ann.id });
      assert.equal(phone.received.filter(({ name }) => name === 'call_invitation').length, 1, 'and rings once');
    });

    test('once it was answered, or has ended, opens another call', async () => {
      const [ann, ben] = [stage.patient(), stage.patient()];
      const { session: first } = await ann.rest.call(ben.id);
      assert.equal((await ben.rest.answer(first.id)).status, 201);
      const { session: second } = await ann.rest.call(ben.id);
      assert.notEqual(second.id, first.id);
      assert.equal((await ben.rest.status(second.id, 'CANCELLED')).status, 200);
      assert.notEqual((await ann.rest.call(ben.id)).session.id, second.id);
    });

    test('many times at the same moment has one call', async () => {
      const [ann, ben] = [stage.patient(), stage.patient()];
      const answers = await Promise.all(Array.from({ length: 12 }, () => create(ann, ben)));
      assert.equal(answers.filter(({ status }) => status === 201).length, 1);
      assert.ok(answers.every(({ status }) => status === 200 || status === 201));
      assert.equal(new Set(answers.map(({ body }) => body.session.id)).size, 1);
    });
  });

  describe('somebody in an ACTIVE call', () => {
    test('is busy: the call is refused and on record, and who was called learns of it without being rung', async () => {
      const [ann, ben, carl] = [stage.patient(), stage.patient(), stage.patient()];
      const [phone, panel] = await Promise.all([stage.device(ben.id), stage.device(carl.id)]);
      const talk = await talking(ann, ben);
      const key = { 'idempotency-key': 'busy' };

      const refused = await create(carl, ben, key);
      assertProblem(refused, 409, 'busy');
      const { session } = refused.body;
      assertSession(session);
      assert.deepEqual(
        [session.status, session.endReason, session.endedBy, session.initiatorId, session.recipientId, session.ringDeadline],
        ['CANCELLED', 'busy', null, carl.id, ben.id, null],
      );
      for (const device of [phone, panel]) assert.deepEqual(await device.toldStatus(session.id, 'CANCELLED'), session);
      assert.deepEqual((await ben.rest.timeline(session.id)).body.map(({ kind, detail }) => [kind, detail]), [['created', null], ['ended', 'busy']]);
      assert.ok((await ben.rest.get('/calls?status=CANCELLED')).body.items.some(({ id }) => id === session.id));
      assert.deepEqual((await create(carl, ben, key)).body.session, session, 'the same request again is the same refusal');
      assertProblem(await ben.rest.answer(session.id), 410, 'call_ended');

      assert.equal((await ann.rest.status(talk.id, 'COMPLETED')).status, 200);
      const { session: later } = await carl.rest.call(ben.id);
      await phone.invited(later.id);
      assert.deepEqual(phone.received.filter(({ name }) => name === 'call_invitation').map(({ body }) => body.id), [talk.id, later.id]);
    });

    test('is rung all the same when connected nowhere', async () => {
      const [ann, ben, carl] = [stage.patient(), stage.patient(), stage.patient()];
      await talking(ann, ben);
      const { session } = await carl.rest.call(ben.id);
      const phone = await stage.device(ben.id);
      await phone.invited(session.id);
      assertProblem(await create(ben, carl), 409, 'busy');
    });

    test('is rung all the same where the setting says so, and can answer once the other call has ended', async () => {
      const service = await stage.startService({ Calls__BusyPolicy: 'Ring' });
      const [ann, ben, carl] = [stage.patient(service), stage.patient(service), stage.patient(service)];
      const phone = await stage.device(ben.id, {}, service);
      const talk = await talking(ann, ben);
      const { session } = await carl.rest.call(ben.id);
      await phone.invited(session.id);

      const refused = await ben.rest.answer(session.id);
      assertProblem(refused, 409, 'busy');
      assert.deepEqual([refused.body.session.id, refused.body.session.answeredAt, refused.body.detail], [session.id, null, 'You are in another call.']);
      await assert.rejects(phone.invoke('request_token', { sessionId: session.id, role: 'AUDIENCE' }), /busy: You are in another call\./);
      assert.equal((await ben.rest.status(talk.id, 'COMPLETED')).status, 200);
      assert.equal((await ben.rest.answer(session.id)).status, 201);
    });

    test('is in no second one: neither side can confirm it, and only the one who is busy is told which side is', async () => {
      const [ann, ben, carl, dora] = [stage.patient(), stage.patient(), stage.patient(), stage.patient()];
      const { session: first } = await ann.rest.call(ben.id);
      const { session: second } = await carl.rest.call(ben.id);
      const { session: third } = await ann.rest.call(dora.id);
      for (const [who, { id }] of [[ben, first], [ben, second], [dora, third]]) {
        assert.equal((await who.rest.answer(id)).status, 201, 'a call that is only answered makes nobody busy');
      }
      assert.equal((await ben.rest.status(first.id, 'ACTIVE')).status, 200);

      for (const [who, { id }, words] of [
        [ben, second, 'You are in another call.'], [carl, second, 'One of the two is in another call.'],
        [ann, third, 'You are in another call.'], [dora, third, 'One of the two is in another call.'],
      ]) {
        const refused = await who.rest.status(id, 'ACTIVE');
        assertProblem(refused, 409, 'busy');
        assert.deepEqual([refused.body.session.status, refused.body.session.startedAt, refused.body.detail], ['RINGING', null, words]);
      }
      assert.equal((await ann.rest.status(first.id, 'COMPLETED')).status, 200);
      for (const [who, { id }] of [[carl, second], [dora, third]]) assert.equal((await who.rest.status(id, 'ACTIVE')).status, 200);
    });

    test('does not become the recipient of an open session either', async () => {
      const [ann, ben, carl] = [stage.patient(), stage.patient(), stage.patient()];
      const talk = await talking(ann, ben);
      const { session } = await carl.rest.call(undefined);
      const refused = await ben.rest.answer(session.id);
      assertProblem(refused, 409, 'busy');
      assert.ok(!('session' in refused.body), 'a conflict never shows a stranger\'s session');
      assert.equal((await ann.rest.status(talk.id, 'COMPLETED')).status, 200);
      assert.equal((await ben.rest.answer(session.id)).status, 201);
    });
  });

  test('people who call, answer, confirm and end at random: one call of a glare, one conversation a person, no ring after the end', (t) =>
    playAtRandom(t, stage, [stage.service]));

  // Last: a silo that comes back at the same address may lose what was sent to the silo before it, so that a request is refused after half a minute.
  describe('after a crash of the whole service', () => {
    // Each test starts with a service that runs, also after one that failed half-way.
    afterEach(async () => {
      if (!stage.service.isRunning) await stage.service.start();
    });

    async function restart(whileDown) {
      await stage.service.kill();
      await whileDown();
      await stage.service.start();
      // Silos that were killed together need a moment to find each other again.
      await eventually('calls can be made at every silo', async () => {
        const answers = await Promise.all(Array.from({ length: 12 }, () => create(stage.patient(), stage.patient())));
        return answers.every(({ status }) => status === 201);
      });
    }

    acrossOneCrash(restart, {
      async *['who is called and calls back with a key has the same call, however often and however late that is repeated']() {
        const [ann, ben] = [stage.patient(), stage.patient()];
        const key = { 'idempotency-key': 'once' };
        const { session } = await ann.rest.call(ben.id);
        const sameCall = async () => {
          const answer = await create(ben, ann, key);
          assert.equal(answer.status, 200, answer.text);
          assert.deepEqual([answer.body.message, answer.body.session.id], ['Already ringing you', session.id]);
        };
        await sameCall();
        await sameCall();
        yield;
        await sameCall();
        await ann.rest.status(session.id, 'ACTIVE');
        await sameCall();
        assert.equal((await ann.rest.status(session.id, 'COMPLETED')).status, 200);
        const late = await create(ben, ann, key);
        assertProblem(late, 410, 'call_ended');
        assert.equal(late.body.session.id, session.id);
        assert.equal((await create(ben, ann)).status, 201);
      },

      async *['who calls again opens another call when the one that rang is overdue and nobody has noticed yet']() {
        const [ann, ben] = [stage.patient(), stage.patient()];
        const { session } = await ann.rest.call(ben.id);
        yield () => stage.database.query('update call.call_sessions set ring_deadline = created_at, sweep_at = null where id = $1', [session.id]);

        assert.notEqual((await ann.rest.call(ben.id)).session.id, session.id);
        assert.equal((await ann.rest.session(session.id)).body.endReason, 'unreachable');
      },

      async *['who was in an ACTIVE call is free again when the call ended by its deadline meanwhile']() {
        const [ann, ben, carl] = [stage.patient(), stage.patient(), stage.patient()];
        const talk = await talking(ann, ben);
        yield () => stage.database.query(
          'update call.call_sessions set expires_at = created_at, next_deadline = created_at, sweep_at = created_at where id = $1', [talk.id],
        );
        await stage.device(ben.id);
        await eventually('the sweep ends the call', async () => (await ann.rest.session(talk.id)).body.endedAt);
        await talking(carl, ben);
      },
    });
  });
}, { prepare: async ({ database }) => { await recordWrites(database); } });
