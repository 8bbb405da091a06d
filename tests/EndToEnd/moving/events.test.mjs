// Other systems are told what happens to calls: every event of a call, in order, signed, whatever the receivers, the silos and the network do.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { read } from '../support/deploy-tools.mjs';
import { claimPort } from '../support/ports.mjs';
import { assertProblem } from '../support/shapes.mjs';
import { Stage } from '../support/stage.mjs';
import { newUser, tokenFor } from '../support/tokens.mjs';
import { eventually } from '../support/wait.mjs';

const [SECRET, PREVIOUS_SECRET] = [32, 32].map((bytes) => `whsec_${randomBytes(bytes).toString('base64')}`);

/**
 * A receiver of webhooks on plain TCP, so that it can answer in ways that no HTTP server does. `answer(request)` gives what is written to the
 * socket; undefined leaves the request without an answer.
 */
class Receiver {
  requests = [];
  answer = () => NO_CONTENT;

  static async start(answer) {
    const receiver = new Receiver();
    if (answer) receiver.answer = answer;
    receiver.sockets = new Set();
    receiver.server = createServer((socket) => receiver.#serve(socket)).listen(0, '127.0.0.1');
    await once(receiver.server, 'listening');
    receiver.port = receiver.server.address().port;
    receiver.url = `http://127.0.0.1:${receiver.port}/hook`;
    return receiver;
  }

  /** The requests about a call. */
  of = (session) => this.requests.filter(({ event }) => event.data.session.id === session.id);

  /** The types of the events of a call that were taken, in the order in which they were. */
  taken = (session) => this.of(session).filter(({ isTaken }) => isTaken).map(({ event }) => event.type);

  stop() {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }

  #serve(socket) {
    this.sockets.add(socket);
    socket.on('error', () => {}).on('close', () => this.sockets.delete(socket));
    let bytes = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      for (;;) {
        const end = bytes.indexOf('\r\n\r\n');
        if (end < 0) return;
        const [line, ...fields] = bytes.subarray(0, end).toString().split('\r\n');
        const headers = Object.fromEntries(fields.map((field) => [field.slice(0, field.indexOf(':')).toLowerCase(), field.slice(field.indexOf(':') + 1).trim()]));
        const length = Number(headers['content-length']);
        if (bytes.length < end + 4 + length) return;
        const body = bytes.subarray(end + 4, end + 4 + length).toString();
        bytes = bytes.subarray(end + 4 + length);
        const request = { line, headers, body, event: JSON.parse(body), at: Date.now() };
        this.requests.push(request);
        const answer = this.answer(request);
        request.isTaken = answer?.startsWith('HTTP/1.1 2') === true;
        if (answer) socket.write(answer);
      }
    });
  }
}

const status = (code, headers = '') => `HTTP/1.1 ${code} Whatever\r\n${headers}content-length: 0\r\n\r\n`;
const NO_CONTENT = 'HTTP/1.1 204 No Content\r\n\r\n';
const ALL = ['call.created', 'call.ringing', 'call.answered', 'call.active', 'call.ended'];

const settingsOf = (number, url, more = {}) => Object.fromEntries(
  Object.entries({ Url: url, Secret: SECRET, AllowPrivate: 'True', ...more }).map(([name, value]) => [`Calls__Webhooks__${number}__${name}`, value]),
);

const [one, two] = [await Receiver.start(), await Receiver.start()];
const guide = { port: await claimPort(), folder: mkdtempSync(join(tmpdir(), 'fayo-receiver-')), output: '' };

const stage = Stage.forThisFile({
  ...settingsOf(0, one.url),
  ...settingsOf(1, two.url, { Types: 'call.created,call.ended', PreviousSecret: PREVIOUS_SECRET }),
  ...settingsOf(2, `http://127.0.0.1:${guide.port}/`),
  Calls__EventTimeout: '00:00:01',
  Calls__EventRetryPause: '00:00:00.1',
}, {
  prepare: () => startReceiverOfTheGuide(),
  finish: () => {
    one.stop();
    two.stop();
    guide.child?.kill();
    rmSync(guide.folder, { recursive: true });
  },
});

