import { CallError, type CallsRest } from '@fayo/calls';
import { tellWorker, workerRegistration } from './worker-link';

const recordKey = 'fayo.push';

/** For whom, and with which key of the service, this browser is subscribed. */
interface PushRecord {
  readonly userId: string;
  readonly deviceId: string;
  readonly key: string;
}

/** Why this browser cannot be subscribed: it says so itself, often because it cannot reach its maker's push service. */
export class SubscribeError extends Error {}

/** The service's public key; null if it pushes to no browsers. */
export async function fetchPushKey(rest: CallsRest, signal: AbortSignal): Promise<string | null> {
  try {
    return (await rest.request<{ readonly key: string }>('push/key', { signal, members: ['key'] })).key;
  } catch (error) {
    // Also an older service, which has no such address.
    if (error instanceof CallError && error.status === 404 && !error.isTransient) {
      return null;
    }

    throw error;
  }
}

/** True if this user has let this browser ring before. */
export function isRemembered(userId: string): boolean {
  return readRecord()?.userId === userId;
}

export interface Registering {
  readonly rest: CallsRest;
  readonly userId: string;
  readonly deviceId: string;
  readonly key: string;
  readonly token: string;
}

/**
 * Subscribes this browser if it is not, and tells the service. A subscription of somebody else, or with another key, is replaced: calls of the
 * one must never ring for the other.
 * @throws {SubscribeError} The browser refuses.
 * @throws {CallError} The service refuses, or cannot be reached.
 */
export async function registerDevice({ rest, userId, deviceId, key, token }: Registering): Promise<void> {
  const registration = await workerRegistration();
  if (registration === null) {
    throw new SubscribeError('This browser runs no service worker for the page.');
  }

  const record = readRecord();
  let subscription = await registration.pushManager.getSubscription();
  if (subscription !== null && (record?.userId !== userId || record.key !== key)) {
    await subscription.unsubscribe();
    subscription = null;
  }

  try {
    subscription ??= await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  } catch (cause) {
    throw new SubscribeError('This browser could not be subscribed.', { cause });
  }

  await rest.request(`me/devices/${encodeURIComponent(deviceId)}`, {
    method: 'PUT',
    body: { platform: 'web', subscription: subscription.toJSON() },
    members: ['deviceId'],
  });
  localStorage.setItem(recordKey, JSON.stringify({ userId, deviceId, key } satisfies PushRecord));
  await tellWorker({ type: 'registered', deviceId, token });
}

/** Has the service ring this device, to see whether it does. */
export function testDevice(rest: CallsRest): Promise<void> {
  const deviceId = readRecord()?.deviceId ?? '';
  return rest.request(`me/devices/${encodeURIComponent(deviceId)}/test`, { method: 'POST', attempts: 1 });
}

/** Ends the subscription of somebody else who was signed in here before: their calls must not ring on this phone any more. */
export async function forgetOthers(userId: string): Promise<void> {
  const record = readRecord();
  if (record !== null && record.userId !== userId) {
    localStorage.removeItem(recordKey);
    await unsubscribe();
  }
}

/** Undoes everything, here and at the service. What the service cannot be told it learns when it next pushes: the subscription is gone. */
export async function forgetPush(rest: CallsRest): Promise<void> {
  const record = readRecord();
  localStorage.removeItem(recordKey);
  const atService =
    record === null ? undefined : rest.request(`me/devices/${encodeURIComponent(record.deviceId)}`, { method: 'DELETE', attempts: 2 });
  await Promise.allSettled([atService, unsubscribe()]);
}

async function unsubscribe(): Promise<void> {
  const registration = 'serviceWorker' in navigator ? await navigator.serviceWorker.getRegistration('./me') : undefined;
  if (registration !== undefined) {
    await tellWorker({ type: 'forget' });
    await (await (registration as Partial<ServiceWorkerRegistration>).pushManager?.getSubscription())?.unsubscribe();
  }
}

function readRecord(): PushRecord | null {
  const kept = localStorage.getItem(recordKey);
  return kept === null ? null : (JSON.parse(kept) as PushRecord);
}
