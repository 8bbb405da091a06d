// A real Chromium with fake cameras and microphones: a green picture with a moving clock, and a beep each second.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { chromium, firefox } from 'playwright-core';
import { eventually, PATIENCE_MS } from './wait.mjs';

const executablePath = process.env.FAYO_CHROMIUM;

/** Why the tests in a browser cannot run; false when they can. */
export const noBrowser = executablePath ? false : 'there is no Chromium here: set FAYO_CHROMIUM, or run as root on Debian';

// Chromium as root has no sandbox, and must not look for anything outside of this machine.
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-device-for-media-stream',
  '--allow-loopback-in-peer-connection',
  '--autoplay-policy=no-user-gesture-required',
];

/** Starts a browser; the caller closes it. Pages that use camera and microphone may always use both. */
export const launchBrowser = (...more) => {
  const shell = process.env.FAYO_HEADLESS_SHELL;
  return shell
    // Without windows it cannot ask for devices, and refuses them unless it is told otherwise.
    ? chromium.launch({ executablePath: shell, args: [...ARGUMENTS, '--use-fake-ui-for-media-stream', ...more] })
    : launchWithWindows(...more);
};

/**
 * Starts a browser that is one in all respects, such as refusing devices and showing notifications: it has windows, though nobody sees
 * them, and takes longer. The caller closes it.
 */
export const launchWithWindows = (...more) => chromium.launch({ executablePath, args: [...ARGUMENTS, ...more] });

/** Why the tests in Firefox cannot run; false when they can. */
export const noFirefox = process.env.FAYO_FIREFOX ? false : 'there is no Firefox here: set FAYO_FIREFOX, or run as root on Debian';

// A microphone that hums and a camera whose picture is of one colour that changes, both without asking; and calls within this machine.
const FIREFOX_PREFERENCES = {
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  'media.peerconnection.ice.loopback': true,
  'media.peerconnection.ice.obfuscate_host_addresses': false,
  'media.autoplay.default': 0,
};

/** Starts Firefox, which Playwright drives by WebDriver BiDi; the caller closes it. */
export const launchFirefox = () => firefox.launch({
  channel: 'moz-firefox', executablePath: path.join(import.meta.dirname, 'firefox-bridge.mjs'), firefoxUserPrefs: FIREFOX_PREFERENCES, timeout: 2 * PATIENCE_MS,
});

// Runs in the page before its own scripts: keeps what the page makes, so that a test can look at it.
function keepMedia() {
  const kept = { connections: [], tracks: [] };
  window.keptMedia = kept;
  const Connection = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Connection {
    constructor(...options) {
      super(...options);
      kept.connections.push(this);
    }
  };
  const devices = navigator.mediaDevices;
  const getUserMedia = devices?.getUserMedia.bind(devices);
  if (getUserMedia) {
    devices.getUserMedia = async (constraints) => {
      const stream = await getUserMedia(constraints);
      kept.tracks.push(...stream.getTracks());
      return stream;
    };
  }
}

/**
 * A person at a browser: a context of their own (storage, permissions). `complaints` holds every error that the pages report.
 */
export class Person {
  complaints = [];

  /**
   * @param options `devices`: what the person lets pages use; `script`: a function that runs in each page before its own scripts;
   *   the others are those of Playwright's newContext
   */
  static async at(browser, { devices = ['camera', 'microphone'], script, ...options } = {}) {
    const context = await browser.newContext({ permissions: devices, ...options });
    context.setDefaultTimeout(2 * PATIENCE_MS);
    await context.addInitScript(keepMedia);
    if (script) await context.addInitScript(script);
    return new Person(context);
  }

  constructor(context) {
    this.context = context;
  }

  /** A new tab. */
  async open(url) {
    const page = await this.context.newPage();
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      if (/Content Security Policy|Uncaught/i.test(message.text())) this.complaints.push(message.text());
    });
    await page.goto(url);
    return page;
  }

  close() {
    return this.context.close();
  }
}

/** What a page receives from the other side at this moment: decoded frames, and the energy of all sound so far. */
export const received = (page) => page.evaluate(async () => {
  const sum = { frames: 0, audio: 0 };
  for (const connection of window.keptMedia.connections.filter((each) => each.connectionState === 'connected')) {
    for (const stat of (await connection.getStats()).values()) {
      if (stat.type !== 'inbound-rtp') continue;
      if (stat.kind === 'video') sum.frames += stat.framesDecoded ?? 0;
      if (stat.kind === 'audio') sum.audio += stat.totalAudioEnergy ?? 0;
    }
  }
  return sum;
});

/** Waits until the page sees a moving picture of the other side. */
export async function seesTheOther(page, video) {
  const before = await received(page);
  await eventually('frames of the other side are decoded', async () => (await received(page)).frames > before.frames + 5);
  const picture = () => video.evaluate((element) => {
    const canvas = new OffscreenCanvas(64, 48);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    context.drawImage(element, 0, 0, 64, 48);
    return [...context.getImageData(0, 0, 64, 48).data];
  });
  const first = await picture();
  await eventually('the picture moves', async () => (await picture()).some((value, index) => Math.abs(value - first[index]) > 8));
  if (new Set(first).size < 8) throw new Error('The picture is of one colour.');
}

/** Waits until the page hears the other side. */
export async function hearsTheOther(page) {
  const before = await received(page);
  await eventually('sound of the other side is heard', async () => (await received(page)).audio > before.audio + 1e-5);
}

/** The kinds of the tracks that the page took from camera and microphone and has not given back. */
export const devicesInUse = (page) => page.evaluate(() =>
  window.keptMedia.tracks.filter((track) => track.readyState === 'live').map((track) => track.kind).sort());

/** Waits until the page has no connection to another one any more. */
export const stopsReceiving = (page) => eventually('every connection to the other side is closed', () => page.evaluate(() =>
  window.keptMedia.connections.every((connection) => connection.connectionState === 'closed')));

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds on the page that is serious or critical, a line each. */
export async function findSeriousFaults(page) {
  // Not as a script tag, which the page's own security policy forbids.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html}`));
}
