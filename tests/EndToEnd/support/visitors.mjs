// Staff and patients in browsers, at the console and at the patient's page, and what they do there.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { devicesInUse, launchBrowser, launchWithWindows, noBrowser, Person, seesTheOther, stopsReceiving } from './browser.mjs';
import { newUser, tokenFor } from './tokens.mjs';
import { eventually } from './wait.mjs';

/** Settings of a service that has the pages, and whose calls go from browser to browser. They ring until the slowest machine has got there. */
export const DIRECT = {
  Calls__RingTimeout: '00:03:00',
  AGORA_APP_ID: undefined, AGORA_APP_CERTIFICATE: undefined, Calls__Media: 'PeerToPeer', Calls__WebRoot: process.env.FAYO_WEB,
};

// One browser for all files of the process that ask for the same one.
const browsers = new Map();

function sharedBrowser(launch, words) {
  const key = [launch.name, ...words].join(' ');
  if (!browsers.has(key)) {
    const shared = {};
    before(async () => { shared.browser = noBrowser ? undefined : await launch(...words); });
    after(() => shared.browser?.close());
    browsers.set(key, shared);
  }
  return browsers.get(key);
}

/**
 * A browser, and ways for people to come to its pages.
 *
 * @param options `withWindows`: the browser is one in all respects; `browserArguments`: for Chromium; `base`: the address of the pages, where
 *   that is not the service's own
 */
export function visitorsOf(stage, { withWindows = false, browserArguments = [], base = () => stage.service.base } = {}) {
  const shared = sharedBrowser(withWindows ? launchWithWindows : launchBrowser, browserArguments);
  const people = [];

  /** Somebody on one of the pages, at the file's browser and address unless others are named; with `clock`, time goes on there as the test has it. */
  async function stranger(page, { browser: own = shared.browser, base: address = base(), clock = false, ...options } = {}) {
    const person = await Person.at(own, options);
    if (clock) await person.context.clock.install();
    people.push(person);
    person.page = await person.open(`${address}/${page}`);
    return person;
  }

  /** Someone with a name, signed in. */
  async function arrive(page, { role, firstName, id = newUser(firstName.toLowerCase()), ...options }) {
    const token = tokenFor(id, { role, firstName, lastName: id });
    return Object.assign(await stranger(`${page}#token=${token}`, options), { id, firstName, token });
  }

  async function staffAtConsole(options) {
    const staff = await arrive('', { role: 'ADMIN', firstName: 'Ada', ...options });
    await staff.page.getByRole('searchbox', { name: 'Search people' }).waitFor();
    return staff;
  }

  async function patientAtPhone(options) {
    const patient = await arrive('me', { role: 'PATIENT', firstName: 'Pat', viewport: { width: 390, height: 844 }, hasTouch: true, ...options });
    await patient.page.getByText('You can be called').waitFor();
    return patient;
  }

  // Whoever is left on a page would be rung, or be in a call, in the next test.
  async function everybodyLeaves() {
    const complaints = people.flatMap((person) => person.complaints);
    await Promise.all(people.splice(0).map((person) => person.close()));
    // A test that failed while the service was stopped would make all tests after it fail.
    if (stage.service && !stage.service.isRunning) await stage.service.start();
    assert.deepEqual(complaints, [], 'the pages must not complain of errors or of their own security policy');
  }

  /** A test in which people come to the pages; they leave at its end. */
  const scene = (name, play, { skip = noBrowser } = {}) => test(name, { skip, timeout: 240_000 }, async (context) => {
    try {
      await play(context);
    } finally {
      await everybodyLeaves();
    }
  });

  const sessionOf = async (person) => (await stage.rest(person.id).get('/calls/sessions')).body[0];

  return { scene, stranger, arrive, staffAtConsole, patientAtPhone, sessionOf };
}

/** Looks the other up in the list of people, and calls. */
export async function call(staff, other, kind = 'video') {
  await staff.page.getByRole('searchbox', { name: 'Search people' }).fill(other.id);
  await staff.page.getByRole('button', { name: `Call ${other.firstName} ${other.id} by ${kind}`, exact: true }).first().click();
  await staff.page.getByRole('dialog', { name: /Call with/ }).waitFor();
}

export const incoming = (page) => page.getByRole('dialog', { name: /Ada/ }).filter({ hasText: /Incoming/ });
export const answer = (page, how = 'Answer') => incoming(page).getByRole('button', { name: how, exact: true }).click();
export const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
export const remotePicture = (page) => page.getByTestId('remote-video');
export const isCovered = (page) => remotePicture(page).evaluate((video) => getComputedStyle(video).opacity === '0');
export const says = (page, words) => page.getByTestId('call-state').filter({ hasText: words }).waitFor();

/** A call that has got so far that both see each other. */
export async function talking(staff, patient) {
  await call(staff, patient);
  await answer(patient.page);
  await Promise.all([staff, patient].map(({ page }) => seesTheOther(page, remotePicture(page))));
}

/** Waits until these pages have given back their devices and closed their connections. */
export async function releaseEverything(...pages) {
  for (const page of pages) {
    await eventually('camera and microphone are given back', async () => (await devicesInUse(page)).length === 0);
    await stopsReceiving(page);
  }
}
