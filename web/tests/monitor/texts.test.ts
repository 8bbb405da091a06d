import { expect, test } from 'vitest';
import type { TimelineEntry } from '@fayo/calls';
import type { MonitorCall } from '@fayo/calls/monitor';
import {
  timeAfter,
  badgeClass,
  count,
  detailText,
  devicesLine,
  reasonName,
  share,
  siloStatus,
  span,
  timeInStatus,
  stepName,
} from '../../src/monitor/texts';

const at = (seconds: number): string => new Date(Date.parse('2026-05-04T10:00:00.000Z') + seconds * 1000).toISOString();
const time = (seconds: number): number => Date.parse(at(seconds));

function call(more: Partial<MonitorCall>): MonitorCall {
  return {
    id: 'call-1',
    version: 2,
    channelName: 'fayo_1',
    callType: 'VIDEO',
    initiatorId: 'staff-1',
    initiatorName: null,
    initiatorRole: null,
    recipientId: 'patient-1',
    status: 'RINGING',
    expiresAt: at(3600),
    startedAt: null,
    endedAt: null,
    metadata: null,
    createdAt: at(0),
    updatedAt: at(0),
    ringDeadline: at(45),
    answeredAt: null,
    endReason: null,
    endedBy: null,
    silo: null,
    devices: [],
    ...more,
  };
}

function entry(more: Partial<TimelineEntry>): TimelineEntry {
  return { version: 1, at: at(0), kind: 'created', by: null, device: null, status: 'PENDING', detail: null, ...more };
}

test('what is not known is a dash, and nothing is a zero', () => {
  expect([count(null), share(undefined), span(null)]).toEqual(['–', '–', '–']);
  expect([count(0), share(0), span(0)]).toEqual(['0', '0%', '0 s']);
});

test('times to answer are in seconds up to a minute, then in minutes', () => {
  expect([span(420), span(4321), span(59_949), span(59_950), span(75_400)]).toEqual(['0.4 s', '4.3 s', '59.9 s', '1:00', '1:15']);
});

test('how long a call stands is counted from its creation, its answer or its start', () => {
  expect(timeInStatus(call({}), time(12))).toBe('0:12');
  expect(timeInStatus(call({ answeredAt: at(10) }), time(12))).toBe('0:02');
  expect(timeInStatus(call({ status: 'ACTIVE', answeredAt: at(10), startedAt: at(11) }), time(75))).toBe('1:04');
});

test('a call that ended does not go on counting', () => {
  expect(timeInStatus(call({ status: 'COMPLETED', answeredAt: at(10), startedAt: at(11), endedAt: at(90) }), time(5000))).toBe('1:30');
});

test('a clock that is behind never counts below zero', () => {
  expect(timeInStatus(call({}), time(-3))).toBe('0:00');
});

test('a line names each device and what it does', () => {
  expect(devicesLine([])).toBe('No device yet');
  expect(devicesLine([{ device: null, state: 'answered' }])).toBe('a device answered');
  expect(
    devicesLine([
      { device: 'phone', state: 'ringing' },
      { device: 'watch', state: 'delivered' },
    ]),
  ).toBe('phone rings, watch told');
});

test('end reasons are in words, for somebody who took no part', () => {
  expect(reasonName('caller_cancelled')).toBe('The caller gave up');
  expect(reasonName('admin_ended')).toBe('Ended by an administrator');
});

test('a step names its device, and the reason of an end is in words', () => {
  expect(stepName(entry({ kind: 'ringing', device: 'phone' }))).toBe('Rings on phone');
  expect(detailText(entry({ kind: 'ended', detail: 'no_answer' }))).toBe('No answer');
  expect(detailText(entry({ kind: 'note', detail: 'wrong number' }))).toBe('wrong number');
  expect(timeAfter(at(0), at(8.25))).toBe('+8.3 s');
});

test('a silo’s status is in words', () => {
  expect(siloStatus('ShuttingDown')).toBe('Shutting down');
});

test('the badge tells ringing, answered, talking and ended apart', () => {
  const looks = [call({}), call({ answeredAt: at(1) }), call({ status: 'ACTIVE' }), call({ status: 'COMPLETED' })].map(badgeClass);
  expect(new Set(looks).size).toBe(4);
});
