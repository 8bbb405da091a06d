/** What a page needs after a reload to come back into its call. */
export interface RememberedCall {
  readonly id: string;
  /** The device that the call goes on with; null if it was answered without one. */
  readonly device: string | null;
  readonly camera: boolean;
}

const key = 'fayo.call';

/** Keeps the call for this tab, through reloads. */
export function rememberCall(call: RememberedCall): void {
  sessionStorage.setItem(key, JSON.stringify(call));
}

export function forgetCall(): void {
  sessionStorage.removeItem(key);
}

export function recallCall(): RememberedCall | null {
  const kept = sessionStorage.getItem(key);
  return kept === null ? null : (JSON.parse(kept) as RememberedCall);
}
