// The pages at an address without https and not of this machine: browsers keep microphone, camera and more from those.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchBrowser, noBrowser, Person } from '../support/browser.mjs';
import { Stage } from '../support/stage.mjs';
import { newUser, tokenFor } from '../support/tokens.mjs';

const skip = noBrowser;
const stage = Stage.forThisFile({
  AGORA_APP_ID: undefined, AGORA_APP_CERTIFICATE: undefined, Calls__Media: 'PeerToPeer', Calls__WebRoot: process.env.FAYO_WEB,
}, { start: !skip });

let browser;
before(async () => { browser = skip ? undefined : await launchBrowser('--host-resolver-rules=MAP calls.example 127.0.0.1'); });
after(() => browser?.close());

const scene = (name, { path, role }, play) => test(name, { skip, timeout: 60_000 }, async () => {
  const person = await Person.at(browser, { devices: [] });
  try {
    const id = newUser('someone');
    const base = new URL(stage.service.base);
    const page = await person.open(`http://calls.example:${base.port}/${path}#token=${tokenFor(id, { role, firstName: 'Some', lastName: id })}`);
    assert.equal(await page.evaluate(() => window.isSecureContext), false);
    await page.getByText('No call can be made or answered here').waitFor();
    await play(page, id);
    assert.deepEqual(person.complaints, []);
  } finally {
    await person.close();
  }
});

scene('a call rings, and whoever answers is told what is missing', { path: 'me', role: 'PATIENT' }, async (page, id) => {
  await page.getByText('You can be called').waitFor();
  await stage.staff().rest.call(id, { metadata: { initiatorName: 'Ada' } });
  const ring = page.getByRole('dialog', { name: 'Ada' });
  await ring.getByRole('button', { name: 'Answer', exact: true }).click();
  await ring.getByText(/gives the microphone only to pages with a secure address: https, or localhost/).waitFor();
});

scene('whoever calls is told what is missing', { path: '', role: 'ADMIN' }, async (page, id) => {
  const other = stage.patient();
  await other.rest.get('/me');
  await page.getByRole('searchbox', { name: 'Search people' }).fill(other.id);
  await page.getByRole('button', { name: /by video/ }).first().click();
  await page.getByText(/gives the microphone only to pages with a secure address: https, or localhost/).waitFor();
  assert.deepEqual((await stage.rest(id).get('/calls/sessions')).body, []);
});
