// The pages behind a proxy that gives them out under a path of its own, in a real browser.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { hearsTheOther, noBrowser, seesTheOther } from '../support/browser.mjs';
import { PrefixProxy } from '../support/prefix-proxy.mjs';
import { Stage } from '../support/stage.mjs';
import { answer, call, DIRECT, press, releaseEverything, remotePicture, says, visitorsOf } from '../support/visitors.mjs';
import { eventually } from '../support/wait.mjs';

let proxy;
const stage = Stage.shared(DIRECT, { start: !noBrowser });
before(async () => { proxy = await PrefixProxy.to(() => new URL(stage.service.base).port, '/calls-app'); });
after(() => proxy.close());
const { scene, arrive, staffAtConsole, patientAtPhone, sessionOf } = visitorsOf(stage, { base: () => proxy.base });

/** Everything that somebody's pages ask for from now on, WebSockets included. */
function noteRequests(person) {
  const asked = [];
  person.context.on('request', (request) => asked.push(request.url()));
  for (const page of person.context.pages()) page.on('websocket', (socket) => asked.push(socket.url()));
  return asked;
}

scene('behind a path prefix staff call a patient, the monitor shows it live, and nothing is asked for outside of it', async () => {
  const [staff, patient, watcher] = await Promise.all([
    staffAtConsole(), patientAtPhone(), arrive('monitor', { role: 'ADMIN', firstName: 'Wim', devices: [] }),
  ]);
  const asked = [staff, patient, watcher].map(noteRequests);
  for (const { page } of [staff, patient, watcher]) await page.reload();
  await watcher.page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
  const row = watcher.page.getByRole('row').filter({ hasText: patient.id });

  await call(staff, patient);
  await row.filter({ hasText: 'Ringing' }).waitFor();
  await answer(patient.page);
  for (const { page } of [staff, patient]) {
    await seesTheOther(page, remotePicture(page));
    await hearsTheOther(page);
  }
  await row.filter({ hasText: 'In a call' }).waitFor();
  assert.equal((await sessionOf(staff)).status, 'ACTIVE');
  await press(staff.page, 'Hang up');
  await says(patient.page, 'The other side hung up');
  await row.filter({ hasText: 'Hung up' }).waitFor();
  await releaseEverything(staff.page, patient.page);
  await press(staff.page, 'Close');

  await staff.page.getByRole('link', { name: 'Monitor' }).click();
  await staff.page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
  assert.equal(staff.page.url(), `${proxy.base}/monitor`);
  await staff.page.getByRole('link', { name: 'Calls' }).click();
  await staff.page.getByRole('searchbox', { name: 'Search people' }).waitFor();
  assert.equal(staff.page.url(), `${proxy.base}/`);

  const { host, pathname } = new URL(proxy.base);
  for (const urls of asked) {
    assert.ok(urls.some((url) => url.startsWith('ws')), 'WebSockets are noted');
    assert.deepEqual(urls.map((url) => new URL(url)).filter((url) => url.host !== host || !url.pathname.startsWith(`${pathname}/`)), []);
  }
  assert.deepEqual(proxy.outside, []);
});

scene('behind a path prefix the patient page is installed under it, and opens there without a network', async () => {
  const patient = await patientAtPhone();
  const { page } = patient;
  const found = await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    const address = document.querySelector('link[rel=manifest]').href;
    const manifest = await (await fetch(address)).json();
    const [id, start, scope] = [manifest.id, manifest.start_url, manifest.scope].map((url) => new URL(url, address).href);
    return { worker: [registration.scope, registration.active.scriptURL], id, start, scope };
  });
  const { base } = proxy;
  assert.deepEqual(found, { worker: [`${base}/me`, `${base}/service-worker.js`], id: `${base}/me`, start: `${base}/me`, scope: `${base}/` });
  await eventually('the page is kept', () => page.evaluate(async () => await caches.match(location.href) !== undefined));
  await patient.context.setOffline(true);
  await page.reload();
  await page.getByText('Connecting …').waitFor();
  await patient.context.setOffline(false);
  await page.getByText('You can be called').waitFor();
  assert.deepEqual(proxy.outside, []);
});
