// Who is who, and who is there: the users seen so far, a directory of one's own, and the local demo's people.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { claimServicePorts } from '../support/ports.mjs';
import { rawRequest } from '../support/raw.mjs';
import { Rest } from '../support/rest.mjs';
import { launch } from '../support/service.mjs';
import { assertProblem, assertTime } from '../support/shapes.mjs';
import { Stage } from '../support/stage.mjs';
import { newUser } from '../support/tokens.mjs';
import { eventually, ON_TIME_MS } from '../support/wait.mjs';

const KEYS = ['id', 'firstName', 'lastName', 'role', 'phone', 'online', 'devices', 'pushReachable', 'lastReachableAt'];

const stage = Stage.forThisFile({ Calls__StaffRoles: 'ADMIN, DOCTOR' });

const staffRest = (service) => stage.rest(newUser('staff'), { role: 'ADMIN' }, service);

/** The only user whom a search finds, once there is one that is as expected. */
const found = (rest, search, matches = () => true) => eventually(`${search} is listed as expected`, async () => {
  const { body: { items } } = await rest.get(`/users?search=${encodeURIComponent(search)}`);
  return items.length === 1 && matches(items[0]) && items[0];
});

test('the devices of a user are those that have rung, oldest first, and tell which is connected', async () => {
  const staff = staffRest();
  const id = newUser('patient');
  const rest = stage.rest(id, {});
  assert.deepEqual((await rest.get('/me/devices')).body, { items: [] });
  const phone = await stage.device(id, { device: 'phone' });
  const unnamed = await stage.device(id);
  const ring = async (device, more = {}) => {
    const { session } = await staff.call(id);
    await device.invited(session.id);
    await device.invoke('invitation_ack', { sessionId: session.id, ...more });
    await staff.status(session.id, 'CANCELLED');
  };
  await ring(phone);
  await ring(unnamed);
  await ring(phone, { deviceId: 'watch' });
  await ring(phone);

  const items = await eventually('both named devices are kept', async () => {
    const { body } = await rest.get('/me/devices');
    return body.items.length === 2 && body.items;
  });
  assert.deepEqual(items.map(({ deviceId, connected }) => [deviceId, connected]), [['phone', true], ['watch', false]]);
  for (const item of items) {
    assert.deepEqual(Object.keys(item), ['deviceId', 'firstSeenAt', 'connected']);
    assertTime(item.firstSeenAt);
  }
  assert.deepEqual((await stage.rest(newUser('patient'), {}).get('/me/devices')).body, { items: [] }, 'nobody sees those of others');
  assertProblem(await new Rest(stage.service.base).get('/me/devices'), 401, 'unauthorized');
});

test('me tells who the caller is, and whether that is staff and may watch all calls', async () => {
  const names = { firstName: 'Ann', lastName: 'Smith' };
  for (const [claims, role, first, last, staff] of [
    [{ role: 'ADMIN', ...names }, 'ADMIN', 'Ann', 'Smith', true],
    [{ role: 'DOCTOR', given_name: 'Zoë', family_name: 'de Vries' }, 'DOCTOR', 'Zoë', 'de Vries', true],
    [{ role: 'PATIENT', name: 'Mary Ann Poe' }, 'PATIENT', 'Mary Ann', 'Poe', false],
    [{ role: 'PATIENT', name: 'Cher' }, 'PATIENT', 'Cher', null, false],
  ]) {
    const id = newUser();
    const answer = await stage.rest(id, claims).get('/me');
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(answer.body, { id, role, firstName: first, lastName: last, staff, monitor: staff });
  }
  assertProblem(await new Rest(stage.service.base).get('/me'), 401, 'unauthorized');
});

