// The way in for FAYO's shipped app: Socket.IO, by npm's own client, as the app connects.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { App } from '../support/app.mjs';
import { assertOpensChannel } from '../support/agora.mjs';
import { PrefixProxy } from '../support/prefix-proxy.mjs';
import { upgrade } from '../support/raw.mjs';
import { assertCredential, assertInvitation, assertProblem, assertSession } from '../support/shapes.mjs';
import { Stage, onOneSiloAndOnThree, SHORT_RINGS } from '../support/stage.mjs';
import { newUser, tokenFor } from '../support/tokens.mjs';
import { PATIENCE_MS, eventually, within } from '../support/wait.mjs';

const UNVERIFIED = 200;
const PER_USER = 4;
const PATH = '/socket.io/?EIO=4&transport=websocket';

/** A call to the app of a patient, which rings. */
async function ringingCall(stage, options) {
  const staff = stage.staff();
  const patient = stage.patient();
  const panel = await stage.device(staff.id);
  const app = await connect(stage, patient.id, options);
  const { session } = await staff.rest.call(patient.id);
  await app.invited(session.id);
  return { staff, patient, panel, app, id: session.id };
}

async function connect(stage, userId, options) {
  const app = await App.connect(stage.service, userId, options);
  stage.devices.push(app);
  return app;
}

/** A WebSocket to Socket.IO's path over which the test itself speaks; `received` has its packets. */
async function raw(stage, path = PATH, headers = {}) {
  const received = [];
  const { socket, status, body } = await upgrade(stage.service, path, headers, (data) => received.push(String(data)));
  if (!socket) return { status, body: body && JSON.parse(body) };
  socket.on('error', () => {});
  const closed = new Promise((resolve) => { socket.once('close', resolve); });
  const arrives = (what, matches) => eventually(what, () => received.find(matches));
  return { socket, received, closed, arrives, send: (packet) => socket.send(packet), isOpen: () => socket.readyState === socket.OPEN };
}

/** Such a WebSocket, connected to the namespace. */
async function rawConnected(stage, userId = newUser()) {
  const client = await raw(stage);
  client.send(`40/ws/calls,${JSON.stringify({ token: tokenFor(userId) })}`);
  await client.arrives('the client is connected', (packet) => packet.startsWith('42/ws/calls,["connected"'));
  return client;
}

