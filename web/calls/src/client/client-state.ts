import type { CallType } from '../service/types.ts';
import type { JoinedCall } from './joined-call.ts';

/** A call that is being opened or answered here: microphone and service are being asked. */
export interface StartingCall {
  readonly callType: CallType;
  /** The other participant; null where a call is being come back into. */
  readonly otherId: string | null;
  readonly sessionId: string | null;
}

export interface ClientState {
  readonly starting: StartingCall | null;
  /** The call that this device takes part in, until it is closed: also for a while after its end. */
  readonly joined: JoinedCall | null;
  /** The service no longer takes the token, and a call goes on. */
  readonly signedOut: boolean;
}

/** What a person said about a call that is on its way: both names, for those whose page knows no directory. */
export interface CallNames {
  readonly initiatorName: string;
  readonly recipientName: string;
}