test('staff are told when the users come and go whom they watch, and nobody else is', async () => {
  const [watched, other, late] = [newUser(), newUser(), newUser()];
  const phone = await stage.device(watched);
  const panel = await stage.device(newUser('staff'), { claims: { role: 'ADMIN' } });
  const count = (id) => panel.received.filter(({ name }) => name === 'presence').flatMap(({ body }) => body.users).filter((user) => user.id === id).at(-1)?.devices;
  const becomes = (id, devices) => eventually(`${id} has ${devices} devices`, () => count(id) === devices, ON_TIME_MS);

  assert.deepEqual(await panel.invoke('watch_presence', { userIds: [watched, late] }), { users: 2 });
  await becomes(watched, 1);
  await becomes(late, 0);
  const arrived = await stage.device(late);
  await becomes(late, 1);
  await Promise.all([phone.disconnect(), stage.device(other)]);
  await becomes(watched, 0);
  assert.equal(count(other), undefined, 'who is not watched is not told of');

  await panel.invoke('watch_presence', { userIds: [watched] });
  await arrived.disconnect();
  await (await stage.device(watched)).invoke('sync', {});
  await becomes(watched, 1);
  assert.equal(count(late), 1, 'who is watched no more');

  for (const [userIds, reason] of [[Array(201).fill(watched), /at most 200/], ['x', /list of user ids/], [[7], /list of user ids/], [['a\tb'], /userIds/], [undefined, /required/]]) {
    await assert.rejects(panel.invoke('watch_presence', { userIds }), reason);
  }
  const patient = await stage.device(newUser());
  await assert.rejects(patient.invoke('watch_presence', { userIds: [watched] }), /forbidden: /);
});

test('a name that nobody could read or keep is no name, and harms nobody', async () => {
  for (const name of [7, '', '  ', 'x'.repeat(101), 'a\0b', { $ne: null }, ['Ann']]) {
    assert.equal((await stage.rest(newUser(), { firstName: name, role: 'A\0B' }).get('/me')).status, 200, JSON.stringify(name));
  }
  const id = newUser('whole');
  await stage.rest(id, { firstName: 'Whole' }).get('/me');
  await found(staffRest(), id, (user) => user.firstName === 'Whole');
});

test('only staff may list users, by whatever roles are set', async () => {
  for (const role of ['PATIENT', 'admin', 'DOCTOR ', '']) assertProblem(await stage.rest(newUser(), { role }).get('/users'), 403, 'forbidden');
  for (const role of ['ADMIN', 'DOCTOR']) assert.equal((await stage.rest(newUser(), { role }).get('/users')).status, 200);
  assertProblem(await new Rest(stage.service.base).get('/users'), 401, 'unauthorized');
});

test('whoever asked for something or connected is listed, and nobody who was only called, by name or id, in upper or lower case', async () => {
  const mark = newUser('m').slice(2);
  const rest = staffRest();
  const asked = `asked-${mark}`;
  const connected = `connected-${mark}`;
  const called = `called-${mark}`;
  await stage.rest(asked, { firstName: 'Änne', lastName: `O'Hara%_${mark}` }).get('/calls/sessions');
  const phone = await stage.device(connected, { device: 'phone', claims: { name: 'Bo Diddley' } });
  await rest.call(called);
  assert.deepEqual(await found(rest, asked), {
    id: asked, firstName: 'Änne', lastName: `O'Hara%_${mark}`, role: 'PATIENT', phone: null, online: false, devices: 0, pushReachable: false, lastReachableAt: null,
  });
  const { lastReachableAt, ...there } = await found(rest, connected.toUpperCase(), (user) => user.online);
  assertTime(lastReachableAt);
  assert.deepEqual(there, {
    id: connected, firstName: 'Bo', lastName: 'Diddley', role: 'PATIENT', phone: null, online: true, devices: 1, pushReachable: false,
  });
  // Users are put on record one after another: this one after the call's recipient, were that to be.
  await stage.rest(newUser(`after-${mark}`), {}).get('/me');
  await found(rest, `after-${mark}`);
  assert.deepEqual((await rest.get(`/users?search=${called}`)).body.items, []);
  for (const search of [`o'HARA%_${mark}`, `Änne o'hara%_${mark}`, `hara%_${mark} änne`]) assert.equal((await found(rest, search)).id, asked, search);
  for (const search of [`%${mark}`, `_sked-${mark}`, "' or 1=1 --"]) assert.deepEqual((await rest.get(`/users?search=${encodeURIComponent(search)}`)).body.items, []);
  await phone.disconnect();
});

