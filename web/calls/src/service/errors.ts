import type { CallSession } from './types.ts';

interface Details {
  readonly status?: number | undefined;
  readonly session?: CallSession | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** What a request was refused with, by the service or on the way to it. */
export class CallError extends Error {
  /** For programs: one of the service's (`busy`, `answered_elsewhere`, …), or `network`, `bad_answer`, `disconnected` or `no_token`. */
  readonly code: string;
  /** The HTTP status; undefined where the hub refused or nothing answered. */
  readonly status: number | undefined;
  /** The call as it is, where the service told. */
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

  /** True where the outcome is unknown or the service is merely not able now: asking again is safe and may help. */
  get isTransient(): boolean {
    return this.code === 'network' || this.code === 'unavailable' || this.code === 'too_many' || this.code === 'disconnected';
  }
}

/** Reads an answer that is not 2xx. */
export async function readError(response: Response): Promise<CallError> {
  const retryAfterMs = parseRetryAfter(response.headers.get('Retry-After'));
  const body = (await response.json().catch(() => null)) as unknown;
  if (!isRecord(body)) {
    const code = response.status === 503 ? 'unavailable' : 'bad_answer';
    return new CallError(code, `The service answered with ${response.status}.`, { status: response.status, retryAfterMs });
  }

  const text = [body['detail'], body['message'], body['title']].find(value => typeof value === 'string');
  return new CallError(
    typeof body['code'] === 'string' ? body['code'] : response.status === 503 ? 'unavailable' : 'bad_answer',
    typeof text === 'string' ? text : `The service answered with ${response.status}.`,
    { status: response.status, retryAfterMs, session: isRecord(body['session']) ? (body['session'] as unknown as CallSession) : undefined },
  );
}

/** The hub refuses with a text `code: sentence`, which SignalR's client puts behind a preface of its own. */
export function readHubError(thrown: unknown): CallError {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  const refusal = /HubException: ([a-z_]+): (.+)$/s.exec(text);
  return refusal === null
    ? new CallError('disconnected', 'The connection was lost before an answer came.', { cause: thrown })
    : new CallError(refusal[1]!, refusal[2]!, { cause: thrown });
}

/** `Retry-After` in seconds; the form with a date is of no use without a common clock. */
function parseRetryAfter(header: string | null): number | undefined {
  const text = header?.trim() ?? '';
  const seconds = Number(text);
  return text !== '' && Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
