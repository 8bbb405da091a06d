// Fills a service's empty database with a history, and asks for pages of it: `node history.mjs [rows]`. Takes where both are
// from DATABASE_URL and FAYO_URL, and the users' tokens from JWT_SECRET. Prints one line of JSON; all times are milliseconds.
import { readFile } from 'node:fs/promises';
import jwt from 'jsonwebtoken';
import pg from 'pg';

const rows = Number(process.argv[2] ?? 1_000_000);
const rounds = 40;
const { DATABASE_URL: databaseUrl, FAYO_URL: base, JWT_SECRET: secret } = process.env;
const day = 86_400_000;

const tokenOf = (sub, role) => jwt.sign({ sub, role }, secret, { expiresIn: '1h' });
const admin = tokenOf('admin', 'ADMIN');
const random = (n) => Math.floor(Math.random() * n);
const ago = (days) => new Date(Date.now() - days * day).toISOString();

// What a page is asked for with, and by whom.
const questions = {
  'a patient, own calls': () => [tokenOf(`user-${random(20_000)}`), {}],
  'a patient, missed calls': () => [tokenOf(`user-${random(20_000)}`), { status: 'EXPIRED' }],
  'a member of staff, own calls': () => [tokenOf(`staff-${random(200)}`), {}],
  'a member of staff, missed calls of a month': () => [tokenOf(`staff-${random(200)}`), { status: 'EXPIRED', from: ago(30 + random(300)) }],
  'everybody, newest first': () => [admin, {}],
  'everybody, one week': () => { const at = 8 + random(350); return [admin, { from: ago(at), to: ago(at - 7), limit: 200 }]; },
  'everybody, cancelled before a day': () => [admin, { status: 'CANCELLED', to: ago(random(360)) }],
  'everybody, active': () => [admin, { status: 'ACTIVE' }],
  'one patient, by staff': () => [admin, { userId: `user-${random(20_000)}` }],
};

async function seed() {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows: [{ filled }] } = await client.query('SELECT EXISTS (SELECT FROM call.call_sessions) AS filled');
  if (filled) throw new Error('The database holds calls already; this fills an empty one only.');
  const started = performance.now();
  await client.query((await readFile(new URL('history.sql', import.meta.url), 'utf8')).replaceAll('$1', String(rows)));
  await client.query('VACUUM ANALYZE call.call_sessions');
  await client.end();
  return Math.round((performance.now() - started) / 1000);
}

async function page(token, query) {
  const started = performance.now();
  const response = await fetch(`${base}/api/v1/calls?${new URLSearchParams(query)}`, { headers: { authorization: `Bearer ${token}` } });
  const body = await response.json();
  if (response.status !== 200) throw new Error(`${response.status}: ${body.detail}`);
  return [performance.now() - started, body];
}

const at = (sorted, share) => Number(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(1));

async function measure(ask) {
  const took = [];
  for (let round = 0; round < rounds; round++) {
    const [token, query] = ask();
    let [time, { nextCursor }] = await page(token, query);
    took.push(time);
    // And the page after it.
    if (nextCursor) {
      [time] = await page(token, { ...query, cursor: nextCursor });
      took.push(time);
    }
  }
  took.sort((one, other) => one - other);
  return { p50: at(took, 0.5), p95: at(took, 0.95), max: at(took, 1) };
}

if (!(rows >= 1000 && rows <= 10_000_000)) throw new Error('usage: node history.mjs [rows, 1000 to 10000000]');
const seconds = await seed();
for (const ask of Object.values(questions)) await measure(ask); // warms up
const pages = {};
for (const [name, ask] of Object.entries(questions)) pages[name] = await measure(ask);
console.log(JSON.stringify({ kind: 'history', rows, seed_s: seconds, worst_p95: Math.max(...Object.values(pages).map(({ p95 }) => p95)), pages }));
