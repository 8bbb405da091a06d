// What browsers, systems and people do to a page in a call: it goes on, and both sides are told.
import assert from 'node:assert/strict';
import { hearsTheOther, noBrowser, seesTheOther } from '../support/browser.mjs';
import { Stage } from '../support/stage.mjs';
import { answer, call, DIRECT, incoming, press, remotePicture, says, talking, visitorsOf } from '../support/visitors.mjs';
import { eventually } from '../support/wait.mjs';

const stage = Stage.shared(DIRECT, { start: !noBrowser });
const { scene, stranger, arrive, staffAtConsole, patientAtPhone, sessionOf } = visitorsOf(stage);

// Runs in the page: the browser asks for permission, and the user takes their time: until `window.decide('allow' or 'refuse')`.
function askForPermission() {
  const devices = navigator.mediaDevices;
  const getUserMedia = devices.getUserMedia.bind(devices);
  const decision = new Promise((resolve) => { window.decide = resolve; });
  let decided = false;
  devices.getUserMedia = async (constraints) => {
    if (!decided) {
      const how = await decision;
      if (how === 'refuse') {
        setTimeout(() => { decided = true; window.mayTryAgain = true; }, 500);
        throw new DOMException('Permission denied', 'NotAllowedError');
      }
      decided = true;
    }
    return getUserMedia(constraints);
  };
}

const ownTrack = (page, kind, event) => page.evaluate(([wanted, type]) => {
  const track = window.keptMedia.tracks.findLast((each) => each.kind === wanted && each.readyState === 'live');
  if (type === 'ended') track.stop();
  track.dispatchEvent(new Event(type));
}, [kind, event]);

scene('a call is answered before the browser has asked for the microphone, and the caller is shown that', async () => {
  const [staff, patient] = await Promise.all([staffAtConsole(), patientAtPhone({ script: askForPermission })]);
  await call(staff, patient, 'voice');
  await answer(patient.page);
  await staff.page.getByText('is being asked for the microphone').waitFor();
  await hearsTheOther(patient.page);
  await says(staff.page, 'Answering …');
  assert.notEqual((await sessionOf(staff)).answeredAt, null);
  await patient.page.getByText('Your browser asks whether this page may use the microphone').waitFor();
  await patient.page.evaluate(() => window.decide('allow'));
  for (const { page } of [staff, patient]) {
    await says(page, /^\d+:\d\d/);
    await hearsTheOther(page);
  }
});

scene('whoever refuses the microphone hears the other side, both are told, and it can be allowed later', async () => {
  const [staff, patient] = await Promise.all([staffAtConsole(), patientAtPhone({ script: askForPermission })]);
  await call(staff, patient, 'voice');
  await answer(patient.page);
  await patient.page.evaluate(() => window.decide('refuse'));
  await patient.page.getByText('This page may not use the microphone').waitFor();
  await staff.page.getByText('has no microphone that can be used').waitFor();
  await hearsTheOther(patient.page);
  await patient.page.waitForFunction(() => window.mayTryAgain);
  await press(patient.page, 'Try the microphone again');
  await staff.page.getByText('has no microphone that can be used').waitFor({ state: 'detached' });
  await hearsTheOther(staff.page);
});

scene('a microphone that the system takes for a while is said on both sides, and one that is unplugged is replaced', async () => {
  const [staff, patient] = await Promise.all([staffAtConsole(), patientAtPhone()]);
  await talking(staff, patient);
  await ownTrack(patient.page, 'audio', 'mute');
  await patient.page.getByText('The microphone is taken by something else').waitFor();
  await staff.page.getByText(/The microphone of Pat .* is taken by something else/).waitFor();
  await ownTrack(patient.page, 'audio', 'unmute');
  await staff.page.getByText(/is taken by something else/).waitFor({ state: 'detached' });
  await ownTrack(patient.page, 'audio', 'ended');
  await patient.page.getByText('The microphone went away. Another one is used now').waitFor();
  await hearsTheOther(staff.page);
});

scene('who sits alone is told that the other side has left, is asked after half a minute, and can wait or end the call', async () => {
  const [staff, patient] = await Promise.all([staffAtConsole({ clock: true }), patientAtPhone()]);
  const { page } = staff;
  await talking(staff, patient);
  await patient.page.close();
  await says(page, 'The other side has left; waiting for it …');
  const question = page.getByRole('alertdialog', { name: /Nothing has come from Pat/ });
  await page.clock.runFor(20_000);
  assert.equal(await question.count(), 0);
  await page.clock.runFor(11_000);
  await question.getByRole('button', { name: 'Wait' }).click();
  await question.waitFor({ state: 'detached' });
  await page.clock.runFor(31_000);
  await question.getByRole('button', { name: 'End the call' }).click();
  await says(page, 'You hung up');
});

scene('Back in a call is asked about once, and closing the page is too', async () => {
  const [staff, patient] = await Promise.all([staffAtConsole(), patientAtPhone()]);
  const { page } = patient;
  await talking(staff, patient);
  const question = page.getByRole('alertdialog', { name: /You are still in the call/ });
  await page.goBack();
  await question.getByRole('button', { name: 'Stay in the call' }).click();
  await question.waitFor({ state: 'detached' });
  await seesTheOther(page, remotePicture(page));
  const asked = page.waitForEvent('dialog');
  await page.close({ runBeforeUnload: true });
  const dialog = await asked;
  assert.equal(dialog.type(), 'beforeunload');
  await dialog.dismiss();
  await page.goBack();
  await question.getByRole('button', { name: 'Hang up and leave' }).click();
  await says(page, 'You hung up');
  await says(staff.page, 'The other side hung up');
});

