// The monitor in a real browser: it shows what goes on as it goes on, to staff alone, and lets them end a call.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findSeriousFaults, launchBrowser, noBrowser, Person } from '../support/browser.mjs';
import { Stage } from '../support/stage.mjs';
import { newUser, tokenFor } from '../support/tokens.mjs';
import { eventually, stoodStillSince } from '../support/wait.mjs';

// What the issue allows from a step of a call to its sight.
const SEEN_WITHIN_MS = 1000;

const skip = noBrowser;
const stage = Stage.forThisFile({ Calls__WebRoot: process.env.FAYO_WEB }, { start: !skip });

let browser;
before(async () => { browser = skip ? undefined : await launchBrowser(); });
after(() => browser?.close());

/** Plays a scene with `watch`, which opens the monitor for somebody; the pages must not complain meanwhile. */
const scene = (name, play) => test(name, { skip, timeout: 180_000 }, async () => {
  const people = [];
  const watch = async ({ role = 'ADMIN', service = stage.service, ...options } = {}) => {
    const person = await Person.at(browser, { devices: [], ...options });
    people.push(person);
    person.id = newUser('watcher');
    person.page = await person.open(`${service.base}/monitor#token=${tokenFor(person.id, { role })}`);
    return person;
  };
  const watchLive = async (options) => {
    const person = await watch(options);
    await state(person.page, 'Live');
    return person;
  };
  try {
    await play({ watch, watchLive });
    assert.deepEqual(people.flatMap(({ complaints }) => complaints), []);
  } finally {
    await Promise.all(people.map((person) => person.close()));
  }
});

const state = (page, words) => page.getByRole('status').filter({ hasText: words }).waitFor();
const rows = (page) => page.getByRole('row').filter({ has: page.getByRole('gridcell') });
const rowOf = (page, id) => rows(page).filter({ hasText: id });
const shows = async (row, words) => {
  const started = Date.now();
  await row.filter({ hasText: words }).waitFor();
  const took = Date.now() - started - stoodStillSince(started);
  assert.ok(took <= SEEN_WITHIN_MS, `"${words}" was seen after ${took} ms`);
};
const panel = (page) => page.getByRole('complementary');
const step = (page, words) => panel(page).getByRole('listitem').filter({ hasText: words }).waitFor();

scene('each step of a call is seen within a second', async ({ watchLive }) => {
  const { page } = await watchLive();
  const staff = stage.staff();
  const patient = stage.patient();
  const phone = await stage.device(patient.id, { device: 'phone' });
  const row = rowOf(page, patient.id);

  const { session } = await staff.rest.call(patient.id);
  await shows(row, 'Calling');
  await shows(row, staff.id);
  await phone.invoke('invitation_ack', { sessionId: session.id });
  await shows(row, 'Ringing');
  await shows(row, 'phone rings');
  assert.equal((await patient.rest.answer(session.id, { deviceId: 'phone' })).status, 201);
  await shows(row, 'Answered');
  await shows(row, 'phone answered');
  await staff.rest.status(session.id, 'ACTIVE');
  await shows(row, 'In a call');
  await staff.rest.status(session.id, 'COMPLETED');
  await shows(row, 'Hung up');
  await row.waitFor({ state: 'detached' });
});

scene('calls that were there before are found by a part of an id and by status', async ({ watchLive }) => {
  const staff = stage.staff();
  const [ringing, waiting] = [stage.patient(), stage.patient()];
  const phone = await stage.device(ringing.id, { device: 'phone' });
  const { session } = await staff.rest.call(ringing.id);
  await phone.invoke('invitation_ack', { sessionId: session.id });
  const other = (await stage.staff().rest.call(waiting.id)).session;
  const { page } = await watchLive();
  await rowOf(page, ringing.id).waitFor();
  await rowOf(page, waiting.id).waitFor();

  const search = page.getByRole('searchbox');
  await search.fill(waiting.id.slice(3).toUpperCase());
  await rowOf(page, ringing.id).waitFor({ state: 'detached' });
  assert.equal(await rows(page).count(), 1);
  await search.fill(other.id);
  await rowOf(page, waiting.id).waitFor();
  await search.fill('nobody of this name');
  await page.getByText('No call matches').waitFor();
  await page.getByRole('button', { name: 'Show every call' }).click();
  await rowOf(page, waiting.id).waitFor();

  await page.getByRole('combobox', { name: 'Status' }).selectOption('Ringing');
  await rowOf(page, waiting.id).waitFor({ state: 'detached' });
  await rowOf(page, ringing.id).waitFor();
  for (const { id, initiatorId } of [session, other]) await stage.rest(initiatorId).status(id, 'CANCELLED');
});

