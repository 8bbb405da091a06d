import type { IAgoraRTC, IAgoraRTCClient, IAgoraRTCRemoteUser, ILocalAudioTrack, ILocalTrack, ILocalVideoTrack } from 'agora-rtc-sdk-ng';
import { Backoff } from '../backoff';
import { Observable } from '../observable';
import type { AgoraCredential, Credential } from '../types';
import type { LocalMedia } from './local-media';
import { noMedia, type MediaConnection, type MediaState, type MediaTransport, type NetworkQuality } from './media';

export interface AgoraOptions {
  readonly credential: AgoraCredential;
  readonly local: LocalMedia;
  /** The token is about to expire, or has: somebody is to call {@link AgoraMedia.renew}. */
  readonly onCredentialNeeded: () => void;
  readonly loadSdk?: () => Promise<IAgoraRTC>;
}

const warningsOnly = 2;

/** Sound and picture through Agora's network. */
export class AgoraMedia implements MediaTransport {
  readonly state = new Observable<MediaState>(noMedia);
  readonly #options: AgoraOptions;
  #credential: AgoraCredential;
  #sdk: IAgoraRTC | null = null;
  #client: IAgoraRTCClient | null = null;
  /** What the channel has from here. */
  #audio: ILocalAudioTrack | null = null;
  #video: ILocalVideoTrack | null = null;
  #unfollow: (() => void) | null = null;
  /** Changes of what is published are made one after the other: the SDK refuses two at once. */
  #turn: Promise<void> = Promise.resolve();
  readonly #backoff = new Backoff({ firstMs: 1_000, longestMs: 15_000 });
  #retry: ReturnType<typeof setTimeout> | undefined;
  /** The channel does not have all that it should: the other hears or sees nothing, whatever comes from there. */
  #lacks = false;

  constructor(options: AgoraOptions) {
    this.#options = options;
    this.#credential = options.credential;
  }

  async join(): Promise<void> {
    const load = this.#options.loadSdk ?? (async () => (await import('./agora-sdk')).default);
    const sdk = await load();
    if (this.#isClosed) {
      return;
    }

    sdk.setLogLevel(warningsOnly);
    this.#sdk = sdk;
    this.#client = sdk.createClient({ mode: 'rtc', codec: 'vp8' });
    this.#listen(this.#client);
    await this.#enter();
    if (this.#isClosed) {
      // Left while the SDK was entering: what leave() could not release yet.
      void this.#client.leave();
      return;
    }

    this.#unfollow = this.#options.local.subscribe(() => void this.#publish());
    await this.#publish();
  }

  async renew(credential: Credential): Promise<void> {
    if (credential.provider !== 'agora') {
      return;
    }

    this.#credential = credential;
    if (this.#client?.connectionState === 'DISCONNECTED') {
      // An expired token has put this client out of the channel, with all that it published.
      this.#audio = null;
      this.#video = null;
      await this.#enter();
      await this.#publish();
    } else {
      await this.#client?.renewToken(credential.token);
    }
  }

  hubReturned(): void {
    // Agora's connection is its own.
  }

  leave(): void {
    if (this.#isClosed) {
      return;
    }

    this.state.set({ ...noMedia, connection: 'closed' });
    this.#unfollow?.();
    clearTimeout(this.#retry);
    this.#audio?.close();
    this.#video?.close();
    this.#client?.removeAllListeners();
    this.#client?.leave().catch(() => undefined);
  }

  get #isClosed(): boolean {
    return this.state.getSnapshot().connection === 'closed';
  }

