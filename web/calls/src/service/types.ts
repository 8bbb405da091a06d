/** The messages of the service. Times are ISO 8601 in UTC; a value that is not set is null, never absent. */

export type CallType = 'VIDEO' | 'VOICE';
export type CallStatus = 'PENDING' | 'RINGING' | 'ACTIVE' | 'COMPLETED' | 'CANCELLED' | 'EXPIRED';
export type EndReason =
  | 'hangup'
  | 'connection_lost'
  | 'max_duration'
  | 'admin_ended'
  | 'caller_cancelled'
  | 'declined'
  | 'busy'
  | 'failed'
  | 'no_answer'
  | 'unreachable'
  | 'token_expired'
  | 'caller_lost';

export interface CallSession {
  readonly id: string;
  readonly channelName: string;
  readonly callType: CallType;
  readonly initiatorId: string;
  /** The initiator's name and role by their verified token; null if it says none. The only name that may be shown: `metadata` is anybody's word. */
  readonly initiatorName: string | null;
  readonly initiatorRole: string | null;
  readonly recipientId: string | null;
  readonly status: CallStatus;
  readonly expiresAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly metadata: unknown;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly version: number;
  readonly ringDeadline: string | null;
  readonly answeredAt: string | null;
  readonly endReason: EndReason | null;
  readonly endedBy: string | null;
}

export interface Invitation extends CallSession {
  /** How long the call may ring from the moment the message was sent, in milliseconds. */
  readonly remainingMs: number;
}

export type CredentialRole = 'HOST' | 'AUDIENCE';

export interface IceServer {
  readonly urls: readonly string[];
  readonly username?: string;
  readonly credential?: string;
}

interface CredentialFields {
  readonly channelName: string;
  readonly rtcUserId: string;
  readonly role: CredentialRole;
  /** In seconds. */
  readonly expiresIn: number;
  readonly expiresAt: string;
}

export interface AgoraCredential extends CredentialFields {
  readonly provider: 'agora';
  readonly appId: string;
  readonly token: string;
  readonly iceServers: null;
}

export interface PeerCredential extends CredentialFields {
  readonly provider: 'p2p';
  readonly appId: null;
  readonly token: null;
  readonly iceServers: readonly IceServer[];
}

export type Credential = AgoraCredential | PeerCredential;

export interface CredentialAnswer {
  readonly message: string;
  readonly session: CallSession;
  readonly credential: Credential;
}

export interface CallAnswer {
  readonly message: string;
  readonly session: CallSession;
}

export interface CallPage {
  readonly items: readonly CallSession[];
  readonly nextCursor: string | null;
}

export type TimelineKind =
  'created' | 'invited' | 'delivered' | 'ringing' | 'answered' | 'active' | 'token_issued' | 'declined' | 'cancelled' | 'ended' | 'note';

export interface TimelineEntry {
  readonly version: number;
  readonly at: string;
  readonly kind: TimelineKind;
  readonly by: string | null;
  readonly device: string | null;
  readonly status: CallStatus;
  readonly detail: string | null;
}

export interface Sync {
  readonly serverTime: string;
  readonly invitations: readonly Invitation[];
  readonly calls: readonly CallSession[];
}

export interface Signal {
  readonly sessionId: string;
  readonly from: string;
  readonly device: string;
  readonly payload: unknown;
}

export interface Person {
  readonly id: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly role: string | null;
}

export interface DirectoryUser extends Person {
  readonly phone: string | null;
  readonly online: boolean;
  readonly devices: number;
}

export interface DirectoryPage {
  readonly items: readonly DirectoryUser[];
  readonly nextPage: number | null;
}

export interface Me extends Person {
  readonly staff: boolean;
  /** Whether this person may watch all open calls. Missing where the service is older than this package. */
  readonly monitor?: boolean;
}

/** A ticket with which one WebSocket can be opened. */
export interface HubTicket {
  readonly ticket: string;
  /** For how many seconds it can be used. */
  readonly expiresIn: number;
}

export interface DemoToken {
  readonly token: string;
  readonly expiresAt: string;
}

const open: readonly CallStatus[] = ['PENDING', 'RINGING', 'ACTIVE'];

export function isOpen(session: CallSession): boolean {
  return open.includes(session.status);
}

/** True if the call is waiting for this user's answer. */
export function ringsFor(session: CallSession, userId: string): boolean {
  return session.recipientId === userId && session.answeredAt === null && (session.status === 'PENDING' || session.status === 'RINGING');
}

export function otherParticipant(session: CallSession, userId: string): string | null {
  return session.initiatorId === userId ? session.recipientId : session.initiatorId;
}
