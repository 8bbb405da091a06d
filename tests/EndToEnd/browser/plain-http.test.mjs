// The pages at an address without https and not of this machine: browsers keep microphone, camera and more from those.
import assert from 'node:assert/strict';
import { noBrowser } from '../support/browser.mjs';
import { Stage } from '../support/stage.mjs';
import { newUser } from '../support/tokens.mjs';
import { DIRECT, visitorsOf } from '../support/visitors.mjs';

const stage = Stage.shared(DIRECT, { start: !noBrowser });
const { scene, arrive } = visitorsOf(stage, {
  browserArguments: ['--host-resolver-rules=MAP calls.example 127.0.0.1'],
  base: () => `http://calls.example:${new URL(stage.service.base).port}`,
});

async function arriveWithoutHttps(path, role) {
  const { page, id } = await arrive(path, { role, firstName: 'Some', devices: [] });
  assert.equal(await page.evaluate(() => window.isSecureContext), false);
  await page.getByText('No call can be made or answered here').waitFor();
  return { page, id };
}

scene('a call rings, and whoever answers is told what is missing', async () => {
  const { page, id } = await arriveWithoutHttps('me', 'PATIENT');
  await page.getByText('Calls ring here, but cannot be answered here.').waitFor();
  await stage.rest(newUser('staff'), { role: 'ADMIN', firstName: 'Ada' }).call(id);
  const ring = page.getByRole('dialog', { name: 'Ada' });
  await ring.getByRole('button', { name: 'Answer', exact: true }).click();
  await ring.getByText(/gives the microphone only to pages with a secure address: https, or localhost/).waitFor();
});

scene('whoever calls is told what is missing', async () => {
  const { page, id } = await arriveWithoutHttps('', 'ADMIN');
  const other = stage.patient();
  await other.rest.get('/me');
  await page.getByRole('searchbox', { name: 'Search people' }).fill(other.id);
  await page.getByRole('button', { name: `Call ${other.id} by video`, exact: true }).first().click();
  await page.getByText(/gives the microphone only to pages with a secure address: https, or localhost/).waitFor();
  assert.deepEqual((await stage.rest(id).get('/calls/sessions')).body, []);
});
