// Devices without a connection are reached by push: a real HTTP/2 receiver decrypts what they get, and fails in every way.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import jwt from 'jsonwebtoken';
import { PushReceiver } from '../support/push-receiver.mjs';
import { runCommand } from '../support/service.mjs';
import { assertProblem, assertTime, assertTimeline } from '../support/shapes.mjs';
import { Stage } from '../support/stage.mjs';
import { eventually, stoodStillSince } from '../support/wait.mjs';

const RING_MS = 20_000;

describe('push', async () => {
  const receiver = await PushReceiver.start();
  const made = await runCommand(['vapid-keys']);
  const vapid = Object.fromEntries(made.output.trim().split('\n').map((line) => line.split('=')));
  const [fcmFile, apnsFile] = [receiver.authority.file('fcm.json'), receiver.authority.file('apns.p8')];
  writeFileSync(fcmFile, JSON.stringify(receiver.serviceAccount()));
  const apnsKey = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(apnsFile, apnsKey.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const stage = Stage.forThisFile({
    ...receiver.trust,
    ...vapid,
    Calls__Push__VapidSubject: 'mailto:operator@example.org',
    Calls__Push__Fcm: fcmFile,
    Calls__Push__FcmUrl: receiver.base,
    Calls__Push__ApnsKey: apnsFile,
    Calls__Push__ApnsKeyId: 'ABCDE12345',
    Calls__Push__ApnsTeamId: 'TEAM123456',
    Calls__Push__ApnsTopic: 'org.example.calls',
    Calls__Push__ApnsUrl: receiver.base,
    Calls__Push__AllowedNetworks: '127.0.0.0/8',
    // Longer than a machine stands still: what is tried again is counted.
    Calls__Push__Timeout: '00:00:05',
    Calls__RingTimeout: '00:00:20',
    Calls__ResendAfter: '00:00:01',
    Calls__BusyPolicy: 'Ring',
  }, { finish: () => receiver.stop() });

  const register = async (who, target, deviceId = 'phone') => {
    const answer = await who.rest.send('PUT', `/me/devices/${deviceId}`, target.registration);
    assert.equal(answer.status, 200, answer.text);
    return answer.body;
  };
  const devicesOf = async (who) => (await who.rest.get('/me/devices')).body.devices;
  const pushesOf = async (staff, session) => (await staff.rest.timeline(session.id)).body
    .filter(({ kind }) => kind === 'pushed').map(({ device, detail }) => [device, detail]);
  const recorded = (staff, session) => eventually('the push is on record', async () => {
    const pushes = await pushesOf(staff, session);
    return pushes.length > 0 && pushes;
  });
  const withoutToken = async (path, body) => {
    const response = await fetch(`${stage.service.base}/api/v1/push/${path}`, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: text && JSON.parse(text) };
  };
  const ask = (credential) => withoutToken('call', { credential });
  const decline = (credential) => withoutToken('decline', { credential });

  /** Somebody without a connection whose phone is registered, and a member of staff who calls them. */
  async function ringPhone(target = receiver.browser(), claims = {}) {
    const patient = stage.patient();
    const staff = stage.staff();
    staff.rest = stage.rest(staff.id, { role: 'ADMIN', name: 'Dr. Mira Demir', ...claims });
    await register(patient, target);
    const calledAt = Date.now();
    const { session } = await staff.rest.call(patient.id);
    return { patient, staff, session, phone: target, calledAt, answeredAt: Date.now() };
  }

  test('the key is told, and devices are registered, listed without their addresses, and removed', async () => {
    const patient = stage.patient();
    assert.deepEqual((await patient.rest.get('/push/key')).body, { key: vapid.Calls__Push__VapidPublicKey });
    const browser = receiver.browser();
    const device = await register(patient, browser);
    assert.deepEqual(Object.keys(device).sort(), ['deviceId', 'lastAnswer', 'lastPushedAt', 'platform', 'registeredAt']);
    assertTime(device.registeredAt);
    await register(patient, receiver.fcm(), 'android');
    const { text, body } = await patient.rest.get('/me/devices');
    assert.deepEqual(body.devices.map(({ deviceId, platform }) => [deviceId, platform]), [['phone', 'web'], ['android', 'fcm']]);
    assert.deepEqual(body.items, []);
    for (const secret of [browser.subscription.endpoint, browser.subscription.keys.auth, 'fcm:']) assert.ok(!text.includes(secret));

    for (let i = 1; i <= 15; i++) await register(patient, receiver.browser(), `tablet-${i}`);
    const kept = (await devicesOf(patient)).map(({ deviceId }) => deviceId);
    assert.deepEqual([kept.length, kept.includes('phone'), kept[0]], [16, false, 'android'], 'the one registered longest ago makes way');
    assert.equal((await patient.rest.send('DELETE', '/me/devices/android')).status, 204);
    assert.equal((await patient.rest.send('DELETE', '/me/devices/android')).status, 204);
    assert.equal((await devicesOf(patient)).length, 15);
  });

  test('what cannot be a subscription or a token is refused by the name of its field', async () => {
    const { rest } = stage.patient();
    const good = receiver.browser().registration;
    const web = (change) => ({ platform: 'web', subscription: { ...good.subscription, ...change } });
    const point = good.subscription.keys.p256dh;
    for (const [body, field] of [
      [{ ...good, platform: 'pager' }, 'platform'],
      [{ subscription: good.subscription }, 'platform'],
      [{ platform: 'web' }, 'subscription'],
      [web({ endpoint: undefined }), 'endpoint'],
      [web({ endpoint: 'http://push.example.org/x' }), 'endpoint'],
      [web({ endpoint: 'https://10.1.2.3/x' }), 'endpoint'],
      [web({ endpoint: 'https://[::ffff:192.168.1.1]/x' }), 'endpoint'],
      [web({ endpoint: 'https://169.254.169.254/latest' }), 'endpoint'],
      [web({ endpoint: 'https://user@push.example.org/x' }), 'endpoint'],
      [web({ endpoint: 'file:///etc/passwd' }), 'endpoint'],
      [web({ expirationTime: 'soon' }), 'expirationTime'],
      [web({ keys: undefined }), 'keys'],
      [web({ keys: { ...good.subscription.keys, p256dh: point.slice(0, -4) + 'AAAA' } }), 'p256dh'],
      [web({ keys: { ...good.subscription.keys, auth: 'AAAA' } }), 'auth'],
      [{ platform: 'fcm' }, 'token'],
      [{ platform: 'fcm', token: 'with a space' }, 'token'],
      [{ platform: 'apns-voip', token: '../../evil' }, 'token'],
    ]) {
      const answer = await rest.send('PUT', '/me/devices/phone', body);
      assertProblem(answer, 400, 'bad_value');
      assert.ok(answer.body.detail.includes(field), `${answer.body.detail} names ${field}`);
    }
    assertProblem(await rest.send('PUT', `/me/devices/${'x'.repeat(129)}`, good), 400, 'bad_value');
    assertProblem(await stage.rest().send('PUT', '/me/devices/phone', good, { authorization: 'Bearer no' }), 401);
  });

  test('a phone without a connection is pushed after a second, encrypted and signed, and the ring is taken away when the caller gives up', async () => {
    const { patient, staff, session, phone, calledAt } = await ringPhone();
    const { headers, payload, vapid: signed, at } = await phone.ring();
    assert.ok(at - calledAt >= 1000, 'a connection has a second to acknowledge');
    const left = Date.parse(session.ringDeadline) - calledAt;
    assert.ok(Number(headers.ttl) <= (left - 900) / 1000 && Number(headers.ttl) > 0, `TTL ${headers.ttl} is what is left of the ring`);
    assert.deepEqual([headers.urgency, headers['content-encoding']], ['high', 'aes128gcm']);
    assert.match(headers.topic, /^[\w-]{1,32}$/);
    assert.equal(signed.key, vapid.Calls__Push__VapidPublicKey);
    assert.equal(signed.claims.sub, 'mailto:operator@example.org');
    assert.ok(signed.claims.exp - Date.now() / 1000 <= 86_400);
    const { credential, ...rest } = payload;
    assert.deepEqual(rest, {
      type: 'ring', callId: session.id, version: session.version, callType: 'VIDEO', initiatorName: 'Dr. Mira Demir', deadline: session.ringDeadline,
    });

    const asked = await ask(credential);
    assert.equal(asked.status, 200, asked.text);
    const { remainingMs, ...answer } = asked.body;
    assert.deepEqual(answer, { callId: session.id, isRinging: true, initiatorName: 'Dr. Mira Demir', outcome: null });
    assert.ok(remainingMs > 0 && remainingMs <= RING_MS);
    assert.equal((await staff.rest.session(session.id)).body.status, 'RINGING', 'the caller hears that a device rings');

    await eventually('the answer of the push service is on record', async () => (await pushesOf(staff, session))[0]?.[1] === '201');
    await staff.rest.status(session.id, 'CANCELLED');
    const over = await phone.over();
    assert.deepEqual(over.payload, { type: 'over', callId: session.id, outcome: 'missed', initiatorName: 'Dr. Mira Demir' });
    assert.equal(over.headers.topic, headers.topic, 'it replaces a ring that has not been delivered');
    assert.deepEqual((await ask(credential)).body, { callId: session.id, isRinging: false, remainingMs: 0, initiatorName: 'Dr. Mira Demir', outcome: 'missed' });
    const gone = await decline(credential);
    assertProblem(gone, 410, 'call_ended');
    assert.equal(gone.body.outcome, 'missed');

    const timeline = (await staff.rest.timeline(session.id)).body;
    assertTimeline(timeline);
    assert.deepEqual(await pushesOf(staff, session), [['phone', '201']]);
    const [device] = await devicesOf(patient);
    assert.equal(device.lastAnswer, '201');
    assertTime(device.lastPushedAt);
  });

  test('a device that acknowledges over its connection is not pushed; the others are, and hear that it was answered elsewhere', async () => {
    const patient = stage.patient();
    const [connected, pocket] = [receiver.browser(), receiver.browser()];
    await register(patient, connected, 'desk');
    await register(patient, pocket, 'pocket');
    await stage.device(patient.id, { device: 'desk', acknowledge: true });
    const staff = stage.staff();
    const { session } = await staff.rest.call(patient.id);
    const { payload } = await pocket.ring();
    assert.equal((await patient.rest.answer(session.id, { deviceId: 'desk' })).status, 201);
    assert.equal((await pocket.over()).payload.outcome, 'answered_elsewhere');
    assert.deepEqual(connected.requests, []);
    const late = await decline(payload.credential);
    assertProblem(late, 410, 'call_ended');
    assert.equal(late.body.outcome, 'answered_elsewhere');
    assert.equal((await staff.rest.session(session.id)).body.status, 'RINGING', 'it did not hang up');
    assert.deepEqual((await ask(payload.credential)).body.isRinging, false);
  });

  test('a device that has acknowledged and then loses its last connection is pushed after all', async () => {
    const patient = stage.patient();
    const left = receiver.browser();
    await register(patient, left, 'desk');
    const [first, last] = [await stage.device(patient.id, { device: 'desk', acknowledge: true }), await stage.device(patient.id, { device: 'desk' })];
    // It does not acknowledge, and so is reminded each second.
    const other = await stage.device(patient.id, { device: 'other' });
    const staff = stage.staff();
    const { session } = await staff.rest.call(patient.id);
    await eventually('it rings', async () => (await staff.rest.session(session.id)).body.status === 'RINGING');
    await first.disconnect();
    const reminders = () => other.about(session.id, 'call_invitation').length;
    const before = reminders();
    await eventually('two reminders come', () => reminders() >= before + 2);
    assert.deepEqual(left.requests, [], 'it has another connection');
    await last.disconnect();
    assert.equal((await left.ring()).payload.callId, session.id);
    await staff.rest.status(session.id, 'CANCELLED');
    await left.over();
  });

  test('a device declines with the credential in its push, and the other devices hear that it ended', async () => {
    const { patient, staff, session, phone } = await ringPhone();
    const other = receiver.browser();
    await staff.rest.status(session.id, 'CANCELLED');
    await register(patient, other, 'tablet');
    const { session: second } = await staff.rest.call(patient.id);
    const { payload: { credential } } = await phone.arrived('the second ring', ({ payload }) => payload.callId === second.id);
    await other.ring();

    for (const bad of ['', 'push_x.y', `${credential}x`, credential.replace('push_', 'push_A'), credential.split('.')[0]]) {
      assertProblem(await decline(bad), bad === '' ? 400 : 401);
      assertProblem(await ask(bad), bad === '' ? 400 : 401);
    }
    assertProblem(await stage.rest().get('/me', { authorization: `Bearer ${credential}` }), 401);
    assert.equal((await decline(credential)).status, 204);
    assert.equal((await decline(credential)).status, 204, 'the same again is no error');
    const { body } = await staff.rest.session(second.id);
    assert.deepEqual([body.status, body.endReason, body.endedBy], ['CANCELLED', 'declined', patient.id]);
    assert.equal((await other.over()).payload.outcome, 'ended');
    assert.deepEqual(phone.requests.filter(({ payload }) => payload.type === 'over' && payload.callId === second.id), [], 'it knows');
  });

  test('a push of a caller who has been blocked meanwhile does not ring, however late it comes', async () => {
    const { patient, staff, session, phone } = await ringPhone();
    const { payload: { credential } } = await phone.ring();
    assert.equal((await ask(credential)).body.isRinging, true);
    await patient.rest.send('PUT', `/me/blocked/${staff.id}`);
    assert.equal((await phone.over()).payload.outcome, 'ended');

    const { body } = await ask(credential);
    assert.deepEqual([body.isRinging, body.remainingMs, body.outcome], [false, 0, 'ended']);
    assertProblem(await decline(credential), 410, 'call_ended');
    assert.equal((await patient.rest.status(session.id, 'CANCELLED')).status, 200);
    assert.equal((await staff.rest.session(session.id)).body.status, 'RINGING', 'the caller goes on hearing it ring');
  });

  /** Rings a phone whose push service answers so, and returns what is on record. */
  async function failing(...answers) {
    const browser = receiver.browser();
    browser.answers = answers;
    const rung = await ringPhone(browser);
    return { ...rung, pushes: await recorded(rung.staff, rung.session) };
  }

  test('a push service that closes the connection is tried again over another', async () => {
    const { pushes } = await failing({ disconnects: true }, { status: 201 });
    assert.deepEqual(pushes, [['phone', '201, 2 attempts']]);
  });

  describe('a push service fails', { concurrency: true }, () => {
    for (const status of [404, 410]) {
      test(`with ${status}: the device is forgotten`, async () => {
        const { patient, phone, staff, session, pushes } = await failing({ status });
        assert.deepEqual(pushes, [['phone', String(status)]]);
        await eventually('the device is forgotten', async () => (await devicesOf(patient)).length === 0);
        await staff.rest.status(session.id, 'CANCELLED');
        await eventually('the call is over', async () => (await staff.rest.session(session.id)).body.status === 'CANCELLED');
        assert.equal(phone.requests.length, 1, 'what never rang is not taken away');
      });
    }

    for (const status of [400, 413]) {
      test(`with ${status}: it is not tried again, and the device stays`, async () => {
        const { patient, phone, pushes } = await failing({ status });
        assert.deepEqual(pushes, [['phone', String(status)]]);
        assert.equal(phone.requests.length, 1);
        assert.equal((await devicesOf(patient)).length, 1);
      });
    }

    test('with 429: it is tried again when the push service says', async () => {
      const { phone, pushes } = await failing({ status: 429, headers: { 'retry-after': '2' } }, { status: 201 });
      assert.deepEqual(pushes, [['phone', '201, 2 attempts']]);
      const [first, second] = phone.requests;
      assert.ok(second.at - first.at >= 2000, `after ${second.at - first.at} ms`);
      assert.ok(Number(second.headers.ttl) < Number(first.headers.ttl), 'by then less is left of the ring');
      assert.equal(second.headers.topic, first.headers.topic);
    });

    test('with 429 for longer than the ring: it is given up', async () => {
      const { pushes } = await failing({ status: 429, headers: { 'retry-after': '3600' } });
      assert.deepEqual(pushes, [['phone', '429']]);
    });

    test('with 500, and then not: it rings', async () => {
      const { pushes } = await failing({ status: 500 }, { status: 503 }, { status: 201 });
      assert.deepEqual(pushes, [['phone', '201, 3 attempts']]);
    });

    test('by hanging: nobody waits, and it is tried again', async () => {
      const { phone, pushes, calledAt, answeredAt } = await failing({ hangs: true }, { status: 201 });
      assert.deepEqual(pushes, [['phone', '201, 2 attempts']]);
      assert.ok(answeredAt - calledAt < 1000 + stoodStillSince(calledAt));
      assert.equal(phone.requests.length, 2);
    });

    test('by a reset: it is tried again', async () => {
      const { pushes } = await failing({ resets: true }, { status: 201 });
      assert.deepEqual(pushes, [['phone', '201, 2 attempts']]);
    });

    test('with a redirect: it is not followed', async () => {
      const elsewhere = receiver.browser();
      const { pushes } = await failing({ status: 307, headers: { location: elsewhere.subscription.endpoint } });
      assert.deepEqual([pushes, elsewhere.requests], [[['phone', '307']], []]);
    });
  });

  test('Firebase gets the push with an access token of the service account, and says which app is gone', async () => {
    const app = receiver.fcm();
    app.answers = [{ status: 401, body: { error: { status: 'UNAUTHENTICATED' } } }, { status: 200, body: {} }];
    const { patient, staff, session } = await ringPhone(app);
    assert.deepEqual(await recorded(staff, session), [['phone', '200, 2 attempts']]);
    const { message, headers, payload } = app.requests[1];
    assert.equal(headers[':path'], '/v1/projects/fayo-test/messages:send');
    assert.equal(headers.authorization, `Bearer ${receiver.accessTokens.at(-1).token}`, 'a token that is refused is replaced');
    assert.notEqual(headers.authorization, app.requests[0].headers.authorization);
    assert.equal(receiver.accessTokens[0].claims.iss, 'push@fayo-test.example');
    assert.match(receiver.accessTokens[0].claims.scope, /firebase\.messaging/);
    assert.deepEqual([payload.type, payload.callId, payload.version], ['ring', session.id, String(session.version)]);
    assert.equal(message.android.priority, 'HIGH');
    assert.match(message.android.ttl, /^1\ds$/);
    app.answers = [{ status: 404, body: { error: { status: 'NOT_FOUND', details: [{ errorCode: 'UNREGISTERED' }] } } }];
    await staff.rest.status(session.id, 'CANCELLED');
    assert.equal((await app.over()).payload.outcome, 'missed');
    await eventually('the app is forgotten', async () => (await devicesOf(patient)).length === 0);
  });

  test('Apple gets the push signed by the key of the team, and says which app is gone', async () => {
    const app = receiver.apns();
    const { patient, staff, session } = await ringPhone(app);
    const { headers, payload } = await app.ring();
    const { iss } = jwt.verify(headers.authorization.slice('bearer '.length), apnsKey.publicKey, { algorithms: ['ES256'] });
    assert.deepEqual([iss, jwt.decode(headers.authorization.slice(7), { complete: true }).header.kid], ['TEAM123456', 'ABCDE12345']);
    assert.deepEqual(
      ['apns-topic', 'apns-push-type', 'apns-priority'].map((name) => headers[name]), ['org.example.calls.voip', 'voip', '10']);
    assert.ok(Number(headers['apns-expiration']) * 1000 <= Date.parse(session.ringDeadline));
    assert.equal(payload.callId, session.id);
    app.answers = [{ status: 410, body: { reason: 'Unregistered' } }];
    await recorded(staff, session);
    await staff.rest.status(session.id, 'CANCELLED');
    await eventually('the app is forgotten', async () => (await devicesOf(patient)).length === 0);
  });

  test('a phone is pushed for whoever registered it last, and for nobody once that user has left', async () => {
    const next = stage.patient();
    for (const target of [receiver.fcm(), receiver.apns(), receiver.browser()]) {
      const { patient, staff, session } = await ringPhone(target);
      await target.ring();
      await staff.rest.status(session.id, 'CANCELLED');
      await target.over();
      await register(patient, receiver.browser(), 'tablet');
      const before = target.requests.length;

      // The first user has signed out without a network: the registration is still there.
      await register(next, target, 'phone');
      const { session: second } = await staff.rest.call(patient.id);
      assert.deepEqual(await recorded(staff, second), [['tablet', '201']]);
      assert.deepEqual((await devicesOf(patient)).map(({ deviceId }) => deviceId), ['tablet']);
      assert.equal(target.requests.length, before, 'the call is not that of the user who has the phone now');
      assert.equal((await devicesOf(next)).length, 1);

      await register(next, target, 'renamed');
      assert.deepEqual((await devicesOf(next)).map(({ deviceId }) => deviceId), ['renamed']);
      const { session: third } = await staff.rest.call(next.id);
      await target.arrived('the ring of the user who has the phone now', ({ payload }) => payload.callId === third.id);
      await next.rest.send('DELETE', '/me/devices/renamed');
      assert.deepEqual((await devicesOf(patient)).map(({ deviceId }) => deviceId), ['tablet']);
      await staff.rest.status(third.id, 'CANCELLED');
      await staff.rest.status(second.id, 'CANCELLED');
    }
  });

  test('of users who register a phone at the same moment one has it', async () => {
    const phone = receiver.fcm();
    const users = Array.from({ length: 8 }, () => stage.patient());
    await Promise.all(users.map((user) => register(user, phone)));
    const kept = await Promise.all(users.map(async (user) => (await devicesOf(user)).length));
    assert.equal(kept.reduce((sum, count) => sum + count, 0), 1, String(kept));
  });

  test('a user has a device rung to see whether it does, and not too often', async () => {
    const patient = stage.patient();
    const browser = receiver.browser();
    await register(patient, browser);
    assert.equal((await patient.rest.post('/me/devices/phone/test')).status, 202);
    assert.deepEqual((await browser.arrived('the test arrives')).payload, { type: 'test' });
    assertProblem(await patient.rest.post('/me/devices/other/test'), 404, 'not_found');
    const answers = await Promise.all(Array.from({ length: 5 }, () => patient.rest.post('/me/devices/phone/test')));
    const refused = answers.find(({ status }) => status === 429);
    assertProblem(refused, 429, 'too_many');
    assert.ok(Number(refused.headers.get('retry-after')) >= 1);
  });

  test('staff see who can be reached by push, and when a device was last there', async () => {
    const staff = stage.staff();
    const patient = stage.patient();
    const find = async () => (await staff.rest.get(`/users?search=${patient.id}`)).body.items?.[0];
    await register(patient, receiver.browser());
    await eventually('the user can be reached', async () => (await find())?.pushReachable);
    assert.equal((await find()).online, false);
    const phone = await stage.device(patient.id, { device: 'phone' });
    assertTime((await find()).lastReachableAt);
    await phone.disconnect();
    const left = Date.now();
    const seen = await eventually('it is known when', async () => {
      const user = await find();
      return !user.online && user.lastReachableAt && Date.parse(user.lastReachableAt);
    });
    assert.ok(Math.abs(seen - left) < 10_000, `${seen - left} ms off`);
    await patient.rest.send('DELETE', '/me/devices/phone');
    await eventually('the user cannot be reached', async () => (await find()).pushReachable === false);
  });

  test('of a call that reaches nobody is on record what was tried, and a call that rings silently is not pushed', async () => {
    const patient = stage.patient();
    const phone = receiver.browser();
    await register(patient, phone);
    const stranger = stage.patient();
    await patient.rest.send('PUT', `/me/blocked/${stranger.id}`);
    const [nobody, staff] = [stage.patient(), stage.staff()];
    const { session: silent } = await stranger.rest.call(patient.id);
    const { session: unheard } = await staff.rest.call(nobody.id);
    const { session: heard } = await staff.rest.call(patient.id);
    await phone.ring();
    const triedFor = (session) => eventually('the call has rung out', async () => {
      const { body } = await staff.rest.timeline(session.id);
      return body.at(-1).kind === 'ended' && body.slice(-2).map(({ kind, detail }) => [kind, detail]);
    });
    assert.deepEqual(await triedFor(unheard), [['note', 'tried: no connection, no device registered for push'], ['ended', 'unreachable']]);
    assert.deepEqual(await triedFor(heard), [['note', 'tried: no connection, push to 1 device'], ['ended', 'unreachable']]);
    assert.equal((await phone.over()).payload.outcome, 'missed');
    await triedFor(silent);
    assert.deepEqual(phone.requests.filter(({ payload }) => payload.callId === silent.id), []);
  });

  test('devices outlive the service, and a ring that was pushed before a crash is taken away after it', async () => {
    const { patient, staff, session, phone } = await ringPhone();
    await phone.ring();
    await recorded(staff, session);
    await stage.service.kill();
    await stage.service.start();
    assert.equal((await devicesOf(patient)).length, 1);
    await staff.rest.status(session.id, 'CANCELLED');
    assert.equal((await phone.over()).payload.callId, session.id);
    assert.equal(phone.of('ring').length, 1, 'it is not rung again');
  });
});
