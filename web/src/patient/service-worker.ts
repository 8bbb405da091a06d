/**
 * Keeps what the patient's page is made of, so that it opens at once and without a network. Nothing else: calls, tokens and
 * everything under api/ and ws/ go to the service alone.
 */
const worker = self as unknown as ServiceWorkerGlobalScope;
const shells = 'fayo-shell-';
const shell = `${shells}2`;
const page = new URL('me', worker.registration.scope.replace(/me$/, '')).href;
const timeoutMs = 3_000;

worker.addEventListener('install', event => {
  event.waitUntil(
    fetch(page, { cache: 'no-cache' })
      .then(keepFirst)
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
  } else if (isPart(url)) {
    event.respondWith(openPart(request));
  }
});

/** Files whose address changes with what is in them, and the icons. */
function isPart(url: URL): boolean {
  const inside = url.href.startsWith(page.replace(/me$/, '')) ? url.href.slice(page.length - 'me'.length) : '';
  return /^assets\/[^/]+\.(js|css)$/.test(inside) || /^icon[^/]*\.(svg|png)$/.test(inside);
}

/** The page from the network where that answers soon, for it may be newer; else as it was kept. */
async function openPage(request: Request): Promise<Response> {
  const kept = await (await caches.open(shell)).match(page);
  try {
    const fresh = await fetch(request, { cache: 'no-cache', ...(kept === undefined ? {} : { signal: AbortSignal.timeout(timeoutMs) }) });
    const html = await readPage(fresh);
    if (html !== null) {
      await keepShell(fresh.clone(), html);
    }

    // Where a proxy has a page of its own, or sends people elsewhere, to sign in with it, they have to get there.
    return isHtml(fresh) || fresh.type === 'opaqueredirect' || kept === undefined ? fresh : kept;
  } catch (error) {
    if (kept === undefined) {
      throw error;
    }

    return kept;
  }
}

/** The page's HTML; null for what a proxy says in the service's place, and for wherever it leads. */
async function readPage(answer: Response): Promise<string | null> {
  const html = isHtml(answer) ? await answer.clone().text() : '';
  return html.includes('id="root"') ? html : null;
}

function isHtml(answer: Response): boolean {
  return answer.ok && answer.type === 'basic' && !answer.redirected && answer.headers.get('Content-Type')?.startsWith('text/html') === true;
}

async function openPart(request: Request): Promise<Response> {
  return (await (await caches.open(shell)).match(request)) ?? fetch(request);
}

/** Throws for what is not the page. */
async function keepFirst(answer: Response): Promise<void> {
  const html = await readPage(answer);
  if (html === null) {
    throw new Error(`The page cannot be kept: ${answer.status}.`);
  }

  await keepShell(answer, html);
}

/** Keeps the page with the files that it names, and lets go of those that it names no longer. */
async function keepShell(answer: Response, html: string): Promise<void> {
  const cache = await caches.open(shell);
  const parts = [...html.matchAll(/(?:src|href)="(\.\/[^"]+)"/g)].map(([, path]) => new URL(path!, page)).filter(isPart);
  const known = new Set((await cache.keys()).map(request => request.url));
  await cache.addAll(parts.filter(part => !known.has(part.href)).map(part => new Request(part, { redirect: 'error' })));
  await cache.put(page, answer);
  const wanted = new Set([page, ...parts.map(part => part.href)]);
  await Promise.all([...known].filter(url => !wanted.has(url)).map(url => cache.delete(url)));
}

async function dropOldShells(): Promise<void> {
  const old = (await caches.keys()).filter(name => name.startsWith(shells) && name !== shell);
  await Promise.all(old.map(name => caches.delete(name)));
}
