// What operators see: metrics are what happened and name nobody, and without the setting nothing is open.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { claimPort } from './support/ports.mjs';
import { Stage } from './support/stage.mjs';
import { eventually } from './support/wait.mjs';

/** The metrics of a port: the value of a series, and all lines. */
async function scrape(port) {
  const lines = (await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).split('\n').filter((line) => line && !line.startsWith('#'));
  const series = lines.map((line) => {
    const [, name, labels, value] = /^(\w+)(?:\{(.*?)\})? (\S+)/.exec(line);
    const pairs = [...(labels ?? '').matchAll(/(\w+)="([^"]*)"/g)].map(([, label, text]) => [label, text]).filter(([label]) => !label.startsWith('otel_'));
    return { name, labels: Object.fromEntries(pairs), value: Number(value) };
  });
  return {
    lines,
    /** The sum of the series with this name and these labels; undefined where there is none. */
    sum: (name, labels = {}) => {
      const found = series.filter((one) => one.name === name && Object.entries(labels).every(([label, text]) => one.labels[label] === text));
      return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
    },
  };
}

/** A whole call with a SignalR client: rings, is acknowledged over the hub, answered, confirmed and hung up. */
async function makeCall(stage, service) {
  const [staff, patient] = [stage.staff(service), { ...stage.patient() }];
  patient.rest = stage.rest(patient.id, { role: 'PATIENT' }, service);
  const phone = await stage.device(patient.id, {}, service);
  const { session } = await staff.rest.call(patient.id, { callType: 'VOICE' });
  await phone.invited(session.id);
  await phone.invoke('invitation_ack', { sessionId: session.id });
  await patient.rest.answer(session.id);
  await staff.rest.status(session.id, 'ACTIVE');
  return { staff, patient, phone, session, hangUp: () => staff.rest.status(session.id, 'COMPLETED') };
}

/** Where a service listens for HTTP, by its own word. */
const listening = (service) => [...service.log.matchAll(/Now listening on: (\S+)/g)].map(([, address]) => address);

describe('the metrics', async () => {
  const port = await claimPort();
  const stage = Stage.forThisFile({ Calls__MetricsPort: String(port), Calls__RequestBurst: '20', Calls__RequestsPerSecond: '1' });

  test('tell of a call exactly what happened, and name nobody', async () => {
    const { staff, patient, phone, session, hangUp } = await makeCall(stage, stage.service);
    const during = await scrape(port);
    assert.equal(during.sum('fayo_calls_call_active', { status: 'ACTIVE' }), 1);
    assert.equal(during.sum('fayo_calls_call_active'), 1);
    assert.equal(during.sum('fayo_calls_connection_count'), 1);
    assert.equal(during.sum('fayo_calls_user_count'), 1);

    const refused = await stage.staff().rest.post('/calls/session', { recipientId: patient.id });
    assert.equal(refused.body.code, 'busy');
    await assert.rejects(phone.invoke('invitation_ack', { sessionId: session.id }), /not_possible/);
    await hangUp();
    await phone.toldStatus(session.id, 'COMPLETED');
    await phone.disconnect();
    const after = await eventually('the connection is not counted any more', async () => {
      const now = await scrape(port);
      return now.sum('fayo_calls_connection_count') === 0 && now;
    });

    const expected = [
      // The call that was refused as busy is on record as well.
      ['fayo_calls_call_created_total', { type: 'VOICE' }, 1],
      ['fayo_calls_call_created_total', {}, 2],
      ['fayo_calls_call_ended_total', { end_reason: 'hangup' }, 1],
      ['fayo_calls_call_ended_total', { end_reason: 'busy' }, 1],
      ['fayo_calls_call_ended_total', {}, 2],
      ['fayo_calls_call_refused_total', { error_type: 'busy' }, 1],
      ['fayo_calls_call_refused_total', {}, 1],
      ['fayo_calls_call_active', {}, 0],
      ['fayo_calls_call_duration_seconds_count', { end_reason: 'hangup' }, 1],
      ['fayo_calls_ring_duration_seconds_count', { outcome: 'answered' }, 1],
      ['fayo_calls_ring_duration_seconds_count', {}, 1],
      ['fayo_calls_invitation_delivery_duration_seconds_count', {}, 1],
      ['fayo_calls_invitation_ack_duration_seconds_count', {}, 1],
      ['fayo_calls_user_count', {}, 0],
      ['fayo_calls_hub_invocation_duration_seconds_count', { method: 'invitation_ack' }, 2],
      ['fayo_calls_hub_invocation_duration_seconds_count', { method: 'invitation_ack', error_type: 'not_possible' }, 1],
      ['fayo_calls_sweep_lag_seconds', {}, 0],
    ];
    for (const [name, labels, value] of expected) assert.equal(after.sum(name, labels), value, `${name} ${JSON.stringify(labels)}`);
    const commits = after.sum('fayo_calls_commit_duration_seconds_count');
    assert.ok(commits > 0);
    assert.equal(after.sum('fayo_calls_commit_batch_size_count'), commits);
    assert.ok(after.sum('fayo_calls_commit_batch_size_sum') >= commits);

    for (const id of [staff.id, patient.id, session.id, session.channelName]) {
      assert.deepEqual(after.lines.filter((line) => line.includes(id)), [], 'no label holds an id');
    }
  });

  // What a port answers may be a third of a second old.
  const counted = (name, expected) => eventually(`${name} is right`, async () => (await scrape(port)).sum(name) === expected());

  test('count the requests that are throttled', async () => {
    const { rest } = stage.staff();
    const answers = await Promise.all(Array.from({ length: 30 }, () => rest.get('/calls/open')));
    const throttled = answers.filter(({ status }) => status === 429).length;
    assert.ok(throttled > 0);
    await counted('fayo_calls_request_throttled_total', () => throttled);
  });

  test('count an invitation that is sent again to a device that has not acknowledged', async () => {
    const patient = stage.patient();
    const phone = await stage.device(patient.id);
    const { session } = await stage.staff().rest.call(patient.id);
    await eventually('it rings again', () => phone.about(session.id, 'call_invitation').length > 1);
    await counted('fayo_calls_invitation_resent_total', () => phone.about(session.id, 'call_invitation').length - 1);
  });

  test('are all that their port answers, and the port of the pages has none', async () => {
    assert.equal((await fetch(`http://127.0.0.1:${port}/api/v1/health`)).status, 404);
    assert.doesNotMatch(await (await fetch(`${stage.service.base}/metrics`)).text(), /fayo_calls_/);
    assert.equal(listening(stage.service).length, 2);
  });
});

describe('without the setting', () => {
  const stage = Stage.forThisFile();

  test('a silo listens at no other port than its own', () => {
    assert.deepEqual(listening(stage.service), [stage.service.base]);
  });
});