test('devices are counted, not connections, and those that go are gone', async () => {
  const id = newUser('many');
  const rest = staffRest();
  const phone = await stage.device(id, { device: 'phone' });
  const again = await stage.device(id, { device: 'phone' });
  const unnamed = await stage.device(id);
  await found(rest, id, (user) => user.online && user.devices === 2);
  await unnamed.disconnect();
  await found(rest, id, (user) => user.online && user.devices === 1);
  await phone.disconnect();
  await again.disconnect();
  await found(rest, id, (user) => !user.online && user.devices === 0);
});

test('users are on record once, and only something new about them is written', async () => {
  const id = newUser('kept');
  const rest = staffRest();
  const written = async () => (await stage.database.query('select xmin::text, ctid::text, first_name, role from call.users where id = $1', [id]))[0];
  await stage.rest(id, { firstName: 'Old' }).get('/me');
  await found(rest, id, (user) => user.firstName === 'Old');
  const before = await written();
  const other = await stage.startService();
  await stage.rest(id, { firstName: 'Old' }, other).get('/me');
  await stage.rest(id, {}, other).get('/me');
  await (await stage.device(id, {}, other)).disconnect();
  const last = newUser('last');
  await stage.rest(last, {}, other).get('/me');
  await found(rest, last);
  assert.deepEqual(await written(), before, 'nothing was new');
  await stage.rest(id, { firstName: 'New', role: 'DOCTOR' }, other).get('/me');
  await found(rest, id, (user) => user.firstName === 'New' && user.role === 'DOCTOR');
  await other.stop();
});

test('users come fifty a page, each once', async () => {
  const mark = newUser('page');
  await stage.database.query("insert into call.users (id, last_name, label, last_seen_at) select $1 || '-' || n, 'Same', 'same ' || $1 || '-' || n, now() from generate_series(1, 120) n", [mark]);
  const rest = staffRest();
  const ids = [];
  let page = 1;
  const sizes = [];
  while (page) {
    const answer = await rest.get(`/users?search=${mark}&page=${page}`);
    for (const user of answer.body.items) assert.deepEqual(Object.keys(user).sort(), [...KEYS].sort());
    sizes.push(answer.body.items.length);
    ids.push(...answer.body.items.map((user) => user.id));
    page = answer.body.nextPage;
  }
  assert.deepEqual(sizes, [50, 50, 20]);
  assert.equal(new Set(ids).size, 120);
  for (const query of ['page=0', 'page=-1', 'page=x', 'page=10001', 'page=201', `search=${'x'.repeat(101)}`, 'search=%00', 'limit=1', 'page=1&page=2']) {
    const answer = await rest.get(`/users?${query}`);
    assert.equal(answer.status, 400, `${query}: ${answer.text}`);
  }
});

test('users are found as people type', async () => {
  const rest = staffRest();
  const mark = newUser('t').slice(2).replaceAll('-', '');
  await stage.rest(`jose-${mark}`, { firstName: 'Jose\u0301', lastName: `Mu\u0308ller${mark}` }).get('/me');
  await stage.rest(`ibrahim-${mark}`, { firstName: 'İbrahim', lastName: `Öztürk${mark}` }).get('/me');
  await stage.rest(`+49170${parseInt(mark, 36) % 1e9}`, { firstName: 'Phone', lastName: mark }).get('/me');
  for (const search of [`jose muller${mark}`, `MÜLLER${mark} JOSÉ`, `mueller${mark}`, `ｍüｌｌｅｒ${mark}`]) {
    assert.equal((await found(rest, search)).id, `jose-${mark}`, search);
  }
  for (const search of [`ibrahim ozturk${mark}`, `IBRAHIM ÖZTÜRK${mark}`, `ıbrahim öztürk${mark}`, `i\u0307brahim oztu\u0308rk${mark}`]) {
    assert.equal((await found(rest, search)).id, `ibrahim-${mark}`, search);
  }
  assert.equal((await found(rest, `+49 (170) ${parseInt(mark, 36) % 1e9}`)).firstName, 'Phone');
  assert.deepEqual((await rest.get(`/users?search=uller${mark}`)).body.items, [], 'the middle of a word');
});

