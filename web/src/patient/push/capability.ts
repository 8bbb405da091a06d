/** Whether this browser can be reached while the page is closed, or what stands in the way. */
export type PushCapability = 'possible' | 'insecure' | 'install-first' | 'unsupported';

/** What of the browser decides it. */
export interface PushBrowser {
  readonly isSecure: boolean;
  readonly hasPush: boolean;
  /** Only browsers of iPhone and iPad know it: whether the page was opened from the Home Screen. */
  readonly standalone: boolean | undefined;
}

export function pushCapability({ isSecure, hasPush, standalone }: PushBrowser): PushCapability {
  if (!isSecure) {
    return 'insecure';
  }

  // iPhone and iPad have push from iOS 16.4 on, for pages on the Home Screen only.
  return hasPush ? 'possible' : standalone === false ? 'install-first' : 'unsupported';
}

/** As this browser is. */
export function thisBrowser(): PushBrowser {
  return {
    isSecure: window.isSecureContext,
    hasPush: 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window,
    standalone: (navigator as { standalone?: boolean }).standalone,
  };
}

/** True for a page that was opened as an app, from the Home Screen. */
export function isInstalled(): boolean {
  return (navigator as { standalone?: boolean }).standalone === true || matchMedia('(display-mode: standalone)').matches;
}
