import { createContext, useContext, useSyncExternalStore } from 'react';

/** The one timer of the page. It ticks each second, while anybody listens. */
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
  /** What the service's clock is ahead of this one, in milliseconds. */
  readonly clockOffsetMs: number;
  /** In milliseconds since 1970; null while it goes. */
  readonly stoppedAt: number | null;
}

export const ServiceClockContext = createContext<ServiceClock>({ clockOffsetMs: 0, stoppedAt: null });

/** The service's time, in milliseconds since 1970; it stands still while what is shown is old. */
export function useServiceTime(): number {
  const { clockOffsetMs, stoppedAt } = useContext(ServiceClockContext);
  const ticked = useSyncExternalStore(subscribe, () => now);
  return stoppedAt ?? ticked + clockOffsetMs;
}

/** Calls this each second. */
export const onTick = subscribe;
