import { useEffect } from 'react';

/** Keeps the screen on while `on`, if the browser can. The browser releases the lock whenever the page is hidden. */
export function useWakeLock(on: boolean): void {
  useEffect(() => {
    if (!on || !('wakeLock' in navigator)) {
      return undefined;
    }

    let lock: WakeLockSentinel | null = null;
    let over = false;
    const hold = (): void => {
      if (document.visibilityState === 'visible') {
        navigator.wakeLock.request('screen').then(
          held => {
            lock = held;
            if (over) {
              void held.release();
            }
          },
          // The battery is low, or the system forbids it. The call works without.
          () => undefined,
        );
      }
    };
    hold();
    document.addEventListener('visibilitychange', hold);
    return () => {
      over = true;
      document.removeEventListener('visibilitychange', hold);
      void lock?.release();
    };
  }, [on]);
}