/** The receiver of docs/events.md, as it stands there. */
async function startReceiverOfTheGuide() {
  const [, source] = /```js\n(\/\/ receiver\.mjs[^`]*(?:`[^`]+`[^`]*)*?)\n```/.exec(read('docs', 'events.md'));
  writeFileSync(join(guide.folder, 'receiver.mjs'), source);
  guide.child = spawn(process.execPath, ['receiver.mjs'], {
    cwd: guide.folder, env: { ...process.env, PORT: String(guide.port), WEBHOOK_SECRET: SECRET }, stdio: ['ignore', 'pipe', 'inherit'],
  });
  guide.child.stdout.setEncoding('utf8').on('data', (chunk) => { guide.output += chunk; });
}

/** A whole call: rings, is answered, confirmed and hung up. */
async function makeCall() {
  const [staff, patient] = [stage.staff(), stage.patient()];
  const phone = await stage.device(patient.id, { acknowledge: true });
  const { session } = await staff.rest.call(patient.id, { metadata: { appointment: 'ü"' } });
  await phone.told('call_invitation', ({ id }) => id === session.id);
  await phone.told('call_status', ({ id, status: now }) => id === session.id && now === 'RINGING');
  await patient.rest.answer(session.id);
  await staff.rest.status(session.id, 'ACTIVE');
  const ended = (await staff.rest.status(session.id, 'COMPLETED')).body.session;
  await phone.disconnect();
  return ended;
}

/** The requests about a call once so many of its events were taken. */
const takenBy = (receiver, session, types = ALL) => eventually(`the events of the call were taken, not only ${receiver.taken(session)}`, () => {
  if (receiver.taken(session).length < types.length) return false;
  assert.deepEqual(receiver.taken(session), types);
  return receiver.of(session);
});

const staffRest = (id = newUser('reviewer')) => stage.rest(id, { role: 'ADMIN' });

test('every event of a call comes once, in order, signed, with the call as clients get it', async () => {
  const ended = await makeCall();
  const requests = await takenBy(one, ended);
  assert.equal(new Set(requests.map(({ event }) => event.id)).size, 5);
  for (const { line, headers, body, event } of requests) {
    assert.equal(line, 'POST /hook HTTP/1.1');
    assert.equal(headers['content-type'], 'application/json');
    assert.equal(headers['webhook-id'], event.id);
    assert.deepEqual(new Webhook(SECRET).verify(body, headers), event);
    assert.throws(() => new Webhook(SECRET).verify(body.replace('call.', 'calls.'), headers));
    assert.deepEqual(Object.keys(event), ['id', 'type', 'timestamp', 'data']);
    assert.match(event.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.ok(!JSON.stringify(headers).includes('traceparent'));
  }
  assert.deepEqual(requests.at(-1).event.data, { session: ended });
  assert.equal(requests[0].event.data.session.status, 'PENDING');

  for (const { body, headers } of await takenBy(two, ended, ['call.created', 'call.ended'])) {
    // Its secret is being changed: it may still know the old one only, or the new one already.
    for (const secret of [SECRET, PREVIOUS_SECRET]) new Webhook(secret).verify(body, headers);
  }
  await eventually('the receiver of the guide has verified all of them', () => guide.output.includes(`call.ended ${ended.id} COMPLETED`));
  assert.deepEqual(guide.output.split('\n').filter((line) => line.includes(ended.id)).map((line) => line.split(' ')[0]), ALL);
});

test('a receiver that fails, hangs, talks nonsense, redirects or answers twice gets each event again until it takes it, with the same id, and nobody else waits', async () => {
  const bad = [
    status(500), undefined, 'nonsense', status(302, `location: http://127.0.0.1:${one.port}/elsewhere\r\n`),
    // Both at once: the first one counts, and the second is not taken for the answer to the next event.
    `${NO_CONTENT}${status(500)}`,
  ];
  let troubled;
  two.answer = ({ event }) => {
    troubled ??= event.data.session.id;
    return event.data.session.id === troubled && bad.length > 0 ? bad.shift() : NO_CONTENT;
  };
  const first = await makeCall();
  assert.equal(first.id, await eventually('it got the first event', () => troubled));
  const second = await makeCall();
  await takenBy(two, second, ['call.created', 'call.ended']);
  await takenBy(one, second);
  const requests = await takenBy(two, first, ['call.created', 'call.ended']);
  assert.deepEqual(requests.map(({ event }) => event.type), [...Array(5).fill('call.created'), 'call.ended']);
  assert.equal(new Set(requests.slice(0, 5).map(({ event }) => event.id)).size, 1);
  for (const { body, headers } of requests) new Webhook(SECRET).verify(body, headers);
  assert.ok(one.requests.every(({ line }) => !line.includes('elsewhere')));
});

