// A phone that was asleep, or without a network: what its page shows when it is back, without being loaded anew.
import assert from 'node:assert/strict';
import { noBrowser, seesTheOther } from '../support/browser.mjs';
import { Rest } from '../support/rest.mjs';
import { Stage } from '../support/stage.mjs';
import { TcpProxy } from '../support/tcp-proxy.mjs';
import { newUser, tokenFor } from '../support/tokens.mjs';
import { DIRECT, press, remotePicture, talking, visitorsOf } from '../support/visitors.mjs';
import { eventually } from '../support/wait.mjs';

const stage = Stage.shared(DIRECT, { start: !noBrowser });
const { scene, staffAtConsole, patientAtPhone } = visitorsOf(stage);

/** A patient, and the way to the service: setting the browser offline would leave an open WebSocket as it is. */
async function patientWithWay() {
  const way = await TcpProxy.to('127.0.0.1', new URL(stage.service.base).port);
  const patient = await patientAtPhone({ base: `http://127.0.0.1:${way.port}` });
  return { patient, page: patient.page, id: patient.id, way };
}

const isAway = (page) => page.getByText('Connecting …').waitFor();
const isBack = (page) => page.getByText('You can be called').waitFor();
const staffNamed = (name) => stage.rest(newUser('staff'), { role: 'ADMIN', name });
const missed = (page) => page.getByRole('region', { name: 'Missed calls' });

scene('a call that came and went meanwhile is among the missed ones', async () => {
  const [{ id, page, way }, staff] = [await patientWithWay(), staffNamed('Ada Early')];
  await missed(page).getByText('No missed calls').waitFor();
  way.cut();
  await isAway(page);
  const { session } = await staff.call(id);
  assert.equal((await staff.status(session.id, 'CANCELLED')).status, 200);
  way.restore();
  await isBack(page);
  await missed(page).getByText('Ada Early').waitFor();
});

scene('a call that began meanwhile, and still rings, rings', async () => {
  const { id, page, way } = await patientWithWay();
  way.cut();
  await isAway(page);
  await staffNamed('Ada Late').call(id);
  way.restore();
  await page.getByRole('dialog', { name: 'Ada Late' }).filter({ hasText: 'Incoming' }).waitFor();
});

// The service takes a token for a minute more than it says, since clocks differ.
const SKEW_S = 60;
// Longer than a machine stands still before it is taken.
const LASTS_S = 5;

scene('a call goes on when the sign-in runs out, also with a new one, and the page asks for one when it is over', async () => {
  const [{ patient, id, page, way }, staff] = await Promise.all([patientWithWay(), staffAtConsole()]);
  await talking(staff, patient);

  const seen = () => seesTheOther(page, remotePicture(page));
  const handOver = (token) => page.evaluate((handed) => { location.hash = `token=${handed}`; }, token);
  const words = page.getByText('Your sign-in has run out. This call goes on');
  const runsOut = async () => {
    const token = tokenFor(id, { firstName: 'Pat', lastName: id, exp: Math.floor(Date.now() / 1000) + LASTS_S - SKEW_S });
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
  await press(page, 'Hang up');
  await page.getByText('Your sign-in has run out. Sign in again.').waitFor();
});
