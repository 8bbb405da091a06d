import type { CallSession, CallsClient, Condition, LocalMediaState, MediaState } from '@fayo/calls';
import { formatDuration } from '../../../texts';

/** How the call is, in a few words. */
export function callStatusText(session: CallSession, media: MediaState, other: Condition | null, client: CallsClient): string {
  if (session.answeredAt === null) {
    return session.status === 'RINGING' ? 'Ringing …' : 'Calling …';
  }

  const isBeingAnswered = session.startedAt === null && session.initiatorId === client.userId;
  // Whoever is being asked for the microphone hears this side already, and cannot answer it yet.
  if (media.connection === 'connected' && !(isBeingAnswered && other?.microphone === 'opening')) {
    return formatDuration((client.serverNow() - Date.parse(session.startedAt ?? session.answeredAt)) / 1_000);
  }

  if (other?.media === 'failed') {
    return 'The other side cannot get sound and picture';
  }

  if (isBeingAnswered) {
    return 'Answering …';
  }

  switch (media.connection) {
    case 'waiting':
      return 'Waiting for the other side …';
    case 'reconnecting':
      return media.gone ? 'The other side has left; waiting for it …' : 'Reconnecting …';
    case 'failed':
      return 'No sound or picture comes through yet; still trying …';
    default:
      return 'Connecting …';
  }
}

/** What is the matter with what the other side sends, as a sentence; null if nothing is. */
export function otherText(name: string, other: Condition | null, media: MediaState): string | null {
  if (media.connection === 'connected' && media.remote.muted && (other === null || other.microphone === 'muted')) {
    return `${name} has muted the microphone`;
  }

  if (media.gone && other?.media !== 'failed') {
    return null;
  }

  switch (other?.media === 'failed' ? 'failed' : other?.microphone) {
    case 'failed':
      return `${name} cannot get sound and picture on that device`;
    case 'opening':
      return `${name} is being asked for the microphone`;
    case 'interrupted':
      return `The microphone of ${name} is taken by something else, such as a phone call`;
    case 'missing':
      return `${name} has no microphone that can be used`;
    default:
      return other?.camera === 'interrupted' ? `The camera of ${name} is taken by something else` : null;
  }
}

/** What is the matter with what this device sends, and what it has done about it. */
export function ownTexts({ interrupted, replaced }: LocalMediaState): readonly string[] {
  return [
    ...interrupted.map(device => `The ${device} is taken by something else, such as a phone call; the other side is told.`),
    ...(replaced === null ? [] : [`The ${replaced.device} went away. Another one is used now: ${replaced.label || 'one without a name'}.`]),
  ];
}
