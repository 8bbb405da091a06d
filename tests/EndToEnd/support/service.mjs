// The real service as a child process, from the assembly at FAYO_SILO.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { claimServicePorts } from './ports.mjs';
import { JWT_SECRET } from './tokens.mjs';
import { eventually, within } from './wait.mjs';

export const APP_ID = '970ca35de60c44645bbae8a215061b33';
export const APP_CERTIFICATE = '5cfd2fd1755d40ecb72977518be15d3b';

/** Goes into metadata wherever a test has some, so that a log which contains it is found out. */
export const METADATA_MARK = 'this-metadata-is-nobody-elses-business';

const assembly = process.env.FAYO_SILO;
if (!assembly) throw new Error('FAYO_SILO is not set: it names the built Fayo.Calls.Silo.dll.');

// What the service says when another program has one of its ports, and how often other ports are tried then.
const PORT_IN_USE = 'is in use by another program';
const PORT_ATTEMPTS = 5;

// How the service says that it listens.
const LISTENS = 'Now listening on:';

const READY_WITHIN_MS = 120_000;
const STOPS_WITHIN_MS = 60_000;
const COMMAND_ENDS_WITHIN_MS = 60_000;

// What must never be logged.
const SECRETS = [
  ['a JWT', /eyJ[\w-]{8,}\.[\w-]{8,}/],
  ['the JWT secret', JWT_SECRET],
  ['the Agora certificate', APP_CERTIFICATE],
  // The version, and a zlib header in base64. Hexadecimal digits, as those of a hash, can begin with 007e too.
  ['an Agora token', /007e[AJN][A-Za-z0-9+/]{40,}/],
  ['a ticket', /ticket_[0-9a-f]{16,}/],
  ['metadata', METADATA_MARK],
];

/** How many processes of the program this process has started: services, and commands such as `migrate`. */
export const starts = { services: 0, commands: 0 };

/** The environment of a service with working settings; settings of the surrounding process are left out. */
export function environment(settings = {}) {
  const own = /^(calls__|jwt_|agora_|kafka_|rabbitmq_|database_url$|directory__|host$|port$|ws_allowed_origins$|fayo_|aspnetcore_|dotnet_environment$)/i;
  const surroundings = Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
  const all = {
    ...surroundings,
    JWT_SECRET,
    AGORA_APP_ID: APP_ID,
    AGORA_APP_CERTIFICATE: APP_CERTIFICATE,
    HOST: '127.0.0.1',
    ...settings,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/**
 * Starts the service without waiting for anything. It does not outlive this process, however that ends. Among the settings FAYO_PROGRAM names another
 * build of it.
 */
export function launch({ FAYO_PROGRAM: program = assembly, ...settings }, args = []) {
  starts[args.length === 0 ? 'services' : 'commands']++;
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', 'dotnet', program, ...args], { env: environment(settings), stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { text: '' };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (chunk) => {
      output.text += chunk;
      if (chunk.includes(LISTENS)) output.listensSince = Date.now();
    });
  }
  const exited = once(child, 'close').then(([code, signal]) => ({ code, signal, output: output.text }));
  return { child, output, exited };
}

/** Runs a command of the program with these settings alone, and returns how it ended. */
export async function runCommand(args, settings = {}) {
  const { child, exited } = launch({ JWT_SECRET: undefined, AGORA_APP_ID: undefined, AGORA_APP_CERTIFICATE: undefined, HOST: undefined, ...settings }, args);
  try {
    return await within(COMMAND_ENDS_WITHIN_MS, `${args.join(' ')} ends`, exited);
  } finally {
    child.kill('SIGKILL');
  }
}

export class Service {
  #settings;
  #running;
  #log = '';

  constructor(settings) {
    this.#settings = settings;
    this.base = `http://127.0.0.1:${settings.PORT}`;
  }

  /** A service on ports of its own. `settings` override the environment; undefined takes a setting away. */
  static async start(database, settings = {}) {
    for (let attempt = 1; ; attempt++) {
      const service = new Service({
        DATABASE_URL: database.urlThrough(),
        // All silos of a test run on this machine.
        Calls__SiloAddress: 'loopback',
        ...await claimServicePorts(),
        ...settings,
      });
      try {
        await service.start();
        return service;
      } catch (error) {
        if (!error.message.includes(PORT_IN_USE) || attempt === PORT_ATTEMPTS) throw error;
      }
    }
  }

  get pid() {
    return this.#running.child.pid;
  }

  /** Where the other silos reach it. */
  get siloPort() {
    return Number(this.#settings.Calls__SiloPort);
  }

  /** When it said that it listens, by the clock of this process. */
  get listensSince() {
    return this.#running.output.listensSince;
  }

  get isRunning() {
    return this.#running !== undefined;
  }

  get log() {
    return this.#log + (this.#running?.output.text ?? '');
  }

  /** Whether the grain with this key is in the process' memory, as Orleans' own log tells; for that it has to log Orleans.Grain at Debug. */
  holds(key) {
    const lines = (this.#running?.output.text ?? '').split('\n').filter((line) => line.includes(`/${key}`));
    const count = (words) => lines.filter((line) => line.includes(words)).length;
    return count('Finished activating grain') > count('OnDeactivateAsync method');
  }

  /** The same service again, with the same settings and ports. */
  async start() {
    const running = launch(this.#settings);
    this.#running = running;
    let ended;
    void running.exited.then((exit) => { ended = exit; });
    try {
      await eventually('the service is ready', async () => {
        if (ended) return true;
        // Until the service logs that it listens, another process may be listening there.
        if (!running.output.text.includes(`${LISTENS} ${this.base}`)) return false;
        return (await fetch(`${this.base}/health/ready`, { signal: AbortSignal.timeout(5000) })).ok;
      }, READY_WITHIN_MS);
    } catch (error) {
      await this.kill();
      throw new Error(`The service did not become ready:\n${this.log}`, { cause: error });
    }
    if (ended) {
      this.#settle();
      throw new Error(`The service ended with ${ended.code ?? ended.signal} instead of starting:\n${this.#log}`);
    }
  }

  /** kill -9. */
  kill() {
    return this.#end('SIGKILL');
  }

  /** Asks it to stop and returns how it ended. A service that does not stop is killed, and that is an error. */
  async stop() {
    const running = this.#running;
    if (!running) return undefined;
    try {
      return await within(STOPS_WITHIN_MS, 'the service stops after SIGTERM', this.#end('SIGTERM'));
    } catch (error) {
      running.child.kill('SIGKILL');
      await running.exited;
      this.#settle();
      throw error;
    }
  }

  /** What the log contains and must not; none of it is quoted. */
  leaks() {
    return SECRETS.filter(([, secret]) => (typeof secret === 'string' ? this.log.includes(secret) : secret.test(this.log))).map(([name]) => name);
  }

  async #end(signal) {
    const running = this.#running;
    if (!running) return undefined;
    running.child.kill(signal);
    const exit = await running.exited;
    if (this.#running === running) this.#settle();
    return exit;
  }

  #settle() {
    this.#log += this.#running?.output.text ?? '';
    this.#running = undefined;
  }
}
