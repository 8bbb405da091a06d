// Staff and a patient in two real browsers: they ring each other, see and hear each other, and hang up.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  devicesInUse, findSeriousFaults, hearsTheOther, launchBrowser, noBrowser, Person, received, seesTheOther, stopsReceiving,
} from '../support/browser.mjs';
import { Stage } from '../support/stage.mjs';
import { newUser, tokenFor } from '../support/tokens.mjs';
import { eventually } from '../support/wait.mjs';

const skip = noBrowser;
const stage = Stage.forThisFile({
  AGORA_APP_ID: undefined, AGORA_APP_CERTIFICATE: undefined, Calls__Media: 'PeerToPeer', Calls__WebRoot: process.env.FAYO_WEB,
}, { start: !skip });

let browser;
before(async () => { browser = skip ? undefined : await launchBrowser(); });
after(() => browser?.close());

const people = [];

/** Someone with a name at a browser, on one of the pages. */
async function arrive(page, { role, firstName, id = newUser(firstName.toLowerCase()), ...options }) {
  const person = await Person.at(browser, options);
  people.push(person);
  person.id = id;
  person.firstName = firstName;
  person.token = tokenFor(id, { role, firstName, lastName: id });
  person.page = await person.open(`${stage.service.base}/${page}#token=${person.token}`);
  return person;
}

async function staffAtConsole(options) {
  const staff = await arrive('', { role: 'ADMIN', firstName: 'Ada', ...options });
  await staff.page.getByRole('searchbox', { name: 'Search people' }).waitFor();
  return staff;
}

async function patientAtPhone(options) {
  const patient = await arrive('me', { role: 'PATIENT', firstName: 'Pat', viewport: { width: 390, height: 844 }, hasTouch: true, ...options });
  await patient.page.getByText('You can be called').waitFor();
  return patient;
}

/** Looks the other up in the list of people, and calls. */
async function call(staff, other, kind = 'video') {
  await staff.page.getByRole('searchbox', { name: 'Search people' }).fill(other.id);
  await staff.page.getByRole('button', { name: `Call ${other.firstName} ${other.id} by ${kind}`, exact: true }).first().click();
  await staff.page.getByRole('dialog', { name: /Call with/ }).waitFor();
}

const incoming = (page) => page.getByRole('dialog', { name: /Ada/ }).filter({ hasText: /Incoming/ });
const answer = (page, how = 'Answer') => incoming(page).getByRole('button', { name: how, exact: true }).click();
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
const remotePicture = (page) => page.getByTestId('remote-video');
const isCovered = (page) => remotePicture(page).evaluate((video) => getComputedStyle(video).opacity === '0');
const says = (page, words) => page.getByTestId('call-state').filter({ hasText: words }).waitFor();
const sessionOf = async (person) => (await stage.rest(person.id).get('/calls/sessions')).body[0];

async function talking(staff, patient) {
  await call(staff, patient);
  await answer(patient.page);
  await Promise.all([staff, patient].map(({ page }) => seesTheOther(page, remotePicture(page))));
}

async function releaseEverything(...pages) {
  for (const page of pages) {
    await eventually('camera and microphone are given back', async () => (await devicesInUse(page)).length === 0);
    await stopsReceiving(page);
  }
}

// Whoever is left on a page would be rung, or be in a call, in the next test.
async function everybodyLeaves() {
  const complaints = people.flatMap((person) => person.complaints);
  await Promise.all(people.splice(0).map((person) => person.close()));
  assert.deepEqual(complaints, [], 'the pages must not complain of errors or of their own security policy');
}

const scene = (name, play) => test(name, { skip, timeout: 120_000 }, async () => {
  try {
    await play();
  } finally {
    await everybodyLeaves();
  }
});

