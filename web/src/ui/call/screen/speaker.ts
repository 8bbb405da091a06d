import { useEffect, useState } from 'react';
import { Observable } from '@fayo/calls';

/** The loudspeaker or headset that calls are heard on; empty for the one that the system chooses. */
export const speaker = new Observable('');

export interface Speaker {
  readonly id: string;
  readonly label: string;
}

/** Whether this browser lets a page choose. Safari and phones leave that to the system. */
export const canChooseSpeaker = typeof HTMLMediaElement !== 'undefined' && 'setSinkId' in HTMLMediaElement.prototype;

/** Plays the element on the chosen loudspeaker. One that has been unplugged is given up for the system's own. */
export async function playOnSpeaker(element: HTMLMediaElement): Promise<void> {
  if (!canChooseSpeaker) {
    return;
  }

  try {
    await element.setSinkId(speaker.getSnapshot());
  } catch {
    speaker.set('');
  }
}

/** The loudspeakers to choose from, kept up to date. */
export function useSpeakers(): readonly Speaker[] {
  const [speakers, setSpeakers] = useState<readonly Speaker[]>([]);
  useEffect(() => {
    if (!canChooseSpeaker) {
      return undefined;
    }

    const look = (): void => {
      navigator.mediaDevices.enumerateDevices().then(
        devices =>
          setSpeakers(
            devices
              .filter(({ kind, deviceId }) => kind === 'audiooutput' && deviceId !== '')
              .map(({ deviceId: id, label }) => ({ id, label })),
          ),
        () => undefined,
      );
    };
    look();
    navigator.mediaDevices.addEventListener('devicechange', look);
    return () => navigator.mediaDevices.removeEventListener('devicechange', look);
  }, []);
  return speakers;
}
