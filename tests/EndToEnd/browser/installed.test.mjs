// The patient's page as an app on a phone: it can be installed, and opens whether or not the service is there.
import assert from 'node:assert/strict';
import { noBrowser } from '../support/browser.mjs';
import { Stage } from '../support/stage.mjs';
import { DIRECT, visitorsOf } from '../support/visitors.mjs';
import { eventually } from '../support/wait.mjs';

const stage = Stage.shared(DIRECT, { start: !noBrowser });
const { scene, patientAtPhone } = visitorsOf(stage);

scene('the manifest names the page and icons that are there, and Chromium finds no fault in it', async () => {
  const { page, context } = await patientAtPhone();
  const devtools = await context.newCDPSession(page);
  const { url, data, errors } = await devtools.send('Page.getAppManifest');
  assert.deepEqual(errors, []);
  const manifest = JSON.parse(data);
  const { base } = stage.service;
  assert.deepEqual([manifest.id, manifest.start_url, manifest.scope].map((address) => new URL(address, url).href), [`${base}/me`, `${base}/me`, `${base}/`]);
  assert.deepEqual([manifest.display, manifest.orientation], ['standalone', 'portrait']);
  assert.ok(manifest.name && manifest.short_name.length <= 12);
  assert.equal((await fetch(new URL(manifest.start_url, url))).status, 200);

  const icons = await page.evaluate(async (all) => Promise.all(all.map(async ({ src, sizes, type, purpose }) => {
    const response = await fetch(src);
    const image = Object.assign(new Image(), { src });
    await image.decode();
    const vector = type === 'image/svg+xml';
    return { fits: vector ? sizes === 'any' : sizes === `${image.naturalWidth}x${image.naturalHeight}`, isType: response.headers.get('content-type') === type, use: `${sizes} ${purpose}` };
  })), manifest.icons.map((icon) => ({ ...icon, src: new URL(icon.src, url).href })));
  for (const { fits, isType, use } of icons) assert.deepEqual([fits, isType], [true, true], use);
  // What Android and Chromium ask for.
  for (const use of ['192x192 any', '512x512 any', '512x512 maskable']) assert.ok(icons.some((icon) => icon.use === use), use);

  await page.evaluate(() => navigator.serviceWorker.ready);
  const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
  // Pages in tests are private ones, which are never installed.
  assert.deepEqual(installabilityErrors.map(({ errorId }) => errorId).filter((error) => error !== 'in-incognito'), []);
});

scene('the page opens while the service is away, says that it is connecting, and comes back by itself', async () => {
  const { page } = await patientAtPhone();
  await eventually('the worker is activated', () => page.evaluate(async () => (await navigator.serviceWorker.ready).active.state === 'activated'));
  await eventually('the page is kept', () => page.evaluate(async () => await caches.match(location.href) !== undefined));
  await stage.service.kill();
  const answer = await page.reload();
  assert.deepEqual([answer.status(), answer.fromServiceWorker()], [200, true]);
  await page.getByText('Connecting …').waitFor();
  await page.getByText('The service cannot be reached').waitFor();
  await stage.service.start();
  await page.getByText('You can be called').waitFor();
});
