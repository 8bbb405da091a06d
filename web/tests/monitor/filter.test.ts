import { expect, test } from 'vitest';
import type { MonitorCall } from '@fayo/calls/monitor';
import { noFilter, selectCalls } from '../../src/monitor/calls/filter';

function call(id: string, minute: number, more: Partial<MonitorCall> = {}): MonitorCall {
  const createdAt = `2026-05-04T10:0${minute}:00.000Z`;
  return {
    id,
    version: 2,
    channelName: id,
    callType: 'VIDEO',
    initiatorId: `staff-${id}`,
    initiatorName: null,
    initiatorRole: null,
    recipientId: `Patient-${id}`,
    status: 'RINGING',
    expiresAt: createdAt,
    startedAt: null,
    endedAt: null,
    metadata: null,
    createdAt,
    updatedAt: createdAt,
    ringDeadline: null,
    answeredAt: null,
    endReason: null,
    endedBy: null,
    silo: null,
    devices: [],
    ...more,
  };
}

const calls = [
  call('a', 1, { status: 'ACTIVE', answeredAt: '2026-05-04T10:04:00.000Z', startedAt: '2026-05-04T10:05:00.000Z' }),
  call('b', 2, { status: 'PENDING', recipientId: null }),
  call('c', 3),
  call('d', 4, { answeredAt: '2026-05-04T10:04:30.000Z' }),
];
const open = new Map(calls.map(each => [each.id, each]));
const ended = new Map([['e', call('e', 3, { status: 'COMPLETED', endReason: 'hangup' })]]);
const ids = (filter: Partial<typeof noFilter>): string =>
  selectCalls(open, ended, { ...noFilter, ...filter })
    .map(each => each.id)
    .join('');

test('the newest call comes first, and one that just ended keeps its place', () => expect(ids({})).toBe('dceba'));

test('the longest comes first by how long it has stood as it stands', () => expect(ids({ order: 'longest' })).toBe('bceda'));

test('an answered call is not ringing, and an ended one has no status to filter by', () => {
  expect(['pending', 'ringing', 'answered', 'active'].map(status => ids({ status: status as 'ringing' }))).toEqual(['b', 'c', 'd', 'a']);
});

test('the search finds part of either participant’s id in any case, and the call’s', () => {
  expect([ids({ search: ' patient-A ' }), ids({ search: 'STAFF-b' }), ids({ search: 'nobody' })]).toEqual(['a', 'b', '']);
  expect(ids({ search: 'ＳＴＡＦＦ－b' })).toBe('b');
  expect(ids({ search: 'c', status: 'active' })).toBe('');
});