test('a receiver that takes its time is sent the events of many calls at the same time', async () => {
  const CALLS = 40;
  const slow = await Receiver.start(() => undefined);
  try {
    const service = await stage.startService({ ...settingsOf(0, slow.url), Calls__EventTimeout: '00:01:00' });
    const staff = stage.staff(service);
    for (let i = 0; i < CALLS; i++) await staff.rest.call(stage.patient(service).id);
    await eventually('as many requests wait for an answer', () => slow.requests.length === CALLS);
  } finally {
    slow.stop();
  }
});

test('a receiver that asks for time gets it', async () => {
  const asked = [status(429, 'retry-after: 2\r\n'), status(503, `retry-after: ${new Date(Date.now() - 60_000).toUTCString()}\r\n`)];
  two.answer = () => asked.shift() ?? NO_CONTENT;
  const session = await makeCall();
  const requests = await takenBy(two, session, ['call.created', 'call.ended']);
  assert.equal(requests.length, 4);
  // The service counts from when it has the answer.
  assert.ok(requests[1].at - requests[0].at >= 1_990, `${requests[1].at - requests[0].at} ms`);
});

test('what a receiver does not want any more is parked at once, and sent again when staff say so, which is on record', async () => {
  two.answer = ({ event }) => (event.type === 'call.created' ? status(410) : NO_CONTENT);
  const [first, second] = [await makeCall(), await makeCall()];
  for (const session of [first, second]) await takenBy(two, session, ['call.ended']);
  const reviewer = newUser('reviewer');
  const rest = staffRest(reviewer);
  const parked = await eventually('both are parked', async () => {
    const { status: code, body } = await rest.get('/events?state=parked');
    assert.equal(code, 200);
    return body.items.length === 2 && body.items;
  });
  const id = two.of(first)[0].event.id;
  const entry = parked.find((item) => item.id === id);
  assert.deepEqual(Object.keys(entry), ['id', 'type', 'callId', 'destination', 'timestamp', 'parkedAt', 'attempts', 'lastError']);
  assert.deepEqual([entry.type, entry.callId, entry.attempts, entry.lastError], ['call.created', first.id, 1, 'HTTP 410']);
  assert.match(entry.destination, /^webhook:127\.0\.0\.1:[0-9a-f]{8}$/);

  const page = (await rest.get('/events?limit=1')).body;
  const rest2 = (await rest.get(`/events?limit=1&cursor=${page.nextCursor}`)).body;
  assert.deepEqual([...page.items, ...rest2.items].map((item) => item.id), parked.map((item) => item.id));
  assert.equal(rest2.nextCursor, null);

  two.answer = () => NO_CONTENT;
  assert.deepEqual((await rest.post(`/events/${id}/retry`)).body, { id, destinations: [entry.destination] });
  await takenBy(two, first, ['call.ended', 'call.created']);
  assert.equal(two.of(first).at(-1).event.id, id);
  assertProblem(await rest.post(`/events/${id}/retry`), 404, 'not_found');
  assertProblem(await rest.post('/events/nonsense/retry'), 404, 'not_found');
  assertProblem(await rest.get('/events?state=sent'), 400, 'bad_value');
  assertProblem(await rest.get('/events?cursor=nonsense'), 400, 'bad_value');
  assertProblem(await rest.get('/events?colour=red'), 400, 'unknown_field');
  assert.equal((await stage.patient().rest.get('/events')).status, 403);
  assert.equal((await stage.patient().rest.post(`/events/${id}/retry`)).status, 403);

  const audit = await (await fetch(`${stage.service.base}/api/v1/audit`, { headers: { authorization: `Bearer ${tokenFor('auditor', { role: 'ADMIN' })}` } })).text();
  const entries = audit.split('\n').filter(Boolean).map((line) => JSON.parse(line)).filter(({ actor }) => actor === reviewer);
  assert.ok(entries.some(({ action }) => action === 'events.list'));
  assert.deepEqual(entries.find(({ action }) => action === 'event.retry').detail, id);
});

