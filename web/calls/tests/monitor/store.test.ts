import { beforeEach, expect, test } from 'vitest';
import { MonitorStore } from '../../src/monitor/store.ts';
import type { MonitorCall, MonitorCalls, MonitorSummary } from '../../src/monitor/types.ts';

let now = 0;
let store: MonitorStore;

beforeEach(() => {
  now = Date.parse('2026-05-04T10:00:00.000Z');
  store = new MonitorStore({ keepEndedMs: 15_000, now: () => now });
});

function call(id: string, version = 2, more: Partial<MonitorCall> = {}): MonitorCall {
  return {
    id,
    version,
    channelName: `fayo_${id}`,
    callType: 'VIDEO',
    initiatorId: 'staff-1',
    initiatorName: null,
    initiatorRole: null,
    recipientId: 'patient-1',
    status: 'RINGING',
    expiresAt: '2026-05-04T11:00:00.000Z',
    startedAt: null,
    endedAt: null,
    metadata: null,
    createdAt: '2026-05-04T10:00:00.000Z',
    updatedAt: '2026-05-04T10:00:00.000Z',
    ringDeadline: null,
    answeredAt: null,
    endReason: null,
    endedBy: null,
    silo: null,
    devices: [],
    ...more,
  };
}

const ended = (id: string, version = 3): MonitorCall => call(id, version, { status: 'COMPLETED', endReason: 'hangup' });
const at = (): string => new Date(now).toISOString();
const part = (calls: MonitorCall[], more: Partial<MonitorCalls> = {}): MonitorCalls => ({ reset: false, at: at(), calls, ...more });
const all = (...calls: MonitorCall[]): MonitorCalls => part(calls, { reset: true, complete: true });
const shown = (): string[] => [...store.view.getSnapshot().calls.keys()].sort();
const versionOf = (id: string): number | undefined => store.view.getSnapshot().calls.get(id)?.version;

test('calls that come in parts are shown when the last part is there', () => {
  expect(store.applyCalls(part([call('a')], { reset: true }))).toBe(false);
  expect(store.applyCalls(part([call('b')]))).toBe(false);
  expect(shown()).toEqual([]);
  expect(store.view.getSnapshot().complete).toBe(false);
  expect(store.applyCalls(part([call('c')], { complete: true }))).toBe(true);
  expect(shown()).toEqual(['a', 'b', 'c']);
  expect(store.view.getSnapshot().complete).toBe(true);
});

test('a list that is a sample says so, until one has all calls', () => {
  expect(store.view.getSnapshot().share).toBe(1);
  store.applyCalls(part([call('a')], { reset: true, share: 0.25 }));
  expect(store.view.getSnapshot().share).toBe(1);
  store.applyCalls(part([call('b')], { complete: true, share: 0.25 }));
  store.applyCalls(part([call('c')]));
  expect(store.view.getSnapshot().share).toBe(0.25);
  store.applyCalls(all(call('a')));
  expect(store.view.getSnapshot().share).toBe(1);
});

test('no open calls at all is complete too', () => {
  expect(store.applyCalls(all())).toBe(true);
  expect(store.view.getSnapshot().complete).toBe(true);
});

test('a change is shown at once, and replaces what was known of the call alone', () => {
  store.applyCalls(all(call('a'), call('b')));
  store.applyCalls(part([call('b', 3, { status: 'ACTIVE' }), call('c')]));
  expect(shown()).toEqual(['a', 'b', 'c']);
  expect(store.view.getSnapshot().calls.get('b')!.status).toBe('ACTIVE');
  expect(versionOf('a')).toBe(2);
});

test('an older version that comes late changes nothing', () => {
  store.applyCalls(all(call('a', 5)));
  store.applyCalls(part([call('a', 4)]));
  expect(versionOf('a')).toBe(5);
});

test('the same version again is taken: devices and silo change without one', () => {
  store.applyCalls(all(call('a', 5)));
  store.applyCalls(part([call('a', 5, { devices: [{ device: 'phone', state: 'ringing' }] })]));
  expect(store.view.getSnapshot().calls.get('a')!.devices).toHaveLength(1);
});

test('a call that ended leaves the open ones, is kept for a moment, and then forgotten', () => {
  store.applyCalls(all(call('a'), call('b')));
  store.applyCalls(part([], { ended: [ended('a')] }));
  expect(shown()).toEqual(['b']);
  expect(store.view.getSnapshot().ended.get('a')!.endReason).toBe('hangup');
  now += 14_999;
  store.forgetEnded();
  expect(store.view.getSnapshot().ended.has('a')).toBe(true);
  now += 1;
  store.forgetEnded();
  expect(store.view.getSnapshot().ended.size).toBe(0);
});

