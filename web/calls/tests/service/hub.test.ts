import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Backoff } from '../../src/common/backoff.ts';
import { Hub, type HubConnectionLike } from '../../src/service/hub.ts';
import { settle } from '../calls.ts';

class FakeConnection implements HubConnectionLike {
  readonly start: () => Promise<void>;
  readonly stop = vi.fn(() => Promise.resolve());
  readonly listeners = new Map<string, (argument: never) => void>();
  closed: () => void = () => undefined;

  constructor(starts: boolean | 'hangs') {
    this.start = () =>
      starts === 'hangs' ? new Promise(() => undefined) : starts ? Promise.resolve() : Promise.reject(new Error('refused'));
  }

  on(event: string, listener: (argument: never) => void): void {
    this.listeners.set(event, listener);
  }

  onclose(listener: () => void): void {
    this.closed = listener;
  }

  invoke<T>(): Promise<T> {
    return Promise.reject(new Error('HubException: too_many: Slow down.'));
  }
}

function setUp({
  starts,
  onConnected = () => Promise.resolve(),
}: {
  starts: (attempt: number) => boolean | 'hangs';
  onConnected?: () => Promise<void>;
}) {
  const made: FakeConnection[] = [];
  const onFailed = vi.fn();
  const hub = new Hub({
    connect: () => {
      made.push(new FakeConnection(starts(made.length + 1)));
      return made.at(-1)!;
    },
    onConnected,
    onFailed,
    backoff: new Backoff({ initialMs: 1_000, maxMs: 8_000, random: () => 0.999_999 }),
  });
  return { hub, made, onFailed };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('Hub', () => {
  it('is connected only once what is to be done on every connection is done', async () => {
    let finish = (): void => undefined;
    const { hub } = setUp({ starts: () => true, onConnected: () => new Promise(resolve => (finish = resolve)) });
    hub.start();
    await settle();
    expect(hub.state.getSnapshot()).toBe('connecting');
    finish();
    await settle();
    expect(hub.state.getSnapshot()).toBe('connected');
  });

  it('tries for ever, and asks each time whether it may', async () => {
    const { hub, made, onFailed } = setUp({ starts: () => false });
    hub.start();
    for (let round = 0; round < 40; round++) {
      await settle();
      vi.advanceTimersByTime(8_000);
    }

    await settle();
    expect(made.length).toBeGreaterThan(40);
    expect(onFailed.mock.calls.length).toBe(made.length);
  });

  it('comes back after a loss, with its listeners, and syncs again', async () => {
    const onConnected = vi.fn(() => Promise.resolve());
    const { hub, made } = setUp({ starts: () => true, onConnected });
    const heard = vi.fn();
    hub.on('call_status', heard);
    hub.start();
    await settle();
    made[0]!.closed();
    expect(hub.state.getSnapshot()).toBe('waiting');
    vi.advanceTimersByTime(1_000);
    await settle();
    expect(hub.state.getSnapshot()).toBe('connected');
    expect(onConnected).toHaveBeenCalledTimes(2);
    made[1]!.listeners.get('call_status')!('news' as never);
    expect(heard).toHaveBeenCalledWith('news');
  });

  it('gives up a connection on which the sync fails', async () => {
    const { hub, made } = setUp({ starts: () => true, onConnected: () => Promise.reject(new Error('no answer')) });
    hub.start();
    await settle();
    expect(hub.state.getSnapshot()).toBe('waiting');
    expect(made[0]!.stop).toHaveBeenCalled();
  });

  it('does not wait where somebody looks at the page again', async () => {
    const { hub, made } = setUp({ starts: attempt => attempt > 1 });
    hub.start();
    await settle();
    hub.retryNow();
    await settle();
    expect(made).toHaveLength(2);
    expect(hub.state.getSnapshot()).toBe('connected');
  });

  it('gives up an attempt that hangs where somebody looks at the page again, and not one that has just begun', async () => {
    const { hub, made } = setUp({ starts: attempt => (attempt === 1 ? 'hangs' : true) });
    hub.start();
    vi.advanceTimersByTime(1_000);
    hub.retryNow();
    expect(made).toHaveLength(1);
    vi.advanceTimersByTime(3_000);
    hub.retryNow();
    await settle();
    expect(made).toHaveLength(2);
    expect(made[0]!.stop).toHaveBeenCalled();
    expect(hub.state.getSnapshot()).toBe('connected');
  });

  it('gives an attempt that hangs a time of its own, and one that succeeded for ever', async () => {
    const { hub, made, onFailed } = setUp({ starts: attempt => (attempt === 1 ? 'hangs' : true) });
    hub.start();
    vi.advanceTimersByTime(15_000);
    expect(hub.state.getSnapshot()).toBe('waiting');
    expect(onFailed).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1_000);
    await settle();
    vi.advanceTimersByTime(60_000);
    expect(made).toHaveLength(2);
    expect(hub.state.getSnapshot()).toBe('connected');
  });

  it('stays stopped', async () => {
    const { hub, made } = setUp({ starts: () => true });
    hub.start();
    await settle();
    hub.stop();
    made[0]!.closed();
    hub.retryNow();
    vi.advanceTimersByTime(60_000);
    await settle();
    expect(made).toHaveLength(1);
    expect(hub.state.getSnapshot()).toBe('stopped');
  });

  it('tells what the hub refuses, and that there is no connection', async () => {
    const { hub } = setUp({ starts: () => true });
    await expect(hub.invoke('sync', {})).rejects.toMatchObject({ code: 'disconnected' });
    hub.start();
    await settle();
    await expect(hub.invoke('sync', {})).rejects.toMatchObject({ code: 'too_many', message: 'Slow down.' });
  });
});
