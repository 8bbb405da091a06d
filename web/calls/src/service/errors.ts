import type { CallSession } from './types.ts';

interface Details {
  readonly status?: number | undefined;
  readonly session?: CallSession | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** Why a request failed: the service refused it, or could not be reached. */
export class CallError extends Error {
  /**
   * For programs: a code of the service (`busy`, `answered_elsewhere`, …), or `network`, `bad_answer` (not the service has answered),
   * `disconnected` or `no_token`.
   */
  readonly code: string;
  /** The HTTP status; undefined if the hub refused, or if there was no answer. */
  readonly status: number | undefined;
  /** The current state of the call, if the service sent it. */
  readonly session: CallSession | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: string, message: string, details: Details = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'CallError';
    this.code = code;
    this.status = details.status;
    this.session = details.session;
    this.retryAfterMs = details.retryAfterMs;
  }

  /**
   * True if the outcome is unknown, if the service is only temporarily unable, or if somebody else has answered in its place, such as a proxy.
   * Repeating the request is safe and may help.
   */
  get isTransient(): boolean {
    return passing.has(this.code) || (this.status !== undefined && this.status >= 500 && this.code !== 'directory_unavailable');
  }

  /** True if the service itself refuses the token. A proxy that wants people to sign in with it does not speak for the service. */
  get isUnauthorized(): boolean {
    return this.status === 401 && this.code !== notTheService;
  }
}

/** The code of answers that do not come from the service: a proxy's error page, the page of a network that wants people to sign in. */
const notTheService = 'bad_answer';

const passing: ReadonlySet<string> = new Set(['network', 'unavailable', 'too_many', 'disconnected', notTheService]);

/** The error in an answer whose status is not 2xx. A gateway in front of the service may answer with JSON, too, even with a `code` in it. */
export async function readError(response: Response): Promise<CallError> {
  const retryAfterMs = parseRetryAfter(response.headers.get('Retry-After'));
  const isProblem = response.headers.get('Content-Type')?.startsWith('application/problem+json') === true;
  const body = (await response.json().catch(() => null)) as unknown;
  if (!isProblem || !isRecord(body) || typeof body['code'] !== 'string') {
    const code = response.status === 503 ? 'unavailable' : notTheService;
    return new CallError(code, `Not the service has answered, with ${response.status}.`, { status: response.status, retryAfterMs });
  }

  const text = [body['detail'], body['message'], body['title']].find(value => typeof value === 'string');
  return new CallError(body['code'], typeof text === 'string' ? text : `The service answered with ${response.status}.`, {
    status: response.status,
    retryAfterMs,
    session: isRecord(body['session']) ? (body['session'] as unknown as CallSession) : undefined,
  });
}

/** The error in an exception of SignalR's client, which contains the hub's `code: sentence` after some text of its own. */
export function readHubError(thrown: unknown): CallError {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  const refusal = /HubException: ([a-z_]+): (.+)$/s.exec(text);
  return refusal === null
    ? new CallError('disconnected', 'The connection was lost before an answer came.', { cause: thrown })
    : new CallError(refusal[1]!, refusal[2]!, { cause: thrown });
}

/** `Retry-After` in seconds. The form with a date is ignored: the clocks of client and service may differ. */
function parseRetryAfter(header: string | null): number | undefined {
  const text = header?.trim() ?? '';
  const seconds = Number(text);
  return text !== '' && Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
