interface Options {
  /** The network is back, or the page is looked at again, perhaps after a sleep. */
  readonly onAwake: () => void;
  /** The browser shows the page again as it was when it was left, without loading it. Its media are gone. */
  readonly onRestored: () => void;
  /** The page is being left, for good or until it is restored. */
  readonly onLeft: () => void;
}

/** Follows what the browser does with the page. Returns what ends that. */
export function followPage({ onAwake, onRestored, onLeft }: Options): () => void {
  const listening = new AbortController();
  const { signal } = listening;
  window.addEventListener('online', onAwake, { signal });
  window.addEventListener('pageshow', ({ persisted }) => (persisted ? onRestored() : onAwake()), { signal });
  window.addEventListener('pagehide', onLeft, { signal });
  document.addEventListener(
    'visibilitychange',
    () => {
      if (document.visibilityState === 'visible') {
        onAwake();
      }
    },
    { signal },
  );
  return () => listening.abort();
}
