import type { IAgoraRTC, IAgoraRTCClient, IAgoraRTCRemoteUser, ILocalAudioTrack, ILocalTrack, ILocalVideoTrack } from 'agora-rtc-sdk-ng';
import { Backoff } from '../common/backoff.ts';
import { Observable } from '../common/observable.ts';
import type { AgoraCredential, Credential } from '../service/types.ts';
import type { LocalMedia } from './local-media.ts';
import { initialMediaState, type MediaState, type MediaTransport, type NetworkQuality } from './media.ts';

export interface AgoraOptions {
  readonly credential: AgoraCredential;
  readonly local: LocalMedia;
  /** The token is about to expire, or has expired; {@link AgoraMedia.renew} is to be called. */
  readonly onCredentialNeeded: () => void;
  readonly loadSdk?: () => Promise<IAgoraRTC>;
}

const warningsOnly = 2;

/** Sound and picture through Agora's network. */
export class AgoraMedia implements MediaTransport {
  readonly state = new Observable<MediaState>(initialMediaState);
  readonly #options: AgoraOptions;
  #credential: AgoraCredential;
  #sdk: IAgoraRTC | null = null;
  #client: IAgoraRTCClient | null = null;
  /** The tracks for the channel. They are kept while they cannot be published, so that every attempt uses the same ones. */
  #audio: ILocalAudioTrack | null = null;
  #video: ILocalVideoTrack | null = null;
  /** The tracks of this device that are published in the channel. */
  readonly #published = new Set<ILocalTrack>();
  #unfollow: (() => void) | null = null;
  /** The last change of what is published. Changes wait for each other because the SDK refuses two at once. */
  #turn: Promise<void> = Promise.resolve();
  readonly #backoff = new Backoff({ initialMs: 1_000, maxMs: 15_000 });
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(options: AgoraOptions) {
    this.#options = options;
    this.#credential = options.credential;
  }

  async join(): Promise<void> {
    const load = this.#options.loadSdk ?? (async () => (await import('./agora-sdk.ts')).default);
    const sdk = await load();
    if (this.#isClosed()) {
      return;
    }

    sdk.setLogLevel(warningsOnly);
    this.#sdk = sdk;
    this.#client = sdk.createClient({ mode: 'rtc', codec: 'vp8' });
    this.#listen(this.#client);
    await this.#enter();
    if (this.#isClosed()) {
      // leave() was called while the SDK was entering, and could not release this client.
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
      // The expired token has removed this client, and all that it published, from the channel.
      this.#published.clear();
      await this.#enter();
      await this.#publish();
    } else {
      await this.#client?.renewToken(credential.token);
    }
  }

  hubReconnected(): void {
    // Agora's connection does not depend on the hub.
  }

