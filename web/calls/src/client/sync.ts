import { CallError } from '../service/errors.ts';
import type { Hub } from '../service/hub.ts';
import type { CallsRest } from '../service/rest.ts';
import type { Sync } from '../service/types.ts';
import type { CallStore } from './store.ts';

const timeoutMs = 8_000;

/**
 * All open calls of the user, as the service has them now.
 * @throws {CallError} The hub refused, or did not answer in time.
 */
export async function requestSync(hub: Hub): Promise<Sync> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await Promise.race([
      hub.invoke<Sync>('sync', {}),
      new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new CallError('disconnected', 'No answer came.')), timeoutMs);
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
}

/** Asks how calls ended that are open in the store and not at the service. */
export async function refreshCalls(ids: readonly string[], rest: CallsRest, store: CallStore): Promise<void> {
  await Promise.all(ids.map(id => refreshCall(id, rest, store)));
}

async function refreshCall(id: string, rest: CallsRest, store: CallStore): Promise<void> {
  try {
    store.apply(await rest.call(id));
  } catch (error) {
    if (!(error instanceof CallError) || error.isTransient || (error.status !== 403 && error.status !== 404)) {
      throw error;
    }

    store.drop(id);
  }
}
