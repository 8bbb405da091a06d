// How many connections there may be, of one user and in total, and what becomes of those that send no request or do not read.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { after, describe, test } from 'node:test';
import { HttpTransportType, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { rawHub, rawRequest, upgrade } from '../support/raw.mjs';
import { Stage } from '../support/stage.mjs';
import { newUser, tokenFor } from '../support/tokens.mjs';
import { eventually, within } from '../support/wait.mjs';

const PER_USER = 3;
const MOST = 100;
const UNVERIFIED = 20;
// A client has 15 seconds for its first request and for the headers of each, and may read nothing of a response for 30.
const CLOSED_WITHIN_MS = 75_000;

const stage = Stage.forThisFile({
  Calls__ConnectionsPerUser: String(PER_USER), Calls__MaxConnections: String(MOST), Calls__UnverifiedConnections: String(UNVERIFIED),
});
const sockets = [];
const closings = new Map();
after(() => sockets.forEach((socket) => socket.destroy()));

const hubPath = (userId) => `/ws/calls?access_token=${tokenFor(userId)}`;

/** A TCP connection over which the test itself speaks HTTP. */
async function tcp() {
  const socket = connectTcp(Number(new URL(stage.service.base).port), '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => {});
  closings.set(socket, new Promise((resolve) => { socket.once('close', resolve); }));
  await once(socket, 'connect');
  return socket;
}

const isClosed = (socket) => within(CLOSED_WITHIN_MS, 'the connection is closed', closings.get(socket));

describe('one user', () => {
  test('has so many connections and no more, is told so, and may have another later', async () => {
    const id = newUser();
    const hubs = [];
    for (let i = 0; i < PER_USER; i++) hubs.push(await rawHub(stage.service, tokenFor(id)));
    await eventually('all are announced', async () => (await Promise.all(hubs.map((hub) => {
      hub.send('{"type":1,"invocationId":"1","target":"sync","arguments":[{}]}');
      return eventually('sync is answered', () => hub.received.some(({ type }) => type === 3));
    }))).length === PER_USER);

    const more = await rawHub(stage.service, tokenFor(id));
    await within(10_000, 'the connection is closed', more.closed);
    const close = more.received.find(({ type }) => type === 7);
    assert.match(close.error, /^too_many_connections: /);
    assert.ok(!close.allowReconnect, 'a client that connects again by itself must not');
    hubs.forEach(({ socket }) => assert.equal(socket.readyState, socket.OPEN));

    hubs.pop().socket.close();
    const again = await eventually('there is room again', async () => {
      const hub = await rawHub(stage.service, tokenFor(id));
      hub.send('{"type":1,"invocationId":"1","target":"sync","arguments":[{}]}');
      return Promise.race([hub.closed.then(() => false), eventually('sync is answered', () => hub.received.some(({ type }) => type === 3) && hub)]);
    });
    [...hubs, again].forEach(({ socket }) => socket.close());
  });

  test('is not thrown out by clients of SignalR that connect again by themselves', async () => {
    const id = newUser();
    const kept = [];
    for (let i = 0; i < PER_USER; i++) kept.push(await stage.device(id));
    for (const device of kept) await device.invoke('sync', {});
    let reconnects = 0;
    const late = new HubConnectionBuilder()
      .withUrl(`${stage.service.base}/ws/calls`, { accessTokenFactory: () => tokenFor(id), skipNegotiation: true, transport: HttpTransportType.WebSockets })
      .withAutomaticReconnect([0, 0, 0, 0])
      .configureLogging(LogLevel.None)
      .build();
    late.on('connected', () => {});
    late.onreconnecting(() => { reconnects++; });
    const closed = new Promise((resolve) => late.onclose(resolve));
    // The client may be told before it has noticed that the connection is open.
    const error = await within(10_000, 'the late connection is closed', late.start().then(() => closed, (reason) => reason));
    assert.match(String(error), /too_many_connections: /);
    assert.equal(reconnects, 0);
    for (const device of kept) {
      assert.ok(device.isConnected);
      await device.disconnect();
    }
  });
});

test('a member of staff has so many viewers of the monitor and no more, is told so, and may have another later', async () => {
  const token = tokenFor(newUser('staff'), { role: 'ADMIN' });
  const open = () => rawHub(stage.service, token, '', '/ws/monitor');
  const shown = (hub) => eventually('the monitor is shown', () => hub.received.some(({ target }) => target === 'monitor_summary'));
  const viewers = [];
  for (let i = 0; i < PER_USER; i++) viewers.push(await open());
  await Promise.all(viewers.map(shown));
  const more = await open();
  await within(10_000, 'the viewer is closed', more.closed);
  const close = more.received.find(({ type }) => type === 7);
  assert.match(close.error, /^too_many_connections: /);
  assert.ok(!close.allowReconnect, 'a client that connects again by itself must not');
  viewers.forEach(({ socket }) => assert.equal(socket.readyState, socket.OPEN));

  viewers.pop().socket.close();
  const again = await eventually('there is room again', async () => {
    const hub = await open();
    return Promise.race([hub.closed.then(() => false), shown(hub).then(() => hub)]);
  });
  [...viewers, again].forEach(({ socket }) => socket.close());
});

describe('connections without a valid token', () => {
  test('go when they send no request, or not the whole of one', async () => {
    const silent = await tcp();
    const slow = await tcp();
    slow.write('GET /health/live HTTP/1.1\r\nHost: x\r\nX-Slow: ');
    const answered = await tcp();
    answered.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(answered, 'data');
    // It may be told why before it is closed, which it only notices when it reads that.
    slow.resume();
    await Promise.all([isClosed(silent), isClosed(slow)]);
    assert.equal(answered.destroyed, false, 'who has sent a request may send another');
  });

  test('go, the oldest first, when there are too many, and keep out nobody with a token', async () => {
    const known = await tcp();
    const request = `GET /api/v1/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${tokenFor(newUser())}\r\n\r\n`;
    known.write(request);
    await once(known, 'data');
    const flood = [];
    for (let i = 0; i < 3 * UNVERIFIED; i++) flood.push(await tcp());

    await eventually('those that are too many are closed', () => flood.filter((socket) => !socket.destroyed).length <= UNVERIFIED);
    assert.equal(flood.at(-1).destroyed, false, 'the newest stay');
    known.write(request);
    const [answer] = await once(known, 'data');
    assert.match(answer.toString(), /^HTTP\/1\.1 200 /);
    const { socket } = await upgrade(stage.service, hubPath(newUser()));
    assert.ok(socket);
    socket.close();
    flood.forEach((one) => one.destroy());
  });
});

test('a client that asks and does not read the responses is disconnected', async () => {
  const reader = await tcp();
  reader.pause();
  reader.write('GET /openapi/v1.json HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(1000));
  const writes = setInterval(() => reader.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n'), 500);
  await isClosed(reader).finally(() => clearInterval(writes));
});

test('when a silo has as many hub connections as it takes, more are refused and requests are answered', async () => {
  const open = [];
  for (let i = 0; ; i++) {
    assert.ok(i < MOST, 'all connections were taken');
    const { socket, status, body } = await upgrade(stage.service, hubPath(newUser()));
    if (!socket) {
      assert.equal(status, 503);
      assert.equal(JSON.parse(body).code, 'overloaded');
      break;
    }
    open.push(socket);
  }
  assert.ok(open.length >= 0.8 * MOST, String(open.length));
  assert.equal((await rawRequest(stage.service, 'GET', '/api/v1/me', { authorization: `Bearer ${tokenFor(newUser())}` })).status, 200);
  open.forEach((socket) => socket.close());
  await eventually('there is room again', async () => {
    const { socket } = await upgrade(stage.service, hubPath(newUser()));
    socket?.close();
    return socket !== undefined;
  });
});
