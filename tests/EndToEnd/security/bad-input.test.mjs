// Whatever is sent to whichever route or hub method: the status and code of the contract, never a 500, never a stack trace.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { before, describe, test } from 'node:test';
import { METADATA_MARK } from '../support/service.mjs';
import { rawHub, rawRequest } from '../support/raw.mjs';
import { assertProblem } from '../support/shapes.mjs';
import { Stage } from '../support/stage.mjs';
import { newUser, tokenFor } from '../support/tokens.mjs';
import { eventually, within } from '../support/wait.mjs';

const LARGEST = 64 * 1024;
const nested = (depth) => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);
const json = (value) => JSON.stringify(value);

let staff;
let patient;
let session;

const stage = Stage.forThisFile({}, {
  async prepare() {
    staff = stage.staff();
    patient = stage.patient();
    ({ session } = await staff.rest.call(patient.id));
  },
  // The service has to be as well afterwards as before; what it answered with 500 it would have logged as an error.
  async finish() {
    assert.equal((await fetch(`${stage.service.base}/health/ready`)).status, 200);
    assert.equal((await staff.rest.session(session.id)).status, 200);
    await stage.staff().rest.call(stage.patient().id);
    assert.doesNotMatch(stage.service.log, /\b(fail|crit): .*|Unhandled exception/);
  },
});

test('a body that comes too slowly is answered with a reason, and its connection ends in order', async () => {
  const { hostname, port } = new URL(stage.service.base);
  const socket = connect({ host: hostname, port: Number(port) });
  await once(socket, 'connect');
  const dripping = setInterval(() => socket.write(' '), 500);
  try {
    socket.write(`POST /api/v1/calls/session HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bearer ${tokenFor(newUser())}\r\nContent-Length: 60000\r\n\r\n{`);
    let answer = '';
    socket.setEncoding('utf8').on('data', (chunk) => { answer += chunk; });
    socket.on('error', () => {});
    await eventually('it is answered', () => answer.includes('did not arrive in time'), 30_000);
    assert.match(answer, /^HTTP\/1\.1 408 [^]*\r\nConnection: close\r\n/);
    await eventually('the connection ends', () => socket.destroyed || socket.readableEnded, 30_000);
    assert.doesNotMatch(stage.service.log, /ended abnormally/);
  } finally {
    clearInterval(dripping);
    socket.destroy();
  }
});

// ---------------------------------------------------------------- bodies that are no JSON object, for every route that takes one

const ROUTES_WITH_BODY = [
  ['POST', () => '/calls/session', 'POST session'],
  ['POST', () => `/calls/session/${session.id}/token`, 'POST token'],
  ['PATCH', () => `/calls/session/${session.id}/status`, 'PATCH status'],
];

const NOT_AN_OBJECT = [
  ['an open brace', '{'],
  ['text', 'hello'],
  ['null', 'null'],
  ['an array', '[]'],
  ['a string', '"x"'],
  ['a number', '1'],
  ['true', 'true'],
  ['a comma alone', '{,}'],
  ['a comment', '{/* */}'],
  ['single quotes', "{'status':'ACTIVE'}"],
  ['an unquoted name', '{status:"ACTIVE"}'],
  ['ten thousand open brackets', '['.repeat(10_000)],
  ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
  ['UTF-16', Buffer.from('{}', 'utf16le')],
  ['a NUL', Buffer.from([0])],
  ['an HTML form', 'status=ACTIVE'],
  ['a name with half of a character in it', '{"a\\ud800":1}'],
];