onOneSiloAndOnThree(SHORT_RINGS, (stage) => {
  test('staff with SignalR call an app with Socket.IO: it rings without acknowledging, answers, never confirms, and hears of the end', async () => {
    const { staff, patient, panel, app, id } = await ringingCall(stage);
    const { connectionId, userId } = await app.told('connected');
    assert.equal(userId, patient.id);
    assertInvitation(app.about(id, 'call_invitation')[0]);
    await panel.toldStatus(id, 'RINGING');

    const answer = await app.emit('request_token', { sessionId: id, role: 'AUDIENCE' });
    assertSession(answer.session);
    assertCredential(answer.credential);
    assertOpensChannel(answer.credential, { channelName: answer.session.channelName, userId: patient.id });
    assert.deepEqual(await app.told('token_issued'), answer);
    const answered = await panel.told('call_status', (session) => session.id === id && session.answeredAt !== null);
    assert.equal(answered.status, 'RINGING');

    assert.equal((await staff.rest.status(id, 'ACTIVE')).status, 200);
    await app.toldStatus(id, 'ACTIVE');
    assert.equal((await staff.rest.status(id, 'COMPLETED')).status, 200);
    assert.equal((await app.toldStatus(id, 'COMPLETED')).endReason, 'hangup');
    const { body: timeline } = await staff.rest.timeline(id);
    for (const kind of ['delivered', 'ringing', 'answered']) {
      assert.deepEqual(timeline.filter((entry) => entry.kind === kind).map(({ device }) => device), [connectionId], kind);
    }
  });

  test('an app does everything that a client of SignalR does, and each event is acknowledged where that is asked for', async () => {
    const { staff, patient, app, id } = await ringingCall(stage);
    assert.equal((await app.emit('invitation_ack', { sessionId: id })).session.id, id);
    assert.deepEqual((await app.emit('sync')).invitations.map((session) => session.id), [id]);
    assert.deepEqual(await app.emit('join_call', { sessionId: id }), { sessionId: id });
    assert.deepEqual(await app.told('call_joined'), { sessionId: id });
    app.socket.emit('request_token', { sessionId: id });
    assert.equal((await app.told('token_issued')).session.id, id);
    assert.equal((await app.emit('call_status', { sessionId: id, status: 'ACTIVE' })).session.status, 'ACTIVE');
    assert.deepEqual((await app.emit('sync', {})).calls.map((session) => session.status), ['ACTIVE']);

    // Errors come as an event, and as the acknowledgement where one is asked for.
    assert.equal((await app.emit('call_status', { sessionId: id, status: 'PENDING' })).error.code, 'not_possible');
    assert.match((await app.told('error', ({ code }) => code === 'not_possible')).message, /\.$/);
    app.socket.emit('join_call', { sessionId: 'no-such-call' });
    await app.told('error', ({ code }) => code === 'not_found');
    app.socket.emit('call_status', { sessionId: id, status: 'COMPLETED', nonsense: 1 });
    await app.told('error', ({ code }) => code === 'unknown_field');
    assert.equal((await app.emit('no_such_event')).error.code, 'unknown_event');
    assert.equal((await app.emit('call_status', { sessionId: id, status: 'COMPLETED' })).session.endReason, 'hangup');
    assert.equal((await stage.rest(patient.id).session(id)).body.endedBy, patient.id);
    assert.equal((await staff.rest.session(id)).body.status, 'COMPLETED');
  });

  test('an app that loses its network in a call connects again and renews its token, over Socket.IO and over REST', async () => {
    const { patient, panel, app, id } = await ringingCall(stage);
    const other = await connect(stage, patient.id);
    await other.invited(id);
    const { credential } = await app.emit('request_token', { sessionId: id });
    assertCredential(credential);
    assert.equal((await other.emit('request_token', { sessionId: id })).error.code, 'answered_elsewhere', 'while the connection lives that answered');
    assert.equal((await patient.rest.answer(id)).status, 201);
    assertProblem(await patient.rest.answer(id, { deviceId: 'another' }), 409, 'answered_elsewhere');

    const before = app.received.length;
    app.loseNetwork();
    await eventually('the app is connected again', () => app.received.slice(before).some(({ name }) => name === 'connected'));
    assert.deepEqual(app.disconnects, ['transport close']);
    const renewed = await eventually('the silos know that the old connection is gone', async () => {
      const answer = await app.emit('request_token', { sessionId: id });
      return answer.credential && answer;
    });
    assert.equal(renewed.session.id, id);
    assert.equal(renewed.session.answeredAt, (await panel.told('call_status', (session) => session.id === id && session.answeredAt)).answeredAt);
    assert.equal((await other.emit('request_token', { sessionId: id })).error.code, 'answered_elsewhere', 'the app has the call again');
    assert.equal((await patient.rest.answer(id)).status, 201);
  });

  test('connections of one user live side by side, of either protocol, and each rings', async () => {
    const { patient, app, id } = await ringingCall(stage);
    const late = await connect(stage, patient.id);
    const page = await stage.device(patient.id, { device: 'page' });
    await Promise.all([late, page].map((device) => device.invited(id)));
    assert.deepEqual(app.disconnects, []);
    // The page does not acknowledge, and so is invited again; the apps are not.
    await eventually('the page is invited again', () => page.about(id, 'call_invitation').length > 1);
    for (const one of [app, late]) assert.equal(one.about(id, 'call_invitation').length, 1);
    await stage.rest(patient.id).status(id, 'CANCELLED');
    for (const device of [app, late, page]) assert.equal((await device.toldStatus(id, 'CANCELLED')).endReason, 'declined');
  });
}, { isShared: true });

