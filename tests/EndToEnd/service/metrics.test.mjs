// What operators see: metrics are what happened and name nobody, traces go where they are asked for, and without the settings nothing is open.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, test } from 'node:test';
import { claimPort } from '../support/ports.mjs';
import { Stage } from '../support/stage.mjs';
import { eventually } from '../support/wait.mjs';

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
  const stage = Stage.forThisFile({ Calls__MetricsPort: String(port), OTEL_SERVICE_NAME: 'calls-of-the-ward', Calls__RequestBurst: '20', Calls__RequestsPerSecond: '1' });

  test('have the name of the service that OTEL_SERVICE_NAME gives it', async () => {
    assert.equal((await scrape(port)).sum('target_info', { service_name: 'calls-of-the-ward' }), 1);
  });

  test('tell of a call exactly what happened, and name nobody', async () => {
    const { staff, patient, phone, session, hangUp } = await makeCall(stage, stage.service);
    // The exporter gives the same answer again for 0.3 seconds.
    const during = await eventually('the call is counted', async () => {
      const now = await scrape(port);
      return now.sum('fayo_calls_call_active', { status: 'ACTIVE' }) === 1 && now;
    });
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

describe('without settings for it', () => {
  const stage = Stage.forThisFile();

  test('a silo listens at no other port than its own', () => {
    assert.deepEqual(listening(stage.service), [stage.service.base]);
  });
});

/** The spans of OTLP's protobuf: a span begins with the ids of its trace and itself, 16 and 8 bytes, then its parent's if it has one, its flags, and its name. */
function readSpans(bytes) {
  const starts = [...bytes.matchAll(/\n\x10([^]{16})\x12\x08[^]{8}(?:"\x08[^]{8})?(?:\x85\x01[^]{4})?\*([^])([ -~]+)/g)];
  return starts.map(({ 1: trace, 2: length, 3: rest, index }, i) => ({ trace, name: rest.slice(0, length.charCodeAt(0)), text: bytes.slice(index, starts[i + 1]?.index) }));
}

describe('traces', () => {
  const received = new Map();
  const collector = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    received.set(request.url, `${received.get(request.url) ?? ''}${Buffer.concat(chunks).toString('latin1')}`);
    response.setHeader('content-type', 'application/x-protobuf').end();
  });
  const stage = Stage.forThisFile({}, {
    start: false,
    prepare: async (prepared) => {
      collector.listen(0, '127.0.0.1');
      await once(collector, 'listening');
      prepared.service = await prepared.startService({
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector.address().port}`,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
        OTEL_BSP_SCHEDULE_DELAY: '200',
        OTEL_METRIC_EXPORT_INTERVAL: '500',
      });
    },
    finish: () => collector.close(),
  });

  test('of requests, grain calls, hub methods and statements go to the collector, and metrics with them', async () => {
    const { hangUp, session } = await makeCall(stage, stage.service);
    await hangUp();
    const wanted = {
      '/v1/traces': ['fayo-calls', 'POST /api/v1/calls/session', 'ICallSessionGrain/Create', 'invitation_ack', 'call_sessions', 'postgresql'],
      '/v1/metrics': ['fayo-calls', 'fayo.calls.call.created', 'fayo.calls.commit.duration'],
    };
    let missing;
    await eventually('everything has arrived', () => {
      missing = Object.entries(wanted).flatMap(([path, words]) => words.filter((word) => !received.get(path)?.includes(word)));
      return missing.length === 0;
    }).catch(() => assert.deepEqual(missing, []));
    assert.ok(!received.get('/v1/metrics').includes(session.id), 'no label holds an id');
    assert.ok(!received.get('/v1/traces').includes('Password'), 'no password of the database');

    const spans = readSpans(received.get('/v1/traces'));
    const traceOf = (name) => spans.find((span) => span.name === name)?.trace;
    assert.ok(traceOf('ICallSessionGrain/Create'));
    assert.equal(traceOf('ICallSessionGrain/Create'), traceOf('POST /api/v1/calls/session'), 'a grain call belongs to the trace of its request');
    const writes = spans.filter(({ text }) => text.includes('INSERT INTO call_sessions'));
    assert.ok(writes.length > 0);
    assert.ok(writes.every(({ trace }) => spans.filter((span) => span.trace === trace).length === 1), 'a commit for many calls belongs to none of their traces');
  });
});
