import type { CallSession, EndReason } from '../service/types.ts';

/** The messages for the staff's monitor. Times are ISO 8601 in UTC; what is not known is null. */

export interface MonitorDevice {
  /** Null if the client does not name its device. */
  readonly device: string | null;
  readonly state: 'delivered' | 'ringing' | 'answered';
}

export interface MonitorCall extends CallSession {
  /** The address of the silo that keeps the call. */
  readonly silo: string | null;
  readonly devices: readonly MonitorDevice[];
}

export interface OpenCounts {
  readonly total: number;
  /** No device has received the invitation yet. */
  readonly pending: number;
  readonly ringing: number;
  /** Answered, but not confirmed by a participant. */
  readonly answered: number;
  readonly active: number;
}

export interface MonitorMinute {
  /** When the minute began. */
  readonly at: string;
  readonly created: number;
  readonly answered: number;
  readonly missed: number;
  readonly ended: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

export interface MonitorSilo {
  readonly address: string;
  readonly name: string | null;
  readonly status: string;
  readonly since: string | null;
  readonly grains: { readonly calls: number; readonly users: number; readonly total: number } | null;
  readonly connections: number | null;
  readonly users: number | null;
}

/** The numbers without a minute in their name are of the last hour. */
export interface MonitorSummary {
  readonly at: string;
  readonly open: OpenCounts;
  readonly answeredPerMinute: number | null;
  /** 0 to 1. */
  readonly missedShare: number | null;
  readonly answerTime: { readonly p50Ms: number | null; readonly p95Ms: number | null };
  readonly endReasons: Readonly<Partial<Record<EndReason, number>>>;
  /** Sixty, oldest first; the last one is running. */
  readonly minutes: readonly MonitorMinute[];
  readonly silos: readonly MonitorSilo[];
}

/**
 * First all open calls in parts (`reset` on the first part, `complete` on the last), then changes. Changes may also arrive between the
 * parts.
 */
export interface MonitorCalls {
  readonly reset: boolean;
  readonly complete?: boolean;
  readonly at: string;
  readonly calls: readonly MonitorCall[];
  readonly ended?: readonly MonitorCall[];
  /** Which share of all open calls a list has, less than 1; absent where it has them all. */
  readonly share?: number;
}
