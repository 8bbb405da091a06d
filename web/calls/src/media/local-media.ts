import { Observable } from '../common/observable.ts';
import { capture, CaptureError, type CaptureDevice } from './capture.ts';

export interface LocalMediaState {
  /** What this device sends. It may be shown here, but not played: people would hear themselves. */
  readonly stream: MediaStream;
  readonly microphone: MediaStreamTrack | null;
  readonly camera: MediaStreamTrack | null;
  readonly muted: boolean;
  /** True while microphone and camera are being opened; the browser may be asking the user. */
  readonly opening: boolean;
  /** What the system has taken away for a while, such as the microphone during a phone call. */
  readonly interrupted: readonly CaptureDevice[];
  /** A device that took the place of one that went away, for example because that was unplugged. */
  readonly replaced: { readonly device: CaptureDevice; readonly label: string } | null;
  /** Why there is no microphone or camera, or why changing to another one failed. */
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
  /** Whether the user wants to send a picture: a camera that comes back is then taken again. */
  #wantsCamera = false;
  readonly #listening = new AbortController();
  #recovering = false;

  private constructor(tracks: readonly MediaStreamTrack[], problem: CaptureError | null, opening = false) {
    super({
      stream: new MediaStream([...tracks]),
      microphone: null,
      camera: null,
      muted: false,
      opening,
      interrupted: [],
      replaced: null,
      problem,
    });
    this.#take(tracks);
    this.#followSystem();
  }

  /**
   * Opens the microphone, and the camera if wanted. If the camera cannot be opened, `problem` says why, and voice still works.
   * @throws {CaptureError} The microphone cannot be opened.
   */
  static async open({ camera }: { camera: boolean }): Promise<LocalMedia> {
    let problem: CaptureError | null = null;
    if (camera) {
      try {
        return new LocalMedia(await capture('camera', { audio: true, video: cameraQuality }), null);
      } catch (error) {
        problem = CaptureError.of('camera', error);
      }
    }

    return new LocalMedia(await capture('microphone', { audio: true }), problem);
  }

