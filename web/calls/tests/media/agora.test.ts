import type { IAgoraRTC } from 'agora-rtc-sdk-ng';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AgoraMedia } from '../../src/media/agora.ts';
import type { AgoraCredential } from '../../src/service/types.ts';
import { settle } from '../calls.ts';
import { FakeTrack, openLocal, useBrowser } from './browser.ts';

const credential: AgoraCredential = {
  provider: 'agora',
  appId: '0123456789abcdef0123456789abcdef',
  token: '007first',
  channelName: 'fayo_alice_1',
  rtcUserId: 'alice',
  role: 'HOST',
  expiresIn: 3600,
  expiresAt: '',
  iceServers: null,
};

class FakeLocalTrack {
  muted = false;
  readonly close = vi.fn();
  readonly #track: FakeTrack;

  constructor(track: FakeTrack) {
    this.#track = track;
  }

  getMediaStreamTrack(): FakeTrack {
    return this.#track;
  }

  setMuted(muted: boolean): Promise<void> {
    this.muted = muted;
    return Promise.resolve();
  }
}

/** Agora's SDK as far as its documentation says what it does. */
class FakeSdk {
  connectionState = 'DISCONNECTED';
  remoteUsers: unknown[] = [];
  published: FakeLocalTrack[] = [];
  readonly listeners = new Map<string, (...values: unknown[]) => void>();
  readonly join = vi.fn(() => {
    this.connectionState = 'CONNECTED';
    return Promise.resolve('alice');
  });
  readonly leave = vi.fn(() => Promise.resolve());
  readonly renewToken = vi.fn(() => Promise.resolve());
  readonly subscribe = vi.fn(() => Promise.resolve());
  readonly setLogLevel = vi.fn();
  readonly removeAllListeners = vi.fn();
  readonly createClient = vi.fn(() => this);

  createCustomAudioTrack({ mediaStreamTrack }: { mediaStreamTrack: FakeTrack }): FakeLocalTrack {
    return new FakeLocalTrack(mediaStreamTrack);
  }

  createCustomVideoTrack(options: { mediaStreamTrack: FakeTrack }): FakeLocalTrack {
    return this.createCustomAudioTrack(options);
  }

  readonly publish = vi.fn((track: FakeLocalTrack) => {
    this.published.push(track);
    return Promise.resolve();
  });

  unpublish(track: FakeLocalTrack): Promise<void> {
    this.published = this.published.filter(other => other !== track);
    return Promise.resolve();
  }

  on(event: string, listener: (...values: unknown[]) => void): void {
    this.listeners.set(event, listener);
  }
}

async function setUp() {
  const sdk = new FakeSdk();
  const local = await openLocal();
  const onCredentialNeeded = vi.fn();
  const media = new AgoraMedia({ credential, local, onCredentialNeeded, loadSdk: () => Promise.resolve(sdk as unknown as IAgoraRTC) });
  return { sdk, local, media, onCredentialNeeded };
}

const kinds = (sdk: FakeSdk): string[] => sdk.published.map(track => track.getMediaStreamTrack().kind);

