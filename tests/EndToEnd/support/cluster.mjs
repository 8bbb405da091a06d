// Several silos that are one service, and that are killed and started together.
import { randomBytes } from 'node:crypto';
import { Service } from './service.mjs';

export class Cluster {
  #silos;
  #turn = 0;

  constructor(silos) {
    this.#silos = silos;
  }

  /** A cluster of its own, of this many silos. */
  static async start(database, count, settings = {}) {
    const all = { Calls__Clustering: 'AdoNet', Calls__ClusterId: `tests-${randomBytes(4).toString('hex')}`, ...settings };
    // The first silo makes the tables. Silos that start at the same time would wait for each other to do that.
    const first = await Service.start(database, all);
    return new Cluster([first, ...await Promise.all(Array.from({ length: count - 1 }, () => Service.start(database, all)))]);
  }

  /** The addresses of the silos in turn, so that each request or connection goes to another silo than the one before. */
  get base() {
    this.#turn = (this.#turn + 1) % this.#silos.length;
    return this.#silos[this.#turn].base;
  }

  get silos() {
    return this.#silos;
  }

  get isRunning() {
    return this.#silos.every((silo) => silo.isRunning);
  }

  get log() {
    return this.#silos.map((silo) => silo.log).join('');
  }

  /** Starts the silos that do not run. */
  async start() {
    await Promise.all(this.#silos.filter((silo) => !silo.isRunning).map((silo) => silo.start()));
  }

  kill() {
    return Promise.all(this.#silos.map((silo) => silo.kill()));
  }

  stop() {
    return Promise.all(this.#silos.map((silo) => silo.stop()));
  }

  leaks() {
    return this.#silos.flatMap((silo) => silo.leaks());
  }
}
