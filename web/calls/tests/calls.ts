import type { CallSession, Invitation, PeerCredential } from '../src/service/types.ts';

/** A call of alice to bob, for tests. */
export function session(change: Partial<CallSession> = {}): CallSession {
  return {
    id: 'call-1',
    channelName: 'fayo_alice_1',
    callType: 'VIDEO',
    initiatorId: 'alice',
    initiatorName: null,
    initiatorRole: null,
    recipientId: 'bob',
    status: 'PENDING',
    expiresAt: '2030-01-01T01:00:00.000Z',
    startedAt: null,
    endedAt: null,
    metadata: null,
    createdAt: '2030-01-01T00:00:00.000Z',
    updatedAt: '2030-01-01T00:00:00.000Z',
    version: 1,
    ringDeadline: '2030-01-01T00:00:45.000Z',
    answeredAt: null,
    endReason: null,
    endedBy: null,
    ...change,
  };
}

export function invitation(remainingMs: number, change: Partial<CallSession> = {}): Invitation {
  return { ...session(change), remainingMs };
}

export const answered = { version: 5, status: 'RINGING', answeredAt: '2030-01-01T00:00:05.000Z' } as const;
export const ended = {
  version: 9,
  status: 'COMPLETED',
  endedAt: '2030-01-01T00:09:00.000Z',
  endReason: 'hangup',
  endedBy: 'alice',
} as const;

/** Lets everything that waits for nothing but promises go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) {
    await Promise.resolve();
  }
}

/** A credential for a call of browser to browser. */
export function peerCredential(change: Partial<PeerCredential> = {}): PeerCredential {
  return {
    provider: 'p2p',
    appId: null,
    token: null,
    channelName: 'c',
    rtcUserId: 'u',
    role: 'HOST',
    expiresIn: 3600,
    expiresAt: '',
    iceServers: [],
    ...change,
  };
}
