// The core of what the pages do, in Firefox: with another Firefox, with Chromium, and on screens of three sizes.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { launchFirefox, noBrowser, noFirefox, received } from '../support/browser.mjs';
import { canBeTapped } from '../support/reach.mjs';
import { Stage } from '../support/stage.mjs';
import { answer, call, DIRECT, incoming, press, releaseEverything, says, visitorsOf } from '../support/visitors.mjs';
import { eventually } from '../support/wait.mjs';

const skip = noBrowser || noFirefox;
const SIZES = [[320, 568], [667, 331], [1440, 900]];

const stage = Stage.shared(DIRECT, { start: !noBrowser });
const { scene, staffAtConsole, patientAtPhone } = visitorsOf(stage);

let browser;
before(async () => { browser = skip ? undefined : await launchFirefox(); });
after(() => browser?.close());

// Firefox lets pages use camera and microphone by its preferences.
const staffInFirefox = () => staffAtConsole({ browser, devices: [] });
const patientInFirefox = () => patientAtPhone({ browser, devices: [], hasTouch: undefined });

/** Waits until the page gets sound and a picture of the other side. */
async function getsTheOther(page) {
  const before = await received(page);
  await eventually('sound and picture of the other side come', async () => {
    const now = await received(page);
    return now.frames > before.frames + 5 && now.audio > before.audio;
  });
}

async function answeredAndHungUp(staff, patient) {
  await call(staff, patient);
  await incoming(patient.page).waitFor();
  for (const [width, height] of SIZES) {
    await patient.page.setViewportSize({ width, height });
    await canBeTapped(patient.page, ['Decline', 'Voice only', 'Answer', 'Stop ringing on this device'], 'the ring');
  }
  await answer(patient.page);
  for (const { page } of [staff, patient]) {
    await says(page, /^\d+:\d\d/);
    await getsTheOther(page);
  }
  for (const [width, height] of SIZES) {
    await patient.page.setViewportSize({ width, height });
    await canBeTapped(patient.page, ['Mute', 'Turn camera off', 'Choose devices', 'Hang up'], 'the call');
  }
  await press(patient.page, 'Hang up');
  await says(staff.page, 'The other side hung up');
  await releaseEverything(staff.page, patient.page);
}

scene('two people in Firefox call each other, see and hear each other, and hang up', async () => {
  await answeredAndHungUp(await staffInFirefox(), await patientInFirefox());
}, { skip });

scene('Firefox and Chromium understand each other', async () => {
  await answeredAndHungUp(await staffAtConsole(), await patientInFirefox());
}, { skip });

scene('a call is declined in Firefox', async () => {
  const [staff, patient] = [await staffInFirefox(), await patientInFirefox()];
  await call(staff, patient, 'voice');
  await press(patient.page, 'Decline');
  await says(staff.page, /declined/i);
  await incoming(patient.page).waitFor({ state: 'detached' });
  assert.equal((await stage.rest(staff.id).get('/calls/sessions')).body.length, 0);
}, { skip });
