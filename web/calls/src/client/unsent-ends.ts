import { Backoff } from '../common/backoff.ts';
import { keptValues } from '../common/storage.ts';
import { CallError } from '../service/errors.ts';
import type { CallsRest } from '../service/rest.ts';
import type { CallAnswer, CallSession } from '../service/types.ts';

/** What the user has decided about a call: it has ended, or is not wanted. */
export type EndStatus = 'COMPLETED' | 'CANCELLED';

interface UnsentEnd {
  readonly id: string;
  readonly status: EndStatus;
  /** By the wall clock, in milliseconds. No call lasts longer. */
  readonly until: number;
}

interface Options {
  readonly rest: CallsRest;
  readonly userId: string;
  /** The call as the service has it now. */
  readonly onSession: (session: CallSession) => void;
  /** What is still to be told has changed. */
  readonly onChange: (unsent: readonly string[]) => void;
}

const keptForMs = 12 * 3_600_000;
const maxKept = 20;

/**
 * Calls that the user has hung up or declined, until the service knows. They are kept in the browser, so that a page that is loaded again goes on
 * telling it, and neither rings for such a call nor goes back into it.
 */
export class UnsentEnds {
  readonly #options: Options;
  readonly #values = keptValues('local');
  readonly #key: string;
  readonly #backoff = new Backoff({ initialMs: 1_000, maxMs: 15_000 });
  #ends: readonly UnsentEnd[];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  constructor(options: Options) {
    this.#options = options;
    this.#key = `fayo.unsent-ends:${options.userId}`;
    this.#ends = parse(this.#values.get(this.#key));
  }

  has(id: string): boolean {
    return this.#ends.some(end => end.id === id);
  }

  get ids(): readonly string[] {
    return this.#ends.map(({ id }) => id);
  }

  /**
   * Tells the service. Resolves once it knows, or once it is clear that this takes longer: then it is kept and told again until it is known.
   * @throws {CallError} The service refuses it.
   */
  async tell(id: string, status: EndStatus): Promise<void> {
    const end: UnsentEnd = { id, status, until: Date.now() + keptForMs };
    this.#change(ends => [...ends.filter(other => other.id !== id), end].slice(-maxKept));
    await this.#send(end);
  }

  /** Tells all that is kept, now. To be called when the service may be reachable again. Resolves when each has been tried. */
  async tellAll(): Promise<void> {
    clearTimeout(this.#timer);
    await Promise.all(this.#ends.map(end => this.#send(end).catch(() => undefined)));
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #send(end: UnsentEnd): Promise<void> {
    try {
      const path = `calls/session/${encodeURIComponent(end.id)}/status`;
      const { session } = await this.#options.rest.request<CallAnswer>(path, {
        method: 'PATCH',
        body: { status: end.status },
        attempts: 1,
        members: ['session'],
      });
      this.#options.onSession(session);
      this.#drop(end);
    } catch (error) {
      if (error instanceof CallError && error.session !== undefined) {
        this.#options.onSession(error.session);
      }

      if (isUnknown(error) && end.until > Date.now()) {
        this.#tellLater();
        return;
      }

      this.#drop(end);
      if (!(error instanceof CallError) || (error.code !== 'call_ended' && error.status !== 404)) {
        throw error;
      }
    }

    this.#backoff.reset();
  }

  #tellLater(): void {
    clearTimeout(this.#timer);
    if (!this.#stopped) {
      this.#timer = setTimeout(() => void this.tellAll(), this.#backoff.next());
    }
  }

  #drop(end: UnsentEnd): void {
    this.#change(ends => ends.filter(other => other.id !== end.id));
  }

  /** Another tab of the same user may have kept something as well, so that what the browser keeps is changed, not replaced. */
  #change(change: (ends: readonly UnsentEnd[]) => readonly UnsentEnd[]): void {
    this.#ends = change(this.#ends);
    const kept = change(parse(this.#values.get(this.#key)));
    if (kept.length === 0) {
      this.#values.remove(this.#key);
    } else {
      this.#values.set(this.#key, JSON.stringify(kept));
    }

    this.#options.onChange(this.ids);
  }
}

/** True while the service has not said what it makes of the request: also where it wants the user to sign in first. */
function isUnknown(error: unknown): boolean {
  return error instanceof CallError && (error.isTransient || error.isUnauthorized || error.code === 'no_token');
}

function parse(kept: string | null): readonly UnsentEnd[] {
  try {
    const ends = JSON.parse(kept ?? '[]') as readonly UnsentEnd[];
    return ends.filter(({ id, status, until }) => typeof id === 'string' && typeof status === 'string' && until > Date.now());
  } catch {
    return [];
  }
}