  /**
   * Media that are still to be opened: the user may be asked for permission meanwhile. If the microphone cannot be opened, `problem` says why, and
   * the other side is heard all the same.
   */
  static opening(open: () => Promise<LocalMedia>): LocalMedia {
    const media = new LocalMedia([], null, true);
    void media.#adopt(open);
    return media;
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
    this.#wantsCamera = on;
    if (!on) {
      this.#replace(camera, null);
      this.update({ camera: null, problem: null, interrupted: this.#interruptedWithout('camera') });
    } else if (camera === null) {
      await this.#open('camera');
    }
  }

  async use({ device, id }: CaptureChoice): Promise<void> {
    await this.#open(device, id);
  }

  /** Opens the microphone again, after it could not be opened or was lost. */
  async retryMicrophone(): Promise<void> {
    await this.#open('microphone');
  }

  close(): void {
    this.#closed = true;
    this.#listening.abort();
    this.getSnapshot()
      .stream.getTracks()
      .forEach(track => track.stop());
  }

  async #adopt(open: () => Promise<LocalMedia>): Promise<void> {
    try {
      const opened = await open();
      const { microphone, camera, problem } = opened.getSnapshot();
      opened.#listening.abort();
      opened.#closed = true;
      const tracks = [microphone, camera].filter(track => track !== null);
      if (this.#closed) {
        tracks.forEach(track => track.stop());
        return;
      }

      tracks.forEach(track => this.getSnapshot().stream.addTrack(track));
      this.update({ problem });
      this.#take(tracks);
      this.setMuted(this.getSnapshot().muted);
    } catch (error) {
      this.update({ problem: CaptureError.of('microphone', error) });
    } finally {
      this.update({ opening: false });
    }
  }

  #take(tracks: readonly MediaStreamTrack[]): void {
    tracks.forEach(track => this.#watch(track));
    const camera = tracks.find(track => track.kind === 'video') ?? null;
    this.#wantsCamera = camera !== null;
    this.update({ microphone: tracks.find(track => track.kind === 'audio') ?? null, camera });
  }

  async #open(device: CaptureDevice, id?: string): Promise<boolean> {
    const before = this.getSnapshot()[device];
    // Many phones can open only one camera at a time.
    if (device === 'camera') {
      before?.stop();
    }

    const chosen: MediaTrackConstraints = id === undefined ? {} : { deviceId: { exact: id } };
    let track: MediaStreamTrack;
    try {
      const constraints = device === 'camera' ? { video: { ...cameraQuality, ...chosen } } : { audio: id === undefined ? true : chosen };
      track = (await capture(device, constraints))[0]!;
    } catch (error) {
      const problem = CaptureError.of(device, error);
      if (device === 'camera') {
        this.#replace(before, null);
        this.update({ camera: null, problem, interrupted: this.#interruptedWithout('camera') });
      } else {
        this.update({ problem });
      }

      return false;
    }

    if (this.#closed) {
      track.stop();
      return false;
    }

    track.enabled = device === 'camera' || !this.getSnapshot().muted;
    this.#watch(track);
    this.#replace(this.getSnapshot()[device], track);
    const rest = { problem: null, replaced: null, interrupted: this.#interruptedWithout(device) };
    this.update(device === 'camera' ? { camera: track, ...rest } : { microphone: track, ...rest });
    return true;
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

  #watch(track: MediaStreamTrack): void {
    const device: CaptureDevice = track.kind === 'audio' ? 'microphone' : 'camera';
    const isCurrent = (): boolean => !this.#closed && this.getSnapshot()[device] === track;
    // A track ends by itself when its device is unplugged, or its permission is withdrawn.
    track.addEventListener('ended', () => {
      if (isCurrent()) {
        void this.#takeAnother(device);
      }
    });
    // It is muted, by nobody here, while the system gives the device to something else, such as a phone call.
    track.addEventListener('mute', () => {
      if (isCurrent()) {
        this.update({ interrupted: [...this.#interruptedWithout(device), device] });
      }
    });
    track.addEventListener('unmute', () => {
      if (isCurrent()) {
        this.update({ interrupted: this.#interruptedWithout(device) });
      }
    });
  }

  async #takeAnother(device: CaptureDevice): Promise<void> {
    this.#replace(this.getSnapshot()[device], null);
    const lost = { problem: new CaptureError(device, 'missing'), interrupted: this.#interruptedWithout(device) };
    this.update(device === 'camera' ? { camera: null, ...lost } : { microphone: null, ...lost });
    if (await this.#open(device)) {
      this.update({ replaced: { device, label: this.getSnapshot()[device]?.label ?? '' } });
    }
  }

  /** Takes again what is missing or was taken by the system: a device has been plugged in, or the page is looked at again. */
  #followSystem(): void {
    const { signal } = this.#listening;
    const { mediaDevices } = navigator as Partial<Navigator>;
    mediaDevices?.addEventListener('devicechange', () => void this.#recover(), { signal });
    document.addEventListener(
      'visibilitychange',
      () => {
        if (document.visibilityState === 'visible') {
          void this.#recover();
        }
      },
      { signal },
    );
  }

  async #recover(): Promise<void> {
    const { microphone, camera, interrupted, opening, problem } = this.getSnapshot();
    if (this.#recovering || this.#closed || opening || problem?.fault === 'refused') {
      return;
    }

    this.#recovering = true;
    try {
      if (microphone === null || interrupted.includes('microphone')) {
        await this.#open('microphone');
      }

      if (this.#wantsCamera && (camera === null || interrupted.includes('camera'))) {
        await this.#open('camera');
      }
    } finally {
      this.#recovering = false;
    }
  }

  #interruptedWithout(device: CaptureDevice): readonly CaptureDevice[] {
    return this.getSnapshot().interrupted.filter(other => other !== device);
  }
}