describe('a body that is no JSON object is refused', () => {
  for (const [method, path, route] of ROUTES_WITH_BODY) {
    for (const [what, body] of NOT_AN_OBJECT) {
      test(`${what}: ${route}`, async () => {
        assertProblem(await staff.rest.send(method, path(), body), 400, 'malformed');
      });
    }

    test(`one of another content type: ${route}`, async () => {
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=latin1', 'nonsense']) {
        assertProblem(await staff.rest.send(method, path(), '{}', { 'content-type': type }), 400, 'malformed');
      }
    });

    test(`one of more than 64 KiB, with its length and without: ${route}`, async () => {
      const large = `{"metadata":{"x":"${'x'.repeat(LARGEST)}"}}`;
      assertProblem(await staff.rest.send(method, path(), large), 413, 'too_large');
      const headers = { authorization: `Bearer ${staff.rest.token}`, 'content-type': 'application/json' };
      const chunks = large.match(/.{1,9000}/gs);
      assertProblem(await rawRequest(stage.service, method, `/api/v1${path()}`, headers, chunks), 413, 'too_large');
      assertProblem(await rawRequest(stage.service, method, `/api/v1${path()}`, { ...headers, 'content-length': '999999999' }), 413, 'too_large');
    });
  }
});

// ---------------------------------------------------------------- fields

const HOSTILE_IDS = [
  '', ' \n', 'a\0b', '../../etc/passwd', 'a/b', 'a\\b', "a'; drop table call.call_sessions; --", 'ü', '患者', '👩‍⚕️', '\u202eevil', '\ufeff',
  'a\r\nX-Evil: 1', '<script>alert(1)</script>"', 'x'.repeat(256), 'x'.repeat(10_000), '*', '"', '`',
];
const WRONG_TYPES = [1, 1.5, true, false, {}, [], ['a'], { a: 1 }];

const refusedFields = (field, values) => values.map((value) => [`${field}: ${json(value).slice(0, 40)}`, { [field]: value }, 'bad_value', field]);

const CREATE = [
  ...refusedFields('recipientId', [...WRONG_TYPES, ...HOSTILE_IDS]),
  ...refusedFields('callType', [...WRONG_TYPES, '', 'video', 'Video', 'AUDIO', 'VIDEO ', 'x'.repeat(1000), '0', '\0']),
  ...refusedFields('channelName', [...WRONG_TYPES, ...HOSTILE_IDS, 'x'.repeat(64)]),
  ...refusedFields('metadata', [1, true, 'text', [], [{}]]),
  ['a NUL in metadata', { metadata: { a: '\0' } }, 'bad_value', 'metadata'],
  ['an unknown field', { recipientId: 'bob', colour: 'red' }, 'unknown_field', 'colour'],
  ['a field in another case', { RecipientId: 'bob' }, 'unknown_field', 'RecipientId'],
  ['a field that only the server sets', { status: 'ACTIVE' }, 'unknown_field', 'status'],
  ['__proto__', '{"__proto__":{"role":"ADMIN"}}', 'unknown_field', '__proto__'],
  ['an endless unknown field', { ['x'.repeat(10_000)]: 1 }, 'unknown_field'],
  ['a field that comes twice', '{"recipientId":"bob","recipientId":"eve"}', 'malformed'],
  ['an object with something behind it', '{} {}', 'malformed'],
  ['a trailing comma', '{"recipientId":"bob",}', 'malformed'],
  ['half an object', '{"recipientId":"bob"', 'malformed'],
  ['ten thousand open objects', '{"a":'.repeat(10_000), 'unknown_field'],
  ['half a character in a user id', '{"recipientId":"\\ud800"}', 'bad_value', 'recipientId'],
  ['half a character in metadata', '{"metadata":{"a":"\\ud800"}}', 'bad_value', 'metadata'],
  ['a number beyond all numbers in metadata', '{"metadata":{"a":1e999999}}', 'bad_value', 'metadata'],
  ['deep nesting in metadata', `{"metadata":${nested(100)}}`, 'malformed'],
];
const TOKEN = [
  ...refusedFields('role', [...WRONG_TYPES, '', 'host', 'PUBLISHER', 'ADMIN', 'x'.repeat(1000)]),
  ...refusedFields('deviceId', [...WRONG_TYPES, '', 'a\0b', 'a\nb', '\x1b[2J', 'x'.repeat(129), 'x'.repeat(10_000)]),
  ['half a character in a device', '{"deviceId":"\\udfff"}', 'bad_value', 'deviceId'],
  ['an unknown field', { role: 'HOST', userId: 'eve' }, 'unknown_field', 'userId'],
  ['a field that comes twice', '{"role":"HOST","role":"AUDIENCE"}', 'malformed'],
  ['an object with something behind it', '{"role":"HOST"} 1', 'malformed'],
  ['a trailing comma', '{"role":"HOST",}', 'malformed'],
];
const STATUS = [
  ...refusedFields('status', [...WRONG_TYPES, null, '', 'active', 'DONE', 'ACTIVE,COMPLETED', '2', 'x'.repeat(1000)]),
  ...refusedFields('reason', WRONG_TYPES).map(([what, body, ...rest]) => [what, { status: 'CANCELLED', ...body }, ...rest]),
  ['no status', {}, 'bad_value', 'status'],
  ['an endless reason', { status: 'CANCELLED', reason: 'x'.repeat(501) }, 'bad_value', 'reason'],
  ['a NUL in a reason', { status: 'CANCELLED', reason: 'a\0b' }, 'bad_value', 'reason'],
  ['an unknown field', { status: 'CANCELLED', endReason: 'busy' }, 'unknown_field', 'endReason'],
  ['a field that comes twice', '{"status":"CANCELLED","status":"ACTIVE"}', 'malformed'],
  ['an object with something behind it', '{"status":"CANCELLED"}]', 'malformed'],
  ['a trailing comma', '{"status":"CANCELLED",}', 'malformed'],
];