  leave(): void {
    if (this.#isClosed()) {
      return;
    }

    this.state.set({ ...initialMediaState, connection: 'closed' });
    this.#unfollow?.();
    clearTimeout(this.#retry);
    this.#closeTracks();
    this.#client?.removeAllListeners();
    this.#client?.leave().catch(() => undefined);
  }

  #isClosed(): boolean {
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
      this.state.update({ connection: 'reconnecting', quality: 'unknown', remote: initialMediaState.remote, gone: true });
    });
    // Somebody without a microphone or a camera sends nothing, and is there all the same.
    client.on('user-joined', () => this.state.update({ connection: 'connected', gone: false }));
    client.on('connection-state-change', (now, _, reason) => {
      // The SDK says this to the first client of a user when a second one joins.
      if (now === 'DISCONNECTED' && (reason as string | undefined) === 'UID_BANNED') {
        this.state.set({ ...initialMediaState, connection: 'replaced' });
      } else if (now === 'RECONNECTING') {
        this.state.update({ connection: 'reconnecting', quality: 'unknown' });
      } else if (now === 'CONNECTED' && client.remoteUsers.length > 0) {
        this.state.update({ connection: 'connected' });
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
      // The other side has left again, or stopped sending. The SDK reports when there is something new.
      return;
    }

    if (!this.#isClosed()) {
      this.#showRemote(user, kind === 'video' ? { camera: true } : { muted: false });
      this.state.update({ connection: 'connected', gone: false });
    }
  }

  #showRemote(user: IAgoraRTCRemoteUser, change: { readonly camera?: boolean; readonly muted?: boolean }): void {
    const tracks = [user.audioTrack, user.videoTrack].flatMap(track => (track === undefined ? [] : [track.getMediaStreamTrack()]));
    this.state.update({ remote: { ...this.state.getSnapshot().remote, stream: new MediaStream(tracks), ...change } });
  }

  /** Publishes what the LocalMedia holds. If the SDK fails, it is tried again, with growing delays. */
  #publish(): Promise<void> {
    this.#turn = this.#turn.then(async () => {
      clearTimeout(this.#retry);
      if (this.#isClosed() || this.#client?.connectionState === 'DISCONNECTED') {
        return;
      }

      let unsent: MediaState['unsent'] = null;
      try {
        await this.#followLocal();
        this.#backoff.reset();
      } catch {
        unsent = this.#findUnsent();
        if (!this.#isClosed()) {
          this.#retry = setTimeout(() => void this.#publish(), this.#backoff.next());
        }
      }

      if (this.#isClosed()) {
        // leave() was called meanwhile, and could not close these tracks yet.
        this.#closeTracks();
      } else {
        this.state.update({ unsent });
      }
    });
    return this.#turn;
  }

  async #followLocal(): Promise<void> {
    const { microphone, camera, muted } = this.#options.local.getSnapshot();
    if (this.#audio !== null && microphone !== null && this.#audio.getMediaStreamTrack() !== microphone) {
      await this.#takeBack(this.#audio);
      this.#audio = null;
    }

    if (microphone !== null) {
      this.#audio ??= this.#sdk!.createCustomAudioTrack({ mediaStreamTrack: microphone });
      await this.#send(this.#audio);
    }

    if (this.#audio !== null && this.#audio.muted !== muted) {
      await this.#audio.setMuted(muted);
    }

    if (this.#video !== null && this.#video.getMediaStreamTrack() !== camera) {
      await this.#takeBack(this.#video);
      this.#video = null;
    }

    if (camera !== null) {
      this.#video ??= this.#sdk!.createCustomVideoTrack({ mediaStreamTrack: camera });
      await this.#send(this.#video);
    }
  }

  async #send(track: ILocalTrack): Promise<void> {
    if (!this.#published.has(track)) {
      await this.#client!.publish(track);
      this.#published.add(track);
    }
  }

  /** Also stops the MediaStreamTrack, so this is only for tracks that the LocalMedia no longer uses. */
  async #takeBack(track: ILocalTrack): Promise<void> {
    if (this.#published.has(track)) {
      await this.#client!.unpublish(track);
      this.#published.delete(track);
    }

    track.close();
  }

  #findUnsent(): MediaState['unsent'] {
    const { microphone, camera, muted } = this.#options.local.getSnapshot();
    const isSent = (track: ILocalTrack | null, from: MediaStreamTrack): boolean =>
      track !== null && this.#published.has(track) && track.getMediaStreamTrack() === from;
    if (microphone !== null && !muted && !(isSent(this.#audio, microphone) && this.#audio?.muted === false)) {
      return 'sound';
    }

    return camera !== null && !isSent(this.#video, camera) ? 'picture' : null;
  }

  #closeTracks(): void {
    this.#audio?.close();
    this.#video?.close();
    this.#audio = null;
    this.#video = null;
  }
}

// https://api-ref.agora.io/en/voice-sdk/web/4.x/interfaces/networkquality.html: 0 unknown, 1 excellent to 6 disconnected
function qualityOfAgora(value: number): NetworkQuality {
  if (value === 0) {
    return 'unknown';
  }

  return value <= 2 ? 'good' : value === 3 ? 'fair' : 'poor';
}