beforeEach(() => useBrowser());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('AgoraMedia', () => {
  it('enters with exactly the credential, the user id as the account', async () => {
    const { sdk, media } = await setUp();
    await media.join();
    expect(sdk.join.mock.calls).toEqual([['0123456789abcdef0123456789abcdef', 'fayo_alice_1', '007first', 'alice']]);
  });

  it('publishes microphone and camera, and follows them', async () => {
    const { sdk, local, media } = await setUp();
    await media.join();
    expect(kinds(sdk)).toEqual(['audio', 'video']);
    await local.setCamera(false);
    await settle();
    expect(kinds(sdk)).toEqual(['audio']);
    await local.setCamera(true);
    local.setMuted(true);
    await settle();
    expect(kinds(sdk)).toEqual(['audio', 'video']);
    expect(sdk.published[0]!.muted).toBe(true);
  });

  it('publishes again what the SDK could not, the same track, and says so until it has', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { sdk, media } = await setUp();
    sdk.remoteUsers = [{}];
    for (let attempt = 0; attempt < 2; attempt++) {
      sdk.publish.mockImplementationOnce(() => Promise.reject(new Error('the network')));
    }

    await media.join();
    sdk.listeners.get('connection-state-change')!('CONNECTED', 'RECONNECTING');
    expect(media.state.getSnapshot()).toMatchObject({ connection: 'connected', unsent: 'sound' });
    vi.advanceTimersByTime(1_000);
    await settle();
    expect(kinds(sdk)).toEqual([]);
    vi.advanceTimersByTime(2_000);
    await settle();
    expect(kinds(sdk)).toEqual(['audio', 'video']);
    expect(media.state.getSnapshot()).toMatchObject({ connection: 'connected', unsent: null });
    const [first, second, third] = sdk.publish.mock.calls.map(([track]) => track);
    expect(second).toBe(first);
    expect(third).toBe(first);
    expect(first!.close).not.toHaveBeenCalled();
  });

  it('says that the picture is not sent where only that cannot be, also when the other leaves', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { sdk, local, media } = await setUp();
    sdk.publish.mockImplementation(track =>
      track.getMediaStreamTrack().kind === 'video' ? Promise.reject(new Error('the network')) : Promise.resolve(),
    );
    await media.join();
    expect(media.state.getSnapshot()).toMatchObject({ connection: 'waiting', unsent: 'picture' });
    sdk.listeners.get('user-left')!();
    expect(media.state.getSnapshot()).toMatchObject({ connection: 'reconnecting', unsent: 'picture' });
    await local.setCamera(false);
    await settle();
    expect(media.state.getSnapshot().unsent).toBeNull();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('closes what it could not publish when it leaves', async () => {
    const { sdk, media } = await setUp();
    sdk.publish.mockImplementation(() => Promise.reject(new Error('the network')));
    await media.join();
    media.leave();
    expect(sdk.publish.mock.calls[0]![0].close).toHaveBeenCalledTimes(1);
  });

  it('closes also what it makes while it leaves', async () => {
    const { sdk, media } = await setUp();
    const made = vi.spyOn(sdk, 'createCustomVideoTrack');
    sdk.publish.mockImplementationOnce(() => new Promise(resolve => setTimeout(resolve)));
    const joining = media.join();
    await settle();
    media.leave();
    await joining;
    expect(made.mock.results.filter(({ value }) => (value as FakeLocalTrack).close.mock.calls.length === 0)).toEqual([]);
  });

  it('closes the track of a camera that is turned off', async () => {
    const { sdk, local, media } = await setUp();
    await media.join();
    const picture = sdk.published[1]!;
    await local.setCamera(false);
    await settle();
    expect(picture.close).toHaveBeenCalledTimes(1);
  });

  it('does not try again what it could not publish once it has left', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { sdk, media } = await setUp();
    sdk.publish.mockImplementation(() => Promise.reject(new Error('the network')));
    await media.join();
    media.leave();
    vi.advanceTimersByTime(60_000);
    await settle();
    expect(sdk.publish).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('shows what the other publishes, and no longer what they take back', async () => {
    const { sdk, media } = await setUp();
    await media.join();
    const user = {
      uid: 'bob',
      audioTrack: new FakeLocalTrack(new FakeTrack('audio')),
      videoTrack: new FakeLocalTrack(new FakeTrack('video')),
    };
    sdk.listeners.get('user-published')!(user, 'video');
    sdk.listeners.get('user-published')!(user, 'audio');
    await settle();
    expect(sdk.subscribe).toHaveBeenCalledTimes(2);
    expect(media.state.getSnapshot()).toMatchObject({ connection: 'connected', remote: { camera: true, muted: false } });
    expect(media.state.getSnapshot().remote.stream!.getTracks()).toHaveLength(2);
    sdk.listeners.get('user-unpublished')!({ ...user, videoTrack: undefined }, 'video');
    expect(media.state.getSnapshot().remote).toMatchObject({ camera: false });
  });

  it('asks for a credential when the SDK says that the token is about to expire, and hands it over', async () => {
    const { sdk, media, onCredentialNeeded } = await setUp();
    await media.join();
    sdk.listeners.get('token-privilege-will-expire')!();
    expect(onCredentialNeeded).toHaveBeenCalledTimes(1);
    await media.renew({ ...credential, token: '007second' });
    expect(sdk.renewToken.mock.calls).toEqual([['007second']]);
    expect(sdk.join).toHaveBeenCalledTimes(1);
  });

  it('enters again with the new token where the old one has expired', async () => {
    const { sdk, media } = await setUp();
    await media.join();
    sdk.connectionState = 'DISCONNECTED';
    sdk.published = [];
    await media.renew({ ...credential, token: '007second' });
    expect(sdk.join.mock.calls.at(-1)).toEqual(['0123456789abcdef0123456789abcdef', 'fayo_alice_1', '007second', 'alice']);
    expect(kinds(sdk)).toEqual(['audio', 'video']);
  });

  it('gives way where the same account comes in elsewhere', async () => {
    const { sdk, media } = await setUp();
    await media.join();
    sdk.listeners.get('connection-state-change')!('DISCONNECTED', 'CONNECTED', 'UID_BANNED');
    expect(media.state.getSnapshot().connection).toBe('replaced');
  });

  it('releases everything when it leaves', async () => {
    const { sdk, local, media } = await setUp();
    await media.join();
    const published = sdk.published;
    media.leave();
    expect(published.every(track => track.close.mock.calls.length === 1)).toBe(true);
    expect(sdk.leave).toHaveBeenCalledTimes(1);
    expect(sdk.removeAllListeners).toHaveBeenCalledTimes(1);
    await local.setCamera(false);
    await settle();
    expect(media.state.getSnapshot().connection).toBe('closed');
  });

  it('does not stay in a channel that it left while it was entering', async () => {
    const { sdk, media } = await setUp();
    const joining = media.join();
    await settle();
    media.leave();
    await joining;
    expect(sdk.leave).toHaveBeenCalled();
    expect(media.state.getSnapshot().connection).toBe('closed');
  });
});
