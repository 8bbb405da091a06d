import type { CallOutcome } from './payload';

/** What a notification is about; it is kept with the notification, also while this worker is not running. */
export interface NoticeData {
  readonly kind: 'ring' | 'missed' | 'over' | 'test' | 'other';
  readonly callId: string | null;
  readonly initiatorName: string | null;
  /** What a ring is declined with; null for one that an open page has shown, which declines it itself. */
  readonly credential: string | null;
  /** Until when it rings, by this device's clock, in milliseconds since 1970; 0 for what does not ring. */
  readonly until: number;
}

/** A notification as the browser's `showNotification` takes it. */
export interface Notice {
  readonly title: string;
  readonly options: {
    readonly body: string;
    /** There is at most one notification with a tag: a call has one, whatever becomes of it. */
    readonly tag: string;
    readonly data: NoticeData;
    readonly requireInteraction: boolean;
    readonly renotify: boolean;
    readonly silent: boolean;
    readonly vibrate?: readonly number[];
    readonly actions?: readonly { readonly action: string; readonly title: string }[];
  };
}

export interface RingingCall {
  readonly callId: string;
  readonly callType: 'VIDEO' | 'VOICE';
  readonly initiatorName: string | null;
  readonly credential: string | null;
  readonly until: number;
}

const vibration = [400, 200, 400, 1_000, 400, 200, 400, 1_000, 400, 200, 400];
const maxNameLength = 80;

export function tagOf(callId: string): string {
  return `fayo-call-${callId}`;
}

/** The notification that rings. */
export function ringNotice(call: RingingCall): Notice {
  const name = cleanName(call.initiatorName);
  const { callId, initiatorName, credential, until } = call;
  return {
    title: name ?? 'Incoming call',
    options: {
      body: call.callType === 'VIDEO' ? 'Incoming video call' : 'Incoming voice call',
      tag: tagOf(callId),
      data: { kind: 'ring', callId, initiatorName, credential, until },
      requireInteraction: true,
      renotify: true,
      silent: false,
      vibrate: vibration,
      actions: [
        { action: 'answer', title: 'Answer' },
        { action: 'decline', title: 'Decline' },
      ],
    },
  };
}

/** What takes the place of the ring. A missed call stays to be read; it makes no new sound. */
export function overNotice(callId: string, outcome: CallOutcome, initiatorName: string | null): Notice {
  const name = cleanName(initiatorName);
  const missed = outcome === 'missed';
  return {
    title: missed ? (name === null ? 'Missed call' : `Missed call from ${name}`) : (name ?? 'Call'),
    options: {
      body: missed ? 'Open the page to call back.' : outcome === 'answered_elsewhere' ? 'Answered on another device' : 'The call is over',
      tag: tagOf(callId),
      data: { kind: missed ? 'missed' : 'over', callId, initiatorName, credential: null, until: 0 },
      requireInteraction: false,
      renotify: false,
      silent: !missed,
    },
  };
}

export function testNotice(): Notice {
  return {
    title: 'This phone rings',
    options: {
      body: 'This is a test. Nobody is calling.',
      tag: 'fayo-test',
      data: { kind: 'test', callId: null, initiatorName: null, credential: null, until: 0 },
      requireInteraction: false,
      renotify: true,
      silent: false,
      vibrate: vibration,
    },
  };
}

/** For a push that this page does not understand: browsers demand that every push shows something. */
export function otherNotice(): Notice {
  return {
    title: 'Fayo',
    options: {
      body: 'There is news. Open the page.',
      tag: 'fayo-other',
      data: { kind: 'other', callId: null, initiatorName: null, credential: null, until: 0 },
      requireInteraction: false,
      renotify: false,
      silent: false,
    },
  };
}

// C0 and C1 controls, and the marks that change the direction of the text after them.
// eslint-disable-next-line no-control-regex -- These are what is taken out.
const unsafe = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/u;

/** A name that can stand in a sentence: not too long, on one line, and unable to reorder the words around it. */
function cleanName(name: string | null): string | null {
  const letters = Array.from((name ?? '').replace(unsafe, ' ').trim());
  if (letters.length === 0) {
    return null;
  }

  const text = letters.length > maxNameLength ? `${letters.slice(0, maxNameLength - 1).join('')}…` : letters.join('');
  // First strong isolate, and its end.
  return rightToLeft.test(text) ? `\u2068${text}\u2069` : text;
}
