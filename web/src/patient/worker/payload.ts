/** How a call ended that rang here. */
export type CallOutcome = 'missed' | 'answered_elsewhere' | 'ended';

/** A call rings. */
export interface RingPush {
  readonly type: 'ring';
  readonly callId: string;
  readonly callType: 'VIDEO' | 'VOICE';
  readonly initiatorName: string | null;
  /** Until when it rings, by the service's clock, in milliseconds since 1970. */
  readonly deadline: number;
  /** What the worker may ask and decline this one call with. */
  readonly credential: string;
}

/** A call rings no longer. */
export interface OverPush {
  readonly type: 'over';
  readonly callId: string;
  readonly outcome: CallOutcome;
  readonly initiatorName: string | null;
}

/** Somebody wants to know whether this phone rings. */
export interface TestPush {
  readonly type: 'test';
}

export type Push = RingPush | OverPush | TestPush;

/** The content of a push; null if this page does not understand it, because a newer service has sent it. */
export function readPush(text: string | undefined): Push | null {
  const body = parse(text);
  const { callId, callType, initiatorName, deadline, credential, outcome } = body;
  const name = typeof initiatorName === 'string' && initiatorName !== '' ? initiatorName : null;
  switch (body['type']) {
    case 'ring': {
      const until = typeof deadline === 'string' ? Date.parse(deadline) : Number.NaN;
      return typeof callId === 'string' && typeof credential === 'string' && !Number.isNaN(until)
        ? { type: 'ring', callId, callType: callType === 'VOICE' ? 'VOICE' : 'VIDEO', initiatorName: name, deadline: until, credential }
        : null;
    }
    case 'over':
      return typeof callId === 'string' ? { type: 'over', callId, outcome: readOutcome(outcome), initiatorName: name } : null;
    case 'test':
      return { type: 'test' };
    default:
      return null;
  }
}

/** An outcome that this page does not know is the plainest one. */
export function readOutcome(value: unknown): CallOutcome {
  return value === 'missed' || value === 'answered_elsewhere' ? value : 'ended';
}

function parse(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const body: unknown = JSON.parse(text ?? '');
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
