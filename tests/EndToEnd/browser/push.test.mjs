// A patient's phone whose page is closed: calls reach it by push, below a path prefix as everywhere.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import path from 'node:path';
import { after, before } from 'node:test';
import { findSeriousFaults, noBrowser, seesTheOther } from '../support/browser.mjs';
import { PrefixProxy } from '../support/prefix-proxy.mjs';
import { PUSH_PHONE, PushPhone } from '../support/push-phone.mjs';
import { PushReceiver } from '../support/push-receiver.mjs';
import { runCommand } from '../support/service.mjs';
import { Stage } from '../support/stage.mjs';
import { newUser, tokenFor } from '../support/tokens.mjs';
import { call, DIRECT, incoming, press, remotePicture, visitorsOf } from '../support/visitors.mjs';
import { eventually } from '../support/wait.mjs';

// The service takes a token for a minute more than it says, since clocks differ.
const SKEW_S = 60;
// Longer than a machine stands still before it is taken.
const LASTS_S = 5;

// Where people sign in: it leads them back with what is set here, as FAYO's portal does.
const portal = { visits: [], token: '' };
portal.server = createServer(({ url }, response) => {
  const asked = new URL(url, 'http://portal');
  portal.visits.push(asked.pathname);
  response.writeHead(302, { location: `${asked.searchParams.get('next')}#token=${portal.token}` }).end();
});
portal.server.listen(0, '127.0.0.1');
await once(portal.server, 'listening');

let proxy;
const receiver = await PushReceiver.start();
const keys = await runCommand(['vapid-keys']);
const stage = Stage.forThisFile({
  ...DIRECT,
  ...receiver.trust,
  ...Object.fromEntries(keys.output.trim().split('\n').map((line) => line.split('='))),
  Calls__Push__VapidSubject: 'mailto:operator@example.org',
  Calls__Push__AllowedNetworks: '127.0.0.0/8',
  Calls__SignInUrl: `http://127.0.0.1:${portal.server.address().port}/login?next={page}`,
}, { start: !noBrowser });
before(async () => { proxy = await PrefixProxy.to(() => new URL(stage.service.base).port, '/calls-app'); });
after(async () => {
  proxy.close();
  portal.server.close();
  await receiver.stop();
});
const { scene, arrive, staffAtConsole, patientAtPhone, sessionOf } = visitorsOf(stage, { withWindows: true, base: () => proxy.base });

/** Where to put pictures of the pages, for people to look at; nowhere unless asked. */
const picture = (page, name) => process.env.FAYO_PICTURES && page.screenshot({ path: path.join(process.env.FAYO_PICTURES, `${name}.png`), fullPage: true });

const ringsWhenClosed = (page) => page.getByRole('heading', { name: 'Rings also while this page is closed' }).waitFor();
const isReady = (page) => page.getByText('You can be called').waitFor();

/** A patient who has let the phone ring while the page is closed. */
async function patientWithPush() {
  const patient = await patientAtPhone(PUSH_PHONE);
  const target = receiver.browser();
  await PushPhone.offer(patient.page, target);
  await press(patient.page, 'Let this phone ring');
  await ringsWhenClosed(patient.page);
  return Object.assign(patient, { target, phone: await PushPhone.of(patient, target) });
}

/** The same, with the page closed, and the service knows it: a page that acknowledges with its last breath rings, for all that is known. */
async function patientAway() {
  const patient = await patientWithPush();
  await patient.page.close();
  const { rest } = stage.staff();
  await eventually('the page is gone', async () => (await rest.get(`/users?search=${patient.id}`)).body.items[0]?.devices === 0);
  return patient;
}

const opened = (patient, url) => patient.open(url).then((page) => { patient.page = page; return page; });

/** A member of staff with this name, who calls over REST. */
async function calledBy(name, patient) {
  const rest = stage.rest(newUser('staff'), { role: 'ADMIN', name });
  const { session } = await rest.call(patient.id);
  return { session, rest };
}

