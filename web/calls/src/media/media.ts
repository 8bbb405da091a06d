import type { Observable } from '../common/observable.ts';
import type { Credential } from '../service/types.ts';

/**
 * `waiting`: nobody else is there yet. `failed`: it has been tried for a while, and is still being tried. `replaced`: the same user has
 * come in on another device, and this one is out. `closed`: left, for good.
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
  /** What should go out from here and does not yet, though it is being tried; sound before picture. Says nothing about what comes in. */
  readonly unsent: 'sound' | 'picture' | null;
}

export const initialMediaState: MediaState = {
  connection: 'waiting',
  quality: 'unknown',
  remote: { stream: null, camera: false, muted: false },
  unsent: null,
};

/**
 * Sound and picture between the two of a call. What this device sends is its LocalMedia's business: mute, camera, choice of
 * devices; a transport follows it.
 */
export interface MediaTransport {
  readonly state: Observable<MediaState>;
  /** Enters; resolves when that has been done, not when the other is there. */
  join(): Promise<void>;
  /** Takes a newer credential into use, without an interruption. */
  renew(credential: Credential): Promise<void>;
  /** The connection to the service is back: what was sent meanwhile may be lost. */
  hubReconnected(): void;
  /** Leaves, releasing everything but the LocalMedia. */
  leave(): void;
}

/** From the share of packets lost (0 to 1) and the round trip in milliseconds. */
export function qualityOf(lost: number, roundTripMs: number): NetworkQuality {
  if (lost > 0.08 || roundTripMs > 600) {
    return 'poor';
  }

  return lost > 0.02 || roundTripMs > 250 ? 'fair' : 'good';
}
