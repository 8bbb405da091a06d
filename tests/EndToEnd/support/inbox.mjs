// What one connection of a user was told, whatever the protocol.
import { PATIENCE_MS, within } from './wait.mjs';

export class Inbox {
  #waiting = new Set();
  received = [];

  /** The first message of that name, now or later, for which `matches` holds. */
  async told(name, matches = () => true, limit = PATIENCE_MS) {
    const wanted = (message) => message.name === name && matches(message.body);
    const already = this.received.find(wanted);
    if (already) return already.body;
    let waiter;
    const arrival = new Promise((resolve) => {
      waiter = { wanted, resolve };
      this.#waiting.add(waiter);
    });
    try {
      return (await within(limit, `${name} arrives; so far: ${this.summary()}`, arrival)).body;
    } finally {
      this.#waiting.delete(waiter);
    }
  }

  invited = (callId, limit) => this.told('call_invitation', (session) => session.id === callId, limit);
  toldStatus = (callId, status, limit) => this.told('call_status', (session) => session.id === callId && session.status === status, limit);

  /** All messages of that name about a call. */
  about(callId, name) {
    return this.received.filter((message) => message.name === name && message.body.id === callId).map((message) => message.body);
  }

  summary() {
    return this.received.map(({ name, body }) => `${name}${body?.status ? ` ${body.status}` : ''}`).join(', ') || 'nothing';
  }

  /** Takes a message that has arrived. */
  take(name, body) {
    const message = { name, body, at: Date.now() };
    this.received.push(message);
    for (const waiter of this.#waiting) {
      if (waiter.wanted(message)) waiter.resolve(message);
    }
  }
}
