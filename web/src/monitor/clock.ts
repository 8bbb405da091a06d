import { createContext, useContext, useSyncExternalStore } from 'react';

/** The listeners of the only timer of the page. It runs once a second while there are any. */
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let now = Date.now();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    listeners.forEach(each => each());
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

export interface ServiceClock {
  /** How far the service's clock is ahead of this one, in milliseconds. */
  readonly clockOffsetMs: number;
  /** The time at which it stopped, in milliseconds since 1970; null while it runs. */
  readonly stoppedAt: number | null;
}

export const ServiceClockContext = createContext<ServiceClock>({ clockOffsetMs: 0, stoppedAt: null });

/** The service's time, in milliseconds since 1970. It stands still while what is shown is not live. */
export function useServiceTime(): number {
  const { clockOffsetMs, stoppedAt } = useContext(ServiceClockContext);
  const ticked = useSyncExternalStore(subscribe, () => now);
  return stoppedAt ?? ticked + clockOffsetMs;
}

/** Calls a listener once a second. Returns what ends that. */
export const onTick = subscribe;
