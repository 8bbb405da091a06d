// The service on a host of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { environment } from '../../support/service.mjs';
import { eventually, within } from '../../support/wait.mjs';

const PORT = 3010;
const READY_WITHIN_MS = 90_000;
const STOPS_WITHIN_MS = 60_000;

export class HostSilo {
  #settings;
  #child;
  #exited;

  log = '';

  constructor(host, settings, assembly = process.env.FAYO_SILO) {
    this.host = host;
    this.assembly = assembly;
    this.#settings = settings;
  }

  get address() {
    return `${this.host.address}:${PORT}`;
  }

  get base() {
    return `http://${this.address}`;
  }

  get isRunning() {
    return this.#child !== undefined;
  }

  /** Starts it without waiting for it. It does not outlive this process, however that ends. */
  launch() {
    const child = spawn('ip', ['netns', 'exec', this.host.namespace, 'setpriv', '--pdeathsig', 'KILL', '--', 'dotnet', this.assembly], {
      env: environment({ ...this.#settings, HOST: '0.0.0.0', PORT: String(PORT) }), stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk) => { this.log += chunk; });
    this.#exited = once(child, 'close').then(([code, signal]) => {
      if (this.#child === child) this.#child = undefined;
      return { code, signal };
    });
  }

  /** The time until it is ready, in milliseconds. */
  async start() {
    const from = Date.now();
    this.launch();
    try {
      await eventually('the silo is ready', async () => !this.isRunning || (await this.isReady()), READY_WITHIN_MS);
      if (!this.isRunning) throw new Error('it ended');
    } catch (error) {
      throw new Error(`The silo at ${this.address} did not become ready:\n${this.log.slice(-6000)}`, { cause: error });
    }
    return Date.now() - from;
  }

  /** What readiness answers: the status, and what it says. Zero where nobody answers. */
  async readiness() {
    try {
      const answer = await fetch(`${this.base}/health/ready`, { signal: AbortSignal.timeout(2000) });
      return { status: answer.status, text: await answer.text() };
    } catch {
      return { status: 0, text: '' };
    }
  }

  async isReady() {
    return (await this.readiness()).status === 200;
  }

  /** kill -9. */
  kill() {
    return this.#end('SIGKILL');
  }

  stop() {
    return within(STOPS_WITHIN_MS, `the silo at ${this.address} stops after SIGTERM`, this.#end('SIGTERM'));
  }

  async #end(signal) {
    if (!this.#child) return undefined;
    this.#child.kill(signal);
    return this.#exited;
  }
}
