// A PostgreSQL of the test's own that hosts reach, and that the test may stop.
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { ROOT, run } from '../../support/deploy-tools.mjs';

function postgres(...args) {
  const { status, stdout, output } = run(join(ROOT, 'scripts', 'postgres.sh'), args);
  if (status !== 0) throw new Error(`postgres.sh ${args[0]}: ${output}`);
  return stdout.trim();
}

export class HostDatabase {
  #folder;
  #address;
  #pool;

  constructor(folder, address) {
    this.#folder = folder;
    this.#address = address;
  }

  /** One that listens for the hosts of a network. */
  static start(folder, { address, range }) {
    const database = new HostDatabase(folder, address);
    postgres('start', folder);
    // The last setting of a name is the one that counts.
    appendFileSync(join(folder, 'cluster', 'postgresql.conf'), `listen_addresses = '127.0.0.1,${address}'\n`);
    appendFileSync(join(folder, 'cluster', 'pg_hba.conf'), `host all all ${range} scram-sha-256\n`);
    database.restart();
    const administrator = new URL(postgres('superuser-url', folder));
    administrator.pathname = '/fayo';
    database.#pool = new pg.Pool({ connectionString: administrator.href, max: 2 });
    database.#pool.on('error', () => {});
    return database;
  }

  /** DATABASE_URL for a service on a host. */
  get url() {
    const url = new URL(postgres('url', this.#folder));
    url.hostname = this.#address;
    url.search = '?schema=call';
    return url.href;
  }

  async query(sql, values) {
    return (await this.#pool.query(sql, values)).rows;
  }

  stop() {
    postgres('stop', this.#folder);
  }

  restart() {
    this.stop();
    postgres('start', this.#folder);
  }

  /** Whether the service's role may change anything, as after a failover to a server that takes no changes yet. */
  async setReadOnly(isReadOnly) {
    await this.query(`alter role fayo set default_transaction_read_only = ${isReadOnly ? 'on' : 'off'}`);
    if (isReadOnly) await this.query(`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'fayo'`);
  }

  /** How the newest silo at this address stands in the table of members. */
  async memberStatus(address) {
    const [row] = await this.query('select status from call.orleansmembershiptable where address = $1 order by generation desc limit 1', [address]);
    return row?.status;
  }

  async close() {
    await this.#pool.end();
    this.stop();
  }
}

/** Numbers of Orleans' SiloStatus. */
export const ACTIVE = 3;
export const DEAD = 6;
