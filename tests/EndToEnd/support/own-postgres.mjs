// A PostgreSQL server of one test alone, which may be stopped and disturbed.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { ROOT, run } from './deploy-tools.mjs';

const SCRIPT = join(ROOT, 'scripts', 'postgres.sh');

export class OwnPostgres {
  #parent = mkdtempSync(join(tmpdir(), 'fayo-e2e.'));

  /** The folder that scripts/postgres.sh knows it by. */
  folder = join(this.#parent, 'postgres');

  static start() {
    const server = new OwnPostgres();
    // PostgreSQL, which does not run as root, has to get through to its own folder in there.
    chmodSync(server.#parent, 0o711);
    server.#script('start');
    return server;
  }

  /** DATABASE_URL for the service. */
  urlThrough() {
    return `${this.#script('url')}?schema=call`;
  }

  /** The rows of a statement. */
  async query(sql) {
    const client = new pg.Client({ connectionString: this.#script('url') });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  }

  /** Stops it, and removes its data. */
  stop() {
    this.#script('stop');
    rmSync(this.#parent, { recursive: true });
  }

  #script(command) {
    const { status, stdout, output } = run(SCRIPT, [command, this.folder]);
    if (status !== 0) throw new Error(`postgres.sh ${command}: ${output}`);
    return stdout.trim();
  }
}
