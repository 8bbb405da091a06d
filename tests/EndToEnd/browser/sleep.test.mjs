// A phone that was asleep, or without a network: what its page shows when it is back, without being loaded anew.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchBrowser, noBrowser, Person } from '../support/browser.mjs';
import { Stage } from '../support/stage.mjs';
import { TcpProxy } from '../support/tcp-proxy.mjs';
import { newUser, tokenFor } from '../support/tokens.mjs';

const skip = noBrowser;
const stage = Stage.forThisFile({
  AGORA_APP_ID: undefined, AGORA_APP_CERTIFICATE: undefined, Calls__Media: 'PeerToPeer', Calls__WebRoot: process.env.FAYO_WEB,
}, { start: !skip });

let browser;
before(async () => { browser = skip ? undefined : await launchBrowser(); });
after(() => browser?.close());

const scene = (name, play) => test(name, { skip, timeout: 120_000 }, async () => {
  const person = await Person.at(browser, { viewport: { width: 390, height: 844 } });
  try {
    const id = newUser('pat');
    // The way to the service, as a whole: setting the browser offline would leave an open WebSocket as it is.
    const way = await TcpProxy.to('127.0.0.1', new URL(stage.service.base).port);
    const page = await person.open(`http://127.0.0.1:${way.port}/me#token=${tokenFor(id, { firstName: 'Pat', lastName: id })}`);
    await page.getByText('You can be called').waitFor();
    await play({ id, page, way, staff: stage.staff() });
    assert.deepEqual(person.complaints, []);
  } finally {
    await person.close();
  }
});

const isAway = (page) => page.getByText('Connecting …').waitFor();
const isBack = (page) => page.getByText('You can be called').waitFor();
const named = (initiatorName) => ({ metadata: { initiatorName } });
const missed = (page) => page.getByRole('region', { name: 'Missed calls' });

scene('a call that came and went meanwhile is among the missed ones', async ({ id, page, way, staff }) => {
  await missed(page).getByText('No missed calls').waitFor();
  way.cut();
  await isAway(page);
  const { session } = await staff.rest.call(id, named('Ada Early'));
  assert.equal((await staff.rest.status(session.id, 'CANCELLED')).status, 200);
  way.restore();
  await isBack(page);
  await missed(page).getByText('Ada Early').waitFor();
});

scene('a call that began meanwhile, and still rings, rings', async ({ id, page, way, staff }) => {
  way.cut();
  await isAway(page);
  await staff.rest.call(id, named('Ada Late'));
  way.restore();
  await page.getByRole('dialog', { name: 'Ada Late' }).filter({ hasText: 'Incoming' }).waitFor();
});
