import { vi } from 'vitest';
import { LocalMedia } from '../../src/media/local-media.ts';

/** What the tests need of the browser's media, where Node has none. */
export class FakeTrack extends EventTarget {
  readonly kind: 'audio' | 'video';
  enabled = true;
  stopped = false;

  constructor(kind: 'audio' | 'video') {
    super();
    this.kind = kind;
  }

  stop(): void {
    this.stopped = true;
  }
}

export class FakeStream {
  #tracks: FakeTrack[];

  constructor(tracks: FakeTrack[] = []) {
    this.#tracks = [...tracks];
  }

  getTracks(): FakeTrack[] {
    return [...this.#tracks];
  }

  addTrack(track: FakeTrack): void {
    this.#tracks.push(track);
  }

  removeTrack(track: FakeTrack): void {
    this.#tracks = this.#tracks.filter(other => other !== track);
  }
}

export type Capture = (constraints: { audio?: unknown; video?: unknown }) => FakeStream;

export const captureAll: Capture = ({ audio, video }) =>
  new FakeStream([...(audio ? [new FakeTrack('audio')] : []), ...(video ? [new FakeTrack('video')] : [])]);

/** A browser whose getUserMedia answers, or throws, as `capture` does. */
export function useBrowser(capture: Capture = captureAll): void {
  vi.stubGlobal('MediaStream', FakeStream);
  vi.stubGlobal('document', Object.assign(new EventTarget(), { visibilityState: 'visible' }));
  vi.stubGlobal('navigator', {
    mediaDevices: Object.assign(new EventTarget(), {
      getUserMedia: (constraints: Parameters<Capture>[0]) =>
        new Promise(resolve => {
          resolve(capture(constraints));
        }),
    }),
  });
}

export function openLocal(camera = true): Promise<LocalMedia> {
  return LocalMedia.open({ camera });
}

export function named(name: string): Error {
  const error = new Error(name);
  error.name = name;
  return error;
}
