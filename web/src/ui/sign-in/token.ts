/**
 * The JWT of the user who is signed in, kept for this tab. Not in localStorage: it would stay there after the visit, and two tabs may belong
 * to two people.
 */
const key = 'fayo.token';

/** The JWT of a patient who is to stay signed in on this phone. In localStorage, so that it is there when the page is opened again. */
export const rememberedKey = 'fayo.me.token';

/** Whether this page's user is the one who is remembered here. */
let isRemembered = false;

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

/**
 * The saved token; the one in the address is saved if there was none, and otherwise kept apart.
 *
 * @param remembers Whether this is a page whose users may stay signed in.
 */
export function loadTokens(remembers = false): LoadedTokens {
  const handed = takeTokenFromAddress();
  const remembered = remembers ? localStorage.getItem(rememberedKey) : null;
  const token = sessionStorage.getItem(key) ?? remembered;
  isRemembered = token !== null && token === remembered;
  if (token !== null) {
    sessionStorage.setItem(key, token);
  }

  if (token === null && handed !== null) {
    saveToken(handed);
    return { token: handed, handed: null };
  }

  return { token, handed: handed === token ? null : handed };
}

/** Keeps the token of somebody who signs in. Whoever was remembered here before is so no longer. */
export function saveToken(token: string): void {
  if (isRemembered) {
    forgetRemembered();
  }

  sessionStorage.setItem(key, token);
}

/** Keeps a newer token of the same user. */
export function replaceToken(token: string): void {
  sessionStorage.setItem(key, token);
  if (isRemembered) {
    localStorage.setItem(rememberedKey, token);
  }
}

/** Keeps the token also for when the page is opened again. */
export function rememberToken(token: string): void {
  isRemembered = true;
  localStorage.setItem(rememberedKey, token);
}

export function forgetToken(): void {
  sessionStorage.removeItem(key);
  if (isRemembered) {
    forgetRemembered();
  }
}

function forgetRemembered(): void {
  isRemembered = false;
  localStorage.removeItem(rememberedKey);
}

/** Forgets everything that the pages keep in this browser: token, call, names of devices. The right to use the local demo is no user's own. */
export function forgetVisit(): void {
  for (const storage of [sessionStorage, localStorage]) {
    Object.keys(storage)
      .filter(name => name.startsWith('fayo.') && name !== 'fayo.demo')
      .forEach(name => storage.removeItem(name));
  }
}
