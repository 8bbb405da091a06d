// Clients that do not read what they asked for: each costs little, is disconnected in time, and nobody else notices.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { insertOpenCalls } from '../support/open-calls.mjs';
import { rawHub } from '../support/raw.mjs';
import { Stage } from '../support/stage.mjs';
import { newUser, tokenFor } from '../support/tokens.mjs';
import { Viewer } from '../support/viewer.mjs';
import { eventually, within } from '../support/wait.mjs';

// The service looks once a second, and a connection that was told to close has ten seconds for it.
const DISCONNECTED_WITHIN_MS = 25_000;
const FREED_WITHIN_MS = 90_000;
const CALLS = 10;
const STUCK = 20;
const QUESTIONS = 3000;
const MOST_MEMORY = 60 * 1024 * 1024;

// Their list is longer than what the buffers of both kernels hold.
const WATCHED_CALLS = 20_000;

const stage = Stage.forThisFile({ Calls__SendTimeout: '00:00:02' }, { prepare: ({ database }) => insertOpenCalls(database, WATCHED_CALLS) });
const slow = Stage.forThisFile({ Calls__SendTimeout: '00:05:00' });
const sockets = [];
after(() => sockets.forEach((socket) => socket.terminate()));

const memoryOf = ({ pid }) => Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024;

/** A connection below the SignalR client that is never silent, so that only what it does not read can be held against it. */
async function connect({ service }, userId, { path, ...claims } = {}) {
  const hub = await rawHub(service, tokenFor(userId, claims), '', path);
  sockets.push(hub.socket);
  hub.socket.on('error', () => {});
  const pings = setInterval(() => hub.socket.readyState === hub.socket.OPEN && hub.send('{"type":6}'), 1000);
  const closed = hub.closed.then((code) => { clearInterval(pings); return code; });
  return { ...hub, closed };
}

/** Asks the same question very often and reads no answer. */
function askWithoutReading({ socket }) {
  socket.pause();
  const question = '{"type":1,"invocationId":"1","target":"sync","arguments":[{}]}\x1e';
  for (let sent = 0; sent < QUESTIONS; sent += 100) socket.send(question.repeat(100));
}

/** Somebody with many open calls. Nobody tells of them: messages of the service itself would be found out in another way. */
async function busyStaff(stage) {
  const staff = stage.staff();
  for (let i = 0; i < CALLS; i++) await staff.rest.call(stage.patient().id, { metadata: { padding: 'x'.repeat(3500) } });
  return staff;
}

/** Resolves once the service has disconnected a client, which shows only when it is written to. */
async function disconnected({ socket, closed }) {
  await within(DISCONNECTED_WITHIN_MS, 'the client is disconnected', closed);
  assert.equal(socket.readyState, socket.CLOSED);
}

test('clients that ask and do not read the answers are disconnected, their memory is freed, and others are served', async () => {
  const staff = await busyStaff(stage);
  const panel = await stage.device(staff.id);
  assert.equal((await panel.invoke('sync', {})).calls.length, CALLS);
  const before = memoryOf(stage.service);
  const stuck = await Promise.all(Array.from({ length: STUCK }, () => connect(stage, staff.id)));

  stuck.forEach(askWithoutReading);
  const other = stage.patient();
  const phone = await stage.device(other.id);
  const { session } = await stage.staff().rest.call(other.id);
  await phone.invited(session.id);
  assert.equal((await panel.invoke('sync', {})).calls.length, CALLS);
  await Promise.all(stuck.map(disconnected));

  // While a call rings, the process is not stopped for a collection.
  const open = (await staff.rest.get('/calls/sessions')).body;
  await Promise.all(open.map(({ id }) => staff.rest.status(id, 'CANCELLED')));
  await other.rest.status(session.id, 'CANCELLED');
  await eventually('the memory is freed', () => memoryOf(stage.service) < before + MOST_MEMORY, FREED_WITHIN_MS);
});

test('viewers of the monitor that do not read are disconnected, their memory is freed, and others see every call', async () => {
  const viewer = await Viewer.watch(stage.service);
  const before = memoryOf(stage.service);
  const stuck = await Promise.all(Array.from({ length: STUCK }, async () => {
    const hub = await connect(stage, newUser('staff'), { path: '/ws/monitor', role: 'ADMIN' });
    hub.socket.pause();
    return hub;
  }));
  const staff = stage.staff();
  const { session } = await staff.rest.call(stage.patient().id);
  await viewer.shows('the call', session.id);
  await Promise.all(stuck.map(disconnected));
  await staff.rest.status(session.id, 'CANCELLED');
  await viewer.endOf(session.id);
  await viewer.disconnect();
  await eventually('the memory is freed', () => memoryOf(stage.service) < before + MOST_MEMORY, FREED_WITHIN_MS);
});

test('a token that expires closes a connection to which nothing can be written', async () => {
  const staff = await busyStaff(slow);
  const stuck = await connect(slow, staff.id, { exp: Math.floor(Date.now() / 1000) + 5 });
  askWithoutReading(stuck);
  await disconnected(stuck);
});