describe('on a service of its own', () => {
  const stage = Stage.forThisFile({
    Calls__RingTimeout: '00:00:05', Calls__UnverifiedConnections: String(UNVERIFIED), Calls__ConnectionsPerUser: String(PER_USER),
    Calls__RequestsPerSecond: '1000', Calls__RequestBurst: '2000',
  });
  // It never answers a ping. It waits to be disconnected while the other tests run.
  let silent;
  let app;
  before(async () => {
    silent = await rawConnected(stage);
    app = await connect(stage, newUser());
  });

  test('a call that nobody answers on an app has no answer, and not nobody to ring', async () => {
    const { panel, app, id } = await ringingCall(stage);
    assert.equal((await panel.toldStatus(id, 'EXPIRED')).endReason, 'no_answer');
    await app.toldStatus(id, 'EXPIRED');
  });

  test('the token comes in auth, in the Authorization header or in the query', async () => {
    for (const place of ['auth', 'header', 'query']) {
      const id = newUser();
      const app = await connect(stage, id, { in: place });
      assert.equal((await app.told('connected')).userId, id, place);
      assert.equal((await app.told('connected')).connectionId, app.socket.id);
      app.disconnect();
    }
    const app = await connect(stage, newUser(), { token: `Bearer ${tokenFor('a-user')}` });
    assert.equal((await app.told('connected')).userId, 'a-user');
  });

  test('a client without a good token is told why, and may bring a better one', async () => {
    const userId = newUser();
    for (const [options, message] of [
      [{ token: 'nonsense' }, /cannot be read/],
      [{ token: 'nonsense', in: 'header' }, /cannot be read/],
      [{ token: tokenFor(userId, { exp: 1_600_000_000 }) }, /has expired/],
      [{ token: tokenFor(userId, {}, { secret: 'not the secret of the service at all' }) }, /not signed/],
      [{ in: 'nowhere' }, /is required/],
    ]) {
      const error = await App.refused(stage.service, userId, options);
      assert.match(error.message, message);
      assert.deepEqual(error.data, { code: 'unauthorized' });
    }
    let token = 'nonsense';
    const app = new App(stage.service, userId, { token: () => token });
    await eventually('it is refused', () => app.refusals.length > 0);
    token = tokenFor(userId);
    app.socket.connect();
    assert.equal((await app.told('connected')).userId, userId);
    app.disconnect();
  });

  test('there is one namespace', async () => {
    const { origin } = new URL(stage.service.base);
    for (const name of ['', '/ws/monitor']) {
      const app = new App(stage.service, newUser());
      const other = app.socket.io.socket(name || '/', {});
      const [error] = await within(PATIENCE_MS, `${origin}${name} is refused`, once(other, 'connect_error'));
      assert.equal(error.message, 'Invalid namespace');
      await app.told('connected');
      app.disconnect();
    }
    const client = await rawConnected(stage);
    client.send('40/other,');
    await client.arrives('it is refused', (packet) => packet === '44/other,{"message":"Invalid namespace"}');
    client.send('42["sync",{}]');
    await client.arrives('an event for another namespace is refused', (packet) => packet.includes('"malformed"'));
    client.socket.close();
  });

  test('polling is refused, and so is what is no handshake', async () => {
    for (const [query, code] of [
      ['EIO=4&transport=polling', 0], ['EIO=4', 0], ['EIO=4&transport=carrier-pigeon', 0], ['EIO=4&transport=websocket&sid=x', 1], ['EIO=4&transport=websocket', 3],
      ['EIO=3&transport=websocket', 5], ['transport=websocket', 5], ['', 5],
    ]) {
      const answer = await fetch(`${stage.service.base}/socket.io/?${query}`);
      assert.equal(answer.status, 400, query);
      assert.equal((await answer.json()).code, code, query);
    }
    assert.equal((await fetch(`${stage.service.base}/socket.io/?EIO=4&transport=websocket`, { method: 'POST' })).status, 400);
    assert.equal((await raw(stage, `${PATH}&device=`)).body.code, 3);
    const forbidden = await raw(stage, PATH, { origin: 'https://evil.example' });
    assert.equal(forbidden.status, 403);
    assert.equal(forbidden.body.code, 4);
  });

  test('npm’s client with its default options is refused its polling and told why; with tryAllTransports it goes on to WebSockets', async () => {
    const connectWith = async (options) => {
      const words = [path.join(import.meta.dirname, '../support/default-app.mjs'), new URL(stage.service.base).origin, tokenFor(newUser()), JSON.stringify(options)];
      return JSON.parse((await promisify(execFile)(process.execPath, words, { timeout: PATIENCE_MS })).stdout);
    };
    const refused = await connectWith({});
    assert.equal(refused.status, 400);
    assert.equal(JSON.parse(refused.answer).code, 0);
    assert.match(JSON.parse(refused.answer).message, /websocket/i);
    assert.deepEqual(await connectWith({ tryAllTransports: true }), { transport: 'websocket' });
  });

  test('what is no packet of Socket.IO is refused, and what is too large closes the connection', async () => {
    const client = await rawConnected(stage);
    let refused = 0;
    for (const packet of ['', 'nonsense', '4', '47', '42/ws/calls', '42/ws/calls,[]', '42/ws/calls,{', '42/ws/calls,["sync",{]', '42/ws/calls,[1]', '0{}', '4{}', '42/ws/calls,["sync",{}]]',
      `42/ws/calls,["sync",${'['.repeat(500)}${']'.repeat(500)}]`, '451-/ws/calls,["sync",{"_placeholder":true,"num":0}]', '42/ws/calls,["connect"]']) {
      client.send(packet);
      if (packet === '') continue;
      refused += 1;
      await eventually(`${packet} is refused`, () => client.received.filter((one) => one.startsWith('42/ws/calls,["error",')).length === refused);
    }
    client.socket.send(Buffer.alloc(10_000));
    client.send('42/ws/calls,7["sync"]');
    await client.arrives('it goes on', (packet) => packet.startsWith('43/ws/calls,7[{'));
    assert.ok(client.isOpen());

    client.send(`42/ws/calls,["sync",{"a":"${'x'.repeat(100_000)}"}]`);
    await client.arrives('it is told why', (packet) => packet.includes('"too_large"'));
    await within(PATIENCE_MS, 'it is disconnected', client.closed);
    const binary = await rawConnected(stage);
    binary.socket.send(Buffer.alloc(1_000_000));
    await within(PATIENCE_MS, 'it is disconnected', binary.closed);
    const flood = await rawConnected(stage);
    flood.socket.on('ping', () => {});
    for (let i = 0; i < 50_000 && flood.isOpen(); i += 1) flood.send('3');
    await within(PATIENCE_MS, 'who floods is disconnected', flood.closed);
  });

  test('a client that sends something else before it is connected is disconnected', async () => {
    for (const packet of ['42/ws/calls,["sync",{}]', 'nonsense', '1', '41/ws/calls,', Buffer.from('40/ws/calls,'), '40/ws/calls,[', `40/ws/calls,{"token":"${'x'.repeat(50_000)}"}`]) {
      const client = await raw(stage);
      client.send(packet);
      await within(PATIENCE_MS, `${String(packet).slice(0, 40)} is refused`, client.closed);
    }
    const trying = await raw(stage);
    for (let i = 0; i < 20; i += 1) trying.send('40/ws/calls,{"token":"nonsense"}');
    await within(PATIENCE_MS, 'who tries often is disconnected', trying.closed);
    assert.ok(trying.received.filter((packet) => packet.startsWith('44/ws/calls,')).length <= 8);
  });

  test('a client that leaves is gone at once', async () => {
    const id = newUser();
    const admin = stage.staff();
    const devices = async () => (await admin.rest.get(`/users?search=${id}`)).body.items[0]?.devices;
    const app = await connect(stage, id);
    await eventually('it is there', async () => await devices() === 1);
    app.disconnect();
    await eventually('it is gone', async () => await devices() === 0);
  });

  test('a user has so many connections and no more; the client is told so and does not come back', async () => {
    const id = newUser();
    const apps = [];
    for (let i = 0; i < PER_USER; i += 1) apps.push(await connect(stage, id));
    for (const app of apps) await app.emit('sync');
    const late = await connect(stage, id);
    await late.told('error', ({ code }) => code === 'too_many_connections');
    await eventually('it is disconnected', () => late.disconnects.length === 1);
    assert.deepEqual(late.disconnects, ['io server disconnect']);
    apps.forEach((app) => assert.deepEqual(app.disconnects, []));
    apps.forEach((app) => app.disconnect());
  });

  test('an app whose token runs out is disconnected, and comes back with a new one', async () => {
    const id = newUser();
    const lives = [2, 3600];
    const app = await connect(stage, id, { token: () => tokenFor(id, { exp: Math.floor(Date.now() / 1000) + (lives.shift() ?? 3600) }) });
    await eventually('it is connected again', () => app.received.filter(({ name }) => name === 'connected').length === 2);
    assert.deepEqual(app.disconnects, ['transport close']);
    await app.emit('sync');
  });

  test('two thousand sockets without a token are closed, cost little, and keep nobody out', async () => {
    const memory = () => Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${stage.service.pid}/status`, 'utf8'))[1]) / 1024;
    const app = await connect(stage, newUser());
    const before = memory();
    const flood = [];
    for (let batch = 0; batch < 20; batch += 1) {
      flood.push(...await Promise.all(Array.from({ length: 100 }, () => raw(stage))));
      // Half a packet, so that each also keeps what it has sent.
      flood.slice(-100).forEach(({ socket }) => socket.send('40/ws/calls,', { fin: false }));
    }
    await eventually('those that are too many are closed', () => flood.filter((client) => client.isOpen()).length <= UNVERIFIED);
    await connect(stage, newUser());
    await app.emit('sync');
    assert.deepEqual(app.disconnects, []);
    await eventually('the others had their time', () => flood.every((client) => !client.isOpen()));
    const grown = memory() - before;
    assert.ok(grown < 150, `the memory has grown by ${grown.toFixed(0)} MB`);
  });

  test('a proxy with a path prefix is passed', async () => {
    const proxy = await PrefixProxy.to(() => new URL(stage.service.base).port, '/calls-app');
    try {
      const { origin, pathname } = new URL(proxy.base);
      const app = await App.connect({ base: origin }, newUser(), { path: `${pathname}/socket.io/` });
      stage.devices.push(app);
      await app.emit('sync');
      assert.deepEqual(proxy.outside, []);
      app.disconnect();
    } finally {
      proxy.close();
    }
  });

  test('a client is told the limits, and asked whether it is there; one that does not answer is disconnected', async () => {
    const [, open] = /^0(\{.*\})$/.exec(silent.received[0]);
    const { sid, ...limits } = JSON.parse(open);
    assert.ok(sid.length >= 20);
    assert.deepEqual(limits, { upgrades: [], pingInterval: 15_000, pingTimeout: 15_000, maxPayload: 65_535 });
    await within(PATIENCE_MS, 'the silent client is disconnected', silent.closed);
    assert.ok(silent.received.includes('2'), 'it was asked');
    assert.deepEqual(app.disconnects, [], 'a client that answers stays');
    await app.emit('sync');
  });

  test('a silo that stops closes the connections of apps in order; they come back when it does, in their call', async () => {
    const { staff, app, id } = await ringingCall(stage);
    await app.emit('request_token', { sessionId: id });
    const before = app.received.length;
    const { code } = await stage.service.stop();
    assert.equal(code, 0);
    await eventually('the app is disconnected', () => app.disconnects.length > 0);
    assert.equal(app.disconnects[0], 'transport close');
    await stage.service.start();
    await eventually('the app is back', () => app.received.slice(before).some(({ name }) => name === 'connected'));
    assert.ok((await app.emit('request_token', { sessionId: id })).credential);
    assert.equal((await staff.rest.status(id, 'COMPLETED')).status, 200);
    await app.toldStatus(id, 'COMPLETED');
  });
});
