import { Observable } from '../common/observable.ts';
import { isOpen, ringsFor, type CallSession, type Invitation, type Sync } from '../service/types.ts';

/** A call that rings here. */
export interface Ring {
  readonly session: CallSession;
  /** When it stops ringing, by the store's own clock, in milliseconds. */
  readonly deadline: number;
}

export interface StoreState {
  readonly calls: ReadonlyMap<string, CallSession>;
  /** The calls that ring here, oldest first, without those that were dismissed on this device. */
  readonly rings: readonly Ring[];
  /** The last call that stopped ringing here without this device: answered on another device, cancelled, or timed out. */
  readonly stopped: CallSession | null;
}

export interface StoreOptions {
  readonly userId: string;
  /** A clock that is never set back, in milliseconds. The wall clocks of two machines are never compared. */
  readonly now?: () => number;
}

const keptEnded = 100;

/** The calls of a user that are known here, each in its newest known version. */
export class CallStore extends Observable<StoreState> {
  readonly #userId: string;
  readonly #now: () => number;
  /** The deadlines of rings by call id. Dismissed ones stay here, so that they do not ring again. */
  readonly #deadlines = new Map<string, number>();
  readonly #silenced = new Set<string>();
  readonly #rang = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor({ userId, now = () => performance.now() }: StoreOptions) {
    super({ calls: new Map(), rings: [], stopped: null });
    this.#userId = userId;
    this.#now = now;
  }

  /** Takes over a version of a call; false if it is not newer than the known one. */
  apply(session: CallSession): boolean {
    const known = this.getSnapshot().calls.get(session.id);
    if (known !== undefined && known.version >= session.version) {
      return false;
    }

    const calls = new Map(this.getSnapshot().calls).set(session.id, session);
    prune(calls);
    this.#publish(calls);
    return true;
  }

  /** Takes an invitation, new or repeated; true if the call rings here. */
  invite({ remainingMs, ...session }: Invitation): boolean {
    this.apply(session);
    const known = this.getSnapshot().calls.get(session.id);
    if (known === undefined || !ringsFor(known, this.#userId) || remainingMs <= 0) {
      return false;
    }

    this.#rang.add(session.id);
    this.#deadlines.set(session.id, this.#now() + remainingMs);
    this.#publish(this.getSnapshot().calls);
    return !this.#silenced.has(session.id);
  }

  /**
   * Takes over all open calls of the service. Returns the ids of calls that are still open here but no longer there; the caller is to ask
   * how they ended.
   */
  sync(everything: Sync): readonly string[] {
    const open = new Set([...everything.invitations, ...everything.calls].map(session => session.id));
    everything.calls.forEach(session => this.apply(session));
    everything.invitations.forEach(invitation => this.invite(invitation));
    for (const id of this.#deadlines.keys()) {
      if (!open.has(id)) {
        this.#deadlines.delete(id);
      }
    }

    this.#publish(this.getSnapshot().calls);
    return [...this.getSnapshot().calls.values()].filter(session => isOpen(session) && !open.has(session.id)).map(session => session.id);
  }

  /** Stops the ring on this device. The user's other devices keep ringing, and the call can still be answered there. */
  silence(id: string): void {
    this.#silenced.add(id);
    this.#publish(this.getSnapshot().calls);
  }

  /** Lets a silenced call ring again, if its time is not over. */
  resume(id: string): void {
    this.#silenced.delete(id);
    this.#publish(this.getSnapshot().calls);
  }

  /** True for a call that this page was invited to, and whose further course it has therefore seen. */
  hasRung(id: string): boolean {
    return this.#rang.has(id);
  }

  forgetStopped(): void {
    this.update({ stopped: null });
  }

  /** Forgets a call that the service no longer shows to this user. */
  drop(id: string): void {
    const calls = new Map(this.getSnapshot().calls);
    calls.delete(id);
    this.#publish(calls);
  }

  /** Stops every ring and timer. */
  clear(): void {
    this.#deadlines.clear();
    this.#publish(this.getSnapshot().calls);
  }

  #publish(calls: ReadonlyMap<string, CallSession>): void {
    const now = this.#now();
    let stopped = this.getSnapshot().stopped;
    for (const [id, deadline] of this.#deadlines) {
      const session = calls.get(id);
      if (session === undefined || !ringsFor(session, this.#userId)) {
        this.#deadlines.delete(id);
        stopped = session !== undefined && !this.#silenced.has(id) ? session : stopped;
      } else if (deadline <= now) {
        this.#deadlines.delete(id);
      }
    }

    const rings = [...this.#deadlines]
      .filter(([id]) => !this.#silenced.has(id))
      .map(([id, deadline]) => ({ session: calls.get(id)!, deadline }));
    const before = this.getSnapshot();
    if (calls !== before.calls || stopped !== before.stopped || !sameRings(rings, before.rings)) {
      this.set({ calls, rings: sameRings(rings, before.rings) ? before.rings : rings, stopped });
    }

    clearTimeout(this.#timer);
    if (this.#deadlines.size > 0) {
      const next = Math.min(...this.#deadlines.values());
      this.#timer = setTimeout(() => this.#publish(this.getSnapshot().calls), Math.max(0, next - now) + 1);
    }
  }
}

function sameRings(some: readonly Ring[], others: readonly Ring[]): boolean {
  return some.length === others.length && some.every((ring, index) => ring.session === others[index]?.session);
}

/** Removes the oldest ended calls; a few are kept because they may still be shown. */
function prune(calls: Map<string, CallSession>): void {
  const ended = [...calls.values()].filter(session => !isOpen(session));
  ended.slice(0, Math.max(0, ended.length - keptEnded)).forEach(session => calls.delete(session.id));
}
