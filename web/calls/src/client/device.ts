import { newId } from '../common/ids.ts';
import { keptValues } from '../common/storage.ts';
import { TimeLimit } from '../common/time-limit.ts';

const key = 'fayo.device';
const ofTab = keptValues('session');
const ofBrowser = keptValues('local');

/**
 * The name of this device. Calls are answered with it, and rejoined with it after a reload.
 *
 * Each tab is a device of its own, because it has its own microphone and its own call. A lock of the browser makes sure that no two tabs
 * use the same name at a time. A tab keeps its name in sessionStorage, also through reloads. The first tab keeps it in localStorage too,
 * so that an installed page that the phone has shut down comes back as the same device.
 */
export async function claimDevice(): Promise<string> {
  for (const name of [ofTab.get(key), ofBrowser.get(key)]) {
    if (name !== null && (await holdLock(name))) {
      ofTab.set(key, name);
      return name;
    }
  }

  const name = `web-${newId().slice(0, 13)}`;
  await holdLock(name);
  ofTab.set(key, name);
  if (ofBrowser.get(key) === null) {
    ofBrowser.set(key, name);
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
    return Promise.resolve(ofTab.get(key) === name);
  }

  return new Promise(resolve => {
    // A page that is being reloaded may hold its lock a moment longer.
    const limit = new TimeLimit(1_000);
    navigator.locks
      .request(`${key}:${name}`, { signal: limit.signal }, () => {
        limit.end();
        held.add(name);
        resolve(true);
        return new Promise(() => undefined);
      })
      .catch(() => resolve(false));
  });
}

/** The name of this browser's first tab, by which a service worker is known that all tabs share; null before {@link claimDevice}. */
export function browserDevice(): string | null {
  return ofBrowser.get(key);
}
