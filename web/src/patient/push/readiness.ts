/** Whether this phone rings while the page is closed. */
export type PushState =
  | { readonly kind: 'checking' }
  /** The service has no push. */
  | { readonly kind: 'off' }
  | { readonly kind: 'insecure' | 'install-first' | 'unsupported' }
  /** Notifications are blocked for this page. */
  | { readonly kind: 'denied' }
  /** It is possible, and nobody has been asked yet. */
  | { readonly kind: 'ask' }
  | { readonly kind: 'turning-on' }
  | { readonly kind: 'on'; readonly test: 'none' | 'sent' | 'rang' | 'silent'; readonly problem?: string }
  /** `problem` is null if it is the browser that refuses. */
  | { readonly kind: 'failed'; readonly problem: string | null };

export interface PushTexts {
  readonly title: string;
  readonly detail: string;
  /** What a button offers. */
  readonly action: { readonly does: 'turn-on' | 'test'; readonly label: string } | null;
  /** False if it is something that somebody has to do something about. */
  readonly good: boolean;
}

const whileOpen = 'It rings only while this page is open and in front.';

/** What the readiness card says of calls that come while the page is closed; null if there is nothing to say yet. */
export function pushTexts(state: PushState): PushTexts | null {
  switch (state.kind) {
    case 'checking':
      return null;
    case 'off':
      return { title: 'Rings only while this page is open', detail: 'Keep it in front, and the screen on.', action: null, good: false };
    case 'insecure':
      return {
        title: 'Does not ring while this page is closed',
        detail: `The browser allows that only for secure addresses, https. ${whileOpen}`,
        action: null,
        good: false,
      };
    case 'install-first':
      return {
        title: 'Does not ring while this page is closed',
        detail:
          'An iPhone or iPad rings only for a page on its Home Screen: tap Share, then “Add to Home Screen”, and open Fayo from there. ' +
          'It needs iOS 16.4 or newer.',
        action: null,
        good: false,
      };
    case 'unsupported':
      return {
        title: 'Does not ring while this page is closed',
        detail: `This browser cannot do that. ${whileOpen} A current Chrome, Edge, Firefox or Safari can.`,
        action: null,
        good: false,
      };
    case 'denied':
      return {
        title: 'Does not ring while this page is closed',
        detail: `Notifications are blocked for this page. Allow them in the browser’s settings for this site, then come back. ${whileOpen}`,
        action: null,
        good: false,
      };
    case 'ask':
    case 'turning-on':
      return {
        title: 'Let this phone ring while the page is closed?',
        detail:
          'Then a call also rings when the screen is off. The browser asks whether Fayo may send notifications: choose “Allow”. ' +
          'You stay signed in on this phone until you sign out.',
        action: { does: 'turn-on', label: 'Let this phone ring' },
        good: false,
      };
    case 'failed':
      return {
        title: 'Does not ring while this page is closed',
        detail: `${state.problem ?? 'The browser could not turn on notifications from the internet. In a private window it never can.'} ${whileOpen}`,
        action: { does: 'turn-on', label: 'Try again' },
        good: false,
      };
    case 'on':
      return {
        title: 'Rings also while this page is closed',
        detail: state.problem ?? testTexts[state.test],
        action: { does: 'test', label: 'Ring this phone now' },
        good: state.problem === undefined && state.test !== 'silent',
      };
  }
}

const testTexts = {
  none: 'With the sound of a notification, and vibration. It stays silent while the phone is on silent or “Do not disturb”, or has no internet.',
  sent: 'Ringing … If you lock the screen now, you can see what a call would be like.',
  rang: 'It has rung. If you heard nothing, the phone is on silent or “Do not disturb”, or its volume is down.',
  silent:
    'Nothing has arrived here. Check the internet connection, and whether the phone’s battery saver stops the browser; then try again.',
} as const;
