import { useEffect } from 'react';
import { type CallsClient, keptValues, outlivesReload, TimeLimit } from '@fayo/calls';
import { ownVersion, servedVersion } from './version';

/** When the page was loaded: the bundler adds more elements to the document later. */
const own = ownVersion();

const seenKey = 'fayo.versions';
const lookEveryMs = 20_000;
const timeoutMs = 15_000;

/**
 * Loads the page again where the service has a newer one, or a file of this one is gone, as soon as nobody is in a call, is being called or is
 * typing. The service is asked with each new connection, because an upgrade breaks the one before.
 */
export function useRenewal(client: CallsClient): void {
  useEffect(() => {
    const ending = new AbortController();
    let wasConnected = false;
    let isOutdated = false;
    const renew = (): void => {
      if (isOutdated && isIdle(client)) {
        isOutdated = false;
        location.reload();
      }
    };
    const look = async (): Promise<void> => {
      const limit = new TimeLimit(timeoutMs, ending.signal);
      const served = await servedVersion(limit.signal);
      limit.end();
      if (served !== null && isNews(served) && !ending.signal.aborted) {
        isOutdated = true;
        renew();
      }
    };
    const connected = (): void => {
      if (client.hub.state.getSnapshot() === 'connected') {
        if (wasConnected) {
          void look();
        }

        wasConnected = true;
      }
    };
    const missing = (): void => {
      isOutdated = outlivesReload();
      renew();
    };
    const cleanups = [client.hub.state.subscribe(connected), client.state.subscribe(renew)];
    const timer = setInterval(renew, lookEveryMs);
    window.addEventListener('vite:preloadError', missing);
    document.addEventListener('visibilitychange', renew);
    connected();
    return () => {
      ending.abort();
      clearInterval(timer);
      cleanups.forEach(cleanUp => cleanUp());
      window.removeEventListener('vite:preloadError', missing);
      document.removeEventListener('visibilitychange', renew);
    };
  }, [client]);
}

function isIdle(client: CallsClient): boolean {
  const { joined } = client.state.getSnapshot();
  const isTyping = document.visibilityState === 'visible' && document.activeElement instanceof HTMLInputElement;
  return client.isFree && joined === null && client.store.getSnapshot().rings.length === 0 && !isTyping;
}

/** Each version is news once: while two of them answer by turns, a page must not go back and forth between them. */
function isNews(version: string): boolean {
  const values = keptValues('session');
  const seen = new Set((values.get(seenKey) ?? '').split('\n').filter(Boolean));
  if (version === own || seen.has(version) || !outlivesReload()) {
    return false;
  }

  values.set(seenKey, [...seen, own, version].slice(-10).join('\n'));
  return true;
}
