// What most test files need: a database and services in it, taken away again at the end of the file, whatever happened.
import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { Cluster } from './cluster.mjs';
import { Database } from './postgres.mjs';
import { Device } from './device.mjs';
import { Rest } from './rest.mjs';
import { Service } from './service.mjs';
import { newUser } from './tokens.mjs';

const shared = new Map();

/** Settings of a service whose users call each other more often than any person does. */
export const WITHOUT_QUOTAS = Object.fromEntries([
  ...['MaxOpenCalls', 'MaxRingingCalls', 'MaxCallsPerMinute', 'MaxCallsPerMinuteToUser'].flatMap((name) => [name, `Staff${name}`]),
  'MaxCancelledCalls',
].map((name) => [`Calls__${name}`, '0']));

/** Settings of a service whose rings, and what happens until they end, take seconds. */
export const SHORT_RINGS = {
  Calls__RingTimeout: '00:00:15', Calls__ResendAfter: '00:00:01',
  Calls__BlockingOverriddenBy: 'ADMIN', Calls__DoNotDisturbOverriddenBy: 'ADMIN',
};

/** The largest, so that tests can make large messages. */
const METADATA_LIMIT = { Calls__MetadataLimit: '65536' };

export class Stage {
  services = [];
  devices = [];

  /** How many silos a service of this stage has. */
  silos = 1;

  #opened;

  /**
   * A stage that all files of the process share that ask for these settings. It is for files that leave the service as it is: other
   * files' users are in it as well. To be asked for outside of suites.
   */
  static shared(settings = {}, options = {}) {
    const stage = Stage.sharedAndClosed(settings, options);
    before(() => stage.open());
    return stage;
  }

  /** The same, but its service starts only when `open` is first called. */
  static sharedAndClosed(settings = {}, { silos = 1, start = true, hasTables = true } = {}) {
    const options = { silos, start, hasTables };
    const key = JSON.stringify([settings, options], (_, value) => value ?? null);
    if (!shared.has(key)) {
      const stage = new Stage();
      stage.open = () => (stage.#opened ??= stage.#open(settings, options));
      after(() => stage.#clear());
      shared.set(key, stage);
    }
    return shared.get(key);
  }

  /**
   * One database for the file or suite, and one service in it with these settings. `prepare` comes after that and `finish`
   * before the end: Node starts all hooks of one kind at once, so that they cannot be hooks of their own. With `hasTables` false
   * the database is empty.
   */
  static forThisFile(settings = {}, { prepare = () => {}, finish = () => {}, ...options } = {}) {
    const stage = new Stage();
    before(async () => {
      await stage.#open(settings, options);
      await prepare(stage);
    });
    after(async () => {
      try {
        await finish(stage);
      } finally {
        await stage.#clear();
      }
    });
    return stage;
  }

  /**
   * Tests ask faster than any person: without settings of their own, neither the rate of requests nor that of calls is what stops them.
   * Nor do they wait long for a connection whose token has expired.
   */
  async startService(settings) {
    const all = { Calls__RequestsPerSecond: '100000', Calls__RequestBurst: '100000', Calls__TokenGrace: '00:00:01', ...WITHOUT_QUOTAS, ...METADATA_LIMIT, ...settings };
    const service = this.silos === 1 ? await Service.start(this.database, all) : await Cluster.start(this.database, this.silos, all);
    this.services.push(service);
    return service;
  }

  rest(userId, claims, service = this.service) {
    return Rest.as(service, userId, claims);
  }

  /** A staff member who calls, as the staff panel does. */
  staff(service = this.service) {
    const id = newUser('staff');
    return { id, rest: this.rest(id, { role: 'ADMIN' }, service) };
  }

  patient(service = this.service) {
    const id = newUser('patient');
    return { id, rest: this.rest(id, { role: 'PATIENT' }, service) };
  }

  /**
   * Eight staff members call one patient after another, each until a call is refused or the service does not answer any
   * more. `onAcknowledged` is told after each 201 how many there are. Returns the sessions of those and the refusals.
   */
  async callUntilRefused(onAcknowledged) {
    const acknowledged = [];
    const refused = [];
    await Promise.all(Array.from({ length: 8 }, async () => {
      const { rest } = this.staff();
      for (;;) {
        let answer;
        try {
          answer = await rest.post('/calls/session', { recipientId: newUser('patient') });
        } catch {
          return;
        }
        if (answer.status !== 201) {
          refused.push(answer);
          return;
        }
        acknowledged.push(answer.body.session);
        onAcknowledged(acknowledged.length);
      }
    }));
    return { acknowledged, refused };
  }

  /** Fails unless every one of these calls is there, as it was told, and its timeline with it. */
  async assertKept(sessions) {
    for (const session of sessions) {
      assert.deepEqual((await this.rest(session.initiatorId).session(session.id)).body, session);
    }
    const [{ count }] = await this.database.query(
      `select count(*) from call.call_sessions s
       where id = any($1) and version = (select count(*) from call.call_events e where e.call_id = s.id)`,
      [sessions.map((session) => session.id)],
    );
    assert.equal(count, sessions.length);
  }

  async device(userId, options = {}, service = this.service) {
    const device = await Device.connect(service, userId, options);
    this.devices.push(device);
    return device;
  }

  async #open(settings, { silos = 1, start = true, hasTables = true }) {
    this.silos = silos;
    this.database = await Database.create({ hasTables });
    if (start) this.service = await this.startService(settings);
  }

  async #clear() {
    await Promise.allSettled(this.devices.map((device) => device.disconnect()));
    const stops = await Promise.allSettled(this.services.map((service) => service.stop()));
    await this.database?.drop();
    for (const service of this.services) assert.deepEqual(service.leaks(), [], 'the log must not contain these');
    for (const stop of stops) assert.equal(stop.status, 'fulfilled', String(stop.reason));
  }
}

/**
 * The same tests with a service of one silo and with one of three, each with a stage of its own; the options are those of `forThisFile`.
 * With `concurrency` the tests of a stage run side by side: for those that wait most of the time. With `isShared` the stages are those of
 * `Stage.shared`.
 */
export function onOneSiloAndOnThree(settings, scenarios, { concurrency = false, isShared = false, ...options } = {}) {
  for (const [name, silos] of [['on one silo', 1], ['on three silos', 3]]) {
    const shared = isShared && Stage.sharedAndClosed(settings, { silos });
    describe(name, { concurrency }, () => {
      if (shared) before(() => shared.open());
      scenarios(shared || Stage.forThisFile(settings, { ...options, silos }));
    });
  }
}
