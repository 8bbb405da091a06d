import { afterEach, describe, expect, it, vi } from 'vitest';
import { ConditionExchange, conditionOf, type Condition } from '../../src/media/condition.ts';
import type { LocalMediaState } from '../../src/media/local-media.ts';
import { CallError } from '../../src/service/errors.ts';
import { settle } from '../calls.ts';

const on: Condition = { microphone: 'on', camera: 'off', media: 'entered' };

/** Two devices that hear each other while `open`. */
function pair() {
  const listeners: ((payload: unknown) => void)[][] = [[], []];
  const link = { open: true, attempts: 0, problem: new CallError('disconnected', 'lost') };
  const conditions: [Condition, Condition] = [on, on];
  const ends = [0, 1].map(
    side =>
      new ConditionExchange(
        {
          send: async payload => {
            await Promise.resolve();
            link.attempts++;
            if (!link.open) {
              throw link.problem;
            }

            listeners[1 - side]!.forEach(listener => listener(JSON.parse(JSON.stringify(payload))));
          },
          listen: listener => {
            listeners[side]!.push(listener);
            return () => (listeners[side] = []);
          },
        },
        () => conditions[side]!,
      ),
  );
  return { one: ends[0]!, other: ends[1]!, conditions, link, listeners };
}

afterEach(() => {
  vi.useRealTimers();
});

describe('the condition of a device', () => {
  const track = {} as MediaStreamTrack;
  const local = { microphone: track, camera: track, muted: false, opening: false, interrupted: [] } as unknown as LocalMediaState;
  it.each<[Partial<LocalMediaState>, Partial<Condition>]>([
    [{}, { microphone: 'on', camera: 'on' }],
    [{ muted: true }, { microphone: 'muted' }],
    [{ microphone: null, opening: true }, { microphone: 'opening' }],
    [{ microphone: null }, { microphone: 'missing' }],
    [{ interrupted: ['microphone'], muted: true }, { microphone: 'interrupted' }],
    [{ interrupted: ['camera'] }, { camera: 'interrupted' }],
    [{ camera: null }, { camera: 'off' }],
  ])('with %j is %j', (change, expected) => {
    expect(conditionOf({ ...local, ...change }, 'entered')).toMatchObject(expected);
  });

  it('is known to both as soon as both listen, whoever begins', async () => {
    const { one, other } = pair();
    one.start();
    await settle();
    other.start();
    await settle();
    expect([one.getSnapshot(), other.getSnapshot()]).toEqual([on, on]);
  });

  it('is told when it changes, and only then', async () => {
    const { one, other, conditions } = pair();
    one.start();
    other.start();
    await settle();
    const heard = vi.fn();
    other.subscribe(heard);
    one.tell();
    await settle();
    expect(heard).not.toHaveBeenCalled();
    conditions[0] = { ...on, microphone: 'interrupted' };
    one.tell();
    await settle();
    expect(other.getSnapshot()?.microphone).toBe('interrupted');
  });

  it('that was lost on the way is told with the next connection', async () => {
    const { one, other, conditions, link } = pair();
    one.start();
    other.start();
    await settle();
    link.open = false;
    conditions[0] = { ...on, media: 'failed' };
    one.tell();
    await settle();
    link.open = true;
    other.ask();
    await settle();
    expect(other.getSnapshot()?.media).toBe('failed');
  });

  it('that could not be sent is sent again until it is, as it is by then', async () => {
    vi.useFakeTimers();
    const { one, other, conditions, link } = pair();
    one.start();
    other.start();
    await vi.advanceTimersByTimeAsync(0);
    link.open = false;
    conditions[0] = { ...on, media: 'failed' };
    one.tell();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(link.attempts).toBeGreaterThan(5);
    conditions[0] = { ...on, microphone: 'missing' };
    link.open = true;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(other.getSnapshot()).toEqual(conditions[0]);
    const { attempts } = link;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(link.attempts).toBe(attempts);
  });

  it('is asked for with the next message that can be sent, where the question could not be', async () => {
    vi.useFakeTimers();
    const { one, other, conditions, link } = pair();
    other.start();
    link.open = false;
    one.start();
    await vi.advanceTimersByTimeAsync(0);
    conditions[0] = { ...on, microphone: 'muted' };
    one.tell();
    link.open = true;
    one.tell();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(one.getSnapshot()).toEqual(on);
    expect(other.getSnapshot()).toEqual(conditions[0]);
  });

  it('is not repeated where the service refuses it, nor after the call', async () => {
    vi.useFakeTimers();
    const { one, link } = pair();
    link.open = false;
    link.problem = new CallError('not_answered', 'Nobody has answered yet.');
    one.start();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(link.attempts).toBe(1);
    link.problem = new CallError('disconnected', 'lost');
    one.ask();
    await vi.advanceTimersByTimeAsync(0);
    one.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(link.attempts).toBe(2);
  });

  it('is taken from nothing that only looks like it', async () => {
    const { one, listeners } = pair();
    one.start();
    await settle();
    for (const payload of [null, 'condition', { kind: 'condition' }, { kind: 'condition', condition: { ...on, microphone: '<b>' } }]) {
      listeners[0]!.forEach(listener => listener(payload));
    }

    expect(one.getSnapshot()).toBeNull();
  });
});
