// Events reach a real RabbitMQ, whatever becomes of it in the meantime.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RabbitMq, skip } from '../support/rabbitmq.mjs';
import { Stage } from '../support/stage.mjs';
import { eventually } from '../support/wait.mjs';

const EXCHANGE = 'calls.of.a.test';

describe('RabbitMQ', { skip }, async () => {
  const broker = skip ? undefined : await RabbitMq.create();
  const stage = Stage.forThisFile({ RABBITMQ_URL: broker?.url, RABBITMQ_CALLS_EXCHANGE: EXCHANGE, Calls__EventTimeout: '00:00:05' }, {
    start: !skip,
    finish: () => broker?.close(),
  });

  /** A call that the initiator takes back. */
  async function makeCall() {
    const { rest } = stage.staff();
    const { session } = await rest.call(stage.patient().id);
    return (await rest.status(session.id, 'CANCELLED')).body.session;
  }

  test('gets every event of a call in order, also of calls that were made while it was gone', async () => {
    await broker.start();
    const first = await broker.subscribe(EXCHANGE, 'calls.#');
    const calls = [await makeCall()];
    await eventually('both events of the call have arrived', () => first.messages.length === 2);
    assert.deepEqual(first.messages.map(({ key }) => key), ['calls.call_session_created', 'calls.call_session_status_changed']);
    const [, { body, properties }] = first.messages;
    const { timestamp, ...session } = body;
    assert.deepEqual(session, calls[0]);
    assert.match(timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.deepEqual([properties.contentType, properties.deliveryMode, properties.messageId], ['application/json', 2, `evt_${session.id}_${session.version}`]);
    await first.close();

    await broker.kill();
    for (let i = 0; i < 20; i++) calls.push(await makeCall());
    await eventually('the service has noticed', () => stage.service.log.includes('Events cannot be sent to rabbitmq'));
    await broker.start();
    const second = await broker.subscribe(EXCHANGE, 'calls.#');
    // The broker may also deliver once more what it had delivered before it was killed.
    const missed = calls.slice(1).map(({ id }) => id);
    const arrived = () => new Set(second.messages.filter(({ body }) => missed.includes(body.id)).map(({ properties: { messageId } }) => messageId));
    await eventually('the events of all calls have arrived', () => arrived().size === 2 * missed.length, 150_000);
    for (const id of missed) {
      const statuses = second.messages.filter((message) => message.body.id === id).map((message) => message.body.status);
      assert.deepEqual([...new Set(statuses)], ['PENDING', 'CANCELLED'], id);
      assert.deepEqual(statuses, statuses.toSorted().reverse(), id);
    }
    await second.close();
    assert.ok(!stage.service.log.includes('guest'));
  });
});
