import { Observable } from '../common/observable.ts';
import { isOpen } from '../service/types.ts';
import type { MonitorCall, MonitorCalls, MonitorSummary } from './types.ts';

/** What is known at one moment; every change makes a new object. */
export interface MonitorView {
  readonly calls: ReadonlyMap<string, MonitorCall>;
  /** Calls that ended recently, until they are forgotten. */
  readonly ended: ReadonlyMap<string, MonitorCall>;
  readonly summary: MonitorSummary | null;
  /** True once all open calls have been received. */
  readonly complete: boolean;
  /** Which share of all open calls is listed: 1, or less where there are too many to list them all. */
  readonly share: number;
  /** How far the service's clock is ahead of this one, in milliseconds; accurate to about a second, which is enough for display. */
  readonly clockOffsetMs: number;
  /** When the service sent its last message, by its clock, in milliseconds since 1970; null before the first. */
  readonly at: number | null;
}

interface Options {
  /** How long an ended call is kept, in milliseconds, so that its end can be seen and no late message opens it again. */
  readonly keepEndedMs?: number;
  /** In milliseconds since 1970. */
  readonly now?: () => number;
}

/** The open calls of the cluster. Messages of the service may arrive in any order. */
export class MonitorStore {
  readonly view = new Observable<MonitorView>({
    calls: new Map(),
    ended: new Map(),
    summary: null,
    complete: false,
    share: 1,
    clockOffsetMs: 0,
    at: null,
  });
  readonly #keepEndedMs: number;
  readonly #now: () => number;
  readonly #forgetAt = new Map<string, number>();
  /** The open calls received so far while a complete list is arriving in parts; until its last part the previous list is shown. */
  #parts: Map<string, MonitorCall> | null = null;

  constructor({ keepEndedMs = 15_000, now = Date.now }: Options = {}) {
    this.#keepEndedMs = keepEndedMs;
    this.#now = now;
  }

  /** True if this message completes the list of all open calls. */
  applyCalls(message: MonitorCalls): boolean {
    if (message.reset) {
      this.#parts = new Map();
    }

    this.#applyEnded([...(message.ended ?? []), ...message.calls.filter(call => !isOpen(call))]);
    const calls = this.#parts ?? new Map(this.#known.calls);
    for (const call of message.calls) {
      if (isOpen(call) && !this.#known.ended.has(call.id) && call.version >= (calls.get(call.id)?.version ?? 0)) {
        calls.set(call.id, call);
      }
    }

    const isLast = this.#parts !== null && message.complete === true;
    if (isLast) {
      keepNewer(calls, this.#known.calls);
      this.#parts = null;
    }

    const { complete, share } = this.#known;
    const shown = isLast ? { calls, complete: true, share: message.share ?? 1 } : { calls, complete, share };
    this.#show(this.#parts === null ? shown : {}, message.at);
    return isLast;
  }

  applySummary(summary: MonitorSummary): void {
    if (Date.parse(summary.at) >= Date.parse(this.#known.summary?.at ?? summary.at)) {
      // The numbers may have been counted a while ago, so that they do not tell what time it is at the service.
      this.view.update({ summary, at: Math.max(Date.parse(summary.at), this.#known.at ?? 0) });
    }
  }

  /** Forgets the ended calls whose time is over. To be called regularly. */
  forgetEnded(): void {
    const over = [...this.#forgetAt].filter(([, at]) => at <= this.#now()).map(([id]) => id);
    if (over.length > 0) {
      const ended = new Map(this.#known.ended);
      for (const id of over) {
        this.#forgetAt.delete(id);
        ended.delete(id);
      }

      this.#show({ ended });
    }
  }

  get #known(): MonitorView {
    return this.view.getSnapshot();
  }

  #applyEnded(calls: readonly MonitorCall[]): void {
    const news = calls.filter(call => !this.#known.ended.has(call.id));
    if (news.length === 0) {
      return;
    }

    const open = new Map(this.#known.calls);
    const ended = new Map(this.#known.ended);
    for (const call of news) {
      open.delete(call.id);
      this.#parts?.delete(call.id);
      ended.set(call.id, call);
      this.#forgetAt.set(call.id, this.#now() + this.#keepEndedMs);
    }

    this.#show({ calls: open, ended });
  }

  #show(changed: Partial<MonitorView>, at?: string): void {
    const known = this.#known;
    const sent = at === undefined ? NaN : Date.parse(at);
    if (Number.isNaN(sent)) {
      this.view.update(changed);
      return;
    }

    const clockOffsetMs = sent - this.#now();
    const drifted = Math.abs(clockOffsetMs - known.clockOffsetMs) > 1000;
    this.view.update({ ...changed, at: Math.max(sent, known.at ?? 0), clockOffsetMs: drifted ? clockOffsetMs : known.clockOffsetMs });
  }
}

/** A silo that joined late may send an older version of a call; the newer known version is kept. */
function keepNewer(told: Map<string, MonitorCall>, known: ReadonlyMap<string, MonitorCall>): void {
  for (const [id, call] of told) {
    const before = known.get(id);
    if (before !== undefined && before.version > call.version) {
      told.set(id, before);
    }
  }
}
