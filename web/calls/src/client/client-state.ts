import type { CallType, CredentialAnswer } from '../service/types.ts';
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
  /** The calls that the user has hung up or declined here, and of which the service does not know that yet; it is still being told. */
  readonly unsent: readonly string[];
}

/** A call that this device is to go on with, once the service has given it a credential. */
export interface OpenedCall {
  readonly answer: CredentialAnswer;
  readonly device: string | null;
}