for (const [title, method, path, cases] of [
  ['opening a call', 'POST', () => '/calls/session', CREATE],
  ['asking for a token', 'POST', () => `/calls/session/${session.id}/token`, TOKEN],
  ['setting a status', 'PATCH', () => `/calls/session/${session.id}/status`, STATUS],
]) {
  describe(`${title} refuses`, () => {
    for (const [what, body, code, field] of cases) {
      test(what, async () => {
        const answer = await staff.rest.send(method, path(), body);
        assertProblem(answer, 400, code);
        if (field) assert.ok(answer.body.detail.includes(field), `names the field: ${answer.body.detail}`);
        assert.ok(answer.text.length < 2000, 'does not repeat what was sent at length');
      });
    }
  });
}

test('nobody can call themselves', async () => {
  assertProblem(await staff.rest.post('/calls/session', { recipientId: staff.id }), 400, 'bad_value');
});

test('nothing of all this changed the call', async () => {
  assert.deepEqual((await staff.rest.session(session.id)).body, session);
});

// ---------------------------------------------------------------- what looks strange and is right

describe('what looks strange and is right is accepted:', () => {
  const accepted = [
    ['an empty body', ''],
    ['an empty object', {}],
    ['nulls', { recipientId: null, callType: null, channelName: null, metadata: null }],
    ['every character that a user id may have', { recipientId: '!#$%&()+-:;<=.>?@[]^_{|}~, aZ09' }],
    ['a user id of 255 characters', { recipientId: 'u'.repeat(255) }],
    ['a user id that looks like a number', { recipientId: '020235' }],
    ['metadata of every kind', { metadata: { text: 'ü患👩‍⚕️', number: -1.5e10, list: [1, [2, { x: null }]], empty: {}, '': '', mark: METADATA_MARK } }],
    ['almost 64 KiB', { metadata: { x: 'x'.repeat(LARGEST - 100) } }],
  ];
  for (const [what, body] of accepted) {
    test(what, async () => {
      const answer = await stage.staff().rest.send('POST', '/calls/session', body);
      assert.equal(answer.status, 201, answer.text);
      const read = await stage.staff().rest.session(answer.body.session.id);
      assert.deepEqual(read.body, answer.body.session);
      if (body.metadata) assert.deepEqual(read.body.metadata, body.metadata);
      if (body.recipientId) assert.equal(read.body.recipientId, body.recipientId);
    });
  }

  test('a channel name of 63 bytes', async () => {
    const channelName = `${newUser('room')}-`.padEnd(63, 'x');
    assert.equal((await staff.rest.call(stage.patient().id, { channelName })).session.channelName, channelName);
  });

  test('users who ring each other under ids that look alike are not mixed up', async () => {
    const { session: one } = await staff.rest.call('0007');
    const { session: two } = await staff.rest.call('7');
    assert.deepEqual((await stage.rest('7').get('/calls/sessions')).body.map(({ id }) => id), [two.id]);
    assert.deepEqual((await stage.rest('0007').get('/calls/sessions')).body.map(({ id }) => id), [one.id]);
  });
});