test('an ended call does not open again through a change that comes late', () => {
  store.applyCalls(all(call('a')));
  store.applyCalls(part([], { ended: [ended('a', 4)] }));
  store.applyCalls(part([call('a', 3)]));
  expect(shown()).toEqual([]);
});

test('a call that was never seen open is kept when it ended', () => {
  store.applyCalls(all());
  store.applyCalls(part([], { ended: [ended('a')] }));
  expect([...store.view.getSnapshot().ended.keys()]).toEqual(['a']);
});

test('a call told among the open ones with a final status has ended', () => {
  store.applyCalls(all(call('a')));
  store.applyCalls(part([ended('a')]));
  expect(shown()).toEqual([]);
  expect(store.view.getSnapshot().ended.has('a')).toBe(true);
});

test('changes between the parts are part of the whole', () => {
  store.applyCalls(part([call('a', 2)], { reset: true }));
  store.applyCalls(part([call('a', 3, { status: 'ACTIVE' }), call('z')], { ended: [ended('b')] }));
  store.applyCalls(part([call('a', 2), call('b', 2), call('c')], { complete: true }));
  expect(shown()).toEqual(['a', 'c', 'z']);
  expect(versionOf('a')).toBe(3);
});

test('what ends between the parts is gone, though its part came before', () => {
  store.applyCalls(part([call('a'), call('b')], { reset: true }));
  store.applyCalls(part([], { ended: [ended('a')] }));
  store.applyCalls(part([], { complete: true }));
  expect(shown()).toEqual(['b']);
});

test('a reset while parts come starts over', () => {
  store.applyCalls(part([call('a')], { reset: true }));
  store.applyCalls(part([call('b')], { reset: true }));
  store.applyCalls(part([call('c')], { complete: true }));
  expect(shown()).toEqual(['b', 'c']);
});

test('after a reset the last state stays until the new one is whole, but for what ended', () => {
  store.applyCalls(all(call('a'), call('b'), call('c')));
  store.applyCalls(part([call('d')], { reset: true }));
  store.applyCalls(part([], { ended: [ended('c')] }));
  expect(shown()).toEqual(['a', 'b']);
  store.applyCalls(part([call('b')], { complete: true }));
  expect(shown()).toEqual(['b', 'd']);
});

test('a reset brings back no older version of a call', () => {
  store.applyCalls(all(call('a', 7)));
  store.applyCalls(all(call('a', 6)));
  expect(versionOf('a')).toBe(7);
});

const summary = (at: string): MonitorSummary => ({
  at,
  open: { total: 0, pending: 0, ringing: 0, answered: 0, active: 0 },
  answeredPerMinute: null,
  missedShare: null,
  answerTime: { p50Ms: null, p95Ms: null },
  endReasons: {},
  minutes: [],
  silos: [],
});

test('an older summary does not replace a newer one', () => {
  store.applySummary(summary('2026-05-04T10:00:02.000Z'));
  store.applySummary(summary('2026-05-04T10:00:01.000Z'));
  expect(store.view.getSnapshot().summary!.at).toBe('2026-05-04T10:00:02.000Z');
});

test('it knows how far ahead the clock of the service is, and when it last spoke', () => {
  store.applyCalls(part([], { reset: true, complete: true, at: '2026-05-04T10:00:03.000Z' }));
  expect(store.view.getSnapshot().clockOffsetMs).toBe(3000);
  expect(store.view.getSnapshot().at).toBe(Date.parse('2026-05-04T10:00:03.000Z'));
});

test('numbers that were counted a while ago say nothing about the clock of the service', () => {
  store.applyCalls(part([], { reset: true, complete: true, at: '2026-05-04T10:00:30.000Z' }));
  store.applySummary(summary('2026-05-04T10:00:03.000Z'));
  expect(store.view.getSnapshot().clockOffsetMs).toBe(30_000);
  expect(store.view.getSnapshot().at).toBe(Date.parse('2026-05-04T10:00:30.000Z'));
});

test('who listens is told of each change, and gets the same view between two', () => {
  let told = 0;
  const stop = store.view.subscribe(() => told++);
  store.applyCalls(all(call('a')));
  expect(told).toBe(1);
  expect(store.view.getSnapshot()).toBe(store.view.getSnapshot());
  stop();
  store.applyCalls(all());
  expect(told).toBe(1);
});
