import { CallError, readError } from '../service/errors.ts';
import type { CallsRest } from '../service/rest.ts';
import type { CallAnswer } from '../service/types.ts';
import type { MonitorSummary } from './types.ts';

export function monitorSummary(rest: CallsRest, signal?: AbortSignal): Promise<MonitorSummary> {
  return rest.request('monitor/summary', { signal });
}

/** Ends somebody's call. Who did it and the remark are kept in the call's timeline. */
export function endCall(rest: CallsRest, id: string, remark: string): Promise<CallAnswer> {
  return rest.request(`monitor/calls/${encodeURIComponent(id)}/end`, { method: 'POST', body: remark === '' ? {} : { reason: remark } });
}

/**
 * Gives this browser access to the Orleans dashboard for a while, and returns its address.
 * @throws {CallError} With status 404 if the cluster has no dashboard.
 */
export async function openDashboard(base: string, token: string): Promise<string> {
  let response: Response;
  try {
    response = await fetch(new URL('orleans/session', base), { method: 'POST', headers: { Authorization: `Bearer ${token}` } });
  } catch (cause) {
    throw new CallError('network', 'The service cannot be reached.', { cause });
  }

  if (!response.ok) {
    throw await readError(response);
  }

  return new URL('orleans', base).href;
}
