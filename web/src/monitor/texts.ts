import { type EndReason, isOpen, type TimelineEntry } from '@fayo/calls';
import type { MonitorCall, MonitorDevice } from '@fayo/calls/monitor';
import { formatDuration, endReasonText } from '../ui/texts';

/** The text for an end reason, as somebody sees it who did not take part. */
export function reasonName(reason: EndReason): string {
  return endReasonText({ recipientId: null, endedBy: null, endReason: reason }, null);
}

const none = '–';
const counts = new Intl.NumberFormat();
const rates = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const shares = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const preciseClock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

export function count(value: number | null | undefined): string {
  return value === null || value === undefined ? none : counts.format(value);
}

export function rate(value: number | null | undefined): string {
  return value === null || value === undefined ? none : rates.format(value);
}

/** 0 to 1 as a percentage. */
export function share(value: number | null | undefined): string {
  return value === null || value === undefined ? none : shares.format(value);
}

/** 4200 milliseconds as 4.2 s; from a minute on as 1:05. */
export function span(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) {
    return none;
  }

  return ms < 59_950 ? `${rates.format(ms / 1000)} s` : formatDuration(Math.round(ms / 1000));
}

export function timeOfDay(at: string): string {
  return clock.format(new Date(at));
}

export function timeWithSeconds(at: string | number): string {
  return preciseClock.format(new Date(at));
}

/** When the call got its present status, in milliseconds since 1970. */
export function statusSince(call: MonitorCall): number {
  return Date.parse((call.status === 'ACTIVE' ? call.startedAt : null) ?? call.answeredAt ?? call.createdAt);
}

/** How long the call has had its present status; after its end, how long the whole call took. */
export function timeInStatus(call: MonitorCall, now: number): string {
  return call.endedAt === null
    ? formatDuration((now - statusSince(call)) / 1000)
    : formatDuration((Date.parse(call.endedAt) - Date.parse(call.createdAt)) / 1000);
}

export function calledName(call: MonitorCall): string {
  return call.recipientId ?? 'whoever joins';
}

const deviceStates: Record<MonitorDevice['state'], string> = { delivered: 'told', ringing: 'rings', answered: 'answered' };

export function deviceState(device: MonitorDevice): string {
  return deviceStates[device.state];
}

/** The status of a silo with spaces between its words, which Orleans joins. */
export function siloStatus(status: string): string {
  return status.replace(/(?<=[a-z])[A-Z]/g, letter => ` ${letter.toLowerCase()}`);
}

export function deviceName(device: MonitorDevice): string {
  return device.device ?? 'a device';
}

/** The devices of a call and their states, in one line. */
export function devicesLine(devices: readonly MonitorDevice[]): string {
  return devices.length === 0 ? 'No device yet' : devices.map(device => `${deviceName(device)} ${deviceState(device)}`).join(', ');
}

/** A step of a call in a few words. Who did it, and a remark, are shown beside it. */
export function stepName(entry: TimelineEntry): string {
  const on = entry.device === null ? '' : ` on ${entry.device}`;
  const names: Partial<Record<string, string>> = {
    created: 'Called',
    invited: 'Invitation sent out',
    delivered: `Invitation reached ${entry.device ?? 'a device'}`,
    ringing: `Rings${on}`,
    answered: `Answered${on}`,
    active: 'Both sides are in the call',
    token_issued: `Credential issued${on}`,
    declined: `Declined${on}`,
    cancelled: 'Cancelled',
    ended: 'Ended',
    note: 'Remark',
  } satisfies Record<TimelineEntry['kind'], string>;
  return names[entry.kind] ?? entry.kind;
}

const reasons: readonly string[] = [
  'hangup',
  'connection_lost',
  'max_duration',
  'admin_ended',
  'caller_cancelled',
  'declined',
  'busy',
  'failed',
  'no_answer',
  'unreachable',
  'token_expired',
  'caller_lost',
] satisfies readonly EndReason[];

/** The recorded detail of a step; an end reason as its text. */
export function detailText(entry: TimelineEntry): string | null {
  return entry.detail !== null && reasons.includes(entry.detail) ? reasonName(entry.detail as EndReason) : entry.detail;
}

/** How long after the call's first step a step came. */
export function timeAfter(first: string, at: string): string {
  return `+${span(Math.max(0, Date.parse(at) - Date.parse(first)))}`;
}

/** The CSS classes of the badge for the status of a call. */
export function badgeClass(call: MonitorCall): string {
  if (!isOpen(call)) {
    return 'badge';
  }

  return call.status === 'ACTIVE' ? 'badge good' : call.answeredAt !== null ? 'badge info' : 'badge warn';
}
