// What a network or a proxy can do to a page in a call: whatever is not the service's own word passes, and the call goes on.
import assert from 'node:assert/strict';
import { noBrowser, seesTheOther } from '../support/browser.mjs';
import { PrefixProxy } from '../support/prefix-proxy.mjs';
import { Stage } from '../support/stage.mjs';
import { answer, call, DIRECT, incoming, press, remotePicture, says, talking, visitorsOf } from '../support/visitors.mjs';
import { eventually } from '../support/wait.mjs';

const stage = Stage.shared(DIRECT, { start: !noBrowser });
const { scene, staffAtConsole, patientAtPhone, sessionOf } = visitorsOf(stage);

/** Ways to answer in the service's place. */
const FAULTS = {
  'a bad gateway': (_, answer) => answer.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>'),
  'a page with 200': (_, answer) => answer.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Please sign in to this network</h1>'),
  'a page with 401': (_, answer) => answer.writeHead(401, { 'content-type': 'text/html' }).end('<h1>Who are you?</h1>'),
  'a broken connection': ({ socket }) => socket.destroy(),
};

/** A patient whose requests go through a proxy; `fails(test)` has it answer requests that fit, until `works()`. */
async function patientBehindProxy(options) {
  const proxy = await PrefixProxy.to(() => new URL(stage.service.base).port, '');
  const patient = await patientAtPhone({ base: proxy.base, ...options });
  const way = {
    proxy,
    failed: 0,
    fails(fits, fault) {
      way.failed = 0;
      proxy.instead = (request, answer) => {
        if (!fits(request)) return false;
        way.failed++;
        fault(request, answer);
        return true;
      };
    },
    works() { proxy.instead = () => false; },
  };
  return Object.assign(patient, { way });
}

const isStatus = ({ method, url }) => method === 'PATCH' && url.endsWith('/status');
const isToken = ({ method, url }) => method === 'POST' && url.endsWith('/token');
const endOf = async (staff, id) => (await stage.rest(staff.id).session(id)).body;

scene('no answer of anybody else ends a healthy call when its credential is renewed', async () => {
  const [staff, patient] = await Promise.all([staffAtConsole(), patientBehindProxy({ clock: true })]);
  await talking(staff, patient);
  for (const [what, fault] of Object.entries(FAULTS)) {
    patient.way.fails(isToken, fault);
    await patient.page.clock.fastForward(3_500_000);
    await eventually(`the renewal has met ${what}`, async () => {
      await patient.page.clock.runFor(1_000);
      return patient.way.failed > 0;
    });
    patient.way.works();
    const renewed = patient.page.waitForResponse((response) => response.url().endsWith('/token') && response.ok());
    await eventually(`the renewal comes through after ${what}`, async () => {
      await patient.page.clock.runFor(5_000);
      return await Promise.race([renewed.then(() => true), new Promise((resolve) => { setTimeout(resolve, 100, false); })]);
    });
  }
  await seesTheOther(patient.page, remotePicture(patient.page));
  await seesTheOther(staff.page, remotePicture(staff.page));
  assert.equal((await sessionOf(staff)).status, 'ACTIVE');
});

for (const [what, fault] of Object.entries(FAULTS)) {
  scene(`hanging up is told until the service knows, past ${what}, also by a page that is loaded again`, async () => {
    const [staff, patient] = await Promise.all([staffAtConsole(), patientBehindProxy()]);
    await talking(staff, patient);
    const { id } = await sessionOf(staff);
    patient.way.fails(isStatus, fault);
    await press(patient.page, 'Hang up');
    await says(patient.page, 'You have hung up. The service cannot be told yet');
    await patient.page.reload();
    await patient.page.getByText('A call that you have ended or declined here is not over yet').waitFor();
    assert.equal(await patient.page.getByRole('button', { name: 'Return to it' }).count(), 0);
    assert.equal((await endOf(staff, id)).status, 'ACTIVE');
    patient.way.works();
    await says(staff.page, 'The other side hung up');
    await patient.page.getByText('A call that you have ended or declined here is not over yet').waitFor({ state: 'detached' });
  });
}

scene('declining is told until the service knows, and the ring stays away, also from a page that is loaded again', async () => {
  const [staff, patient] = await Promise.all([staffAtConsole(), patientBehindProxy()]);
  await call(staff, patient);
  patient.way.fails(isStatus, FAULTS['a bad gateway']);
  await incoming(patient.page).getByRole('button', { name: 'Decline' }).click();
  await incoming(patient.page).waitFor({ state: 'detached' });
  await patient.page.reload();
  await patient.page.getByText('A call that you have ended or declined here is not over yet').waitFor();
  assert.equal(await incoming(patient.page).count(), 0);
  patient.way.works();
  await says(staff.page, 'Declined');
});

scene('an answer that a proxy lets hang or loses at first is given, and so is its confirmation', async () => {
  const [staff, patient] = await Promise.all([staffAtConsole(), patientBehindProxy({ clock: true })]);
  await call(staff, patient);
  await incoming(patient.page).waitFor();
  patient.way.fails(isToken, () => {});
  await answer(patient.page);
  await eventually('the answer hangs', () => patient.way.failed > 0);
  patient.way.fails(isStatus, FAULTS['a bad gateway']);
  await eventually('the confirmation fails', async () => {
    await patient.page.clock.runFor(1_000);
    return patient.way.failed > 6;
  });
  patient.way.works();
  await eventually('the call is on', async () => {
    await patient.page.clock.runFor(1_000);
    return (await sessionOf(staff)).status === 'ACTIVE';
  });
  await seesTheOther(staff.page, remotePicture(staff.page));
});
