import { keptValues } from '../common/storage.ts';

/** What a page needs after a reload to come back into its call. */
export interface RememberedCall {
  readonly id: string;
  /** The device that the call goes on with; null if it was answered without one. */
  readonly device: string | null;
  readonly camera: boolean;
  /** The device of the page that was in the call. A second tab that was opened from it gets a copy of what that one keeps. */
  readonly owner: string;
}

const key = 'fayo.call';
const values = keptValues('session');

/** Keeps the call for this tab, through reloads. */
export function rememberCall(call: RememberedCall): void {
  values.set(key, JSON.stringify(call));
}

export function forgetCall(): void {
  values.remove(key);
}

/** The call that the page of this device was in; null if there was none, or if it was in another tab. */
export function recallCall(owner: string): RememberedCall | null {
  try {
    const kept = JSON.parse(values.get(key) ?? 'null') as RememberedCall | null;
    return kept?.owner === owner ? kept : null;
  } catch {
    return null;
  }
}