scene('staff end a call there with the keyboard alone, for both participants and on record', async ({ watchLive }) => {
  const staff = stage.staff();
  const patient = stage.patient();
  const desk = await stage.device(staff.id);
  const phone = await stage.device(patient.id, { device: 'phone' });
  const { session } = await staff.rest.call(patient.id);
  await patient.rest.answer(session.id, { deviceId: 'phone' });
  await staff.rest.status(session.id, 'ACTIVE');
  const { page, id } = await watchLive();
  const row = rowOf(page, patient.id);
  const hasFocus = (locator) => eventually('the focus is there', () => locator.evaluate((element) => element === document.activeElement));

  await row.waitFor();
  await page.getByRole('searchbox').fill(patient.id);
  await eventually('that row alone is left', async () => await rows(page).count() === 1 && await row.count() === 1);
  await page.keyboard.press('Tab');
  await hasFocus(row);
  await page.keyboard.press('Enter');
  await hasFocus(panel(page).getByRole('heading', { name: 'Video call' }));
  await step(page, 'Answered on phone');
  await page.keyboard.press('Escape');
  await panel(page).waitFor({ state: 'detached' });
  await hasFocus(row);

  await page.keyboard.press('Enter');
  await panel(page).getByRole('button', { name: 'End this call' }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'End this call?' });
  await dialog.getByRole('textbox').fill('left open by mistake');
  await page.keyboard.press('Enter');
  for (const device of [desk, phone]) assert.equal((await device.toldStatus(session.id, 'COMPLETED')).endReason, 'admin_ended');
  await dialog.waitFor({ state: 'detached' });
  await state(page, 'The call is ended');
  await step(page, `left open by mistake, by ${id}`);
  await step(page, `Ended by an administrator, by ${id}`);
  await panel(page).getByRole('button', { name: 'End this call' }).waitFor({ state: 'detached' });
});

scene('a call that is kept in the table is not ended', async ({ watchLive }) => {
  const staff = stage.staff();
  const patient = stage.patient();
  const { session } = await staff.rest.call(patient.id);
  const { page } = await watchLive();
  await rowOf(page, patient.id).click();
  await panel(page).getByRole('button', { name: 'End this call' }).click();
  await page.getByRole('button', { name: 'Keep the call' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.equal((await staff.rest.session(session.id)).body.status, 'PENDING');
  await staff.rest.status(session.id, 'CANCELLED');
});

scene('somebody who is not staff sees whom the page is for, and no data', async ({ watch }) => {
  const staff = stage.staff();
  const { session } = await staff.rest.call(newUser('patient'));
  const { page } = await watch({ role: 'PATIENT' });
  const asked = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.getByRole('heading', { name: 'This page is for staff' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'This page is for staff' }).waitFor();
  assert.ok(!(await page.content()).includes(staff.id));
  assert.deepEqual(asked.filter((url) => url.includes('monitor/')), []);
  assert.deepEqual(await findSeriousFaults(page), []);
  await staff.rest.status(session.id, 'CANCELLED');
});

scene('while the service is away the last state stays, marked as old; the page comes back by itself', async ({ watchLive }) => {
  const service = await stage.startService({ Calls__WebRoot: process.env.FAYO_WEB });
  const staff = stage.staff(service);
  const patient = stage.patient(service);
  await staff.rest.call(patient.id);
  const { page } = await watchLive({ service });
  const row = rowOf(page, patient.id);
  await row.waitFor();
  await service.kill();
  await state(page, 'Connection lost');
  await row.waitFor();
  await service.start();
  await page.getByRole('status').filter({ hasText: 'Live' }).waitFor({ timeout: 30_000 });
  await row.waitFor();
});

for (const [width, colorScheme] of [[390, 'dark'], [768, 'light'], [1440, 'light'], [1440, 'dark']]) {
  scene(`axe finds nothing serious at ${width} pixels, ${colorScheme}, and nothing is wider than the page`, async ({ watchLive }) => {
    const patient = stage.patient();
    const staff = stage.staff();
    await stage.device(patient.id, { device: 'phone' });
    const { session } = await staff.rest.call(patient.id);
    const { page } = await watchLive({ viewport: { width, height: 900 }, colorScheme, reducedMotion: 'reduce' });
    await rowOf(page, patient.id).waitFor();
    assert.deepEqual(await findSeriousFaults(page), []);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), true);
    await rowOf(page, patient.id).click();
    await step(page, 'Called');
    assert.deepEqual(await findSeriousFaults(page), []);
    await panel(page).getByRole('button', { name: 'End this call' }).click();
    await page.getByRole('dialog').waitFor();
    assert.deepEqual(await findSeriousFaults(page), []);
    await staff.rest.status(session.id, 'CANCELLED');
  });
}
