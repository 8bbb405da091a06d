// What everybody may ask for is made once and not for each request.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { rawRequest } from '../support/raw.mjs';
import { Stage } from '../support/stage.mjs';

const ROUNDS = 200;
// Making the OpenAPI document took 58 ms of CPU time for each request.
const MOST_CPU_MS = 5;

const stage = Stage.shared();
const get = (path, headers = {}) => rawRequest(stage.service, 'GET', path, headers);

/** The CPU time that the service has used, in milliseconds; the system counts in hundredths of a second. */
function cpuTimeOf({ pid }) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

for (const path of ['/health/live', '/health/ready', '/api/v1/health', '/openapi/v1.json']) {
  test(`${path} is cheap for anybody`, async () => {
    const { headers } = await get(path);
    assert.match(headers.get('content-type'), /^application\/json/);
    const before = cpuTimeOf(stage.service);
    for (let i = 0; i < ROUNDS; i++) assert.equal((await get(path)).status, 200);
    const each = (cpuTimeOf(stage.service) - before) / ROUNDS;
    assert.ok(each < MOST_CPU_MS, `${each} ms each`);
  });
}

test('a client that has the OpenAPI document is told so', async () => {
  const tag = (await get('/openapi/v1.json')).headers.get('etag');
  const again = await get('/openapi/v1.json', { 'if-none-match': tag });
  assert.equal(again.status, 304);
  assert.equal(again.text, '');
});
