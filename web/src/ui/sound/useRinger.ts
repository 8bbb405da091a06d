import { useEffect, useMemo } from 'react';
import { Ringer } from './ringer';
import { useObserved } from '../useObserved';

export interface Sound {
  /** True while the browser keeps the ring tone from being heard. */
  readonly silent: boolean;
  readonly allow: () => void;
}

/** Rings while `ringing`. The first tap anywhere turns the sound on; so does the button that is to call `allow`. */
export function useRinger(ringing: boolean): Sound {
  const ringer = useMemo(() => new Ringer(), []);
  const silent = useObserved(ringer.silent);
  useEffect(() => {
    ringer.check();
    const allow = (): void => ringer.allow();
    window.addEventListener('pointerdown', allow, { once: true });
    window.addEventListener('keydown', allow, { once: true });
    return () => {
      window.removeEventListener('pointerdown', allow);
      window.removeEventListener('keydown', allow);
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
