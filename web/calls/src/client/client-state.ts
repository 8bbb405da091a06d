import type { CallType } from '../service/types.ts';
import type { JoinedCall } from './joined-call.ts';

/** A call that is being made or answered here: the microphone is being opened, or the service has not answered yet. */
export interface StartingCall {
  readonly callType: CallType;
  /** The other participant; null when the call is being rejoined. */
  readonly otherId: string | null;
  readonly sessionId: string | null;
}

export interface ClientState {
  readonly starting: StartingCall | null;
  /** The call that this device takes part in. It stays here after its end until it is closed. */
  readonly joined: JoinedCall | null;
  /** The service no longer accepts the token, but a call goes on. */
  readonly signedOut: boolean;
}