// ---------------------------------------------------------------- queries, paths, methods

describe('the history refuses', () => {
  for (const query of [
    'status=DONE', 'status=active', 'status=', 'limit=0', 'limit=-1', 'limit=201', 'limit=ten', 'limit=99999999999999999999', 'limit=1.5',
    'from=yesterday', 'from=2026-13-01T00:00:00Z', 'to=%00', 'cursor=garbage', 'cursor=', 'cursor=!!!!', 'cursor=%C3%A4%C3%A4', `cursor=${'A'.repeat(5000)}`, 'cursor=%00', 'cursor=AAAA',
    'userId=a%2Fb', `userId=${'x'.repeat(256)}`, 'userId=%00', 'status=ACTIVE&status=RINGING', 'colour=red',
  ]) {
    test(query.slice(0, 60), async () => {
      const answer = await staff.rest.get(`/calls?${query}`);
      assertProblem(answer, 400);
      assert.ok(['bad_value', 'unknown_field', 'malformed'].includes(answer.body.code), answer.text);
      assert.ok(answer.body.detail.includes(query.split('=')[0]), `names the parameter: ${answer.body.detail}`);
    });
  }
});

describe('a path or method that does not exist is refused:', () => {
  for (const [method, path, status, code] of [
    ['GET', '/calls/nothing/here', 404, 'not_found'],
    ['GET', '/nothing', 404, 'not_found'],
    ['GET', '/calls/session', 405, 'method_not_allowed'],
    ['DELETE', '/calls/session', 405, 'method_not_allowed'],
    ['PUT', '/calls/session', 405, 'method_not_allowed'],
    ['POST', '/calls/sessions', 405, 'method_not_allowed'],
    ['POST', '/calls', 405, 'method_not_allowed'],
    ['GET', '/calls/session/call_0/token', 405, 'method_not_allowed'],
    ['POST', '/calls/session/call_0/status', 405, 'method_not_allowed'],
  ]) {
    test(`${method} ${path}`, async () => {
      assertProblem(await staff.rest.send(method, path, method === 'GET' ? undefined : '{}'), status, code);
    });
  }
});

test('an idempotency key that is no key is refused', async () => {
  for (const key of ['', ' ', 'two words', 'x'.repeat(256)]) {
    const answer = await rawRequest(
      stage.service, 'POST', '/api/v1/calls/session',
      { authorization: `Bearer ${staff.rest.token}`, 'content-type': 'application/json', 'idempotency-key': key, 'content-length': '2' }, ['{}']);
    assertProblem(answer, 400, 'bad_value');
  }
});

test('a NUL in the path is refused', async () => {
  const answer = await rawRequest(stage.service, 'GET', '/api/v1/calls/session/%00', { authorization: `Bearer ${staff.rest.token}` });
  assert.ok([400, 404].includes(answer.status), String(answer.status));
});

