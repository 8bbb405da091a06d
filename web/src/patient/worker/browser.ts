import type { WorkerMessage } from './messages';
import type { RingPorts } from './rings';

/** How long an open page may take to say that it rings. */
const answerWithinMs = 2_000;

/** What the browser does for this worker. `page` is the address of the patient's page. */
export function browserPorts(worker: ServiceWorkerGlobalScope, page: string): RingPorts {
  const { registration } = worker;
  const pages = async (): Promise<readonly WindowClient[]> => {
    const clients = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
    return clients.filter(({ url }) => withoutQuery(url) === page);
  };
  const inFront = async (): Promise<readonly WindowClient[]> => (await pages()).filter(client => client.visibilityState === 'visible');
  return {
    show: async ({ title, options }) => registration.showNotification(title, { ...(await keptIcon(page)), ...options }),
    shown: tag => registration.getNotifications(tag === undefined ? {} : { tag }),
    ringsInFront: async callId =>
      (await Promise.all((await inFront()).map(client => ask(client, { type: 'rings', callId })))).includes(true),
    isInFront: async () => (await inFront()).length > 0,
    tell: async message => {
      const open = await pages();
      open.forEach(client => client.postMessage(message));
      return open.length > 0;
    },
    open: async message => {
      const open = [...(await pages())].sort((some, other) => Number(other.focused) - Number(some.focused));
      const client = open[0];
      if (client === undefined) {
        await worker.clients.openWindow(page);
        return;
      }

      if (message !== null) {
        client.postMessage(message);
      }

      // Browsers allow it right after a tap only.
      await client.focus().catch(() => undefined);
    },
    wakeWithNetwork: async () => {
      const { sync } = registration as { sync?: { register(tag: string): Promise<void> } };
      await sync?.register('declines').catch(() => undefined);
    },
    setBadge: count => {
      const { setAppBadge, clearAppBadge } = worker.navigator as Partial<NavigatorBadge>;
      const done = count > 0 ? setAppBadge?.call(worker.navigator, count) : clearAppBadge?.call(worker.navigator);
      done?.catch(() => undefined);
    },
    wait: ms => new Promise(resolve => setTimeout(resolve, ms)),
    now: () => Date.now(),
  };
}

/**
 * The icon as it is kept here, in the address itself. The browser would otherwise fetch it before it shows anything, and a phone that has just been
 * woken may have a slow network.
 */
async function keptIcon(page: string): Promise<{ icon?: string }> {
  const kept = await caches.match(new URL('icon-192.png', page)).catch(() => undefined);
  if (kept === undefined) {
    return {};
  }

  const bytes = new Uint8Array(await kept.arrayBuffer());
  return { icon: `data:image/png;base64,${btoa(String.fromCharCode(...bytes))}` };
}

function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/, '');
}

function ask(client: WindowClient, question: WorkerMessage): Promise<unknown> {
  return new Promise(resolve => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = event => resolve(event.data);
    setTimeout(() => resolve(null), answerWithinMs);
    client.postMessage(question, [port2]);
  });
}
