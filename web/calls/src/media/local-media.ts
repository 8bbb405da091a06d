import { Observable } from '../common/observable.ts';

export type CaptureDevice = 'camera' | 'microphone';
export type CaptureFault = 'refused' | 'missing' | 'in_use' | 'insecure' | 'failed';

/** Why a camera or a microphone cannot be used. */
export class CaptureError extends Error {
  readonly device: CaptureDevice;
  readonly fault: CaptureFault;

  constructor(device: CaptureDevice, fault: CaptureFault, cause?: unknown) {
    super(`${device}: ${fault}`, { cause });
    this.name = 'CaptureError';
    this.device = device;
    this.fault = fault;
  }

  static of(device: CaptureDevice, cause: unknown): CaptureError {
    return cause instanceof CaptureError ? cause : new CaptureError(device, faultOf(cause), cause);
  }
}

// https://w3c.github.io/mediacapture-main/#dom-mediadevices-getusermedia
function faultOf(error: unknown): CaptureFault {
  switch (error instanceof Error ? error.name : '') {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'refused';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'missing';
    case 'NotReadableError':
    case 'AbortError':
      return 'in_use';
    default:
      return 'failed';
  }
}

export interface LocalMediaState {
  /** What this device sends. It may be shown here, but not played: people would hear themselves. */
  readonly stream: MediaStream;
  readonly microphone: MediaStreamTrack | null;
  readonly camera: MediaStreamTrack | null;
  readonly muted: boolean;
  /** Why there is no camera, or why changing to another device failed. */
  readonly problem: CaptureError | null;
}

export interface CaptureChoice {
  readonly id: string;
  readonly device: CaptureDevice;
  readonly label: string;
}

const cameraQuality: MediaTrackConstraints = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } };

/** The microphone and the camera of this device during a call. */
export class LocalMedia extends Observable<LocalMediaState> {
  #closed = false;

  private constructor(tracks: readonly MediaStreamTrack[], problem: CaptureError | null) {
    super({ stream: new MediaStream([...tracks]), microphone: null, camera: null, muted: false, problem });
    tracks.forEach(track => this.#watch(track));
    this.update({
      microphone: tracks.find(track => track.kind === 'audio') ?? null,
      camera: tracks.find(track => track.kind === 'video') ?? null,
    });
  }

  /**
   * Opens the microphone, and the camera if wanted. If the camera cannot be opened, `problem` says why, and voice still works.
   * @throws {CaptureError} The microphone cannot be opened.
   */
  static async open({ camera }: { camera: boolean }): Promise<LocalMedia> {
    let problem: CaptureError | null = null;
    if (camera) {
      try {
        return new LocalMedia((await capture({ audio: true, video: cameraQuality })).getTracks(), null);
      } catch (error) {
        problem = CaptureError.of('camera', error);
      }
    }

    try {
      return new LocalMedia((await capture({ audio: true })).getTracks(), problem);
    } catch (error) {
      throw CaptureError.of('microphone', error);
    }
  }

  /** The microphones and cameras to choose from. Their labels are empty until the user has allowed access to one. */
  static async choices(): Promise<readonly CaptureChoice[]> {
    const devices = await navigator.mediaDevices.enumerateDevices();
    return devices
      .filter(({ kind, deviceId }) => kind !== 'audiooutput' && deviceId !== '')
      .map(({ kind, deviceId, label }) => ({ id: deviceId, device: kind === 'audioinput' ? 'microphone' : 'camera', label }));
  }

  setMuted(muted: boolean): void {
    const { microphone } = this.getSnapshot();
    if (microphone !== null) {
      microphone.enabled = !muted;
    }

    this.update({ muted });
  }

  /** Turns the camera on or off. Off releases it, and its light goes out. */
  async setCamera(on: boolean): Promise<void> {
    const { camera } = this.getSnapshot();
    if (!on) {
      this.#replace(camera, null);
      this.update({ camera: null, problem: null });
    } else if (camera === null) {
      await this.#open('camera', cameraQuality);
    }
  }

  async use({ device, id }: CaptureChoice): Promise<void> {
    const chosen = { deviceId: { exact: id } };
    await this.#open(device, device === 'camera' ? { ...cameraQuality, ...chosen } : chosen);
  }

  close(): void {
    this.#closed = true;
    this.getSnapshot()
      .stream.getTracks()
      .forEach(track => track.stop());
  }

  async #open(device: CaptureDevice, constraints: MediaTrackConstraints): Promise<void> {
    const before = this.getSnapshot()[device];
    // Many phones can open only one camera at a time.
    if (device === 'camera') {
      before?.stop();
    }

    let track: MediaStreamTrack;
    try {
      track = (await capture(device === 'camera' ? { video: constraints } : { audio: constraints })).getTracks()[0]!;
    } catch (error) {
      const problem = CaptureError.of(device, error);
      if (device === 'camera') {
        this.#replace(before, null);
        this.update({ camera: null, problem });
      } else {
        this.update({ problem });
      }

      return;
    }

    if (this.#closed) {
      track.stop();
      return;
    }

    track.enabled = device === 'camera' || !this.getSnapshot().muted;
    this.#watch(track);
    this.#replace(this.getSnapshot()[device], track);
    this.update(device === 'camera' ? { camera: track, problem: null } : { microphone: track, problem: null });
  }

  #replace(before: MediaStreamTrack | null, after: MediaStreamTrack | null): void {
    const { stream } = this.getSnapshot();
    if (before !== null) {
      before.stop();
      stream.removeTrack(before);
    }

    if (after !== null) {
      stream.addTrack(after);
    }
  }

  /** A track ends by itself when its device is unplugged, or its permission is withdrawn. */
  #watch(track: MediaStreamTrack): void {
    track.addEventListener('ended', () => {
      const device = track.kind === 'audio' ? 'microphone' : 'camera';
      if (!this.#closed && this.getSnapshot()[device] === track) {
        this.#replace(track, null);
        const problem = new CaptureError(device, 'missing');
        this.update(device === 'camera' ? { camera: null, problem } : { microphone: null, problem });
      }
    });
  }
}

/** False on a page without a secure address: browsers give it neither microphone nor camera. */
export function canCapture(): boolean {
  return (navigator as Partial<Navigator>).mediaDevices !== undefined;
}

async function capture(constraints: MediaStreamConstraints): Promise<MediaStream> {
  if (!canCapture()) {
    throw new CaptureError(constraints.video === undefined ? 'microphone' : 'camera', 'insecure');
  }

  return await navigator.mediaDevices.getUserMedia(constraints);
}
