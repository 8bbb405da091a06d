// A few people who call each other all the time, through the proxy, and what they were told.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Phone } from '../../support/fleet.mjs';
import { newUser } from '../../support/tokens.mjs';
import { eventually } from '../../support/wait.mjs';

const BETWEEN_CALLS_MS = 250;
const CONNECTED_WITHIN_MS = 60_000;
const OVER_WITHIN_MS = 90_000;

/** How many call patients of their own; two more share one patient, so that calls compete for a user. */
const PAIRS = 5;

export class Traffic {
  #front;
  #phones = new Map();
  #loops;
  #isOver = false;

  /** Calls that were acknowledged with 201: id, initiatorId, recipientId, at, and whether they rang. */
  calls = [];

  static async start(front) {
    const traffic = new Traffic();
    traffic.#front = front;
    const patients = Array.from({ length: PAIRS + 1 }, () => newUser('patient'));
    const pairs = [...patients, patients.at(-1)].map((patient) => [newUser('staff'), patient]);
    for (const userId of new Set(pairs.flat())) traffic.#phones.set(userId, new Phone(front, userId));
    traffic.#loops = Promise.all(pairs.map((pair, i) => traffic.#keepCalling(pair, i)));
    traffic.#loops.catch(() => { traffic.#isOver = true; });
    await traffic.goesOn(2 * pairs.length);
    return traffic;
  }

  /** Waits until so many more calls have been made. */
  async goesOn(more, limit = 60_000) {
    const wanted = this.calls.length + more;
    await eventually(`${more} more calls are made`, () => this.calls.length >= wanted || this.#isOver, limit);
  }

  /** Rings at `count` users whom nobody will answer for. */
  ring(count) {
    return Promise.all(Array.from({ length: count }, () => this.#call(newUser('staff'), newUser('patient'))));
  }

  /** Lets the calls that are under way come to their end. */
  async stop() {
    this.#isOver = true;
    await this.#loops;
  }

  /** The calls that no phone rang for. */
  get unheard() {
    return this.calls.filter(({ rang }) => rang === false);
  }

  /** Waits until every phone is connected and knows of no call that goes on. */
  allKnowTheEnd(limit) {
    return Promise.all([...this.#phones].map(([userId, phone]) => eventually(`${userId} knows that all calls are over`, () => phone.isConnected
      && this.calls.every(({ id, initiatorId, recipientId }) => ![initiatorId, recipientId].includes(userId) || phone.knows(id)?.endedAt !== null), limit)));
  }

  async close() {
    this.#isOver = true;
    await Promise.all([...this.#phones.values()].map((phone) => phone.close()));
    await this.#loops.catch(() => {});
  }

  async #keepCalling([caller, patient], pair) {
    const [panel, phone] = [this.#phones.get(caller), this.#phones.get(patient)];
    const connected = () => eventually('both are connected', () => panel.isConnected && phone.isConnected, CONNECTED_WITHIN_MS);
    for (let i = pair; !this.#isOver; i++) {
      await connected();
      await pause(BETWEEN_CALLS_MS);
      const call = await this.#call(caller, patient);
      if (!call) continue;
      call.rang = await this.#rings(call, phone);
      // Two pairs let it ring, always.
      if (pair > 1 && call.rang) await this.#STORIES[i % this.#STORIES.length](call.id, caller, patient);
      await eventually(`${call.id} is over`, () => this.#hasEnded(call), OVER_WITHIN_MS);
    }
  }

  #STORIES = [
    async (id, caller, patient) => {
      await this.#change(patient, 'POST', `/calls/session/${id}/token`, { deviceId: 'phone' });
      await this.#change(patient, 'PATCH', `/calls/session/${id}/status`, { status: 'ACTIVE' });
      await this.#change(caller, 'PATCH', `/calls/session/${id}/status`, { status: 'COMPLETED' });
      await this.#change(caller, 'PATCH', `/calls/session/${id}/status`, { status: 'CANCELLED' });
    },
    (id, caller) => this.#change(caller, 'PATCH', `/calls/session/${id}/status`, { status: 'CANCELLED' }),
    (id, caller, patient) => this.#change(patient, 'PATCH', `/calls/session/${id}/status`, { status: 'CANCELLED' }),
  ];

  /** Undefined where the patient is busy. */
  async #call(initiatorId, recipientId) {
    const at = Date.now();
    const answer = await this.#front.ask(initiatorId, 'POST', '/calls/session', { recipientId }, { 'idempotency-key': randomUUID() });
    if (answer.status === 409) return undefined;
    assert.ok([200, 201].includes(answer.status), answer.text);
    const call = { id: answer.body.session.id, initiatorId, recipientId, at };
    this.calls.push(call);
    return call;
  }

  /** Whether the patient's phone rings for it before it is over. */
  async #rings(call, phone) {
    let hasEnded = false;
    await eventually(`${call.id} rings or ends`, async () => phone.wasInvited(call.id) || (Date.now() - call.at > 8000 && (hasEnded = await this.#hasEnded(call))), OVER_WITHIN_MS);
    return !hasEnded || phone.wasInvited(call.id);
  }

  async #hasEnded({ id, initiatorId }) {
    const answer = await this.#front.ask(initiatorId, 'GET', `/calls/session/${id}`);
    assert.equal(answer.status, 200, answer.text);
    return answer.body.endedAt !== null;
  }

  /** A change that may be refused where the call has ended or somebody is busy. */
  async #change(userId, method, path, body) {
    const answer = await this.#front.ask(userId, method, path, body);
    assert.ok([200, 201, 409, 410].includes(answer.status), `${method} ${path}: ${answer.status} ${answer.text}`);
  }
}