test('a silo that is killed between the commit and the sending loses nothing', async () => {
  two.answer = () => status(500);
  const session = (await stage.staff().rest.call(stage.patient().id)).session;
  await eventually('it was tried', () => two.of(session).length > 0);
  await stage.service.kill();
  two.answer = () => NO_CONTENT;
  await stage.service.start();
  await takenBy(two, session, ['call.created']);
  assert.equal(new Set(two.of(session).map(({ event }) => event.id)).size, 1);
});

test('the client libraries of brokers are not loaded where there is no broker, and no secret is logged', () => {
  const maps = readFileSync(`/proc/${stage.service.pid}/maps`, 'utf8');
  assert.ok(maps.includes('Fayo.Calls.Silo.dll'));
  assert.doesNotMatch(maps, /Confluent|librdkafka|RabbitMQ/);
  for (const secret of [SECRET, PREVIOUS_SECRET].flatMap((text) => [text, text.slice('whsec_'.length)]).concat('/hook')) assert.ok(!stage.service.log.includes(secret));
});

test('a name that leads to a private address is not connected to, and a broker that is gone holds up nobody', async (t) => {
  const address = await lookup(hostname()).catch(() => undefined);
  if (!address) return t.skip('the name of this machine leads nowhere');
  const target = await Receiver.start();
  const rabbitPassword = 'hunter2-of-rabbitmq';
  try {
    const service = await stage.startService({
      ...settingsOf(0, `https://${hostname()}:${target.port}/`, { AllowPrivate: 'False' }),
      ...settingsOf(1, one.url),
      // Nothing listens there.
      KAFKA_BROKERS: '127.0.0.1:1',
      RABBITMQ_URL: `amqp://fayo:${rabbitPassword}@127.0.0.1:1`,
      Calls__EventTimeout: '00:00:01',
      Calls__EventRetryPause: '00:00:00.1',
      Calls__EventRetryFor: '00:00:01',
    });
    const { session } = await stage.staff(service).rest.call(stage.patient(service).id);
    await takenBy(one, session, ['call.created']);
    const parked = await eventually('the others are parked', async () => {
      const { body } = await stage.rest(newUser('reviewer'), { role: 'ADMIN' }, service).get('/events');
      const found = body.items.filter(({ callId }) => callId === session.id);
      return found.length === 3 && found;
    });
    const reasons = Object.fromEntries(parked.map(({ destination, lastError }) => [destination.split(':')[0], lastError]));
    assert.deepEqual(reasons, { webhook: 'the host has no public address', kafka: 'Local_MsgTimedOut', rabbitmq: 'cannot be reached' });
    assert.equal(target.requests.length, 0);
    assert.ok(!service.log.includes(rabbitPassword));
    assert.match(readFileSync(`/proc/${service.pid}/maps`, 'utf8'), /librdkafka/);
  } finally {
    target.stop();
  }
});
