// People who call each other at random, and a look at the database afterwards: who rang and talked with whom, in which order.
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { newUser } from './tokens.mjs';
import { eventually } from './wait.mjs';

const STEPS = {
  create: 5, createBoth: 3, answer: 5, confirm: 5, complete: 2, cancel: 2,
};
const ANSWERS = new Set([200, 201, 409, 410]);

/** Every write of a call from now on, in the order in which the database made them. */
export function recordWrites(database) {
  return database.query(`
    create table call.writes (step bigserial primary key, id text, initiator_id text, recipient_id text, status text, is_answered boolean, is_ended boolean);
    create function call.note_write() returns trigger language plpgsql as $$ begin
      insert into call.writes (id, initiator_id, recipient_id, status, is_answered, is_ended)
      values (new.id, new.initiator_id, new.recipient_id, new.status, new.answered_at is not null, new.ended_at is not null);
      return null;
    end $$;
    create trigger note_write after insert or update on call.call_sessions for each row execute function call.note_write()`);
}

/** The numbers from 0 up to but not including 1 that belong to a seed (mulberry32). */
function numbersOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

class Crowd {
  calls = [];

  constructor(stage, services, random) {
    this.stage = stage;
    this.services = services;
    this.random = random;
  }

  any(list) {
    return list[Math.floor(this.random() * list.length)];
  }

  rest(person) {
    return this.stage.rest(person.id, {}, this.any(this.services));
  }

  async gather(count) {
    this.people = await Promise.all(Array.from({ length: count }, async () => {
      const id = newUser();
      return { id, phone: await this.stage.device(id, { device: 'phone', acknowledge: true }, this.any(this.services)) };
    }));
  }

  step() {
    const total = Object.values(STEPS).reduce((sum, weight) => sum + weight);
    let place = this.random() * total;
    const name = Object.keys(STEPS).find((step) => { place -= STEPS[step]; return place < 0; });
    const person = this.any(this.people);
    const other = this.any(this.people.filter((one) => one !== person));
    if (name === 'create') return this.create(person, other);
    if (name === 'createBoth') return Promise.all([this.create(person, other), this.create(other, person)]);
    const call = this.any(this.calls.slice(-20));
    return call && this[name](call, this.any(call.people));
  }

  async create(person, other) {
    const answer = await this.rest(person).post('/calls/session', { recipientId: other.id });
    this.check(answer);
    if (answer.status === 409) return assert.ok(['busy', 'in_call', 'answered_elsewhere'].includes(answer.body.code), answer.text);
    const { message, session, credential } = answer.body;
    assert.deepEqual([session.initiatorId, session.recipientId].sort(), [person.id, other.id].sort());
    assert.equal(message, answer.status === 201 ? 'Call session created' : session.initiatorId === person.id ? 'Already calling' : 'Already ringing you');
    assert.equal(credential.rtcUserId, person.id);
    if (answer.status === 201) this.calls.push({ id: session.id, people: [person, other] });
    return undefined;
  }

  async answer({ id, people: [, recipient] }) {
    if (this.random() < 0.5) this.check(await this.rest(recipient).answer(id, { deviceId: 'phone' }));
    else await this.invoke(recipient, 'request_token', { sessionId: id, role: 'AUDIENCE' });
  }

  confirm = (call, person) => this.setStatus(call, person, 'ACTIVE');
  complete = (call, person) => this.setStatus(call, person, 'COMPLETED');
  cancel = (call, person) => this.setStatus(call, person, 'CANCELLED');

  async setStatus({ id }, person, status) {
    if (this.random() < 0.5) this.check(await this.rest(person).status(id, status));
    else await this.invoke(person, 'call_status', { sessionId: id, status });
  }

  invoke = (person, method, argument) => person.phone.invoke(method, argument).catch((error) => {
    assert.match(error.message, /(not_possible|answered_elsewhere|busy|call_ended): /);
  });

  check(answer) {
    assert.ok(ANSWERS.has(answer.status), `${answer.status} ${answer.text}`);
  }

  /** Ends what is still open. */
  async leave() {
    for (const { id, people } of this.calls) this.check(await this.rest(people[0]).status(id, 'CANCELLED'));
  }

