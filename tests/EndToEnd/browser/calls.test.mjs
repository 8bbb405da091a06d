// Staff and a patient in two real browsers: they ring each other, see and hear each other, and hang up.
import assert from 'node:assert/strict';
import { devicesInUse, findSeriousFaults, hearsTheOther, noBrowser, received, seesTheOther } from '../support/browser.mjs';
import { Stage } from '../support/stage.mjs';
import { newUser } from '../support/tokens.mjs';
import {
  answer, call, DIRECT, incoming, isCovered, press, releaseEverything, remotePicture, says, talking, visitorsOf,
} from '../support/visitors.mjs';
import { eventually, ON_TIME_MS } from '../support/wait.mjs';

const stage = Stage.shared(DIRECT, { start: !noBrowser });
const { scene, stranger, arrive, staffAtConsole, patientAtPhone, sessionOf } = visitorsOf(stage);
const { scene: sceneWithWindows, ...withWindows } = visitorsOf(stage, { withWindows: true });

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

scene('whoever looks for missed calls is told how far back there are none, and can look further', async () => {
  const [staff, other] = [newUser('ada'), stage.staff()];
  const giveUp = async (rest, to) => rest.status((await rest.call(to)).session.id, 'CANCELLED');
  await giveUp(other.rest, staff);
  for (let count = 0; count < 30; count++) await giveUp(stage.rest(staff, { role: 'ADMIN' }), newUser('patient'));
  const { page } = await staffAtConsole({ id: staff });
  await press(page, 'Missed');
  const recent = page.getByRole('region', { name: 'Recent calls' });
  await recent.getByText('There is none among your last 30 calls.').waitFor();
  await press(page, 'Look further back');
  await recent.getByText(other.id).waitFor();
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

sceneWithWindows('a camera that is refused leaves a call with voice, in plain words', async () => {
  const [staff, patient] = await Promise.all([withWindows.staffAtConsole({ devices: ['microphone'] }), withWindows.patientAtPhone()]);
  await call(staff, patient);
  await staff.page.getByText(/This page may not use the camera.*You go on with voice/).waitFor();
  await answer(patient.page);
  await hearsTheOther(patient.page);
  await seesTheOther(staff.page, remotePicture(staff.page));
});

sceneWithWindows('a microphone that is refused calls nobody, in plain words', async () => {
  const [staff, patient] = await Promise.all([withWindows.staffAtConsole({ devices: [] }), withWindows.patientAtPhone()]);
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

scene('a page that nobody looks at does not ask again and again who is online and which devices ring', async () => {
  const [staff, patient] = await Promise.all([staffAtConsole({ clock: true }), patientAtPhone()]);
  const { page } = staff;
  await call(staff, patient);
  await page.getByText('Device 1 · Ringing').waitFor();
  let asked = new Set();
  page.on('request', (request) => asked.add(new URL(request.url()).pathname.replace(/.*\//, '')));
  const asksAgain = () => eventually('the page asks again', async () => {
    await page.clock.runFor(1_000);
    return asked.has('users') && asked.has('timeline');
  });
  const look = (visibility) => page.evaluate((value) => {
    Object.defineProperty(document, 'visibilityState', { value, configurable: true });
  }, visibility);
  await asksAgain();
  await look('hidden');
  asked = new Set();
  await page.clock.runFor(12_000);
  assert.deepEqual([...asked], []);
  await look('visible');
  await asksAgain();
});

scene('staff see at once when somebody comes or goes whom they look at', async () => {
  const [staff, patient] = await Promise.all([staffAtConsole(), patientAtPhone()]);
  await staff.page.getByRole('searchbox', { name: 'Search people' }).fill(patient.id);
  const says = (words) => staff.page.getByText(words).first().waitFor({ timeout: ON_TIME_MS });
  await says('Online, 1 device');
  // The directory gives no answers any more: only what the service tells by itself is left.
  await staff.page.route('**/api/v1/users*', () => {});
  await patient.page.close();
  await says('Offline');
  patient.page = await patient.open(`${stage.service.base}/me#token=${patient.token}`);
  await says('Online, 1 device');
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
    const { page: signIn } = await stranger('me', { colorScheme });
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
