import type { Observable } from '../common/observable.ts';
import type { Credential } from '../service/types.ts';

/**
 * `waiting`: the other side is not there yet. `failed`: no connection for a while; it is still being tried. `replaced`: the same user has
 * joined on another device, which removed this one. `closed`: this device has left.
 */
export type MediaConnection = 'waiting' | 'connecting' | 'connected' | 'reconnecting' | 'failed' | 'replaced' | 'closed';
export type NetworkQuality = 'unknown' | 'good' | 'fair' | 'poor';

export interface RemoteMedia {
  readonly stream: MediaStream | null;
  readonly camera: boolean;
  readonly muted: boolean;
}

export interface MediaState {
  readonly connection: MediaConnection;
  readonly quality: NetworkQuality;
  readonly remote: RemoteMedia;
  /** True once the other side has left, and while it has not come back. */
  readonly gone: boolean;
  /** A STUN or TURN server that the service has named and that does not work: its address, and why. It matters only while there is no connection. */
  readonly serverProblem: string | null;
  /** What should be sent from here but cannot be yet; it is still being tried. If both fail, it is the sound. What is received does not matter. */
  readonly unsent: 'sound' | 'picture' | null;
}

export const initialMediaState: MediaState = {
  connection: 'waiting',
  quality: 'unknown',
  remote: { stream: null, camera: false, muted: false },
  gone: false,
  serverProblem: null,
  unsent: null,
};

/**
 * Carries sound and picture between the two participants of a call. What this device sends (mute, camera, choice of devices) is decided by
 * its LocalMedia; a transport follows it.
 */
export interface MediaTransport {
  readonly state: Observable<MediaState>;
  /** Enters the channel. Resolves when this device is in it, whether or not the other side is there. */
  join(): Promise<void>;
  /** Uses a newer credential from now on, without an interruption. */
  renew(credential: Credential): Promise<void>;
  /** The connection to the service is back. What was sent while it was lost may not have arrived. */
  hubReconnected(): void;
  /** Leaves the channel and releases everything except the LocalMedia. */
  leave(): void;
}

/** The quality by the share of lost packets (0 to 1) and the round-trip time in milliseconds. */
export function qualityOf(lost: number, roundTripMs: number): NetworkQuality {
  if (lost > 0.08 || roundTripMs > 600) {
    return 'poor';
  }

  return lost > 0.02 || roundTripMs > 250 ? 'fair' : 'good';
}
