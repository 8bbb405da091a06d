/**
 * The JWT of whoever is signed in, for this tab and the pages in it. Not in localStorage: it would outlive the visit, and
 * two tabs may be two people.
 */
const key = 'fayo.token';

/** The token in `#token=…`, which is removed from the address; null where there is none. */
export function takeTokenFromAddress(): string | null {
  const handed = new URLSearchParams(location.hash.slice(1)).get('token');
  if (handed === null) {
    return null;
  }

  history.replaceState(history.state, '', location.pathname + location.search);
  return handed.trim();
}

/** Takes the token that is handed over, which is kept, else the one kept before. */
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
