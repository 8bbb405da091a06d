import { useEffect } from 'react';
import { callWaitingTone, Ringer, ringTone } from './ringer';
import { useObserved } from '../useObserved';

/** One for the page: it either waits for a call, and rings, or is in one. */
const ringer = new Ringer();

export interface Sound {
  /** True while the browser does not let this page play sound. */
  readonly silent: boolean;
  readonly allow: () => void;
}

/** Rings while `ringing`. The first tap anywhere allows sound; so does the button that calls `allow`. */
export function useRinger(ringing: boolean): Sound {
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
  }, []);
  useEffect(() => {
    if (!ringing) {
      return undefined;
    }

    ringer.start(ringTone);
    return () => ringer.stop();
  }, [ringing]);
  return { silent, allow: () => ringer.allow() };
}

/** Lets the user hear, while `waiting`, that somebody calls during a call. */
export function useCallWaiting(waiting: boolean): void {
  useEffect(() => {
    if (!waiting) {
      return undefined;
    }

    ringer.start(callWaitingTone);
    return () => ringer.stop();
  }, [waiting]);
}