test('a head of a hundred kilobytes is refused', async () => {
  const answer = await rawRequest(stage.service, 'GET', '/api/v1/calls/sessions', { authorization: `Bearer ${staff.rest.token}`, 'x-large': 'x'.repeat(100_000) });
  assert.equal(answer.status, 431);
});

// ---------------------------------------------------------------- the hub

const METHODS = ['join_call', 'request_token', 'call_status', 'invitation_ack', 'sync'];
const HUB_CASES = [
  ...METHODS.flatMap((method) => [null, 1, true, 'text', [], [{}]].map((argument) => [method, argument, /malformed: /])),
  ...METHODS.map((method) => [method, { colour: 'red' }, /unknown_field: .*colour/]),
  ...METHODS.filter((method) => method !== 'sync').flatMap((method) => [
    [method, {}, /bad_value: .*sessionId/],
    ...[1, null, {}, [], '', 'a\0b'].map((sessionId) => [method, { sessionId, ...(method === 'call_status' && { status: 'ACTIVE' }) }, /bad_value: .*sessionId/]),
    ...['nonsense', '../../x', 'call_', 'x'.repeat(10_000), "'; drop table"].map((sessionId) => [method, { sessionId, ...(method === 'call_status' && { status: 'ACTIVE' }) }, /not_found: /]),
  ]),
  ...[1, '', 'host', {}].map((role) => ['request_token', () => ({ sessionId: session.id, role }), /bad_value: .*role/]),
  ...['request_token', 'invitation_ack'].flatMap((method) => [1, '', {}, 'x'.repeat(129), 'a\0b'].map((deviceId) => [method, () => ({ sessionId: session.id, deviceId }), /bad_value: .*deviceId/])),
  ...[undefined, null, 1, 'active', 'DONE', []].map((status) => ['call_status', () => ({ sessionId: session.id, status }), /bad_value: .*status/]),
  ...[1, {}, 'x'.repeat(501), 'a\0b'].map((reason) => ['call_status', () => ({ sessionId: session.id, status: 'CANCELLED', reason }), /bad_value: .*reason/]),
];

describe('the hub', () => {
  let device;
  before(async () => {
    device = await stage.device(staff.id);
  });

  for (const [method, argument, refusal] of HUB_CASES) {
    const what = typeof argument === 'function' ? argument.toString().replace('() => ', '') : json(argument);
    test(`refuses ${method}(${what.slice(0, 50)}) with ${refusal.source}`, async () => {
      const given = typeof argument === 'function' ? argument() : argument;
      await assert.rejects(device.invoke(method, given), (error) => {
        assert.match(error.message, refusal);
        assert.doesNotMatch(error.message, /\bat [\w.]+\(|\.cs:line|StackTrace/);
        return true;
      });
      assert.ok(device.isConnected, 'the connection goes on');
    });
  }

  test('refuses methods that do not exist, and too many or too few arguments, and goes on', async () => {
    for (const args of [['no_such_method', {}], ['OnConnectedAsync'], ['Dispose'], ['JoinCall', { sessionId: session.id }], ['sync'], ['sync', {}, {}], ['join_call']]) {
      await assert.rejects(device.invoke(...args), (error) => {
        assert.doesNotMatch(error.message, /\bat [\w.]+\(|\.cs:line|StackTrace/);
        return true;
      });
    }
    assert.deepEqual((await device.invoke('sync', {})).invitations, []);
  });

  test('closes connections that do not speak its protocol, and only those', async () => {
    const garbage = ['garbage', '[]', '{"type":"one"}', '{"type":1}', '{"type":1,"target":1,"arguments":{}}', '{"type":1,"target":"sync","arguments":[{', 'x'.repeat(2 * LARGEST)];
    for (const record of garbage) {
      const hub = await rawHub(stage.service, tokenFor(newUser()));
      hub.send(record);
      await within(10_000, `the hub closes after ${record.slice(0, 40)}`, hub.closed);
    }
    assert.ok(device.isConnected);
    await device.invoke('sync', {});
  });
});
