// Who of the staff looked at whose calls, from where, and what is kept of a person: on record, checked, exported, erased.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { upgrade } from '../support/raw.mjs';
import { Database } from '../support/postgres.mjs';
import { environment, METADATA_MARK } from '../support/service.mjs';
import { assertProblem } from '../support/shapes.mjs';
import { onOneSiloAndOnThree } from '../support/stage.mjs';
import { newUser, tokenFor } from '../support/tokens.mjs';
import { eventually } from '../support/wait.mjs';

/** Runs a command of the program beside the service. */
const run = (stage, ...args) => runWith({}, stage.database, ...args);

async function runWith(settings, database, ...args) {
  const child = spawn('dotnet', [process.env.FAYO_SILO, ...args], {
    env: environment({ DATABASE_URL: database.urlThrough(), ...settings }), stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (chunk) => { out += chunk; });
  child.stderr.setEncoding('utf8').on('data', (chunk) => { err += chunk; });
  const [code] = await once(child, 'close');
  return { code, out, err };
}

const lines = (text) => text.split('\n').filter(Boolean).map((line) => JSON.parse(line));

onOneSiloAndOnThree({}, (stage) => {
  const staffWith = (id = newUser('staff')) => ({ id, rest: stage.rest(id, { role: 'ADMIN' }) });

  const exportAudit = async () => {
    const answer = await fetch(`${stage.service.base}/api/v1/audit`, { headers: { authorization: `Bearer ${tokenFor('reviewer', { role: 'ADMIN' })}` } });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-type'), 'application/x-ndjson');
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    return answer.text();
  };

  /** What the audit has of a user. */
  const entriesOf = async (id) => lines(await exportAudit()).filter(({ actor }) => actor === id);

  test('what staff read of others is on record before it is answered, and what is their own is not', async () => {
    const [caller, callee, staff] = [stage.patient(), stage.patient(), staffWith()];
    const { session } = await caller.rest.call(callee.id, { metadata: { note: METADATA_MARK } });
    const from = { 'x-forwarded-for': '203.0.113.9', 'user-agent': `Panel/1.0 ${'x'.repeat(500)}` };
    assert.equal((await staff.rest.get(`/calls/session/${session.id}`, from)).status, 200);
    assert.equal((await staff.rest.get(`/calls/session/${session.id}/timeline`, from)).status, 200);
    assert.equal((await staff.rest.get(`/calls?userId=${callee.id}`, from)).status, 200);
    assert.equal((await staff.rest.get('/calls', from)).status, 200);
    assert.equal((await staff.rest.get(`/calls?userId=${staff.id}`, from)).status, 200);
    assert.equal((await staff.rest.get('/users?search=secret-name', from)).status, 200);
    assert.equal((await staff.rest.get('/monitor/calls', from)).status, 200);
    const monitor = await upgrade(stage.service, `/ws/monitor?access_token=${tokenFor(staff.id, { role: 'ADMIN' })}`, from);
    monitor.socket.close();
    assert.equal((await staff.rest.post(`/monitor/calls/${session.id}/end`, { reason: 'a remark' }, from)).status, 200);
    const own = (await staff.rest.call(callee.id)).session;
    assert.equal((await staff.rest.get(`/calls/session/${own.id}`)).status, 200);
    assert.equal((await caller.rest.get(`/calls/session/${session.id}`)).status, 200);

    const entries = await eventually('the end is on record too', async () => {
      const found = await entriesOf(staff.id);
      return found.length === 8 && found;
    });
    assert.deepEqual(entries.map(({ action, subject, other, callId }) => [action, subject, other, callId]), [
      ['call.read', caller.id, callee.id, session.id], ['call.timeline', caller.id, callee.id, session.id], ['calls.list', callee.id, null, null],
      ['calls.list', null, null, null], ['users.list', null, null, null], ['monitor.list', null, null, null], ['monitor.watch', null, null, null],
      ['call.end', caller.id, callee.id, session.id],
    ]);
    for (const { address, agent, role } of entries) assert.deepEqual([address, agent.length, role], ['203.0.113.9', 200, 'ADMIN']);
    assert.deepEqual(await entriesOf(caller.id), []);
    const all = await exportAudit();
    for (const secret of [METADATA_MARK, 'secret-name', 'a remark']) assert.ok(!all.includes(secret), secret);
    assert.deepEqual((await entriesOf('reviewer')).at(-1).action, 'audit.export');
  });

  test('the monitor is on record however its path is written', async () => {
    for (const path of ['/ws/monitor', '/ws/monitor/', '/WS/Monitor', '/ws/%6Donitor']) {
      const staff = newUser('staff');
      const { socket } = await upgrade(stage.service, path, { authorization: `Bearer ${tokenFor(staff, { role: 'ADMIN' })}` });
      assert.ok(socket, path);
      socket.close();
      assert.deepEqual((await entriesOf(staff)).map(({ action }) => action), ['monitor.watch'], path);
    }
  });

  test('a member of staff who watches a call is on record with address and program', async () => {
    const [caller, staff] = [stage.patient(), staffWith()];
    const { session } = await caller.rest.call(newUser());
    const viewer = await stage.device(staff.id, { claims: { role: 'ADMIN' } });
    await viewer.invoke('join_call', { sessionId: session.id });
    const [watched] = await entriesOf(staff.id);
    assert.deepEqual([watched.action, watched.callId, watched.address], ['call.watch', session.id, '127.0.0.1']);
  });

  test('a member of staff who watches when users come and go is on record once for each list', async () => {
    const [first, second, staff] = [newUser(), newUser(), newUser('staff')];
    const panel = await stage.device(staff, { claims: { role: 'ADMIN' } });
    await panel.invoke('watch_presence', { userIds: [first, second] });
    const phone = await stage.device(first);
    await panel.told('presence', ({ users }) => users.some(({ id, devices }) => id === first && devices === 1));
    await phone.disconnect();
    await panel.invoke('watch_presence', { userIds: [second] });
    await panel.invoke('watch_presence', { userIds: [] });
    assert.deepEqual((await entriesOf(staff)).map(({ action, subject, detail, address }) => [action, subject, detail, address]), [
      ['presence.watch', null, 'users watched: 2', '127.0.0.1'], ['presence.watch', second, 'users watched: 1', '127.0.0.1'],
    ]);
  });

  test('who is refused is on record, but not a hundred times', async () => {
    const [caller, curious] = [stage.patient(), stage.patient()];
    const { session } = await caller.rest.call(newUser());
    for (let i = 0; i < 100; i++) assertProblem(await curious.rest.get(`/calls/session/${session.id}`), 403, 'not_a_participant');
    assertProblem(await curious.rest.get('/audit'), 403, 'forbidden');
    assertProblem(await curious.rest.get(`/users/${caller.id}/data`), 403, 'forbidden');
    assertProblem(await curious.rest.send('DELETE', `/users/${caller.id}/data`), 403, 'forbidden');
    const entries = await eventually('the refusals are on record', async () => {
      const found = await entriesOf(curious.id);
      return found.length >= 4 && found;
    });
    assert.ok(entries.length <= 4 * stage.silos + 3, `${entries.length} entries`);
    for (const { action, status } of entries) assert.deepEqual([action, status], ['access.refused', 403]);
    assert.match(entries[0].detail, /^GET \/api\/v1\/calls\/session\/\{id\}/);
  });

  test('the audit is whole, and whoever changes, takes out or cuts off entries is found by the program', async () => {
    for (let i = 0; i < 5; i++) await staffWith().rest.get('/calls');
    const whole = await run(stage, 'audit', 'verify');
    assert.equal(whole.code, 0, whole.err);
    const [, end] = whole.out.match(/ends at (\d+:[0-9a-f]{64})/);
    assert.equal((await run(stage, 'audit', 'verify', end)).code, 0);
    const exported = await run(stage, 'audit', 'export');
    assert.equal(exported.code, 0, exported.err);
    assert.equal(lines(exported.out).at(-1).action, 'audit.export');
    const tamper = async (sql) => {
      await stage.database.query('alter table call.audit_entries disable trigger all');
      await stage.database.query(sql);
      return run(stage, 'audit', 'verify');
    };
    const other = await tamper("update call.audit_entries set address = '192.0.2.1' where seq = 3");
    assert.equal(other.code, 1);
    assert.match(other.err, /Entry 3 was changed.*\n.*audit accept 3 /);
    assert.match((await run(stage, 'audit', 'accept', '4', 'chief', 'a reason')).err, /first that is wrong is 3/);
    const accepted = await run(stage, 'audit', 'accept', '3', 'chief', 'a restored backup');
    assert.equal(accepted.code, 0, accepted.err);
    const verdict = await run(stage, 'audit', 'verify');
    assert.equal(verdict.code, 0, verdict.err);
    assert.match(verdict.out, /Accepted damage at 3, .* by entry \d+: Entry 3 was changed/);
    const { actor, detail } = lines(await exportAudit()).find(({ action }) => action === 'audit.accept');
    assert.equal(actor, 'chief');
    assert.match(detail, /^3 to 3: Entry 3 was changed.* as the system's user .*: a restored backup$/);
    assert.equal((await run(stage, 'audit', 'accept', '3', 'chief', ' ')).code, 2);
    assert.equal((await run(stage, 'audit', 'accept', 'x', 'chief', 'a reason')).code, 2);
    assert.equal((await run(stage, 'audit', 'verify', 'nonsense')).code, 2);
    assert.equal((await run(stage, 'audit')).code, 2);
  });

  test('a silo exports and erases one person at a time, and answers others at once that they have to wait', async () => {
    const [silo] = stage.service.silos ?? [stage.service];
    const staff = stage.rest(newUser('staff'), { role: 'ADMIN' }, silo);
    const release = await stage.database.lock('call.users');
    let first;
    try {
      first = staff.get(`/users/${newUser()}/data`);
      await eventually('the first waits for the table', async () => {
        const [{ count }] = await stage.database.query(
          "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%json_build_object%'");
        return count === 1;
      });
      const second = await staff.get(`/users/${newUser()}/data`);
      assertProblem(second, 503, 'overloaded');
      assert.equal(second.headers.get('retry-after'), '5');
      assertProblem(await staff.send('DELETE', `/users/${newUser()}/data`), 503, 'overloaded');
    } finally {
      await release();
    }
    assert.equal((await first).status, 200);
    assert.equal((await staff.get(`/users/${newUser()}/data`)).status, 200);
  });

  test('a person is exported and erased; the other keeps the call, and nobody writes the person back', async () => {
    const [person, other, staff] = [stage.patient(), stage.patient(), staffWith()];
    const device = await stage.device(person.id, { device: 'phone-of-person' });
    const { session: ended } = await person.rest.call(other.id, { metadata: { note: METADATA_MARK } });
    await other.rest.status(ended.id, 'CANCELLED', 'a remark about the person');
    const { session: open } = await other.rest.call(person.id);
    await device.told('call_invitation');
    await device.invoke('invitation_ack', { sessionId: open.id });
    const exported = await eventually('the device is kept', async () => {
      const { status, body } = await staff.rest.get(`/users/${person.id}/data`);
      assert.equal(status, 200);
      return body.grains.length === 1 && body.user && body;
    });
    assert.deepEqual(exported.calls.map(({ id }) => id).sort(), [ended.id, open.id].sort());
    assert.match(exported.grains[0].state, /phone-of-person/);
    const refused = await run(stage, 'person', 'erase', person.id);
    assert.equal(refused.code, 1);
    assert.match(refused.err, new RegExp(open.id));
    await device.disconnect();

    const erased = await staff.rest.send('DELETE', `/users/${person.id}/data`);
    assert.deepEqual([erased.status, erased.body], [200, { calls: 2 }]);

    for (const { id, from } of [{ id: ended.id, from: 'initiatorId' }, { id: open.id, from: 'recipientId' }]) {
      const { status, body } = await other.rest.session(id);
      assert.equal(status, 200);
      assert.match(body[from], /^erased_[0-9a-f]{16}$/);
      assert.equal(body.metadata, null);
      const timeline = await other.rest.get(`/calls/session/${id}/timeline`);
      assert.ok(!timeline.text.includes(person.id) && !timeline.text.includes('a remark') && !timeline.text.includes('phone-of-person'));
      assert.equal(timeline.body.at(-1).version, body.version);
      // A late message about the old call has its grain write, if at all, over what is there now.
      await other.rest.status(id, 'CANCELLED');
    }
    const tables = await stage.database.query("select table_name from information_schema.tables where table_schema = 'call'");
    for (const { table_name: table } of tables) {
      const found = await stage.database.query(`select t::text as row from call.${table} as t where strpos(t::text, $1) > 0`, [person.id]);
      assert.deepEqual(found, [], table);
    }
    const [entry] = (await entriesOf(staff.id)).filter(({ action }) => action === 'person.erase');
    assert.match(entry.subject, /^erased:/);
    const again = await run(stage, 'person', 'erase', person.id);
    assert.equal(again.code, 0, again.err);
    assert.equal((await run(stage, 'person', 'export', 'no/such')).code, 2);
  });

  test('whoever is erased while a device rings and others are called is in no table, and a call that they watch is named', async () => {
    const staff = staffWith();
    const people = Array.from({ length: 6 }, () => stage.patient());
    const devices = await Promise.all(people.map(({ id }) => stage.device(id, { device: `phone-of-${id}`, acknowledge: true })));
    const others = people.map(() => stage.patient());
    await Promise.all(people.map(async ({ id, rest }, i) => {
      const { session } = await others[i].rest.call(id);
      if (i % 2) await rest.answer(session.id, { deviceId: `phone-of-${id}` });
    }));
    // One after another, as a silo takes them.
    for (const { id } of people) assert.equal((await staff.rest.send('DELETE', `/users/${id}/data`)).status, 200);
    await Promise.all(devices.map((device) => device.disconnect()));

    const { session: strangers } = await others[0].rest.call(newUser());
    const watcher = stage.staff();
    const screen = await stage.device(watcher.id, { claims: { role: 'ADMIN' } });
    await screen.invoke('join_call', { sessionId: strangers.id });
    await screen.disconnect();
    const refused = await staff.rest.send('DELETE', `/users/${watcher.id}/data`);
    assertProblem(refused, 409, 'calls_open');
    assert.match(refused.body.detail, new RegExp(strangers.id));
    assert.match((await run(stage, 'person', 'erase', watcher.id)).err, new RegExp(`watches open calls of others .*${strangers.id}`));
    assert.equal((await others[0].rest.session(strangers.id)).body.endedAt, null, 'a call of others goes on');
    await others[0].rest.status(strangers.id, 'CANCELLED');
    assert.equal((await staff.rest.send('DELETE', `/users/${watcher.id}/data`)).status, 200);

    const tables = await stage.database.query("select table_name from information_schema.tables where table_schema = 'call'");
    for (const { id } of [...people, watcher]) {
      for (const { table_name: table } of tables) {
        const found = await stage.database.query(`select t::text as row from call.${table} as t where strpos(t::text, $1) > 0`, [id]);
        assert.deepEqual(found, [], table);
      }
    }
  });
}, { isShared: true });

test('a command deletes nothing, whatever its settings, and refuses another secret than the one that the audit is signed with', async () => {
  const database = await Database.create();
  try {
    assert.equal((await runWith({}, database, 'migrate')).code, 0);
    assert.equal((await runWith({}, database, 'person', 'export', newUser())).code, 0);
    await database.query("alter table call.audit_entries disable trigger all; update call.audit_entries set at = at - interval '200 days'");
    const entries = async () => (await database.query('select action from call.audit_entries order by seq')).map(({ action }) => action);
    assert.equal((await runWith({ Calls__KeepAuditFor: '1.00:00:00' }, database, 'audit', 'export')).code, 0);
    assert.deepEqual(await entries(), ['person.export', 'audit.export']);
    const other = await runWith({ JWT_SECRET: 'kPz9#qwLx27vTnRb5sYc8mHdJf3gUe6A' }, database, 'person', 'erase', newUser());
    assert.deepEqual([other.code, other.out], [1, '']);
    assert.match(other.err, /not signed with this secret/);
    assert.deepEqual(await entries(), ['person.export', 'audit.export']);
  } finally {
    await database.drop();
  }
});

test('the secret of the audit is changed with the previous one beside it, and the audit stays whole', async () => {
  const database = await Database.create();
  const [old, fresh] = ['kPz9#qwLx27vTnRb5sYc8mHdJf3gUe6A', 'Wd4!hTgK81xVbNqZ6rMy0pLcEj5sFa9U'];
  try {
    assert.equal((await runWith({}, database, 'migrate')).code, 0);
    assert.equal((await runWith({ Calls__AuditSecret: old }, database, 'audit', 'export')).code, 0);
    assert.match((await runWith({ Calls__AuditSecret: fresh }, database, 'audit', 'verify')).err, /not signed with this secret/);
    assert.equal((await runWith({ Calls__AuditSecret: fresh, Calls__PreviousAuditSecret: old }, database, 'audit', 'export')).code, 0);
    const verdict = await runWith({ Calls__AuditSecret: fresh }, database, 'audit', 'verify');
    assert.match(verdict.out, /The audit is whole: 2 entries/, verdict.err);
  } finally {
    await database.drop();
  }
});
