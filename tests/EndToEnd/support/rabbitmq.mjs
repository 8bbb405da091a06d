// A real RabbitMQ, from Debian's packages, which are not installed. It listens on 127.0.0.1 only and ends with this process.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findDebianPackages, findModules } from './deploy-tools.mjs';
import { claimPort } from './ports.mjs';
import { eventually } from './wait.mjs';

const ERLANG = [
  'asn1', 'base', 'crypto', 'eldap', 'ftp', 'inets', 'mnesia', 'os-mon', 'parsetools', 'public-key', 'runtime-tools', 'snmp', 'ssl', 'syntax-tools',
  'tftp', 'tools', 'xmerl',
].map((name) => `erlang-${name}`);

const packages = findDebianPackages([...ERLANG, 'rabbitmq-server'], (folder) => {
  // Debian's script looks nowhere but in /usr.
  const script = join(folder, 'usr/lib/erlang/bin/erl');
  writeFileSync(script, readFileSync(script, 'utf8').replaceAll('ROOTDIR=/usr/lib/erlang', 'ROOTDIR="$ERL_ROOTDIR"'));
});
const client = findModules('amqplib', ['amqplib@2.3.1']);

/** Why there is no RabbitMQ here; false where there is one. */
export const skip = packages.missing ?? client.missing ?? false;

// The program of the server is a script that starts others: all of them are one group, which is killed as one.
const groups = new Set();
process.on('exit', () => groups.forEach(killGroup));

function startGroup(program, options) {
  const child = spawn(program, [], { ...options, detached: true });
  groups.add(child);
  return child;
}

function killGroup(child) {
  groups.delete(child);
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

export class RabbitMq {
  #folder = mkdtempSync(join(tmpdir(), 'fayo-rabbitmq-'));
  #environment;
  #epmd;
  #server;

  /** A broker that does not run yet. */
  static async create() {
    const broker = new RabbitMq();
    const [port, distribution, epmd] = await Promise.all([claimPort(), claimPort(), claimPort()]);
    broker.url = `amqp://guest:guest@127.0.0.1:${port}`;
    const root = join(packages.folder, 'usr/lib/erlang');
    broker.#environment = {
      HOME: broker.#folder,
      LANG: 'C.UTF-8',
      PATH: `${join(root, 'bin')}:${process.env.PATH}`,
      ERL_ROOTDIR: root,
      ERL_EPMD_ADDRESS: '127.0.0.1',
      ERL_EPMD_PORT: String(epmd),
      RABBITMQ_NODENAME: `fayo${port}@localhost`,
      RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
      RABBITMQ_NODE_PORT: String(port),
      RABBITMQ_DIST_PORT: String(distribution),
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
      RABBITMQ_LOGS: '-',
      RABBITMQ_CONF_ENV_FILE: '/dev/null',
      ...Object.fromEntries([['MNESIA_BASE', 'mnesia'], ['LOG_BASE', 'log'], ['ENABLED_PLUGINS_FILE', 'plugins'], ['CONFIG_FILE', 'config'], ['GENERATED_CONFIG_DIR', 'made']]
        .map(([name, file]) => [`RABBITMQ_${name}`, join(broker.#folder, file)])),
    };
    mkdirSync(join(broker.#folder, 'log'));
    broker.#epmd = startGroup(join(root, 'bin/epmd'), { env: broker.#environment, stdio: 'ignore' });
    return broker;
  }

  async start() {
    const versions = join(packages.folder, 'usr/lib/rabbitmq/lib');
    const program = join(versions, readdirSync(versions)[0], 'sbin/rabbitmq-server');
    const server = startGroup(program, { env: this.#environment, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#server = server;
    let log = '';
    for (const stream of [server.stdout, server.stderr]) stream.setEncoding('utf8').on('data', (chunk) => { log += chunk; });
    await eventually('RabbitMQ has started', () => {
      if (server.exitCode !== null) throw new Error(log);
      return log.includes('Server startup complete');
    }, 120_000);
  }

  /** kill -9. */
  async kill() {
    if (!this.#server) return;
    const closed = once(this.#server, 'close');
    killGroup(this.#server);
    this.#server = undefined;
    await closed;
  }

  /** A queue of its own that gets everything of the exchange that matches the key, and survives the broker. */
  async subscribe(exchange, key) {
    const connection = await client.require('amqplib').connect(this.url);
    const channel = await connection.createChannel();
    await channel.assertExchange(exchange, 'topic', { durable: true });
    await channel.assertQueue('test', { durable: true });
    await channel.bindQueue('test', exchange, key);
    const messages = [];
    await channel.consume('test', (message) => {
      if (!message) return;
      messages.push({ key: message.fields.routingKey, properties: message.properties, body: JSON.parse(message.content) });
      channel.ack(message);
    });
    connection.on('error', () => {});
    channel.on('error', () => {});
    return { messages, close: () => connection.close().catch(() => {}) };
  }

  async close() {
    await this.kill();
    killGroup(this.#epmd);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
