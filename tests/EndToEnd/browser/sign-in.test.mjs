// How people come to be signed in: a link must not put somebody else in their place, and the demo lets in only who started it.
import assert from 'node:assert/strict';
import path from 'node:path';
import { noBrowser } from '../support/browser.mjs';
import { Stage } from '../support/stage.mjs';
import { tokenFor } from '../support/tokens.mjs';
import { DIRECT, press, visitorsOf } from '../support/visitors.mjs';

const WORDS = ['0123456789abcdef0123456789abcdef', 'abcdef0123456789abcdef0123456789'];

const stage = Stage.shared(DIRECT, { start: !noBrowser });
const { scene, stranger, patientAtPhone } = visitorsOf(stage);

/** Where to put pictures of the pages, for people to look at; nowhere unless asked. */
const picture = (page, name) => process.env.FAYO_PICTURES && page.screenshot({ path: path.join(process.env.FAYO_PICTURES, `${name}.png`) });

scene('a link with somebody else’s token asks before it signs them in', async () => {
  const { id, page } = await patientAtPhone();
  const other = tokenFor('mallory', { role: 'PATIENT', firstName: 'Mallory', lastName: 'Other' });
  const handOver = (token) => page.evaluate((handed) => { location.hash = `token=${handed}`; }, token);
  const question = page.getByRole('dialog', { name: 'Sign in as Mallory Other?' });

  await handOver(other);
  await question.getByText(`You are signed in as Pat ${id}.`).waitFor();
  assert.equal(new URL(page.url()).hash, '');
  await picture(page, 'sign-in-as-other');
  await question.getByRole('button', { name: `Stay signed in as Pat ${id}` }).click();
  await question.waitFor({ state: 'detached' });
  await page.reload();
  await page.getByText('You can be called').waitFor();
  assert.equal((await stage.rest(id).get('/me')).body.id, id);

  // A page that is opened anew with the link, in the same tab.
  await page.goto(`${stage.service.base}/me#token=${other}`);
  await page.reload();
  await handOver(other);
  await question.waitFor();
  await press(page, 'Sign in as Mallory Other');
  await page.getByText('You can be called').waitFor();
  // A narrow page shows no name.
  await page.getByText('Mallory Other').first().waitFor({ state: 'attached' });
});

scene('a newer token of the same person is taken without a question', async () => {
  const { id, page } = await patientAtPhone();
  const newer = tokenFor(id, { role: 'PATIENT', firstName: 'Pat', lastName: id, exp: Math.floor(Date.now() / 1000) + 7200 });
  await page.evaluate((handed) => { location.hash = `token=${handed}`; }, newer);
  await page.waitForFunction((token) => sessionStorage.getItem('fayo.token') === token, newer);
  assert.equal(await page.getByRole('dialog').count(), 0);
});

scene('no token is in the address of a connection', async () => {
  const asked = [];
  const person = await stranger('me');
  person.page.on('websocket', (socket) => asked.push(socket.url()));
  await person.page.goto(`${stage.service.base}/me#token=${tokenFor('ticket-holder', { role: 'PATIENT' })}`);
  await person.page.reload();
  await person.page.getByText('You can be called').waitFor();
  assert.ok(asked.length > 0);
  for (const url of asked) assert.match(new URL(url).searchParams.get('access_token'), /^ticket_[0-9a-f]+$/);
});

scene('the demo lets in the browser that opens the address with a word, and no other', async () => {
  const demo = await stage.startService({ ...DIRECT, Calls__LocalDemo: 'true', Calls__DemoWords: WORDS.join() });
  const owner = await stranger(`?demo=${WORDS[0]}`, { base: demo.base });
  await owner.page.getByRole('list', { name: 'Demo users' }).waitFor();
  assert.equal(new URL(owner.page.url()).search, '');
  await picture(owner.page, 'demo-owner');
  // Another tab, with the same address and without any.
  for (const address of [`me?demo=${WORDS[0]}`, 'me']) {
    const tab = await owner.open(`${demo.base}/${address}`);
    await tab.getByRole('list', { name: 'Demo users' }).waitFor();
    await tab.close();
  }
  await owner.page.getByRole('button', { name: /Mira Demir/ }).click();
  await owner.page.getByRole('searchbox', { name: 'Search people' }).waitFor();

  const other = await stranger(`?demo=${WORDS[0]}`, { base: demo.base });
  await other.page.getByText('This is the demo of whoever started it.').waitFor();
  assert.equal(await other.page.getByRole('list', { name: 'Demo users' }).count(), 0);
  await picture(other.page, 'demo-locked');
  other.complaints.splice(0);
  owner.complaints.splice(0);
  await demo.stop();
});
