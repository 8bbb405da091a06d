/** What the worker tells the page; with {@link RingsQuestion} it expects an answer. */
export type WorkerMessage =
  | RingsQuestion
  | { readonly type: 'answer' }
  | { readonly type: 'decline'; readonly callId: string }
  | { readonly type: 'tested' }
  | { readonly type: 'subscription' };

/** Whether the page rings for this call, or has dealt with it. */
export interface RingsQuestion {
  readonly type: 'rings';
  readonly callId: string;
}

/** What the page tells the worker, which answers each message. */
export type PageMessage =
  | {
      readonly type: 'show-ring';
      readonly callId: string;
      readonly callType: 'VIDEO' | 'VOICE';
      readonly initiatorName: string | null;
      readonly remainingMs: number;
    }
  /** Answered with the id of the call that is to be answered, or with null. It is told once. */
  | { readonly type: 'take-wish' }
  | { readonly type: 'registered'; readonly deviceId: string; readonly token: string }
  | { readonly type: 'forget' };
