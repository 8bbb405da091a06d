import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CallStore } from '../../src/client/store.ts';
import { answered, ended, invitation, session } from '../calls.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

const bob = (): CallStore => new CallStore({ userId: 'bob' });
const ringing = (store: CallStore): string[] => store.getSnapshot().rings.map(ring => ring.session.id);

describe('CallStore', () => {
  it('takes no version that is not newer', () => {
    const store = bob();
    expect(store.apply(session({ version: 3, status: 'RINGING' }))).toBe(true);
    expect(store.apply(session({ version: 3, status: 'PENDING' }))).toBe(false);
    expect(store.apply(session({ version: 2, status: 'PENDING' }))).toBe(false);
    expect(store.getSnapshot().calls.get('call-1')!.status).toBe('RINGING');
  });

  it('rings once for an invitation that comes again', () => {
    const store = bob();
    const told = vi.fn();
    store.invite(invitation(30_000));
    store.subscribe(told);
    store.invite(invitation(27_000));
    expect(ringing(store)).toEqual(['call-1']);
    expect(told).not.toHaveBeenCalled();
  });

  it('rings for the time that remains, and no longer', () => {
    const store = bob();
    store.invite(invitation(30_000));
    vi.advanceTimersByTime(29_900);
    expect(ringing(store)).toEqual(['call-1']);
    vi.advanceTimersByTime(200);
    expect(ringing(store)).toEqual([]);
  });

  it('rings longer where a later invitation gives it longer', () => {
    const store = bob();
    store.invite(invitation(10_000));
    vi.advanceTimersByTime(5_000);
    store.invite(invitation(40_000, { version: 2, status: 'RINGING' }));
    vi.advanceTimersByTime(30_000);
    expect(ringing(store)).toEqual(['call-1']);
  });

  it('never rings for an invitation that comes too late', () => {
    const store = bob();
    expect(store.invite(invitation(0))).toBe(false);
    expect(ringing(store)).toEqual([]);
  });

  it('never rings for an invitation that is older than the call’s end', () => {
    const store = bob();
    store.apply(session(ended));
    expect(store.invite(invitation(30_000))).toBe(false);
    expect(ringing(store)).toEqual([]);
  });

  it('stops and says so when another device has answered', () => {
    const store = bob();
    store.invite(invitation(30_000));
    store.apply(session(answered));
    expect(ringing(store)).toEqual([]);
    expect(store.getSnapshot().stopped).toMatchObject({ id: 'call-1', answeredAt: answered.answeredAt });
  });

  it('says nothing about a ring that this device has ended', () => {
    const store = bob();
    store.invite(invitation(30_000));
    store.silence('call-1');
    store.apply(session(answered));
    expect(store.getSnapshot().stopped).toBeNull();
  });

  it('does not ring again after a dismissal, until it is resumed', () => {
    const store = bob();
    store.invite(invitation(30_000));
    store.silence('call-1');
    expect(store.invite(invitation(27_000))).toBe(false);
    expect(ringing(store)).toEqual([]);
    store.resume('call-1');
    expect(ringing(store)).toEqual(['call-1']);
  });

  it('stops what a sync no longer invites to, and asks how it ended', () => {
    const store = bob();
    store.invite(invitation(30_000));
    store.apply(session({ id: 'call-2', version: 4, status: 'ACTIVE', answeredAt: answered.answeredAt }));
    const unsure = store.sync({ serverTime: '', invitations: [invitation(20_000, { id: 'call-3' })], calls: [] });
    expect(ringing(store)).toEqual(['call-3']);
    expect([...unsure].sort()).toEqual(['call-1', 'call-2']);
    store.apply(session(ended));
    expect(store.getSnapshot().calls.get('call-1')!.status).toBe('COMPLETED');
  });

  it('rings the longest waiting call first', () => {
    const store = bob();
    store.invite(invitation(10_000, { id: 'first' }));
    store.invite(invitation(30_000, { id: 'second' }));
    store.invite(invitation(9_000, { id: 'first' }));
    expect(ringing(store)).toEqual(['first', 'second']);
  });

  it('does not keep ended calls for ever, and keeps every open one', () => {
    const store = bob();
    store.apply(session({ id: 'open' }));
    for (let index = 0; index < 300; index++) {
      store.apply(session({ ...ended, id: `ended-${index}` }));
    }

    expect(store.getSnapshot().calls.size).toBe(101);
    expect(store.getSnapshot().calls.has('open')).toBe(true);
    expect(store.getSnapshot().calls.has('ended-299')).toBe(true);
  });
});
