import { newId } from '../common/ids.ts';

const key = 'fayo.device';

/**
 * The name of this device: what answers, and what a call is carried on with after a reload.
 *
 * Two tabs are two devices, for each has a microphone and a call of its own: a name belongs to one tab at a time, which
 * a lock of the browser vouches for. A tab keeps its name in sessionStorage, through reloads. The first tab also finds the
 * browser's name in localStorage, so that an installed page that the phone has shut down comes back as the same device.
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

/** Holds the lock of a name as long as the page lives; false where another page has it. */
function holdLock(name: string): Promise<boolean> {
  if (held.has(name)) {
    return Promise.resolve(true);
  }

  if (!('locks' in navigator)) {
    // Pages without a secure origin have neither locks nor a microphone; whoever only looks need not be told apart.
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