scene('staff call a patient, both see and hear each other, mute is seen, and hanging up releases the devices', async () => {
  const [staff, patient] = await Promise.all([staffAtConsole(), patientAtPhone()]);
  await call(staff, patient);
  await staff.page.getByText('Device 1 · Ringing').waitFor();
  await incoming(patient.page).getByText('Incoming video call').waitFor();
  await answer(patient.page);

  for (const { page } of [staff, patient]) {
    await seesTheOther(page, remotePicture(page));
    await hearsTheOther(page);
    await says(page, /^\d+:\d\d/);
  }
  const session = await sessionOf(staff);
  assert.equal(session.status, 'ACTIVE');

  await press(patient.page, 'Mute');
  await staff.page.getByText('has muted the microphone').waitFor();
  await press(patient.page, 'Unmute');
  await staff.page.getByText('has muted the microphone').waitFor({ state: 'detached' });

  await press(patient.page, 'Turn camera off');
  await eventually('the picture that does not come any more is not shown', () => isCovered(staff.page));
  assert.deepEqual(await devicesInUse(patient.page), ['audio']);
  await press(patient.page, 'Turn camera on');
  await seesTheOther(staff.page, remotePicture(staff.page));

  await press(staff.page, 'Hang up');
  await says(staff.page, 'You hung up');
  await says(patient.page, 'The other side hung up');
  await releaseEverything(staff.page, patient.page);
  const ended = (await stage.rest(staff.id).session(session.id)).body;
  assert.deepEqual([ended.status, ended.endReason, ended.endedBy], ['COMPLETED', 'hangup', staff.id]);
});

scene('Escape stops a ring on its device, and closes no call that goes on', async () => {
  const [staff, phone] = await Promise.all([staffAtConsole(), patientAtPhone()]);
  const tablet = await patientAtPhone({ id: phone.id });
  await call(staff, phone);
  await incoming(tablet.page).waitFor();
  await tablet.page.keyboard.press('Escape');
  await incoming(tablet.page).waitFor({ state: 'detached' });
  await answer(phone.page);
  for (const { page } of [staff, phone]) {
    await seesTheOther(page, remotePicture(page));
    // A browser lets a page refuse the first after a click, and not those that follow.
    for (const key of ['Escape', 'Escape', 'Escape']) await page.keyboard.press(key);
  }
  await press(phone.page, 'Mute');
  await staff.page.getByText('has muted the microphone').waitFor();
  await press(staff.page, 'Hang up');
  await says(phone.page, 'The other side hung up');
});

scene('a voice call opens no camera', async () => {
  const [staff, patient] = await Promise.all([staffAtConsole(), patientAtPhone()]);
  await call(staff, patient, 'voice');
  await answer(patient.page);
  await Promise.all([staff, patient].map(({ page }) => hearsTheOther(page)));
  assert.deepEqual(await devicesInUse(staff.page), ['audio']);
  assert.deepEqual(await devicesInUse(patient.page), ['audio']);
});

scene('the patient declines, and the caller is told', async () => {
  const [staff, patient] = await Promise.all([staffAtConsole(), patientAtPhone()]);
  await call(staff, patient);
  await incoming(patient.page).getByRole('button', { name: 'Decline' }).click();
  await says(staff.page, 'Declined');
  await incoming(patient.page).waitFor({ state: 'detached' });
  await releaseEverything(staff.page);
});

scene('the caller cancels, and the patient finds a missed call', async () => {
  const [staff, patient] = await Promise.all([staffAtConsole(), patientAtPhone()]);
  await call(staff, patient);
  await incoming(patient.page).waitFor();
  await press(staff.page, 'Cancel the call');
  await incoming(patient.page).waitFor({ state: 'detached' });
  await patient.page.getByRole('region', { name: 'Missed calls' }).getByText(`Ada ${staff.id}`).waitFor();
  await releaseEverything(staff.page, patient.page);
});

scene('the second device of a patient stops ringing when the first answers', async () => {
  const [staff, phone] = await Promise.all([staffAtConsole(), patientAtPhone()]);
  const tablet = await patientAtPhone({ id: phone.id });
  await call(staff, phone);
  await incoming(tablet.page).waitFor();
  await answer(phone.page);
  await incoming(tablet.page).waitFor({ state: 'detached' });
  await tablet.page.getByText(/Answered on another device/).waitFor();
  await seesTheOther(staff.page, remotePicture(staff.page));
  assert.deepEqual(await devicesInUse(tablet.page), []);
});

scene('stopping the ring on one device leaves the others ringing', async () => {
  const [staff, phone] = await Promise.all([staffAtConsole(), patientAtPhone()]);
  const tablet = await patientAtPhone({ id: phone.id });
  await call(staff, phone);
  await incoming(tablet.page).getByRole('button', { name: 'Stop ringing on this device' }).click();
  await incoming(tablet.page).waitFor({ state: 'detached' });
  await answer(phone.page);
  await seesTheOther(staff.page, remotePicture(staff.page));
});

