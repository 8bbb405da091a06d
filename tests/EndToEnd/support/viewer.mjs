// A member of staff who watches the monitor: npm's official SignalR client, and what it makes of what the hub tells it.
import assert from 'node:assert/strict';
import { HttpTransportType, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { newUser, tokenFor } from './tokens.mjs';
import { eventually, ON_TIME_MS, PATIENCE_MS, within } from './wait.mjs';

export class Viewer {
  #connection;
  /** The open calls, by id. */
  calls = new Map();
  /** The calls that ended while this one watched, by id. */
  ended = new Map();
  /** The lengths of the messages of each list, as they came. */
  lists = [];
  /** When updates came. */
  updates = [];
  summaries = [];
  isComplete = false;
  /** Which share of all open calls the latest list has. */
  share = 1;

  static async watch(service, { token = tokenFor(newUser('staff'), { role: 'ADMIN' }), negotiate = false } = {}) {
    const viewer = new Viewer();
    const options = negotiate ? {} : { skipNegotiation: true, transport: HttpTransportType.WebSockets };
    viewer.#connection = new HubConnectionBuilder()
      .withUrl(`${service.base}/ws/monitor`, { accessTokenFactory: () => token, ...options })
      .configureLogging(LogLevel.None)
      .build();
    viewer.#connection.on('monitor_calls', (body) => viewer.#take(body));
    viewer.#connection.on('monitor_summary', (body) => viewer.summaries.push({ at: Date.now(), body }));
    await within(PATIENCE_MS, 'the monitor accepts the connection', viewer.#connection.start());
    await eventually('the whole list is there', () => viewer.isComplete);
    return viewer;
  }

  get summary() {
    return this.summaries.at(-1)?.body;
  }

  /** Fails unless the call is shown so in time: the monitor tells every change within a second, on a machine of its own. */
  shows(what, id, matches = () => true, limit = ON_TIME_MS) {
    return eventually(`the monitor shows ${what}`, () => this.calls.has(id) && matches(this.calls.get(id)) && this.calls.get(id), limit);
  }

  endOf(id, limit = ON_TIME_MS) {
    return eventually('the monitor shows the end', () => !this.calls.has(id) && this.ended.get(id), limit);
  }

  disconnect() {
    return this.#connection.stop();
  }

  #take(body) {
    if (body.reset) {
      this.calls.clear();
      this.lists.push([]);
    }
    if ('complete' in body) {
      assert.equal(body.reset, this.lists.at(-1).length === 0, 'only the first message of a list resets');
      this.lists.at(-1).push(body.calls.length);
      this.isComplete = body.complete;
      this.share = body.share ?? 1;
    } else {
      this.updates.push(Date.now());
    }
    for (const call of body.calls) this.calls.set(call.id, call);
    for (const call of body.ended) {
      this.calls.delete(call.id);
      this.ended.set(call.id, call);
    }
  }
}