describe('a directory', () => {
  let answer;
  let asked;
  let service;
  const server = createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  });
  before(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    service = await stage.startService({ Directory__Url: `http://127.0.0.1:${server.address().port}/people?of=clinic` });
  });
  after(async () => {
    await service?.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  /** Has the directory answer so from now on; `asked` has what it was asked since. */
  async function withDirectory(how, run) {
    answer = how;
    asked = [];
    await run(service, asked);
  }

  test('is asked with the caller\'s token, and presence is added', () => withDirectory((request, response) => {
    const people = new URL(request.url, 'http://x').searchParams.get('page') === '1'
      ? [{ id: 'dir-1', firstName: 'Ann', lastName: 'Ache', role: 'PATIENT', phone: '+49 1', more: 1 }, { id: '../x' }, { id: 'dir-2' }, null]
      : [];
    response.setHeader('content-type', 'application/json').end(JSON.stringify(people));
  }, async (service, asked) => {
    const rest = staffRest(service);
    const phone = await stage.device('dir-2', { device: 'phone' }, service);
    const { body } = await rest.get('/users?search=a%26b%20c');
    const { lastReachableAt } = body.items[1];
    assertTime(lastReachableAt);
    const push = { pushReachable: false, lastReachableAt: null };
    assert.deepEqual(body, {
      items: [
        { id: 'dir-1', firstName: 'Ann', lastName: 'Ache', role: 'PATIENT', phone: '+49 1', online: false, devices: 0, ...push },
        { id: 'dir-2', firstName: null, lastName: null, role: null, phone: null, online: true, devices: 1, ...push, lastReachableAt },
      ],
      nextPage: 2,
    });
    assert.equal(asked[0].url, '/people?of=clinic&search=a%26b%20c&page=1');
    assert.equal(asked[0].headers.authorization, `Bearer ${rest.token}`);
    assert.deepEqual((await rest.get('/users?page=2')).body, { items: [], nextPage: null });
    await phone.disconnect();
  }));

  test('may count its users: whole numbers are ids', () => withDirectory((request, response) => response.end(
    '[{"id": 7, "phone": 49170123}, {"id": 12345678901234567890, "phone": null}, {"id": 1.5}, {"id": -1}, {"id": 1e3}, {"id": "x"}]',
  ), async (service) => {
    const phone = await stage.device('7', { device: 'phone' }, service);
    const { body: { items } } = await staffRest(service).get('/users');
    assert.deepEqual(items.map(({ id, phone, online }) => [id, phone, online]),
      [['7', '49170123', true], ['12345678901234567890', null, false], ['x', null, false]]);
    await phone.disconnect();
  }));

  test('that fails is told as 502, and gets the token nowhere else', async () => {
    const answers = [
      (request, response) => response.writeHead(500).end('oh'),
      (request, response) => response.writeHead(302, { location: '/elsewhere' }).end(),
      (request, response) => response.end('not json'),
      (request, response) => response.end('{"items": []}'),
      (request, response) => response.end('null'),
      (request, response) => response.end(`[${'"x",'.repeat(400_000)}"x"]`),
      (request) => request.socket.destroy(),
    ];
    await withDirectory((request, response) => answers[0](request, response), async (service, asked) => {
      for (let i = 1; answers.length > 0; i++, answers.shift()) {
        assertProblem(await staffRest(service).get('/users'), 502, 'directory_unavailable');
        assert.equal(asked.filter(({ url }) => url.startsWith('/elsewhere')).length, 0);
      }
    });
  });

  test('that says nothing is waited for five seconds', () => withDirectory(() => {}, async (service) => {
    const start = Date.now();
    assertProblem(await staffRest(service).get('/users'), 502, 'directory_unavailable');
    assert.ok(Date.now() - start < 15_000);
  }));
});

