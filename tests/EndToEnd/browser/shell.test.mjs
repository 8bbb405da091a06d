// What the patient's page keeps of itself, behind a proxy that at times answers in the service's place.
import assert from 'node:assert/strict';
import { noBrowser } from '../support/browser.mjs';
import { PrefixProxy } from '../support/prefix-proxy.mjs';
import { Stage } from '../support/stage.mjs';
import { DIRECT, visitorsOf } from '../support/visitors.mjs';
import { eventually } from '../support/wait.mjs';

const stage = Stage.shared(DIRECT, { start: !noBrowser });
const { scene, stranger } = visitorsOf(stage);

const says = (status, title) => (answer) => answer.writeHead(status, { 'content-type': 'text/html' }).end(`<!doctype html><h1>${title}</h1>`);
const failing = says(502, 'Bad gateway');
const asksToSignIn = says(200, 'Sign in with the proxy');
// A script of a newer page, which the proxy does not let through.
const NEW_SCRIPT = '/assets/newer-1.js';
const toLogin = (answer) => answer.writeHead(302, { location: '/login' }).end();

/** A scene at a proxy: `pageInstead` answers for the page itself where it is set and wants to; it has the number of the request. */
const sceneAtProxy = (name, play) => scene(name, async () => {
  const proxy = await PrefixProxy.to(() => new URL(stage.service.base).port, '');
  const way = {
    pages: 0,
    pageInstead: null,
    open: async (path) => (await stranger(path, { base: proxy.base })).page,
    goTo: (page, path) => page.goto(`${proxy.base}/${path}`),
    stop: () => proxy.close(),
  };
  proxy.instead = ({ url }, answer) => {
    if (url === '/me') way.pages++;
    const instead = url === '/login' || url === NEW_SCRIPT ? asksToSignIn : url === '/me' ? way.pageInstead?.(way.pages) : undefined;
    instead?.(answer);
    return instead !== undefined;
  };
  try {
    await play(way);
  } finally {
    proxy.close();
  }
});

const isPage = (page) => page.getByRole('button', { name: 'Sign in' }).waitFor();
const isKept = (page) => eventually('the page is kept', () => page.evaluate(async () =>
  navigator.serviceWorker.controller !== null && (await caches.match('/me')) !== undefined));

sceneAtProxy('the page opens as it was kept when a proxy answers that the service is away, or nothing answers', async (proxy) => {
  const page = await proxy.open('me');
  await isKept(page);
  proxy.pageInstead = () => failing;
  await page.reload();
  await isPage(page);
  proxy.stop();
  await page.reload();
  await page.locator('.sign-in').waitFor();
});

for (const [what, instead] of [['bad gateway', failing], ['way to its sign-in', toLogin], ['own sign-in', asksToSignIn]]) {
  sceneAtProxy(`a proxy's ${what} is not kept in the page's place when the page is first opened`, async (proxy) => {
    proxy.pageInstead = (count) => (count === 2 ? instead : undefined);
    const page = await proxy.open('me');
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

sceneAtProxy("a proxy's own sign-in is not kept in the place of a script of a newer page", async (proxy) => {
  const page = await proxy.open('me');
  await isKept(page);
  const html = await (await fetch(`${stage.service.base}/me`)).text();
  const newer = html.replace('<head>', `<head><link rel="modulepreload" href=".${NEW_SCRIPT}">`);
  proxy.pageInstead = () => (answer) => answer.writeHead(200, { 'content-type': 'text/html' }).end(newer);
  await page.reload();
  await isPage(page);
  const kept = await page.evaluate(async (script) => [await caches.match(script), await caches.match('/me')].map((answer) => answer !== undefined), NEW_SCRIPT);
  assert.deepEqual(kept, [false, true]);
});

for (const [what, instead] of [['sends to its own sign-in', toLogin], ['shows its own sign-in', asksToSignIn]]) {
  sceneAtProxy(`whoever a proxy ${what} gets there, and the page is kept as it was`, async (proxy) => {
    const page = await proxy.open('me');
    await isKept(page);
    proxy.pageInstead = () => instead;
    await page.reload();
    await page.getByText('Sign in with the proxy').waitFor();
    assert.match(await page.evaluate(() => caches.match('/me').then((kept) => kept.text())), /id="root"/);
  });
}

sceneAtProxy('what earlier versions of the page have kept is dropped, and nobody else’s', async (proxy) => {
  const page = await proxy.open('icon.svg');
  await page.evaluate(() => Promise.all(['fayo-shell-1', 'another'].map((name) => caches.open(name))));
  await proxy.goTo(page, 'me');
  await isKept(page);
  assert.deepEqual((await page.evaluate(() => caches.keys())).sort(), ['another', 'fayo-shell-2']);
});