  async #enter(): Promise<void> {
    const { appId, channelName, token, rtcUserId } = this.#credential;
    await this.#client!.join(appId, channelName, token, rtcUserId);
  }

  #listen(client: IAgoraRTCClient): void {
    client.on('user-published', (user, kind) => void this.#subscribe(user, kind));
    client.on('user-unpublished', (user, kind) => {
      if (kind === 'video') {
        this.#showRemote(user, { camera: false });
      } else if (kind === 'audio') {
        this.#showRemote(user, { muted: true });
      }
    });
    client.on('user-left', () => {
      this.state.set({ ...noMedia, connection: 'reconnecting' });
    });
    client.on('connection-state-change', (now, _, reason) => {
      // What the SDK says to the first of two clients with one account.
      if (now === 'DISCONNECTED' && reason === 'UID_BANNED') {
        this.state.set({ ...noMedia, connection: 'replaced' });
      } else if (now === 'RECONNECTING') {
        this.state.update({ connection: 'reconnecting', quality: 'unknown' });
      } else if (now === 'CONNECTED' && client.remoteUsers.length > 0) {
        this.#showConnection('connected');
      }
    });
    client.on('network-quality', ({ uplinkNetworkQuality, downlinkNetworkQuality }) => {
      this.state.update({ quality: qualityOfAgora(Math.max(uplinkNetworkQuality, downlinkNetworkQuality)) });
    });
    client.on('token-privilege-will-expire', this.#options.onCredentialNeeded);
    client.on('token-privilege-did-expire', this.#options.onCredentialNeeded);
  }

  async #subscribe(user: IAgoraRTCRemoteUser, kind: 'audio' | 'video' | 'datachannel'): Promise<void> {
    if (kind === 'datachannel') {
      return;
    }

    try {
      await this.#client!.subscribe(user, kind);
    } catch {
      // The other has left again, or stopped sending; the SDK tells when there is something new.
      return;
    }

    if (!this.#isClosed) {
      this.#showRemote(user, kind === 'video' ? { camera: true } : { muted: false });
      this.#showConnection('connected');
    }
  }

  #showConnection(connection: MediaConnection): void {
    this.state.update({ connection: this.#lacks ? 'failed' : connection });
  }

  #showRemote(user: IAgoraRTCRemoteUser, change: { readonly camera?: boolean; readonly muted?: boolean }): void {
    const tracks = [user.audioTrack, user.videoTrack].flatMap(track => (track === undefined ? [] : [track.getMediaStreamTrack()]));
    this.state.update({ remote: { ...this.state.getSnapshot().remote, stream: new MediaStream(tracks), ...change } });
  }

  /** Has the channel hold what the LocalMedia holds; tries again, later and later, where the SDK cannot. */
  #publish(): Promise<void> {
    this.#turn = this.#turn
      .then(async () => {
        clearTimeout(this.#retry);
        if (this.#isClosed || this.#client?.connectionState === 'DISCONNECTED') {
          return;
        }

        const { microphone, camera, muted } = this.#options.local.getSnapshot();
        const client = this.#client!;
        const sdk = this.#sdk!;
        if (this.#audio !== null && microphone !== null && this.#audio.getMediaStreamTrack() !== microphone) {
          await client.unpublish(this.#audio);
          this.#audio = null;
        }

        if (this.#audio === null && microphone !== null) {
          this.#audio = await this.#send(sdk.createCustomAudioTrack({ mediaStreamTrack: microphone }));
        }

        if (this.#audio !== null && this.#audio.muted !== muted) {
          await this.#audio.setMuted(muted);
        }

        if (this.#video !== null && this.#video.getMediaStreamTrack() !== camera) {
          await client.unpublish(this.#video);
          this.#video = null;
        }

        if (this.#video === null && camera !== null) {
          this.#video = await this.#send(sdk.createCustomVideoTrack({ mediaStreamTrack: camera }));
        }

        this.#backoff.reset();
        if (this.#lacks) {
          this.#lacks = false;
          this.#showConnection(client.remoteUsers.length > 0 ? 'connected' : 'waiting');
        }
      })
      .catch(() => {
        if (!this.#isClosed) {
          this.#lacks = true;
          this.#showConnection('failed');
          this.#retry = setTimeout(() => void this.#publish(), this.#backoff.next());
        }
      });
    return this.#turn;
  }

  async #send<T extends ILocalTrack>(track: T): Promise<T> {
    await this.#client!.publish(track);
    if (this.#isClosed) {
      track.close();
    }

    return track;
  }
}

// https://api-ref.agora.io/en/voice-sdk/web/4.x/interfaces/networkquality.html: 0 unknown, 1 excellent to 6 disconnected
function qualityOfAgora(value: number): NetworkQuality {
  if (value === 0) {
    return 'unknown';
  }

  return value <= 2 ? 'good' : value === 3 ? 'fair' : 'poor';
}
