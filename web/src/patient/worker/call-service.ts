import { readOutcome, type CallOutcome } from './payload';

/** What the service says of a call that a push has told of. */
export type CallState =
  | { readonly kind: 'ringing'; readonly remainingMs: number; readonly initiatorName: string | null }
  | { readonly kind: 'over'; readonly outcome: CallOutcome; readonly initiatorName: string | null }
  /** The service could not be asked: it may be in a moment. */
  | { readonly kind: 'unknown' };

interface Answer {
  readonly status: number;
  /** True if the service itself has refused the request. A gateway in front of it may do so as well, and in JSON. */
  readonly isRefusal: boolean;
  readonly body: Readonly<Record<string, unknown>>;
}

const timeoutMs = 5_000;

/** The requests that a worker may make, which has no sign-in: with the credential of one call. */
export class CallService {
  readonly #base: string;
  readonly #fetch: typeof fetch;

  /** @param base The address that `api/v1/` is relative to, with a slash at the end. */
  constructor(base: string, fetcher: typeof fetch = (...request) => fetch(...request)) {
    this.#base = base;
    this.#fetch = fetcher;
  }

  async state(credential: string): Promise<CallState> {
    const answer = await this.#post('push/call', { credential });
    if (answer === null) {
      return { kind: 'unknown' };
    }

    // The credential is good for a minute longer than the ring.
    if (answer.status === 401 && answer.isRefusal) {
      return { kind: 'over', outcome: 'missed', initiatorName: null };
    }

    const { isRinging, remainingMs, outcome, initiatorName } = answer.body;
    if (answer.status !== 200 || typeof isRinging !== 'boolean') {
      return { kind: 'unknown' };
    }

    const name = typeof initiatorName === 'string' ? initiatorName : null;
    return isRinging
      ? { kind: 'ringing', remainingMs: typeof remainingMs === 'number' ? remainingMs : 0, initiatorName: name }
      : { kind: 'over', outcome: readOutcome(outcome), initiatorName: name };
  }

  /** True once the service knows of it, or cannot be told any more; false if it has to be told again. */
  async decline(credential: string): Promise<boolean> {
    const answer = await this.#post('push/decline', { credential });
    return answer !== null && (answer.status === 204 || ((answer.status === 410 || answer.status === 401) && answer.isRefusal));
  }

  /** Replaces the subscription of this device; false if that was not possible. */
  async register(deviceId: string, token: string, subscription: unknown): Promise<boolean> {
    const answer = await this.#send('PUT', `me/devices/${encodeURIComponent(deviceId)}`, { platform: 'web', subscription }, token);
    return answer?.status === 200;
  }

  #post(path: string, body: unknown): Promise<Answer | null> {
    return this.#send('POST', path, body, null);
  }

  async #send(method: string, path: string, body: unknown, token: string | null): Promise<Answer | null> {
    // Not AbortSignal.timeout: browsers have had push for longer.
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), timeoutMs);
    try {
      const response = await this.#fetch(new URL(`api/v1/${path}`, this.#base), {
        method,
        headers: { 'Content-Type': 'application/json', ...(token === null ? {} : { Authorization: `Bearer ${token}` }) },
        body: JSON.stringify(body),
        cache: 'no-store',
        signal: limit.signal,
      });
      const read = (await response.json().catch(() => null)) as unknown;
      const members = typeof read === 'object' && read !== null ? (read as Record<string, unknown>) : {};
      const isProblem = response.headers.get('Content-Type')?.startsWith('application/problem+json') === true;
      return { status: response.status, isRefusal: isProblem && typeof members['code'] === 'string', body: members };
    } catch {
      return null;
    } finally {
      clearTimeout(timer);
    }
  }
}