const devicesOf = async ({ id }) => (await stage.rest(id).get('/me/devices')).body.devices;

scene('the card asks before it is needed, says what will ring, and rings for a test', async () => {
  const patient = await patientAtPhone(PUSH_PHONE);
  const { page } = patient;
  await page.getByText('The browser asks whether Fayo may send notifications').waitFor();
  assert.deepEqual(await findSeriousFaults(page), []);
  const target = receiver.browser();
  await PushPhone.offer(page, target);
  await press(page, 'Let this phone ring');
  await ringsWhenClosed(page);
  const device = await page.evaluate(() => localStorage.getItem('fayo.device'));
  assert.deepEqual((await devicesOf(patient)).map(({ deviceId, platform }) => [deviceId, platform]), [[device, 'web']]);

  const phone = await PushPhone.of(patient, target);
  await press(page, 'Ring this phone now');
  await phone.receives('test');
  await page.getByText('It has rung.').waitFor();
  assert.equal((await phone.notice('test')).title, 'This phone rings');
  assert.deepEqual(await findSeriousFaults(page), []);
});

scene('with the page closed a call rings, and Answer opens the page in the call', async () => {
  const [staff, patient] = await Promise.all([staffAtConsole(), patientAway()]);
  await call(staff, patient);
  await patient.phone.receives('ring');
  const notice = await patient.phone.notice('ring');
  assert.deepEqual(notice.actions, ['Answer', 'Decline']);
  assert.deepEqual([notice.title, notice.body, notice.requireInteraction], [`Ada ${staff.id}`, 'Incoming video call', true]);

  const addresses = await patient.phone.tap('ring', 'answer');
  assert.deepEqual(addresses, [`${proxy.base}/me`]);
  const page = await opened(patient, addresses[0]);
  await page.getByRole('dialog', { name: /Call with/ }).waitFor();
  for (const each of [page, staff.page]) await seesTheOther(each, remotePicture(each));
  assert.equal((await sessionOf(staff)).status, 'ACTIVE');
  assert.deepEqual(await patient.phone.notices(), []);
  assert.deepEqual(proxy.outside, []);
});

scene('Decline declines without a page, also when the network is away at first', async () => {
  const patient = await patientAway();
  const { session, rest } = await calledBy('Ada Away', patient);
  await patient.phone.receives('ring');
  await patient.phone.notice('ring');
  const refused = [];
  proxy.instead = (incoming, outgoing) => {
    if (!incoming.url.endsWith('/push/decline') || refused.length === 2) return false;
    refused.push(incoming.url);
    outgoing.writeHead(502, { 'content-type': 'text/html' }).end('<html>Bad gateway</html>');
    return true;
  };
  assert.deepEqual(await patient.phone.tap('ring', 'decline'), []);
  proxy.instead = () => false;
  assert.equal(refused.length, 2);
  assert.equal((await rest.session(session.id)).body.endReason, 'declined');
  assert.deepEqual(await patient.phone.notices(), []);
  assert.equal(patient.context.pages().some((page) => page.url().endsWith('/me')), false);
});

scene('a push that comes late never rings, and one that the call is over takes the ring away', async () => {
  const patient = await patientAway();
  const late = await calledBy('Ada Late', patient);
  const ring = await patient.phone.pushed('ring');
  await late.rest.status(late.session.id, 'CANCELLED');
  await patient.phone.deliver(ring);
  const missed = await patient.phone.notice('missed');
  assert.deepEqual([missed.title, missed.requireInteraction], ['Missed call from Ada Late', false]);

  await patient.phone.pushed('over');
  const { session } = await calledBy('Ada Short', patient);
  await patient.phone.receives('ring');
  await patient.phone.notice('ring');
  assert.equal((await stage.rest(patient.id).answer(session.id, { deviceId: 'tablet' })).status, 201);
  await patient.phone.receives('over');
  assert.equal((await patient.phone.notice('over')).body, 'Answered on another device');
  assert.deepEqual((await patient.phone.notices()).map(({ kind }) => kind).sort(), ['missed', 'over']);

  // The page shows its missed calls itself.
  const page = await opened(patient, `${proxy.base}/me`);
  await page.getByRole('region', { name: 'Missed calls' }).getByText('Ada Late').waitFor();
  await eventually('the notifications are gone', async () => (await patient.phone.notices()).length === 0);
});

