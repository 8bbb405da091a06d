import { isOpen } from '@fayo/calls';
import type { MonitorCall } from '@fayo/calls/monitor';
import { fold } from '../../ui/fold';
import { statusSince } from '../texts';

export type StatusFilter = 'all' | 'pending' | 'ringing' | 'answered' | 'active';
export type Order = 'newest' | 'longest';

export interface CallFilter {
  readonly status: StatusFilter;
  /** Part of the id of a user or of the call. */
  readonly search: string;
  readonly order: Order;
}

export const noFilter: CallFilter = { status: 'all', search: '', order: 'newest' };

/** The status of an open call, by which the service counts calls; null for one that has ended. */
export function openStatus(call: MonitorCall): Exclude<StatusFilter, 'all'> | null {
  if (!isOpen(call)) {
    return null;
  }

  if (call.status === 'ACTIVE') {
    return 'active';
  }

  return call.answeredAt !== null ? 'answered' : call.status === 'RINGING' ? 'ringing' : 'pending';
}

/** The calls to show, in order. Calls that ended recently keep their place. */
export function selectCalls(
  open: ReadonlyMap<string, MonitorCall>,
  ended: ReadonlyMap<string, MonitorCall>,
  filter: CallFilter,
): MonitorCall[] {
  const wanted = fold(filter.search.trim());
  const matches = (call: MonitorCall): boolean =>
    (filter.status === 'all' || openStatus(call) === filter.status) &&
    (wanted === '' || [call.id, call.initiatorId, call.recipientId].some(id => id !== null && fold(id).includes(wanted)));
  const rows = [...open.values(), ...ended.values()].filter(matches);
  if (filter.order === 'newest') {
    return rows.sort((a, b) => compare(b.createdAt, a.createdAt) || compare(a.id, b.id));
  }

  const since = new Map(rows.map(call => [call.id, statusSince(call)]));
  return rows.sort((a, b) => since.get(a.id)! - since.get(b.id)! || compare(a.id, b.id));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