describe('the local demo', () => {
  const WORD = '0123456789abcdef0123456789abcdef';
  const asDemo = { Calls__LocalDemo: 'true', Calls__DemoWords: WORD };

  test('has people whom whoever started it can be', async () => {
    const demo = await stage.startService(asDemo);
    const anybody = new Rest(demo.base);
    assertProblem(await anybody.get('/demo/users'), 403, 'demo_word');
    assertProblem(await anybody.post('/demo/token', { userId: 'mira' }, { 'fayo-demo-session': WORD }), 403, 'demo_word');
    assertProblem(await anybody.post('/demo/session', { word: 'a guess' }), 403, 'demo_word');
    const { status: letIn, body: { session } } = await anybody.post('/demo/session', { word: WORD });
    assert.equal(letIn, 200);
    assertProblem(await anybody.post('/demo/session', { word: WORD }), 403, 'demo_word');
    const withSession = { 'fayo-demo-session': session };
    const open = { get: (url) => anybody.get(url, withSession), post: (url, body) => anybody.post(url, body, withSession) };
    const users = await open.get('/demo/users');
    assert.equal(users.status, 200);
    assert.ok(users.body.length >= 4);
    for (const user of users.body) assert.deepEqual(Object.keys(user).sort(), ['firstName', 'id', 'lastName', 'role']);
    const staff = users.body.filter((user) => user.role === 'ADMIN');
    assert.equal(staff.length, 2);
    for (const user of users.body) {
      const { status, body } = await open.post('/demo/token', { userId: user.id });
      assert.equal(status, 200);
      assert.deepEqual(Object.keys(body).sort(), ['expiresAt', 'token']);
      assertTime(body.expiresAt, 'expiresAt');
      const me = await new Rest(demo.base, body.token).get('/me');
      assert.deepEqual(me.body, { ...user, staff: staff.includes(user), monitor: staff.includes(user) });
      if (staff.includes(user)) await found(new Rest(demo.base, body.token), 'okafor bob', (bob) => bob.id === 'bob');
    }
    assertProblem(await open.post('/demo/token', { userId: 'eve' }), 400, 'bad_value');
    assertProblem(await open.post('/demo/token', {}), 400, 'bad_value');
    const asMira = (headers) => rawRequest(
      demo, 'POST', '/api/v1/demo/token', { host: '127.0.0.1:3010', 'content-type': 'application/json', ...withSession, ...headers }, [JSON.stringify({ userId: 'mira' })],
    );
    for (const headers of [
      { host: 'evil.example' },
      { 'x-forwarded-for': '203.0.113.7' },
      { 'x-forwarded-host': '127.0.0.1:3010' },
      { 'x-forwarded-proto': 'http' },
      { 'x-real-ip': '203.0.113.7' },
      { forwarded: 'for=203.0.113.7' },
      { via: '1.1 proxy' },
      { origin: 'https://evil.example' },
      { origin: 'http://127.0.0.1:3011' },
      { origin: 'null' },
    ]) {
      assertProblem(await asMira(headers), 404, 'not_found');
    }
    assert.equal((await asMira({ origin: 'http://127.0.0.1:3010' })).status, 200);
    await demo.stop();
  });

  test('does not start where others could reach it', async () => {
    for (const [setting, settings] of [
      ['HOST', { ...asDemo, HOST: '0.0.0.0' }], ['Calls__DemoWords', { ...asDemo, Calls__DemoWords: undefined }],
      ['Calls__DemoWords', { ...asDemo, Calls__DemoWords: 'short' }],
    ]) {
      const { exited, child } = launch({ DATABASE_URL: stage.database.urlThrough(), ...await claimServicePorts(), ...settings });
      const { code, output } = await exited.finally(() => child.kill('SIGKILL'));
      assert.equal(code, 2, output);
      assert.match(output, new RegExp(`${setting}: `));
    }
  });

  test('is nowhere else', async () => {
    const open = new Rest(stage.service.base);
    assertProblem(await open.get('/demo/users'), 404, 'not_found');
    assertProblem(await open.post('/demo/token', { userId: 'mira' }), 404, 'not_found');
  });
});
