import type { Credential } from '../service/types.ts';
import { AgoraMedia } from './agora.ts';
import type { LocalMedia } from './local-media.ts';
import type { MediaTransport } from './media.ts';
import { PeerToPeer, type SignalChannel } from './peer-to-peer.ts';

interface Options {
  readonly credential: Credential;
  readonly local: LocalMedia;
  /** Whether this device's user has made the call. */
  readonly initiator: boolean;
  readonly channel: SignalChannel;
  /** The credential is about to expire, or has. */
  readonly onCredentialNeeded: () => void;
}

/** The transport that the credential is for. */
export function createTransport({ credential, local, initiator, channel, onCredentialNeeded }: Options): MediaTransport {
  return credential.provider === 'agora'
    ? new AgoraMedia({ credential, local, onCredentialNeeded })
    : new PeerToPeer({ credential, initiator, local, channel });
}
