// A phone that was asleep, or without a network: what its page shows when it is back, without being loaded anew.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launchBrowser, noBrowser, Person, seesTheOther } from '../support/browser.mjs';
import { Rest } from '../support/rest.mjs';
import { Stage } from '../support/stage.mjs';
import { TcpProxy } from '../support/tcp-proxy.mjs';
import { newUser, tokenFor } from '../support/tokens.mjs';
import { eventually } from '../support/wait.mjs';

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

// The service takes a token for some seconds more than it says.
scene('a call goes on when the sign-in runs out, also with a new one, and the page asks for one when it is over', async ({ id, page, way }) => {
  const staff = await Person.at(browser);
  try {
    const me = newUser('ada');
    const desk = await staff.open(`${stage.service.base}/#token=${tokenFor(me, { role: 'ADMIN', firstName: 'Ada', lastName: me })}`);
    await desk.getByRole('searchbox', { name: 'Search people' }).fill(id);
    await desk.getByRole('button', { name: /by video/ }).first().click();
    await page.getByRole('button', { name: 'Answer', exact: true }).click();
    const seen = () => seesTheOther(page, page.getByTestId('remote-video'));
    await seen();

    const handOver = (token) => page.evaluate((handed) => { location.hash = `token=${handed}`; }, token);
    const words = page.getByText('Your sign-in has run out. This call goes on');
    const runsOut = async () => {
      const claims = { firstName: 'Pat', lastName: id, exp: Math.floor(Date.now() / 1000) + 2 };
      const token = tokenFor(id, claims);
      const taken = page.waitForResponse((response) => response.url().endsWith('/me') && response.ok());
      await handOver(token);
      await taken;
      await eventually('the token is refused', async () => (await new Rest(stage.service.base, token).get('/me')).status === 401, 20_000);
      way.cut();
      way.restore();
      await words.waitFor();
    };
    await runsOut();
    await seen();
    await handOver(tokenFor(id, { firstName: 'Pat', lastName: id }));
    await words.waitFor({ state: 'detached' });
    await seen();
    await runsOut();
    await page.getByRole('button', { name: 'Hang up' }).click();
    await page.getByText('Your sign-in has run out. Sign in again.').waitFor();
  } finally {
    await staff.close();
  }
});
