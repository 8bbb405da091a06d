// Another camera or microphone in the middle of a call, and cameras that cannot be opened, in a real browser.
import assert from 'node:assert/strict';
import { devicesInUse, hearsTheOther, launchBrowser, noBrowser, seesTheOther } from '../support/browser.mjs';
import { Stage } from '../support/stage.mjs';
import { answer, call, DIRECT, press, remotePicture, talking, visitorsOf } from '../support/visitors.mjs';
import { eventually } from '../support/wait.mjs';

const stage = Stage.shared(DIRECT, { start: !noBrowser });
// Of Chromium's fake cameras the second takes pictures of a kind that it does not send; the others do.
const { scene, staffAtConsole, patientAtPhone } = visitorsOf(stage, {
  browserArguments: ['--use-fake-device-for-media-stream=device-count=3'],
});

/** The device from which the page takes what it sends to the other side. */
const sentFrom = (page, kind) => page.evaluate((wanted) => {
  const connection = window.keptMedia.connections.find((each) => each.connectionState === 'connected');
  const track = connection.getSenders().map((sender) => sender.track).find((each) => each?.kind === wanted);
  return track?.readyState === 'live' ? track.getSettings().deviceId : undefined;
}, kind);

async function chooseAnother(page, kind, title) {
  const before = await sentFrom(page, kind);
  await press(page, 'Choose devices');
  const dialog = page.getByRole('dialog', { name: 'Devices' });
  const field = dialog.getByRole('combobox', { name: title });
  const chosen = await eventually(`another device for ${kind} is offered`, async () => {
    const ids = await field.getByRole('option').evaluateAll((options) => options.map(({ value }) => value));
    return ids.findLast((id) => id !== before && id !== 'default');
  });
  await field.selectOption(chosen);
  await eventually('the other side is sent what the chosen device takes', async () => await sentFrom(page, kind) === chosen);
  await dialog.getByRole('button', { name: 'Done' }).click();
  await dialog.waitFor({ state: 'detached' });
}

scene('another camera and another microphone in the middle of a call go to the other side, and the former are given back', async () => {
  const [staff, patient] = await Promise.all([staffAtConsole(), patientAtPhone()]);
  await talking(staff, patient);
  await chooseAnother(patient.page, 'video', 'Camera');
  await seesTheOther(staff.page, remotePicture(staff.page));
  await chooseAnother(patient.page, 'audio', 'Microphone');
  await hearsTheOther(staff.page);
  await seesTheOther(staff.page, remotePicture(staff.page));
  assert.deepEqual(await devicesInUse(patient.page), ['audio', 'video']);
});

const loudspeakerOf = (page) => page.locator('dialog audio').evaluate(({ sinkId }) => sinkId);

scene('the call is heard on the loudspeaker that is chosen, and on the system’s own where that one is gone', async () => {
  const script = () => {
    const { setSinkId } = HTMLMediaElement.prototype;
    // What the browser answers for one that was unplugged.
    HTMLMediaElement.prototype.setSinkId = function (id) {
      return id === window.unplugged ? Promise.reject(new DOMException('Requested device not found', 'NotFoundError')) : setSinkId.call(this, id);
    };
  };
  const [staff, patient] = await Promise.all([staffAtConsole(), patientAtPhone({ script })]);
  const { page } = patient;
  await talking(staff, patient);
  await press(page, 'Choose devices');
  const field = page.getByRole('dialog', { name: 'Devices' }).getByRole('combobox', { name: 'Speaker' });
  const ids = await eventually('loudspeakers are offered', async () => {
    const offered = await field.getByRole('option').evaluateAll((options) => options.map(({ value }) => value).filter((id) => id !== '' && id !== 'default'));
    return offered.length >= 2 && offered;
  });
  await field.selectOption(ids[0]);
  await eventually('the sound goes there', async () => await loudspeakerOf(page) === ids[0]);
  await hearsTheOther(page);

  await page.evaluate((id) => { window.unplugged = id; }, ids[1]);
  await field.selectOption(ids[1]);
  await eventually('the sound goes to the system’s own', async () => await loudspeakerOf(page) === '' && await field.inputValue() === '');
  await hearsTheOther(page);
});

// The browser's own answer when another program has the camera, until `cameraIsFree`.
function takeCameraAway() {
  const devices = navigator.mediaDevices;
  const getUserMedia = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (constraints) => {
    if (constraints.video && !window.cameraIsFree) throw new DOMException('Could not start video source', 'NotReadableError');
    return getUserMedia(constraints);
  };
}

scene('a camera that another program uses leaves a call with voice, in plain words, and the picture comes once it is free', async () => {
  const [staff, patient] = await Promise.all([staffAtConsole({ script: takeCameraAway }), patientAtPhone()]);
  const { page } = staff;
  await call(staff, patient);
  const words = page.getByRole('alert').filter({ hasText: 'The camera is in use by another program. Close that, then try again. You go on with voice.' });
  await words.waitFor();
  await answer(patient.page);
  await hearsTheOther(patient.page);
  assert.deepEqual(await devicesInUse(page), ['audio']);

  await page.evaluate(() => { window.cameraIsFree = true; });
  await press(page, 'Turn camera on');
  await seesTheOther(patient.page, remotePicture(patient.page));
  await words.waitFor({ state: 'detached' });
});

scene('a device without a camera has a call with voice, in plain words, and sees the other side', async () => {
  const withoutCamera = await launchBrowser('--use-fake-device-for-media-stream=device-count=0');
  try {
    const [staff, patient] = await Promise.all([staffAtConsole(), patientAtPhone({ browser: withoutCamera })]);
    await call(staff, patient);
    await answer(patient.page);
    await patient.page.getByRole('alert').filter({ hasText: 'There is no camera. Connect one, then try again. You go on with voice.' }).waitFor();
    await hearsTheOther(staff.page);
    await seesTheOther(patient.page, remotePicture(patient.page));
    assert.deepEqual(await devicesInUse(patient.page), ['audio']);
    await press(patient.page, 'Choose devices');
    const camera = patient.page.getByRole('dialog', { name: 'Devices' }).getByRole('combobox', { name: 'Camera' });
    assert.equal(await camera.textContent(), 'None found');
    assert.equal(await camera.isDisabled(), true);
  } finally {
    await withoutCamera.close();
  }
});
