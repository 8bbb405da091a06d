import { Observable } from '../common/observable.ts';

export type CaptureDevice = 'camera' | 'microphone';
export type CaptureFault = 'refused' | 'missing' | 'in_use' | 'insecure' | 'failed';

/** Why a camera or a microphone cannot be had. */
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
  /** What this device sends: for showing it, never for hearing it. */
  readonly stream: MediaStream;
  readonly microphone: MediaStreamTrack | null;
  readonly camera: MediaStreamTrack | null;
  readonly muted: boolean;
  /** Why there is no camera, or why a change of devices failed. */
  readonly problem: CaptureError | null;
}

export interface CaptureChoice {
  readonly id: string;
  readonly device: CaptureDevice;
  readonly label: string;
}

const cameraQuality: MediaTrackConstraints = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } };

/** The microphone and the camera of this device, for as long as a call lasts. */
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
   * Opens the microphone, and the camera where asked. A camera that cannot be had is told in `problem`: there is still voice.
   * @throws {CaptureError} There is no microphone to be had.
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

  /** What there is to choose from. Labels are empty where the user has allowed nothing yet. */
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

  /** Turns the camera on or off; off means that it is given back, and its light goes out. */
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
    // Many phones have one camera open at a time only.
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

  /** A track ends by itself when its device is unplugged or taken away. */
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

/** False for a page without a secure address, to which browsers give neither microphone nor camera. */
export function canCapture(): boolean {
  return (navigator as Partial<Navigator>).mediaDevices !== undefined;
}

async function capture(constraints: MediaStreamConstraints): Promise<MediaStream> {
  if (!canCapture()) {
    throw new CaptureError(constraints.video === undefined ? 'microphone' : 'camera', 'insecure');
  }

  return await navigator.mediaDevices.getUserMedia(constraints);
}
