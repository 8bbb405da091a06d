import {
  CallError,
  type CallSession,
  type CaptureDevice,
  CaptureError,
  type CaptureFault,
  type EndReason,
  isOpen,
  type Person,
} from '@fayo/calls';
import { capableBrowser } from './browser';
import { shownName } from './name';

/** A person's name, or their id if no name is known. */
export function personName(person: Person): string {
  return shownName([person.firstName, person.lastName].filter(Boolean).join(' ')) || shownName(person.id);
}

const roles: Readonly<Record<string, string>> = { ADMIN: 'Staff', DOCTOR: 'Doctor', NURSE: 'Nurse', PATIENT: 'Patient', USER: 'User' };

export function roleName(role: string | null): string {
  return role === null ? '' : (roles[role.toUpperCase()] ?? role);
}

/** Why a call ended, as the user `userId` sees it; if that is null, as somebody sees it who did not take part. */
export function endReasonText(session: Pick<CallSession, 'recipientId' | 'endedBy' | 'endReason'>, userId: string | null): string {
  const called = session.recipientId === userId;
  const mine = session.endedBy !== null && session.endedBy === userId;
  // A newer service may know more reasons than this page.
  const sentences: Readonly<Partial<Record<EndReason, string>>> = {
    hangup: userId === null ? 'Hung up' : mine ? 'You hung up' : 'The other side hung up',
    connection_lost: 'The connection was lost',
    max_duration: 'The call reached its longest time',
    admin_ended: 'Ended by an administrator',
    caller_cancelled: userId === null ? 'The caller gave up' : called ? 'Missed' : 'You cancelled the call',
    declined: userId === null ? 'Declined' : called ? 'You declined' : 'Declined',
    busy: userId !== null && called ? 'Missed while you were in another call' : 'Busy in another call',
    failed: 'The call failed',
    no_answer: userId !== null && called ? 'Missed' : 'No answer',
    unreachable: userId !== null && called ? 'Missed: it rang on none of your devices' : 'Could not be reached',
    token_expired: 'The time for this call ran out',
    caller_lost: userId === null ? 'The caller was gone' : called ? 'Missed: the caller was gone' : 'Your connection was lost',
  };
  return session.endReason === null ? 'Ended' : (sentences[session.endReason] ?? 'Ended');
}

/** The status of a call in a word or two. */
export function statusText(session: CallSession): string {
  if (!isOpen(session)) {
    return session.endedAt === null ? 'Under way' : 'Ended';
  }

  if (session.status === 'ACTIVE') {
    return 'In a call';
  }

  return session.answeredAt !== null ? 'Answered' : session.status === 'RINGING' ? 'Ringing' : 'Calling';
}

/** True for a call to this user that was not answered. */
export function isMissed(session: CallSession, userId: string): boolean {
  return (
    session.recipientId === userId &&
    session.answeredAt === null &&
    session.endReason !== null &&
    ['caller_cancelled', 'no_answer', 'unreachable', 'busy'].includes(session.endReason)
  );
}

const captureFaults: Readonly<Record<CaptureFault, (device: CaptureDevice) => string>> = {
  refused: device => `This page may not use the ${device}. Allow it in the browser’s settings for this site, then try again.`,
  missing: device => `There is no ${device}. Connect one, then try again.`,
  in_use: device => `The ${device} is in use by another program. Close that, then try again.`,
  insecure: device => `The browser gives the ${device} only to pages with a secure address: https, or localhost.`,
  unsupported: device => `This browser gives pages no ${device}. Open this address in ${capableBrowser()}.`,
  failed: device => `The ${device} could not be started.`,
};

/** The text for an error that is shown to people. */
export function errorText(error: unknown): string {
  if (error instanceof CaptureError) {
    return captureFaults[error.fault](error.device);
  }

  if (!(error instanceof CallError)) {
    return 'Something unexpected happened here.';
  }

  const sentences: Record<string, string> = {
    network: 'The service cannot be reached. Check the connection to the internet.',
    bad_answer:
      'Something else has answered in place of the service. Check the connection to the internet; this network may want you to sign in.',
    no_token: 'Your sign-in could not be renewed. Try again.',
    disconnected: 'The connection was lost before an answer came.',
    unavailable: 'The service cannot do this at the moment. Try again in a moment.',
    too_many: 'That was a little too often. Wait a moment, then try again.',
    too_many_calls: 'You have too many open calls. End some of them, then try again.',
    too_many_ringing: 'Too many of your calls are ringing. Wait until somebody answers, or cancel some.',
    too_many_calls_per_minute: 'You have made too many calls in the last minute. Wait a moment, then try again.',
    too_many_calls_to_user: 'You have called this person too often in the last minute. Wait a moment, then try again.',
    too_many_cancelled: 'You have cancelled several calls to this person. Wait a few minutes, then try again.',
    too_many_attempts: 'This call is ringing already. Wait until it is answered or ends.',
    unauthorized: 'Your sign-in has run out. Sign in again.',
    forbidden: 'You may not do this.',
    not_a_participant: 'Only those who take part in a call may do this.',
    not_found: 'There is no such call any more.',
    in_call: 'You are still in another call. End it first.',
    busy: 'One of the two is in another call.',
    answered_elsewhere: 'The call was answered on another device.',
    call_ended: 'The call has ended.',
    continued_elsewhere: 'You have gone on with this call on another device.',
    media_failed: 'The connection for sound and picture could not be made.',
    directory_unavailable: 'The directory of users does not answer at the moment.',
  };
  return sentences[error.code] ?? error.message;
}

/** 75 seconds as 1:15, an hour as 1:00:00. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const [hours, minutes, rest] = parts.map(part => String(part).padStart(2, '0'));
  return parts[0] === 0 ? `${parts[1]}:${rest}` : `${Number(hours)}:${minutes}:${rest}`;
}

const sameDay = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const otherDay = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' });

/** The time of day if it was today, otherwise date and time. */
export function formatTime(at: string, now: Date = new Date()): string {
  const then = new Date(at);
  return (then.toDateString() === now.toDateString() ? sameDay : otherDay).format(then);
}
