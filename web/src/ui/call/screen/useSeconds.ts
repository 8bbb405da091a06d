import { useEffect, useState } from 'react';

/** Renders again every second while `on`. */
export function useSeconds(on: boolean): void {
  const [, tick] = useState(0);
  useEffect(() => {
    if (!on) {
      return undefined;
    }

    const timer = setInterval(() => tick(count => count + 1), 1_000);
    return () => clearInterval(timer);
  }, [on]);
}
