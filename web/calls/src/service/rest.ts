import { Backoff } from '../common/backoff.ts';
import { abortReason, throwIfAborted, TimeLimit } from '../common/time-limit.ts';
import { CallError, readError } from './errors.ts';
import { newId } from '../common/ids.ts';
import type {
  CallAnswer,
  CallPage,
  CallSession,
  CallStatus,
  CallType,
  CredentialAnswer,
  CredentialRole,
  DemoToken,
  DirectoryPage,
  HubTicket,
  Me,
  Person,
  TimelineEntry,
} from './types.ts';

export interface RestOptions {
  /** The address that `api/v1/` is relative to, with a slash at the end. */
  readonly base: string;
  /** The user's JWT, asked for with each request; null if nobody is signed in. */
  readonly token: () => string | null | Promise<string | null>;
  /** Called when the service refuses the token. True if there is a new token now, so that the request is repeated. */
  readonly renew?: () => Promise<boolean>;
  readonly fetch?: typeof fetch;
  readonly wait?: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** The maximum number of attempts of a request while the service cannot be reached or cannot answer. */
  readonly attempts?: number;
  /** How long one attempt may take until it counts as failed, in milliseconds. */
  readonly timeoutMs?: number;
}

export interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly query?: Readonly<Record<string, string | number | null | undefined>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** The maximum number of attempts; by default that of the client. */
  readonly attempts?: number;
  /** Members that the service's answer has. One without them is not the service's, even if it is JSON. */
  readonly members?: readonly string[];
}

export interface NewCall {
  readonly recipientId: string;
  readonly callType: CallType;
  /** Any JSON value; both participants can read it. */
  readonly metadata?: unknown;
}

export interface CallQuery {
  readonly status?: CallStatus;
  readonly userId?: string;
  readonly limit?: number;
  readonly cursor?: string | null;
}

const credentialMembers = ['session', 'credential'];

/** Nobody waits longer, whatever a proxy asks for. */
const maxRetryAfterMs = 60_000;

/** The address of the service for a page that it serves, also behind a proxy that adds a path prefix. */
export function serviceBase(): string {
  return new URL('.', document.baseURI).href;
}

/** The service's REST interface. Every method throws a {@link CallError}. */
export class CallsRest {
  readonly #options: Required<Omit<RestOptions, 'renew'>> & Pick<RestOptions, 'renew'>;

  constructor(options: RestOptions) {
    this.#options = { fetch: (...request) => fetch(...request), wait, attempts: 5, timeoutMs: 15_000, ...options };
  }

  me(signal?: AbortSignal): Promise<Me> {
    return this.request('me', { signal, members: ['id'] });
  }

  /** A ticket with which one WebSocket can be opened. It is not asked for again here: the connection is. */
  ticket(): Promise<HubTicket> {
    return this.request('ticket', { method: 'POST', attempts: 1, members: ['ticket'] });
  }

  users(search: string, page: number, signal?: AbortSignal): Promise<DirectoryPage> {
    return this.request('users', { query: { search, page }, signal, members: ['items'] });
  }

  calls(query: CallQuery = {}, signal?: AbortSignal): Promise<CallPage> {
    return this.request('calls', { query: { ...query }, signal, members: ['items'] });
  }

  call(id: string, signal?: AbortSignal): Promise<CallSession> {
    return this.request(`calls/session/${encodeURIComponent(id)}`, { signal, members: ['id', 'version'] });
  }

  timeline(id: string, signal?: AbortSignal): Promise<readonly TimelineEntry[]> {
    return this.request(`calls/session/${encodeURIComponent(id)}/timeline`, { signal, members: ['length'] });
  }

  /** Calls somebody. With the same key, repeated requests make only one call. */
  create(call: NewCall, key: string = newId()): Promise<CredentialAnswer> {
    return this.request('calls/session', { method: 'POST', body: call, headers: { 'Idempotency-Key': key }, members: credentialMembers });
  }

  /** Answers, rejoins, or renews. `deviceId` is null only for a call that was answered by calling back, which records no device. */
  credential(id: string, role: CredentialRole, deviceId: string | null, signal?: AbortSignal): Promise<CredentialAnswer> {
    const body = deviceId === null ? { role } : { role, deviceId };
    return this.request(`calls/session/${encodeURIComponent(id)}/token`, { method: 'POST', body, signal, members: credentialMembers });
  }

