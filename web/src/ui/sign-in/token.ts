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

/** The token in the address, which is then saved, or else the saved one. */
export function loadToken(): string | null {
  const handed = takeTokenFromAddress();
  if (handed !== null) {
    saveToken(handed);
  }

  return sessionStorage.getItem(key);
}

export function saveToken(token: string): void {
  sessionStorage.setItem(key, token);
}

export function forgetToken(): void {
  sessionStorage.removeItem(key);
}
