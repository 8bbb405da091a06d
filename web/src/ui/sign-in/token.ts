/**
 * The JWT of whoever is signed in, for this tab and the pages in it. Not in localStorage: it would outlive the visit, and
 * two tabs may be two people.
 */
const key = 'fayo.token';

/** Takes the token from `#token=…`, which is removed from the address, else the one kept. */
export function takeToken(): string | null {
  const handed = new URLSearchParams(location.hash.slice(1)).get('token');
  if (handed !== null) {
    history.replaceState(history.state, '', location.pathname + location.search);
    keepToken(handed.trim());
  }

  return sessionStorage.getItem(key);
}

export function keepToken(token: string): void {
  sessionStorage.setItem(key, token);
}

export function forgetToken(): void {
  sessionStorage.removeItem(key);
}