for (const [who, other] of [['staff', 'patient'], ['patient', 'staff']]) {
  scene(`a ${who} page that is loaded anew in the middle of a call comes back into it`, async () => {
    const people = Object.fromEntries(await Promise.all([
      staffAtConsole().then((staff) => ['staff', staff]), patientAtPhone().then((patient) => ['patient', patient]),
    ]));
    await talking(people.staff, people.patient);
    const { id } = await sessionOf(people.staff);
    await people[who].page.reload();
    for (const { page } of [people[who], people[other]]) await seesTheOther(page, remotePicture(page));
    assert.equal((await sessionOf(people.staff)).id, id);
  });
}

scene('a camera that is refused leaves a call with voice, in plain words', async () => {
  const [staff, patient] = await Promise.all([staffAtConsole({ devices: ['microphone'] }), patientAtPhone()]);
  await call(staff, patient);
  await staff.page.getByText(/This page may not use the camera.*You go on with voice/).waitFor();
  await answer(patient.page);
  await hearsTheOther(patient.page);
  await seesTheOther(staff.page, remotePicture(staff.page));
});

scene('a microphone that is refused calls nobody, in plain words', async () => {
  const [staff, patient] = await Promise.all([staffAtConsole({ devices: [] }), patientAtPhone()]);
  await staff.page.getByRole('searchbox', { name: 'Search people' }).fill(patient.id);
  await staff.page.getByRole('button', { name: /by voice/ }).first().click();
  await staff.page.getByText(/This page may not use the microphone/).waitFor();
  assert.deepEqual((await stage.rest(patient.id).get('/calls/sessions')).body, []);
});

scene('a ring goes on when the service is killed and started again', async () => {
  const [staff, patient] = await Promise.all([staffAtConsole(), patientAtPhone()]);
  await call(staff, patient);
  await incoming(patient.page).waitFor();
  const { id } = await sessionOf(staff);
  await stage.service.kill();
  await patient.page.getByText(/Connecting …/).waitFor();
  await stage.service.start();
  await patient.page.getByText('You can be called').waitFor();
  await answer(patient.page);
  for (const { page } of [staff, patient]) await seesTheOther(page, remotePicture(page));
  assert.equal((await sessionOf(staff)).id, id);
});

scene('a picture goes on while the service is away, and the call can be ended afterwards', async () => {
  const [staff, patient] = await Promise.all([staffAtConsole(), patientAtPhone()]);
  await talking(staff, patient);
  const { id } = await sessionOf(staff);
  await stage.service.kill();
  const { frames } = await received(staff.page);
  await eventually('frames come without the service', async () => (await received(staff.page)).frames > frames + 10);
  await stage.service.start();
  await patient.page.getByText('You can be called').waitFor({ state: 'attached' });
  await press(patient.page, 'Hang up');
  await says(staff.page, 'The other side hung up');
  assert.equal((await stage.rest(staff.id).session(id)).body.endReason, 'hangup');
});

scene('staff who are called answer in the console', async () => {
  const [ada, bea] = await Promise.all([staffAtConsole(), staffAtConsole({ firstName: 'Bea' })]);
  await call(ada, bea);
  await answer(bea.page);
  await seesTheOther(bea.page, remotePicture(bea.page));
});

scene('a patient who comes to the console is led to the page for patients, and sees nobody', async () => {
  const patient = await arrive('', { role: 'PATIENT', firstName: 'Pat' });
  await patient.page.getByRole('link', { name: /./ }).filter({ hasText: /page|calls/i }).first().waitFor();
  assert.equal(await patient.page.getByRole('searchbox').count(), 0);
});

for (const colorScheme of ['light', 'dark']) {
  scene(`nothing on the pages is in the way of those who cannot see or use a mouse (${colorScheme})`, async () => {
    const [staff, patient] = await Promise.all([staffAtConsole({ colorScheme }), patientAtPhone({ colorScheme })]);
    const stranger = await Person.at(browser, { colorScheme });
    people.push(stranger);
    const signIn = await stranger.open(`${stage.service.base}/me`);
    await signIn.getByRole('button', { name: 'Sign in' }).waitFor();
    for (const page of [staff.page, patient.page, signIn]) assert.deepEqual(await findSeriousFaults(page), []);
    await call(staff, patient);
    await incoming(patient.page).waitFor();
    for (const page of [staff.page, patient.page]) assert.deepEqual(await findSeriousFaults(page), []);
    await answer(patient.page);
    await seesTheOther(staff.page, remotePicture(staff.page));
    for (const page of [staff.page, patient.page]) assert.deepEqual(await findSeriousFaults(page), []);
  });
}
