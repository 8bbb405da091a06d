import { Observable } from '../common/observable.ts';
import { isOpen } from '../service/types.ts';
import type { MonitorCall, MonitorCalls, MonitorSummary } from './types.ts';

/** What is known; a new object after each change. */
export interface MonitorView {
  readonly calls: ReadonlyMap<string, MonitorCall>;
  /** Calls that ended a moment ago, until they are forgotten. */
  readonly ended: ReadonlyMap<string, MonitorCall>;
  readonly summary: MonitorSummary | null;
  /** True once all open calls have been told. */
  readonly complete: boolean;
  /** What the service's clock is ahead of this one, in milliseconds, to about a second: no more than what a person would see. */
  readonly clockOffsetMs: number;
  /** When the service sent its last message, by its clock, in milliseconds since 1970; null before the first. */
  readonly at: number | null;
}

interface Options {
  /** How long an ended call is kept, in milliseconds: so long it can be seen how it ended, and no late message opens it again. */
  readonly keepEndedMs?: number;
  /** In milliseconds since 1970. */
  readonly now?: () => number;
}

/** The open calls of the cluster as the service tells them, whatever order the messages come in. */
export class MonitorStore {
  readonly view = new Observable<MonitorView>({
    calls: new Map(),
    ended: new Map(),
    summary: null,
    complete: false,
    clockOffsetMs: 0,
    at: null,
  });
  readonly #keepEndedMs: number;
  readonly #now: () => number;
  readonly #forgetAt = new Map<string, number>();
  /** The parts of all open calls that have come so far; what was known stays until the last of them. */
  #parts: Map<string, MonitorCall> | null = null;

  constructor({ keepEndedMs = 15_000, now = Date.now }: Options = {}) {
    this.#keepEndedMs = keepEndedMs;
    this.#now = now;
  }

  /** True when with this message all open calls are known. */
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

    this.#show(this.#parts === null ? { calls, complete: this.#known.complete || isLast } : {}, message.at);
    return isLast;
  }

  applySummary(summary: MonitorSummary): void {
    if (Date.parse(summary.at) >= Date.parse(this.#known.summary?.at ?? summary.at)) {
      this.#show({ summary }, summary.at);
    }
  }

  /** Forgets the ended calls whose time is over. To be called now and then. */
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

/** A silo that joined late may tell a call as it was; it is never older than what was known already. */
function keepNewer(told: Map<string, MonitorCall>, known: ReadonlyMap<string, MonitorCall>): void {
  for (const [id, call] of told) {
    const before = known.get(id);
    if (before !== undefined && before.version > call.version) {
      told.set(id, before);
    }
  }
}
