// A fresh database for each test file, in the server at FAYO_TEST_POSTGRES_URL.
import { randomBytes } from 'node:crypto';
import pg from 'pg';

const server = process.env.FAYO_TEST_POSTGRES_URL;
if (!server) throw new Error('FAYO_TEST_POSTGRES_URL is not set: it names a PostgreSQL server in which databases may be made.');

// A database with the tables of the service, to which nobody is connected. run.mjs makes it.
const template = process.env.FAYO_TEST_TEMPLATE;

// bigint as numbers: nothing that is counted here comes near 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

export class Database {
  #pool;

  constructor(name) {
    const url = new URL(server);
    this.host = url.hostname;
    this.port = Number(url.port || 5432);
    url.pathname = `/${name}`;
    this.name = name;
    this.url = url.href;
    this.#pool = new pg.Pool({ connectionString: this.url, max: 4 });
    // A connection that a test cut, or that the end of the database did.
    this.#pool.on('error', () => {});
    this.#pool.on('connect', (client) => client.on('error', () => {}));
  }

  /**
   * A database of its own: an empty one, or one with the tables of the service, which takes less than to have each service make them.
   * Where there is nothing to copy those are left to the service as well.
   */
  static async create({ hasTables = false } = {}) {
    const name = `fayo_e2e_${randomBytes(6).toString('hex')}`;
    await onServer(hasTables && template ? `create database ${name} template ${template}` : `create database ${name}`);
    return new Database(name);
  }

  /**
   * DATABASE_URL for the service, through another host and port where a proxy stands in between. Without one no connection fails because the
   * machine stands still for some seconds while it is opened.
   */
  urlThrough(port = this.port, host = this.host) {
    const url = new URL(this.url);
    url.hostname = host;
    url.port = String(port);
    url.search = port === this.port ? '?schema=call&connect_timeout=30' : '?schema=call';
    return url.href;
  }

  /** The rows of a statement. */
  async query(sql, values) {
    return (await this.#pool.query(sql, values)).rows;
  }

  /** Nobody else gets at the table until the returned function is called. */
  lock(table) {
    return this.#hold(`lock table ${table} in access exclusive mode`);
  }

  /** Nobody else gets the advisory lock until the returned function is called. */
  lockAdvisory(number) {
    return this.#hold(`select pg_advisory_xact_lock(${number})`);
  }

  async call(id) {
    return (await this.query('select * from call.call_sessions where id = $1', [id]))[0];
  }

  events(id) {
    return this.query('select * from call.call_events where call_id = $1 order by version', [id]);
  }

  async #hold(statement) {
    const client = await this.#pool.connect();
    await client.query(`begin; ${statement}`);
    return async () => {
      await client.query('rollback');
      client.release();
    };
  }

  async drop() {
    await this.#pool.end();
    await onServer(`drop database if exists ${this.name} with (force)`);
  }
}

async function onServer(sql) {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
