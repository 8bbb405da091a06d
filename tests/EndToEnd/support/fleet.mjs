// The silos as clients see them through a load balancer: one that is not ready gets nothing new; and clients that keep at it.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { Device } from './device.mjs';
import { tokenFor } from './tokens.mjs';
import { eventually } from './wait.mjs';

const LOOK_EVERY_MS = 100;
const ASK_AGAIN_AFTER_MS = 100;
const PATIENCE_MS = 30_000;

export class Fleet {
  #ready = new Set();
  #looking;
  #isClosed = false;

  /** What came of requests other than an answer that says it: how often each. */
  refusals = {};

  constructor(services) {
    this.services = services;
    this.#ready = new Set(services);
    this.#looking = Promise.all(services.map((service) => this.#watch(service)));
  }

  /** One of those that are ready; waits while there is none. */
  async pick() {
    await eventually('a silo is ready', () => this.#ready.size > 0, PATIENCE_MS);
    const ready = [...this.#ready];
    return ready[Math.floor(Math.random() * ready.length)];
  }

  /**
   * Asks until there is an answer that is neither "try again" nor silence, each time whichever silo is ready; returns its status
   * and body.
   */
  async ask(userId, method, path, body, headers = {}) {
    const limit = Date.now() + PATIENCE_MS;
    for (;;) {
      const service = await this.pick();
      const answer = await send(service, userId, method, path, body, headers).catch((error) => error);
      const kind = answer instanceof Error ? answer.code ?? answer.message : answer.status;
      if (!(answer instanceof Error) && answer.status !== 503) return answer;
      if (answer.status === 503) assert.ok(Number(answer.headers['retry-after']) > 0, 'a 503 says when to try again');
      this.refusals[kind] = (this.refusals[kind] ?? 0) + 1;
      assert.ok(Date.now() < limit, `${method} ${path} is not answered for ${PATIENCE_MS} ms: ${kind}`);
      await pause(ASK_AGAIN_AFTER_MS);
    }
  }

  async close() {
    this.#isClosed = true;
    await this.#looking;
  }

  async #watch(service) {
    while (!this.#isClosed) {
      const isReady = await fetch(`${service.base}/health/ready`, { signal: AbortSignal.timeout(2000) }).then((answer) => answer.ok, () => false);
      this.#ready[isReady ? 'add' : 'delete'](service);
      await pause(LOOK_EVERY_MS);
    }
  }
}

/** One request on a connection of its own, so that none fails because a silo closed an idle one at that moment. */
function send({ base }, userId, method, path, body, headers) {
  const { hostname, port } = new URL(base);
  const text = body === undefined ? '' : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const sent = request({
      hostname, port, method, path: `/api/v1${path}`, agent: false, timeout: 20_000,
      headers: { authorization: `Bearer ${tokenFor(userId)}`, ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }), ...headers },
    }, async (response) => {
      try {
        let answer = '';
        response.setEncoding('utf8');
        for await (const chunk of response) answer += chunk;
        resolve({ status: response.statusCode, headers: response.headers, text: answer, body: JSON.parse(answer) });
      } catch (error) {
        reject(error);
      }
    });
    sent.on('timeout', () => sent.destroy(new Error('timeout')));
    sent.on('error', reject);
    sent.end(text);
  });
}

/** A phone that connects again whenever its connection is gone, to whichever silo is ready, and asks for `sync`. */
export class Phone {
  #fleet;
  #userId;
  #lives = [];
  #isClosed = false;
  #running;

  constructor(fleet, userId) {
    this.#fleet = fleet;
    this.#userId = userId;
    this.#running = this.#run();
  }

  get connections() {
    return this.#lives.length;
  }

  get isConnected() {
    return this.#lives.at(-1)?.device.isConnected === true;
  }

  /** Whether any of its connections has rung for the call. */
  wasInvited(callId) {
    return this.#lives.some(({ device, synced }) =>
      device.about(callId, 'call_invitation').length > 0 || synced.invitations.some(({ id }) => id === callId));
  }

  /** The call as the present connection knows it; undefined where it knows nothing of it: then it is over, or begins only now. */
  knows(callId) {
    const { device, synced } = this.#lives.at(-1);
    const told = [...synced.calls, ...synced.invitations, ...device.received.map(({ body }) => body)].filter(({ id }) => id === callId);
    return told.reduce((newest, session) => (newest && newest.version > session.version ? newest : session), undefined);
  }

  /** For the message of a test that fails: each connection, and in which versions it has heard of the call. */
  describe(callId) {
    const versions = (sessions) => sessions.filter(({ id }) => id === callId).map(({ version, status }) => `${version} ${status}`);
    return JSON.stringify(this.#lives.map(({ device, synced }) => ({
      isConnected: device.isConnected,
      synced: versions([...synced.calls, ...synced.invitations]),
      received: versions(device.received.map(({ body }) => body)),
    })));
  }

  async close() {
    this.#isClosed = true;
    await this.#lives.at(-1)?.device.disconnect();
    await this.#running;
  }

  async #run() {
    while (!this.#isClosed) {
      try {
        const device = await Device.connect(await this.#fleet.pick(), this.#userId, { device: 'phone', acknowledge: true, negotiate: false });
        try {
          this.#lives.push({ device, synced: await device.invoke('sync', {}) });
          if (!this.#isClosed) await device.closed;
        } finally {
          await device.disconnect();
        }
      } catch {
        await pause(ASK_AGAIN_AFTER_MS); // the silo went away just then
      }
    }
  }
}
