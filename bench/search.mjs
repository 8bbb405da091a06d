// Fills a service's empty database with users, and searches them as people do: `node search.mjs [rows]`. Takes where both are from
// DATABASE_URL and FAYO_URL, and the token's key from JWT_SECRET. Prints one line of JSON; all times are milliseconds. Each question
// is asked of the service, and, right after it, of the database in the way of releases before 0.6: part of a text in lower case.
import { readFile } from 'node:fs/promises';
import jwt from 'jsonwebtoken';
import pg from 'pg';

const rows = Number(process.argv[2] ?? 1_000_000);
const rounds = 8;
const { DATABASE_URL: databaseUrl, FAYO_URL: base, JWT_SECRET: secret } = process.env;
const token = jwt.sign({ sub: 'admin', role: 'ADMIN' }, secret, { expiresIn: '1h' });
const before = `SELECT id, first_name, last_name, role FROM call.users
  WHERE last_seen_at IS NOT NULL AND strpos(label, $3) > 0 ORDER BY label, id OFFSET $1 LIMIT $2`;

// What is typed, by how much of it there is among the users.
const questions = {
  'one letter': ['m', 'z', 'x', 'q', 'w', 'Ö', 'и', '山'],
  'two letters': ['sc', 'an', 'mü', 'zi', 'yı', 'ør'],
  'a frequent last name': ['müller', 'Schmidt', 'zimmermann', 'YILMAZ', 'nguyen', 'Mueller'],
  'a frequent first name': ['maria', 'Anne-Marie', 'ibrahim', 'soren', 'анна'],
  'both names': ['maria müller', 'schmidt anna', 'Nguyen Duc', "o'brien jean", 'иванов сергей'],
  'beginnings of both': ['an sch', 'm m', 'helga van', 'pet zim', 'zo ko'],
  'a rare name': ['bergbach', 'Xaver Steström', 'quirin zahausen', 'delfeld'],
  'a telephone number': ['+49 150 000 01 48', '0049 1511778580', '+4915'],
  'an id': ['c4ca4238-a0b9', 'eccbc87e', 'C81E'],
  'nobody': ['nobodyhasthis', 'zzz', '%', 'maria nobody'],
};

async function seed() {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows: [{ count }] } = await client.query('SELECT count(*)::int FROM call.users');
  if (count > 1) throw new Error('The database holds users already; this fills an empty one only.');
  const started = performance.now();
  await client.query((await readFile(new URL('users.sql', import.meta.url), 'utf8')).replaceAll('$1', String(rows)));
  await client.query('VACUUM ANALYZE call.users');
  await client.query('VACUUM ANALYZE call.user_search');
  return [client, Math.round((performance.now() - started) / 1000)];
}

async function ask(search, page) {
  const started = performance.now();
  const response = await fetch(`${base}/api/v1/users?${new URLSearchParams({ search, page })}`, { headers: { authorization: `Bearer ${token}` } });
  const { items, nextPage, detail } = await response.json();
  if (response.status !== 200) throw new Error(`${response.status}: ${detail}`);
  return [performance.now() - started, items.length, nextPage];
}

async function askBefore(client, search, page) {
  const started = performance.now();
  await client.query({ name: 'before', text: before, values: [(page - 1) * 50, 51, search.toLowerCase()] });
  return performance.now() - started;
}

const at = (times, share) => Number(times.sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))].toFixed(1));
const summary = (times) => ({ p50: at(times, 0.5), p95: at(times, 0.95), max: at(times, 1) });

if (!(rows >= 1000 && rows <= 10_000_000)) throw new Error('usage: node search.mjs [rows, 1000 to 10000000]');
const [client, seconds] = await seed();
for (const searches of Object.values(questions)) for (const search of searches) await ask(search, 1); // warms up
const kinds = {};
const all = [];
const allBefore = [];
for (const [name, searches] of [...Object.entries(questions), ['everybody', ['']], ['everybody, page 200', ['']]]) {
  const times = [];
  const timesBefore = [];
  for (let round = 0; round < rounds; round++) {
    for (const search of searches) {
      const page = name.endsWith('page 200') ? Math.min(200, Math.floor(rows / 50)) : 1;
      const [time, , nextPage] = await ask(search, page);
      times.push(time);
      if (nextPage) times.push((await ask(search, nextPage))[0]);
      if (round === 0) timesBefore.push(await askBefore(client, search, page));
    }
  }
  kinds[name] = { ...summary(times), before: summary(timesBefore) };
  all.push(...times);
  allBefore.push(...timesBefore);
}
await client.end();
console.log(JSON.stringify({ kind: 'search', rows, seed_s: seconds, all: { ...summary(all), before: summary(allBefore) }, kinds }));
