import type { NegotiationMessage } from './negotiation.ts';

/**
 * `from` and `to` are instances of PeerToPeer, not users: a reload makes a new instance, and messages that are still under way from or to
 * the previous one must not reach it.
 */
export type PeerMessage =
  | { readonly kind: 'hello'; readonly from: string; readonly answers: boolean }
  | { readonly kind: 'bye'; readonly from: string }
  | { readonly kind: 'replaced'; readonly from: string; readonly to: string }
  | { readonly kind: 'sends'; readonly from: string; readonly camera: boolean; readonly muted: boolean }
  | (NegotiationMessage & { readonly from: string; readonly to: string });

const kinds: readonly unknown[] = ['hello', 'bye', 'replaced', 'sends', 'description', 'candidate'] satisfies PeerMessage['kind'][];

export function isPeerMessage(payload: unknown): payload is PeerMessage {
  return typeof payload === 'object' && payload !== null && 'kind' in payload && kinds.includes(payload.kind) && 'from' in payload;
}
