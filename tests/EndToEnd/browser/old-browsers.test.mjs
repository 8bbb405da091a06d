// The pages without what browsers have got later than those that docs/web.md promises, and without storage.
import assert from 'node:assert/strict';
import { noBrowser, seesTheOther } from '../support/browser.mjs';
import { Stage } from '../support/stage.mjs';
import { answer, call, DIRECT, press, remotePicture, says, visitorsOf } from '../support/visitors.mjs';

const stage = Stage.shared(DIRECT, { start: !noBrowser });
const { scene, arrive, staffAtConsole, patientAtPhone } = visitorsOf(stage);

// Runs in the page: takes away what Chrome 95, Firefox 115 or Safari 15.4 do not have.
function beOld() {
  const take = (owner, ...names) => names.forEach((name) => { delete owner[name]; });
  take(AbortSignal, 'timeout', 'any');
  take(AbortSignal.prototype, 'throwIfAborted');
  take(Array, 'fromAsync');
  take(Array.prototype, 'findLast', 'findLastIndex', 'toReversed', 'toSorted', 'toSpliced', 'with', 'group');
  take(Crypto.prototype, 'randomUUID');
  take(Document.prototype, 'startViewTransition');
  take(Element.prototype, 'checkVisibility', 'setHTMLUnsafe');
  take(HTMLMediaElement.prototype, 'setSinkId');
  take(HTMLDialogElement.prototype, 'requestClose');
  take(HTMLElement.prototype, 'popover', 'showPopover');
  take(Intl, 'Segmenter', 'DurationFormat');
  take(Map, 'groupBy');
  take(Navigator.prototype, 'userActivation', 'permissions', 'wakeLock', 'setAppBadge');
  take(Object, 'groupBy');
  take(Promise, 'withResolvers', 'try');
  take(Set.prototype, 'union', 'intersection', 'difference', 'isSubsetOf');
  take(String.prototype, 'isWellFormed', 'toWellFormed');
  take(URL, 'canParse', 'parse');
  take(URLSearchParams.prototype, 'size');
  take(window, 'structuredClone', 'scheduler', 'navigation', 'CloseWatcher', 'Iterator', 'requestIdleCallback');
}

// Runs in the page: what a browser does that keeps nothing for this site.
function refuseStorage() {
  for (const name of ['sessionStorage', 'localStorage', 'indexedDB', 'caches']) {
    Object.defineProperty(window, name, {
      configurable: true,
      get() { throw new DOMException('The operation is insecure.', 'SecurityError'); },
    });
  }
}

for (const [what, script] of [['the oldest supported browsers', beOld], ['a browser that keeps nothing', refuseStorage]]) {
  scene(`${what}: both sides call, answer, see each other and hang up`, async () => {
    const [staff, patient] = await Promise.all([staffAtConsole({ script }), patientAtPhone({ script })]);
    await call(staff, patient);
    await answer(patient.page);
    for (const { page } of [staff, patient]) await seesTheOther(page, remotePicture(page));
    await press(patient.page, 'Choose devices');
    await press(patient.page, 'Done');
    await press(patient.page, 'Mute');
    await staff.page.getByText('has muted the microphone').waitFor();
    await press(patient.page, 'Hang up');
    await says(staff.page, 'The other side hung up');
    assert.equal((await stage.rest(staff.id).get('/calls/sessions')).body.length, 0);
  });
}

scene('a browser without WebRTC: its user is told at once that no call can be answered, and is not called ready', async () => {
  const { page } = await arrive('me', { role: 'PATIENT', firstName: 'Pat', script: () => { delete window.RTCPeerConnection; } });
  await page.getByText('No call can be made or answered here: this browser has no WebRTC, or it is turned off.').waitFor();
  await page.getByText('Calls ring here, but cannot be answered here.').waitFor();
  assert.equal(await page.getByText('You can be called').count(), 0);
});
