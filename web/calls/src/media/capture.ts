export type CaptureDevice = 'camera' | 'microphone';
export type CaptureFault = 'refused' | 'missing' | 'in_use' | 'insecure' | 'unsupported' | 'failed';

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

/** False where the browser offers neither microphone nor camera: on a page without a secure address, and in browsers inside of some apps. */
export function canCapture(): boolean {
  return (navigator as Partial<Navigator>).mediaDevices !== undefined;
}

/** False where the browser gives pages no connections for media: it has none, or WebRTC is turned off. */
export function canConnectMedia(): boolean {
  return 'RTCPeerConnection' in globalThis;
}

/**
 * Why a microphone certainly cannot be opened now, without asking the user; null if it may be possible.
 */
export async function findCaptureFault(): Promise<CaptureError | null> {
  if (!canCapture()) {
    return new CaptureError(
      'microphone',
      (globalThis as { isSecureContext?: boolean }).isSecureContext === true ? 'unsupported' : 'insecure',
    );
  }

  try {
    // Some browsers do not have this, or do not know this permission.
    const { state } = await navigator.permissions.query({ name: 'microphone' });
    return state === 'denied' ? new CaptureError('microphone', 'refused') : null;
  } catch {
    return null;
  }
}

/** @throws {CaptureError} The device cannot be opened. */
export async function capture(device: CaptureDevice, constraints: MediaStreamConstraints): Promise<readonly MediaStreamTrack[]> {
  if (!canCapture()) {
    throw new CaptureError(device, (globalThis as { isSecureContext?: boolean }).isSecureContext === true ? 'unsupported' : 'insecure');
  }

  try {
    return (await navigator.mediaDevices.getUserMedia(constraints)).getTracks();
  } catch (error) {
    throw CaptureError.of(device, error);
  }
}
