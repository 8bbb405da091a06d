// A call that rings while its recipient is in another one, where the service lets it ring.
import assert from 'node:assert/strict';
import { noBrowser, seesTheOther } from '../support/browser.mjs';
import { Stage } from '../support/stage.mjs';
import { call, DIRECT, remotePicture, says, talking, visitorsOf } from '../support/visitors.mjs';
import { eventually } from '../support/wait.mjs';

const stage = Stage.shared({ ...DIRECT, Calls__BusyPolicy: 'Ring' }, { start: !noBrowser });
const { scene, staffAtConsole, patientAtPhone, sessionOf } = visitorsOf(stage);

const secondRing = (page, name) => page.getByRole('alertdialog', { name: new RegExp(`${name} .*is calling`) });

// Runs in the page: notes the pitch of each tone that it plays.
function noteTones() {
  const { start } = AudioScheduledSourceNode.prototype;
  window.tones = [];
  AudioScheduledSourceNode.prototype.start = function (...when) {
    window.tones.push(this.frequency.value);
    return start.apply(this, when);
  };
}

scene('a second call is shown in the first one, is heard as another sound than the ring, and declined without leaving it', async () => {
  const [ada, bea, patient] = await Promise.all([staffAtConsole(), staffAtConsole({ firstName: 'Bea' }), patientAtPhone({ script: noteTones })]);
  await talking(ada, patient);
  const ring = await patient.page.evaluate(() => window.tones.splice(0));
  assert.ok(ring.length > 0);
  await call(bea, patient);
  await says(bea.page, 'Ringing …');
  const waiting = await eventually('it is heard again and again', () => patient.page.evaluate(() => window.tones.length > 4 && window.tones));
  assert.deepEqual(waiting.filter((tone) => ring.includes(tone)), []);
  await secondRing(patient.page, 'Bea').getByRole('button', { name: 'Decline' }).click();
  await says(bea.page, 'Declined');
  await seesTheOther(patient.page, remotePicture(patient.page));
  assert.equal((await sessionOf(ada)).status, 'ACTIVE');
});

scene('answering a second call ends the first: nobody is in two', async () => {
  const [ada, bea, patient] = await Promise.all([staffAtConsole(), staffAtConsole({ firstName: 'Bea' }), patientAtPhone()]);
  await talking(ada, patient);
  await call(bea, patient);
  await secondRing(patient.page, 'Bea').getByRole('button', { name: 'End this call and answer' }).click();
  await says(ada.page, 'The other side hung up');
  for (const { page } of [bea, patient]) await seesTheOther(page, remotePicture(page));
  const open = (await stage.rest(patient.id).get('/calls/sessions')).body;
  assert.deepEqual(open.map(({ initiatorId, status }) => [initiatorId, status]), [[bea.id, 'ACTIVE']]);
});
