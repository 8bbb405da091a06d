import { newId } from '../common/ids.ts';

const key = 'fayo.device';

/**
 * The name of this device. Calls are answered with it, and rejoined with it after a reload.
 *
 * Each tab is a device of its own, because it has its own microphone and its own call. A lock of the browser makes sure that no two tabs
 * use the same name at a time. A tab keeps its name in sessionStorage, also through reloads. The first tab keeps it in localStorage too,
 * so that an installed page that the phone has shut down comes back as the same device.
 */
export async function claimDevice(): Promise<string> {
  for (const name of [sessionStorage.getItem(key), localStorage.getItem(key)]) {
    if (name !== null && (await holdLock(name))) {
      sessionStorage.setItem(key, name);
      return name;
    }
  }

  const name = `web-${newId().slice(0, 13)}`;
  await holdLock(name);
  sessionStorage.setItem(key, name);
  if (localStorage.getItem(key) === null) {
    localStorage.setItem(key, name);
  }

  return name;
}

const held = new Set<string>();

/** Holds the lock of a name until the page is closed; false if another page has it. */
function holdLock(name: string): Promise<boolean> {
  if (held.has(name)) {
    return Promise.resolve(true);
  }

  if (!('locks' in navigator)) {
    // Pages without a secure origin have neither locks nor a microphone. They make no calls, so two of them may share a name.
    return Promise.resolve(sessionStorage.getItem(key) === name);
  }

  return new Promise(resolve => {
    // A page that is being reloaded may hold its lock a moment longer.
    navigator.locks
      .request(`${key}:${name}`, { signal: AbortSignal.timeout(1_000) }, () => {
        held.add(name);
        resolve(true);
        return new Promise(() => undefined);
      })
      .catch(() => resolve(false));
  });
}

/** The name of this browser's first tab, by which a service worker is known that all tabs share; null before {@link claimDevice}. */
export function browserDevice(): string | null {
  return localStorage.getItem(key);
}
