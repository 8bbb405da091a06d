import { useEffect, useMemo } from 'react';
import { Ringer } from './ringer';
import { useObserved } from '../useObserved';

export interface Sound {
  /** True while the browser does not let this page play sound. */
  readonly silent: boolean;
  readonly allow: () => void;
}

/** Rings while `ringing`. The first tap anywhere allows sound; so does the button that calls `allow`. */
export function useRinger(ringing: boolean): Sound {
  const ringer = useMemo(() => new Ringer(), []);
  const silent = useObserved(ringer.silent);
  useEffect(() => {
    ringer.check();
    // Each tap, because the system may take the sound away again later.
    const allow = (): void => ringer.allow();
    const look = (): void => {
      if (document.visibilityState === 'visible') {
        ringer.check();
      }
    };
    window.addEventListener('pointerdown', allow);
    window.addEventListener('keydown', allow);
    document.addEventListener('visibilitychange', look);
    return () => {
      window.removeEventListener('pointerdown', allow);
      window.removeEventListener('keydown', allow);
      document.removeEventListener('visibilitychange', look);
    };
  }, [ringer]);
  useEffect(() => {
    if (!ringing) {
      return undefined;
    }

    ringer.start();
    return () => ringer.stop();
  }, [ringer, ringing]);
  return { silent, allow: () => ringer.allow() };
}
