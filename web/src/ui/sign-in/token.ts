/**
 * The JWT of the user who is signed in, kept for this tab. Not in localStorage: it would stay there after the visit, and two tabs may belong
 * to two people.
 */
const key = 'fayo.token';

/** Removes the token in `#token=…` from the address and returns it; null if there is none. */
export function takeTokenFromAddress(): string | null {
  const handed = new URLSearchParams(location.hash.slice(1)).get('token');
  if (handed === null) {
    return null;
  }

  history.replaceState(history.state, '', location.pathname + location.search);
  return handed.trim();
}

export interface LoadedTokens {
  readonly token: string | null;
  /** Another token that was handed over, which may be somebody else's. */
  readonly handed: string | null;
}

/** The saved token; the one in the address is saved if there was none, and otherwise kept apart. */
export function loadTokens(): LoadedTokens {
  const handed = takeTokenFromAddress();
  const token = sessionStorage.getItem(key);
  if (token === null && handed !== null) {
    saveToken(handed);
    return { token: handed, handed: null };
  }

  return { token, handed: handed === token ? null : handed };
}

export function saveToken(token: string): void {
  sessionStorage.setItem(key, token);
}

export function forgetToken(): void {
  sessionStorage.removeItem(key);
}