scene('an open page rings once: by itself in front, by a notification behind others', async () => {
  const patient = await patientWithPush();
  const { page, phone } = patient;
  // Another device that the same pushes reach, and that does not acknowledge as the page does.
  const registration = { platform: 'web', subscription: patient.target.subscription };
  assert.equal((await stage.rest(patient.id).send('PUT', '/me/devices/second', registration)).status, 200);
  const { session, rest } = await calledBy('Ada Open', patient);
  await incoming(page).waitFor();
  assert.equal(await page.title(), 'Ada Open is calling');
  await phone.receives('ring');
  await phone.deliver({ type: 'test' });
  await phone.notice('test');
  assert.equal((await phone.notices()).some(({ kind }) => kind === 'ring'), false);

  // Chromium without a screen never hides a page.
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await phone.notice('ring');
  await phone.tap('ring', 'decline');
  await incoming(page).waitFor({ state: 'detached' });
  await eventually('the call is declined', async () => (await rest.session(session.id)).body.endReason === 'declined');
  assert.equal(await page.title(), 'Fayo');
});

scene('the page opened again is signed in while the token is good; after that it leads to where people sign in, and back', async () => {
  const patient = await patientAway();
  let page = await opened(patient, `${proxy.base}/me`);
  await isReady(page);
  await ringsWhenClosed(page);
  // A newer token of the same person, for some seconds.
  const exp = Math.floor(Date.now() / 1000) + LASTS_S - SKEW_S;
  const short = tokenFor(patient.id, { exp, firstName: 'Pat' });
  await page.evaluate((handed) => { location.hash = `token=${handed}`; }, short);
  await eventually('the token is remembered', () => page.evaluate((t) => localStorage.getItem('fayo.me.token') === t, short));
  await page.close();
  portal.token = tokenFor(patient.id, { role: 'PATIENT', firstName: 'Pat', lastName: patient.id });
  portal.visits = [];
  await eventually('the token is refused', async () => (await stage.rest(patient.id, { exp }).get('/me')).status === 401);

  page = await opened(patient, `${proxy.base}/me`);
  await isReady(page);
  assert.deepEqual(portal.visits, ['/login']);
  await ringsWhenClosed(page);
});

scene('signing out forgets everything on the device', async () => {
  const patient = await patientWithPush();
  const { page, phone } = patient;
  assert.equal((await devicesOf(patient)).length, 1);
  await phone.deliver({ type: 'test' });
  await phone.notice('test');
  await press(page, 'Sign out');
  await page.getByLabel('Access token').waitFor();
  await eventually('the device is removed', async () => (await devicesOf(patient)).length === 0);
  await eventually('nothing is left', async () => {
    const left = await page.evaluate(() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)].filter((name) => name !== 'test.next'));
    return [...left, ...await phone.notices(), ...await phone.kept()].length === 0;
  });
  await page.close();
  const again = await opened(patient, `${proxy.base}/me`);
  await again.getByRole('link', { name: 'Sign in' }).waitFor();
});

scene('somebody else who signs in on the phone gets none of the other’s calls', async () => {
  const patient = await patientWithPush();
  const other = newUser('other');
  await patient.page.evaluate((handed) => { location.hash = `token=${handed}`; }, tokenFor(other, { firstName: 'Otto', lastName: 'Other' }));
  await press(patient.page, 'Sign in as Otto Other');
  await patient.page.getByRole('button', { name: 'Let this phone ring' }).waitFor();
  assert.equal(await patient.page.evaluate(() => localStorage.getItem('test.subscription')), null);
  assert.equal(await patient.page.evaluate(() => localStorage.getItem('fayo.me.token')), null);
});
