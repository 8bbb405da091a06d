// What the patient's page keeps of itself, behind a proxy that at times answers in the service's place.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { after, before, test } from 'node:test';
import { launchBrowser, noBrowser, Person } from '../support/browser.mjs';
import { Stage } from '../support/stage.mjs';
import { eventually } from '../support/wait.mjs';

const skip = noBrowser;
const stage = Stage.forThisFile({ Calls__WebRoot: process.env.FAYO_WEB }, { start: !skip });

/** Passes requests on; `instead` answers those for the page itself where it is set, and has the number of the request. */
class Proxy {
  instead = null;
  pages = 0;

  static async start() {
    const proxy = new Proxy();
    proxy.server = createServer((asked, answer) => proxy.#serve(asked, answer)).listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    proxy.base = `http://127.0.0.1:${proxy.server.address().port}`;
    return proxy;
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }

  #serve(asked, answer) {
    if (asked.url === '/login') {
      answer.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><h1>Sign in with the proxy</h1>');
    } else if (asked.url === '/me' && this.instead !== null && this.instead(++this.pages, answer)) {
      return;
    } else {
      const { hostname, port } = new URL(stage.service.base);
      const onward = request({ hostname, port, path: asked.url, method: asked.method, headers: asked.headers }, (got) => {
        answer.writeHead(got.statusCode, got.headers);
        got.pipe(answer);
      });
      onward.on('error', () => answer.destroy());
      asked.pipe(onward);
    }
  }
}

const failing = (answer) => answer.writeHead(502, { 'content-type': 'text/html' }).end('<!doctype html><h1>Bad gateway</h1>');
const toLogin = (answer) => answer.writeHead(302, { location: '/login' }).end();

let browser;
before(async () => { browser = skip ? undefined : await launchBrowser(); });
after(() => browser?.close());

const scene = (name, play) => test(name, { skip, timeout: 60_000 }, async () => {
  const [proxy, person] = [await Proxy.start(), await Person.at(browser)];
  try {
    await play({ proxy, person });
  } finally {
    await person.close();
    proxy.stop();
  }
});

const isPage = (page) => page.getByRole('button', { name: 'Sign in' }).waitFor();
const isKept = (page) => eventually('the page is kept', () => page.evaluate(async () =>
  navigator.serviceWorker.controller !== null && (await caches.match('/me')) !== undefined));

scene('the page opens as it was kept when a proxy answers that the service is away, or nothing answers', async ({ proxy, person }) => {
  const page = await person.open(`${proxy.base}/me`);
  await isKept(page);
  proxy.instead = (_, answer) => failing(answer);
  await page.reload();
  await isPage(page);
  proxy.stop();
  await page.reload();
  await page.locator('.sign-in').waitFor();
});

for (const [what, instead] of [['bad gateway', failing], ['sign-in', toLogin]]) {
  scene(`a proxy's ${what} is not kept in the page's place when the page is first opened`, async ({ proxy, person }) => {
    proxy.instead = (count, answer) => count === 2 && instead(answer);
    const page = await person.open(`${proxy.base}/me`);
    await eventually('the worker has asked for the page', () => proxy.pages >= 2);
    await eventually('the worker is not taken', () => page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration('/me');
      return registration === undefined || (registration.installing === null && registration.waiting === null && registration.active === null);
    }));
    assert.equal(await page.evaluate(() => caches.match('/me').then((kept) => kept?.text())), undefined);
    await page.reload();
    await isKept(page);
    assert.match(await page.evaluate(() => caches.match('/me').then((kept) => kept.text())), /id="root"/);
  });
}

scene('whoever a proxy sends to its own sign-in gets there, and the page is kept as it was', async ({ proxy, person }) => {
  const page = await person.open(`${proxy.base}/me`);
  await isKept(page);
  proxy.instead = (_, answer) => toLogin(answer);
  await page.reload();
  await page.getByText('Sign in with the proxy').waitFor();
  assert.match(await page.evaluate(() => caches.match('/me').then((kept) => kept.text())), /id="root"/);
});

scene('what earlier versions of the page have kept is dropped, and nobody else’s', async ({ proxy, person }) => {
  const page = await person.open(`${proxy.base}/icon.svg`);
  await page.evaluate(() => Promise.all(['fayo-shell-1', 'another'].map((name) => caches.open(name))));
  await page.goto(`${proxy.base}/me`);
  await isKept(page);
  assert.deepEqual((await page.evaluate(() => caches.keys())).sort(), ['another', 'fayo-shell-2']);
});
