// PostgreSQL's own programs: of the newest version that Debian has installed, which is that of the tests' server, or those in the PATH.
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './deploy-tools.mjs';

const DEBIAN = '/usr/lib/postgresql';

const bin = findFolder();

/** Why tests with these programs cannot run here; false where they can. */
export const skip = bin ? false : 'pg_dump is not installed';

/** Runs a program, which has to succeed, and returns what it printed. */
export function runPostgres(program, ...args) {
  const { status, output } = run(join(bin, program), args);
  assert.equal(status, 0, output);
  return output;
}

function findFolder() {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => b - a) : [];
  const folders = [...versions.map((version) => join(DEBIAN, version, 'bin')), ...process.env.PATH.split(delimiter)];
  return folders.find((place) => ['pg_dump', 'pg_restore', 'psql'].every((program) => existsSync(join(place, program))));
}
