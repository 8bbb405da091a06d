import { browserPorts } from './worker/browser';
import { CallService } from './worker/call-service';
import { Kept } from './worker/kept';
import type { PageMessage } from './worker/messages';
import { Rings } from './worker/rings';

/**
 * Keeps the files of the patient's page, so that it opens at once and without a network, and rings for calls that are pushed to this device.
 * Everything under api/ and ws/ goes to the service only.
 */
const worker = self as unknown as ServiceWorkerGlobalScope;
const shells = 'fayo-shell-';
const shell = `${shells}2`;
const page = new URL('me', worker.registration.scope.replace(/me$/, '')).href;
const networkTimeoutMs = 3_000;

worker.addEventListener('install', event => {
  event.waitUntil(
    fetch(page, { cache: 'no-cache' })
      .then(saveFirst)
      .then(() => worker.skipWaiting()),
  );
});

worker.addEventListener('activate', event => {
  event.waitUntil(dropOldShells().then(() => worker.clients.claim()));
});

worker.addEventListener('fetch', event => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== worker.location.origin) {
    return;
  }

  if (request.mode === 'navigate' && url.origin + url.pathname === page) {
    event.respondWith(openPage(request));
  } else if (isAsset(url)) {
    event.respondWith(openAsset(request));
  }
});

const base = page.replace(/me$/, '');
const rings = new Rings(browserPorts(worker, page), new CallService(base), new Kept(caches, base));

worker.addEventListener('push', event => event.waitUntil(rings.push(event.data?.text())));

worker.addEventListener('notificationclick', event => event.waitUntil(rings.click(event.action, event.notification)));

worker.addEventListener('message', event => {
  const answer = rings.message(event.data as PageMessage);
  event.waitUntil(Promise.all([answer.then(value => event.ports[0]?.postMessage(value)), rings.resendDeclines()]));
});

// Background Sync: the network is back. The types do not know it.
worker.addEventListener('sync' as 'message', event => event.waitUntil(rings.resendDeclines()));

worker.addEventListener('pushsubscriptionchange' as 'message', event => {
  const { oldSubscription, newSubscription } = event as unknown as Partial<Record<'oldSubscription' | 'newSubscription', PushSubscription>>;
  const subscribe = async (): Promise<PushSubscription> => {
    const applicationServerKey = oldSubscription?.options.applicationServerKey ?? null;
    return newSubscription ?? (await worker.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey }));
  };
  event.waitUntil(rings.subscriptionChanged(subscribe));
});

/** True for files whose name changes with their content, and for the icons. */
function isAsset(url: URL): boolean {
  const inside = url.href.startsWith(base) ? url.href.slice(base.length) : '';
  return /^assets\/[^/]+\.(js|css)$/.test(inside) || /^icon[^/]*\.(svg|png)$/.test(inside);
}

/** The page from the network, because it may be newer; the kept one if the network does not answer soon. */
async function openPage(request: Request): Promise<Response> {
  const kept = await (await caches.open(shell)).match(page);
  try {
    const fresh = await fetch(request, {
      cache: 'no-cache',
      ...(kept === undefined ? {} : { signal: AbortSignal.timeout(networkTimeoutMs) }),
    });
    const html = await readPage(fresh);
    if (html !== null) {
      await saveShell(fresh.clone(), html);
    }

    // A proxy may answer with a page of its own, or redirect people, to have them sign in. They have to see that.
    return isHtml(fresh) || fresh.type === 'opaqueredirect' || kept === undefined ? fresh : kept;
  } catch (error) {
    if (kept === undefined) {
      throw error;
    }

    return kept;
  }
}

/** The HTML of the page; null if the answer is not the page, but that of a proxy, or a redirect. */
async function readPage(answer: Response): Promise<string | null> {
  const html = isHtml(answer) ? await answer.clone().text() : '';
  return html.includes('id="root"') ? html : null;
}

function isHtml(answer: Response): boolean {
  return answer.ok && answer.type === 'basic' && !answer.redirected && answer.headers.get('Content-Type')?.startsWith('text/html') === true;
}

async function openAsset(request: Request): Promise<Response> {
  return (await (await caches.open(shell)).match(request)) ?? fetch(request);
}

/** Keeps the page at installation. Throws if the answer is not the page. */
async function saveFirst(answer: Response): Promise<void> {
  const html = await readPage(answer);
  if (html === null) {
    throw new Error(`The page cannot be kept: ${answer.status}.`);
  }

  await saveShell(answer, html);
}

/** Keeps the page and the files that it names, and deletes those that it no longer names. */
async function saveShell(answer: Response, html: string): Promise<void> {
  const cache = await caches.open(shell);
  const assets = [...html.matchAll(/(?:src|href)="(\.\/[^"]+)"/g)].map(([, path]) => new URL(path!, page)).filter(isAsset);
  const known = new Set((await cache.keys()).map(request => request.url));
  await Promise.all(assets.filter(asset => !known.has(asset.href)).map(asset => saveAsset(cache, asset)));
  await cache.put(page, answer);
  const wanted = new Set([page, ...assets.map(asset => asset.href)]);
  await Promise.all([...known].filter(url => !wanted.has(url)).map(url => cache.delete(url)));
}

/** Keeps a file. Throws if the answer is not the file but a page, such as that of a proxy: it would be kept in the place of the file for good. */
async function saveAsset(cache: Cache, asset: URL): Promise<void> {
  const answer = await fetch(asset, { redirect: 'error' });
  if (!answer.ok || answer.headers.get('Content-Type')?.startsWith('text/html') === true) {
    throw new Error(`The file ${asset.pathname} cannot be kept: ${answer.status}.`);
  }

  await cache.put(asset, answer);
}

async function dropOldShells(): Promise<void> {
  const old = (await caches.keys()).filter(name => name.startsWith(shells) && name !== shell);
  await Promise.all(old.map(name => caches.delete(name)));
}
