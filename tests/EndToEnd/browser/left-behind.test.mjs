// Staff who are still in a call by the record, on another page: they are told before anybody rings, and can end it and go on.
import assert from 'node:assert/strict';
import { noBrowser } from '../support/browser.mjs';
import { Stage } from '../support/stage.mjs';
import { DIRECT, incoming, talking, visitorsOf } from '../support/visitors.mjs';
import { eventually } from '../support/wait.mjs';

const stage = Stage.shared(DIRECT, { start: !noBrowser });
const { scene, staffAtConsole, patientAtPhone } = visitorsOf(stage);

scene('who calls from another page while in a call is asked whether that one is to end, and then goes on', async () => {
  const [staff, first, second] = await Promise.all([staffAtConsole(), patientAtPhone(), patientAtPhone()]);
  await talking(staff, first);
  const [talk] = (await stage.rest(first.id).get('/calls/sessions')).body;

  const page = await staff.open(`${stage.service.base}/#token=${staff.token}`);
  const name = `${second.firstName} ${second.id}`;
  await page.getByRole('searchbox', { name: 'Search people' }).fill(second.id);
  await page.getByRole('button', { name: `Call ${name} by video`, exact: true }).first().click();
  await page.getByRole('alert').filter({ hasText: new RegExp(`You are still in a call with .*${first.id}`) }).waitFor();
  assert.deepEqual((await stage.rest(second.id).get('/calls/sessions')).body, [], 'nobody has been called');

  await page.getByRole('button', { name: `End it and call ${name}`, exact: true }).click();
  await incoming(second.page).waitFor();
  await eventually('the old call has ended', async () => (await stage.rest(first.id).session(talk.id)).body.endReason === 'hangup');
});
