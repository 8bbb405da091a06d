// With an Agora project set, the pages hand Agora's SDK exactly what the service has issued. Agora itself cannot be reached from
// tests, so what is between the pages and the SDK is watched: in the place of the SDK's file stands one that notes what it is told.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { devicesInUse, launchBrowser, noBrowser, Person } from '../support/browser.mjs';
import { APP_ID } from '../support/service.mjs';
import { Stage } from '../support/stage.mjs';
import { newUser, tokenFor } from '../support/tokens.mjs';
import { eventually } from '../support/wait.mjs';

const skip = noBrowser;
// A token that is good for a minute has to be renewed within one.
const stage = Stage.forThisFile({ Calls__WebRoot: process.env.FAYO_WEB, AGORA_TOKEN_TTL: '60' }, { start: !skip });

let browser;
before(async () => { browser = skip ? undefined : await launchBrowser(); });
after(() => browser?.close());

const NOTING_SDK = `
  const told = (window.toldAgora = []);
  const track = (mediaStreamTrack) => ({
    muted: false, close() {}, getMediaStreamTrack: () => mediaStreamTrack,
    async setMuted(muted) { this.muted = muted; told.push(['setMuted', mediaStreamTrack.kind, muted]); },
  });
  const listeners = {};
  window.agoraSays = (event, ...values) => listeners[event]?.(...values);
  export default {
    setLogLevel() {},
    createCustomAudioTrack: ({ mediaStreamTrack }) => track(mediaStreamTrack),
    createCustomVideoTrack: ({ mediaStreamTrack }) => track(mediaStreamTrack),
    createClient: (options) => ({
      remoteUsers: [], connectionState: 'CONNECTED',
      on: (event, listener) => { listeners[event] = listener; },
      removeAllListeners() {},
      join: async (...values) => { told.push(['join', ...values]); },
      publish: async (track) => {
        if (window.agoraRefuses) throw new Error('Agora does not take it');
        told.push(['publish', track.getMediaStreamTrack().kind]);
      },
      subscribe: async () => {},
      unpublish: async (track) => { told.push(['unpublish', track.getMediaStreamTrack().kind]); },
      renewToken: async (token) => { told.push(['renewToken', token]); },
      leave: async () => { told.push(['leave']); },
    }),
  };`;

/** At the console, noting what the page is issued and what it tells the SDK. */
async function staffAtConsole() {
  const staff = await Person.at(browser);
  staff.id = newUser('staff');
  staff.issued = [];
  staff.loadedSdk = 0;
  await staff.context.route(/\/assets\/agora-sdk-[^/]*\.js$/, (route) => {
    staff.loadedSdk++;
    return route.fulfill({ contentType: 'text/javascript', body: NOTING_SDK });
  });
  staff.context.on('response', async (response) => {
    if (response.request().method() === 'POST' && /\/calls\/session(\/[^/]+\/token)?$/.test(response.url())) staff.issued.push((await response.json()).credential);
  });
  staff.page = await staff.open(`${stage.service.base}/#token=${tokenFor(staff.id, { role: 'ADMIN' })}`);
  staff.told = (name) => staff.page.evaluate((wanted) => (window.toldAgora ?? []).filter(([method]) => method === wanted), name);
  return staff;
}

test('Agora is given the credential of the call, its renewal, and the release of everything', { skip, timeout: 180_000 }, async () => {
  const patient = stage.patient();
  const phone = await stage.device(patient.id, { acknowledge: true });
  const staff = await staffAtConsole();
  try {
    const { page } = staff;
    assert.equal(staff.loadedSdk, 0, 'the SDK is loaded by those who call');
    await page.getByRole('searchbox', { name: 'Search people' }).fill(patient.id);
    await page.getByRole('button', { name: `Call ${patient.id} by video`, exact: true }).first().click();
    const { id } = await phone.told('call_invitation');
    await patient.rest.post(`/calls/session/${id}/token`, { role: 'AUDIENCE' });

    const [[, ...joined]] = await eventually('the page joins', async () => {
      const joins = await staff.told('join');
      return joins.length > 0 && joins;
    });
    const issued = (count) => eventually('what was issued is noted', () => staff.issued.length === count && staff.issued.at(-1));
    const credential = await issued(1);
    assert.deepEqual([credential.provider, credential.appId, credential.rtcUserId], ['agora', APP_ID, staff.id]);
    assert.deepEqual(joined, [credential.appId, credential.channelName, credential.token, credential.rtcUserId]);
    await eventually('both tracks are published', async () => (await staff.told('publish')).length === 2);

    await page.evaluate(() => window.agoraSays('token-privilege-will-expire'));
    const [[, renewed]] = await eventually('the token is renewed', async () => {
      const renewals = await staff.told('renewToken');
      return renewals.length > 0 && renewals;
    });
    assert.equal(renewed, (await issued(2)).token);
    assert.notEqual(renewed, credential.token);

    await page.getByRole('button', { name: 'Mute', exact: true }).click();
    await eventually('Agora is told of the mute', async () => (await staff.told('setMuted')).some(([, kind, muted]) => kind === 'audio' && muted));
    await page.getByRole('button', { name: 'Hang up', exact: true }).click();
    await eventually('Agora is left', async () => (await staff.told('leave')).length === 1);
    await eventually('camera and microphone are given back', async () => (await devicesInUse(page)).length === 0);
    assert.deepEqual(staff.complaints, []);
  } finally {
    await staff.close();
  }
});