  /** Goes through the writes of calls: at no time do two calls ring between the same two, and nobody is ACTIVE in two. */
  async checkWrites() {
    const ids = this.people.map((person) => person.id);
    const holders = new Map();
    const held = new Map();
    let active = 0;
    for (const write of await this.stage.database.query('select * from call.writes where initiator_id = any($1) order by step', [ids])) {
      for (const key of held.get(write.id) ?? []) holders.delete(key);
      const users = [write.initiator_id, write.recipient_id];
      const keys = write.is_ended ? [] : write.status === 'ACTIVE' ? users : write.is_answered ? [] : [users.sort().join(' and ')];
      for (const key of keys) {
        assert.ok(!holders.has(key), `${write.id} and ${holders.get(key)} at the same time: ${key}`);
        holders.set(key, write.id);
      }
      held.set(write.id, keys);
      if (write.status === 'ACTIVE') active++;
    }
    assert.equal(holders.size, 0, 'every call has ended');
    assert.ok(active > 0, 'there were conversations');
    assert.deepEqual(await this.stage.database.query('select * from call.call_claims where claim like any($1)', [ids.map((id) => `%${id}%`)]), []);
  }

  /** Only the one who is called is rung, never after the end, and not at all by a call that was refused. */
  async checkRings() {
    const ended = await this.stage.database.query('select id, recipient_id, end_reason from call.call_sessions where recipient_id = any($1)', [this.people.map((person) => person.id)]);
    const rows = new Map(ended.map((row) => [row.id, row]));
    let rung = 0;
    for (const { id, phone } of this.people) {
      await eventually('the phone is told of the end of every call that it knows', () => {
        const known = new Set(phone.received.filter(({ name }) => name === 'call_invitation').map(({ body }) => body.id));
        return [...known].every((call) => phone.about(call, 'call_status').some((status) => status.endedAt));
      });
      const over = new Set();
      for (const { name, body } of phone.received) {
        if (name === 'call_status' && body.endedAt) over.add(body.id);
        if (name !== 'call_invitation') continue;
        rung++;
        assert.equal(body.recipientId, id, 'only the one who is called is rung');
        assert.ok(!over.has(body.id), `${body.id} rang after its end`);
        assert.notEqual(rows.get(body.id).end_reason, 'busy', 'who is busy is not rung');
      }
    }
    assert.ok(rung > 0, 'phones rang');
    const refused = ended.filter((row) => row.end_reason === 'busy');
    for (const { id, phone } of this.people) {
      for (const call of refused.filter((row) => row.recipient_id === id)) {
        assert.ok(phone.about(call.id, 'call_status').length > 0, 'who was busy learns who called');
      }
    }
  }
}

/** People who call each other at random, several at a time. FAYO_TEST_SEED plays the choices of an earlier run again. */
export async function playAtRandom(test, stage, services, { people = 6, players = 8, steps = 60 } = {}) {
  const seed = Number(process.env.FAYO_TEST_SEED ?? randomInt(2 ** 32 - 1));
  test.diagnostic(`seed ${seed}`);
  const crowd = new Crowd(stage, services, numbersOf(seed));
  try {
    await crowd.gather(people);
    await Promise.all(Array.from({ length: players }, async () => {
      for (let i = 0; i < steps; i++) await crowd.step();
    }));
    await crowd.leave();
    await crowd.checkWrites();
    await crowd.checkRings();
  } catch (error) {
    throw new Error(`With seed ${seed}: ${error.message}`, { cause: error });
  }
}

/** Two people call each other at the same moment, again and again: both get the same call, one as its initiator, one as its recipient. */
export async function callEachOtherAtOnce(stage, services, rounds) {
  const pairs = Array.from({ length: 8 }, () => [newUser(), newUser()]);
  await Promise.all(pairs.map(async (pair, i) => {
    for (let round = 0; round < rounds; round++) {
      const rests = pair.map((id, side) => stage.rest(id, {}, services[(i + round + side) % services.length]));
      const answers = await Promise.all(rests.map((rest, side) => rest.post('/calls/session', { recipientId: pair[1 - side] })));
      assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 201], answers.map(({ text }) => text).join('\n'));
      const [opened, met] = answers[0].status === 201 ? answers : [answers[1], answers[0]];
      assert.equal(met.body.message, 'Already ringing you');
      assert.equal(met.body.session.id, opened.body.session.id);
      assert.notEqual(met.body.session.answeredAt, null);
      assert.equal(met.body.credential.rtcUserId, met.body.session.recipientId);
      assert.equal(met.body.credential.channelName, opened.body.credential.channelName);
      assert.equal((await rests[0].status(opened.body.session.id, 'CANCELLED')).status, 200);
    }
    const [{ count }] = await stage.database.query('select count(*) from call.call_sessions where initiator_id = any($1)', [pair]);
    assert.equal(count, rounds, 'one call of each glare');
  }));
}