  setStatus(id: string, status: CallStatus, reason?: string): Promise<CallAnswer> {
    const body = reason === undefined ? { status } : { status, reason };
    return this.request(`calls/session/${encodeURIComponent(id)}/status`, { method: 'PATCH', body, members: ['session'] });
  }

  /** Uses up a one-time word of the local demo. Elsewhere the service answers 404. */
  demoSession(word: string): Promise<{ readonly session: string }> {
    return this.request('demo/session', { method: 'POST', body: { word }, attempts: 1 });
  }

  /** The users of the local demo; without a session of it the service answers 403, elsewhere 404. */
  demoUsers(session: string, signal?: AbortSignal): Promise<readonly Person[]> {
    return this.request('demo/users', { headers: { 'Fayo-Demo-Session': session }, signal });
  }

  demoToken(userId: string, session: string): Promise<DemoToken> {
    return this.request('demo/token', { method: 'POST', body: { userId }, headers: { 'Fayo-Demo-Session': session } });
  }

  /** One request under `api/v1/`. It is repeated while the service cannot answer; all its requests can be repeated safely. */
  async request<T>(path: string, options: RequestOptions = {}): Promise<T> {
    const backoff = new Backoff({ initialMs: 400, maxMs: 5_000 });
    let isRenewed = false;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt<T>(path, options);
      } catch (error) {
        if (error instanceof CallError && error.isUnauthorized && !isRenewed && (await this.#renew(options.signal))) {
          isRenewed = true;
          continue;
        }

        if (!(error instanceof CallError) || !error.isTransient || attempt >= (options.attempts ?? this.#options.attempts)) {
          throw error;
        }

        await this.#options.wait(Math.max(backoff.next(), Math.min(error.retryAfterMs ?? 0, maxRetryAfterMs)), options.signal);
      }
    }
  }

  async #token(signal: AbortSignal | undefined): Promise<string | null> {
    try {
      return await this.#options.token();
    } catch (cause) {
      throw noToken(cause, signal);
    }
  }

  async #renew(signal: AbortSignal | undefined): Promise<boolean> {
    try {
      return (await this.#options.renew?.()) === true;
    } catch (cause) {
      throw noToken(cause, signal);
    }
  }

  async #attempt<T>(path: string, { method = 'GET', query = {}, body, headers = {}, signal, members = [] }: RequestOptions): Promise<T> {
    const url = new URL(`api/v1/${path}`, this.#options.base);
    for (const [name, value] of Object.entries(query)) {
      if (value !== null && value !== undefined && value !== '') {
        url.searchParams.set(name, String(value));
      }
    }

    const token = await this.#token(signal);
    const request: RequestInit = {
      method,
      headers: {
        Accept: 'application/json',
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? null : JSON.stringify(body),
      cache: 'no-store',
      // What somebody says while closing the page, such as that they hang up, still has to arrive.
      keepalive: method === 'PATCH',
    };
    const limit = new TimeLimit(this.#options.timeoutMs, signal);
    try {
      return await this.#exchange<T>(url, { ...request, signal: limit.signal }, members);
    } catch (error) {
      throwIfAborted(signal);
      throw error;
    } finally {
      limit.end();
    }
  }

  async #exchange<T>(url: URL, request: RequestInit, members: readonly string[]): Promise<T> {
    let response: Response;
    try {
      response = await this.#options.fetch(url, request);
    } catch (cause) {
      throw new CallError('network', 'The service cannot be reached.', { cause });
    }

    if (!response.ok) {
      throw await readError(response);
    }

    const body = await readBody(response);
    if (members.length > 0 && !(typeof body === 'object' && body !== null && members.every(name => name in body))) {
      throw new CallError('bad_answer', 'Not the service has answered.', { status: response.status });
    }

    return body as T;
  }
}

async function readBody(response: Response): Promise<unknown> {
  if (response.status === 204) {
    return undefined;
  }

  try {
    return (await response.json()) as unknown;
  } catch (cause) {
    throw new CallError('bad_answer', 'Not the service has answered, or its answer broke off.', { status: response.status, cause });
  }
}

function noToken(cause: unknown, signal: AbortSignal | undefined): CallError {
  throwIfAborted(signal);
  return new CallError('no_token', 'The sign-in could not be fetched.', { cause });
}

/** Waits, or throws the signal's reason as soon as it is aborted. */
export function wait(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    throwIfAborted(signal);
    const abort = (): void => {
      clearTimeout(timer);
      reject(abortReason(signal!));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', abort, { once: true });
  });
}