test('what Agora does not take is told beside the call, which counts on', { skip, timeout: 180_000 }, async () => {
  const patient = stage.patient();
  const phone = await stage.device(patient.id, { acknowledge: true });
  const staff = await staffAtConsole();
  try {
    const { page } = staff;
    await page.evaluate(() => { window.agoraRefuses = true; });
    await page.getByRole('searchbox', { name: 'Search people' }).fill(patient.id);
    await page.getByRole('button', { name: `Call ${patient.id} by video`, exact: true }).first().click();
    const { id } = await phone.told('call_invitation');
    await eventually('the page joins', async () => (await staff.told('join')).length === 1);
    await patient.rest.post(`/calls/session/${id}/token`, { role: 'AUDIENCE' });
    await page.evaluate(() => window.agoraSays('user-published', {}, 'audio'));
    const unheard = page.getByRole('alert').filter({ hasText: 'The other side cannot hear you yet' });
    await unheard.waitFor();
    await page.getByTestId('call-state').filter({ hasText: /^\d+:\d\d/ }).waitFor();
    await page.evaluate(() => { window.agoraRefuses = false; });
    await unheard.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Hang up', exact: true }).click();
    assert.deepEqual(staff.complaints, []);
  } finally {
    await staff.close();
  }
});

test('a page that an upgrade has left without the SDK says so, and loads itself again only when the call is closed', { skip, timeout: 180_000 }, async () => {
  const patient = stage.patient();
  const phone = await stage.device(patient.id, { acknowledge: true });
  const staff = await staffAtConsole();
  try {
    const { page } = staff;
    await staff.context.route(/\/assets\/agora-sdk-[^/]*\.js$/, (route) => route.fulfill({ status: 404, contentType: 'application/problem+json', body: '{}' }));
    await page.evaluate(() => { window.isBefore = true; });
    await page.getByRole('searchbox', { name: 'Search people' }).fill(patient.id);
    await page.getByRole('button', { name: `Call ${patient.id} by video`, exact: true }).first().click();
    await phone.told('call_invitation');
    await page.getByTestId('call-state').filter({ hasText: 'The connection for sound and picture could not be made' }).waitFor();
    assert.equal(await page.evaluate(() => window.isBefore), true);
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await eventually('the page is loaded again', () => page.evaluate(() => window.isBefore !== true));
    await page.getByRole('searchbox', { name: 'Search people' }).waitFor();
  } finally {
    await staff.close();
  }
});

test('the security policy lets pages reach Agora only where Agora carries the media', { skip }, async () => {
  const policy = (await fetch(`${stage.service.base}/`)).headers.get('content-security-policy');
  assert.match(policy, /connect-src [^;]*agora\.io/);
});

test('the SDK itself runs under the security policy of the pages', { skip }, async () => {
  const staff = await Person.at(browser);
  try {
    const page = await staff.open(`${stage.service.base}/`);
    const file = readdirSync(`${process.env.FAYO_WEB}/assets`).find((name) => /^agora-sdk-.*\.js$/.test(name));
    const state = await page.evaluate(async (url) => {
      const { default: sdk } = await import(url);
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
      const client = sdk.createClient({ mode: 'rtc', codec: 'vp8' });
      const tracks = [
        sdk.createCustomAudioTrack({ mediaStreamTrack: stream.getAudioTracks()[0] }),
        sdk.createCustomVideoTrack({ mediaStreamTrack: stream.getVideoTracks()[0] }),
      ];
      return [client.connectionState, ...tracks.map((track) => track.trackMediaType)];
    }, `/assets/${file}`);
    assert.deepEqual(state, ['DISCONNECTED', 'audio', 'video']);
    // Its players would style themselves; the pages have their own.
    assert.deepEqual(staff.complaints.filter((complaint) => !complaint.startsWith('Applying inline style')), []);
  } finally {
    await staff.close();
  }
});