scene('a second tab that is opened from the first stays out of its call', async () => {
  const [staff, patient] = await Promise.all([staffAtConsole(), patientAtPhone()]);
  await talking(staff, patient);
  // Such a tab begins with a copy of all that the first one keeps for itself.
  const opened = patient.context.waitForEvent('page');
  await patient.page.evaluate(() => { window.open('./me'); });
  const second = await opened;
  await second.getByText(/You are in a call with Ada/).waitFor();
  await second.getByText('You can be called').waitFor();
  for (const { page } of [staff, patient]) await seesTheOther(page, remotePicture(page));
});

scene('after a crash of the browser the call can be gone back into, or ended, from a new page', async () => {
  const [staff, patient] = await Promise.all([staffAtConsole(), patientAtPhone()]);
  await talking(staff, patient);
  await staff.page.close();
  const back = () => staff.open(`${stage.service.base}/#token=${staff.token}`);
  const page = await back();
  await press(page, 'Return to it');
  await seesTheOther(page, remotePicture(page));
  await page.close();
  const again = await back();
  await press(again, 'End it');
  await says(patient.page, 'The other side hung up');
});

scene('a browser inside of an app that has no microphone for pages says which one to open', async () => {
  const { page } = await stranger('me', { userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 16_0 like Mac OS X) [FBAN/FBIOS]' });
  await page.close();
  const script = () => { Object.defineProperty(Navigator.prototype, 'mediaDevices', { value: undefined }); };
  const patient = await arrive('me', { role: 'PATIENT', firstName: 'Pat', script, userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 16_0 like Mac OS X) [FBAN/FBIOS]' });
  await patient.page.getByText('Open this address in Safari.').waitFor();
  await patient.page.getByText('Calls ring here, but cannot be answered here.').waitFor();
});

scene('sound that the browser refuses to play is heard after a tap', async () => {
  const script = () => {
    const { play } = HTMLMediaElement.prototype;
    HTMLMediaElement.prototype.play = function () {
      const refused = this instanceof HTMLAudioElement && !window.tapped;
      return refused ? Promise.reject(new DOMException('play() needs a tap', 'NotAllowedError')) : play.call(this);
    };
  };
  const [staff, patient] = await Promise.all([staffAtConsole(), patientAtPhone({ script })]);
  await call(staff, patient, 'voice');
  await answer(patient.page);
  const tap = patient.page.getByRole('button', { name: 'Tap to hear' });
  await tap.waitFor();
  await patient.page.evaluate(() => { window.tapped = true; });
  await tap.click();
  await tap.waitFor({ state: 'detached' });
});

scene('a ring is seen where the browser has no sound, and sound that the system has stopped goes on with the next tap', async () => {
  const staff = await staffAtConsole();
  const silent = await patientAtPhone({ script: () => { delete window.AudioContext; } });
  await call(staff, silent);
  await incoming(silent.page).getByRole('button', { name: 'Turn on sound' }).waitFor();
  await press(staff.page, 'Cancel the call');
  await press(staff.page, 'Close');

  const script = () => {
    const Context = window.AudioContext;
    window.AudioContext = class extends Context {
      constructor() {
        super();
        window.context = this;
      }
    };
  };
  const patient = await patientAtPhone({ script });
  await patient.page.evaluate(() => window.context.suspend());
  await call(staff, patient);
  await incoming(patient.page).waitFor();
  await incoming(patient.page).getByRole('heading').click();
  await eventually('sound is on', () => patient.page.evaluate(() => window.context.state === 'running'));
});

scene('how a call is, is read out to whoever does not see the screen, and a connection that gets poor is said in words', async () => {
  // What the browser measures while every third packet is lost, and while none is.
  const script = () => {
    let [packetsReceived, packetsLost] = [0, 0];
    RTCPeerConnection.prototype.getStats = async () => {
      packetsReceived += 100;
      packetsLost += window.losesPackets ? 50 : 0;
      return new Map([['inbound', { type: 'inbound-rtp', packetsReceived, packetsLost }]]);
    };
  };
  const [staff, patient] = await Promise.all([staffAtConsole({ script }), patientAtPhone()]);
  const { page } = staff;
  const reads = (words) => page.locator('dialog.call-screen [aria-live="polite"]').filter({ hasText: words }).waitFor();
  await call(staff, patient);
  await reads('Ringing …');
  await answer(patient.page);
  await reads(/^Connected$/);
  await page.getByRole('img', { name: 'Good connection' }).waitFor();

  const poor = page.getByRole('status').filter({ hasText: 'The connection is poor: sound and picture come late, or with gaps.' });
  await page.evaluate(() => { window.losesPackets = true; });
  await page.getByRole('img', { name: 'Poor connection' }).waitFor();
  await poor.waitFor();
  await page.evaluate(() => { window.losesPackets = false; });
  await poor.waitFor({ state: 'detached' });
  await press(patient.page, 'Hang up');
  await reads('The other side hung up');
});

scene('a relay that does not work is named, and it is said that nothing comes through', async () => {
  const script = () => {
    const Connection = window.RTCPeerConnection;
    window.RTCPeerConnection = class extends Connection {
      constructor() {
        super({ iceTransportPolicy: 'relay', iceServers: [{ urls: 'turn:127.0.0.1:47113?transport=tcp', username: 'u', credential: 'p' }] });
      }

      setConfiguration() {}
    };
  };
  const [staff, patient] = await Promise.all([staffAtConsole(), patientAtPhone({ script })]);
  await call(staff, patient);
  await answer(patient.page);
  await patient.page.getByText(/A server for the connection does not work\..*turn:127\.0\.0\.1:47113/).waitFor();
  for (const { page } of [patient, staff]) await says(page, 'No sound or picture comes through yet; still trying …');
});
