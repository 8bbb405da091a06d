// Nothing on the pages moves by itself under somebody's hand, in a real browser.
import assert from 'node:assert/strict';
import { noBrowser } from '../support/browser.mjs';
import { Stage } from '../support/stage.mjs';
import { answer, call, DIRECT, press, says, visitorsOf } from '../support/visitors.mjs';
import { newUser } from '../support/tokens.mjs';

const MOST_SHIFT = 0.05;

const stage = Stage.shared(DIRECT, { start: !noBrowser });
const { scene, arrive, staffAtConsole, patientAtPhone } = visitorsOf(stage);

// Runs in the page: sums up what moves without having been touched half a second before, as browsers measure it.
function noteShifts() {
  window.shifted = 0;
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) window.shifted += value;
  }).observe({ type: 'layout-shift', buffered: true });
}

for (const [width, height] of [[390, 844], [768, 1024], [1440, 900]]) {
  scene(`pages at ${width} pixels keep everything in its place while they load, and when the other side hangs up`, async (test) => {
    for (let i = 0; i < 3; i++) await stage.staff().rest.call(newUser('patient'));
    const options = { viewport: { width, height }, script: noteShifts };
    const [staff, patient, watcher] = await Promise.all([
      staffAtConsole(options), patientAtPhone(options), arrive('monitor', { role: 'ADMIN', firstName: 'Wim', devices: [], ...options }),
    ]);
    await watcher.page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
    await watcher.page.getByRole('row').filter({ hasText: 'Calling' }).first().waitFor();
    await call(staff, patient);
    await answer(patient.page);
    for (const { page } of [staff, patient]) await says(page, /^\d+:\d\d/);
    await press(staff.page, 'Hang up');
    await says(patient.page, 'The other side hung up');
    for (const [name, { page }] of Object.entries({ console: staff, patient, monitor: watcher })) {
      // What has been drawn is told of with the next frame.
      await page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); }));
      const shifted = await page.evaluate(() => window.shifted);
      test.diagnostic(`${name}: ${shifted.toFixed(4)}`);
      assert.ok(shifted < MOST_SHIFT, `the ${name} page has shifted by ${shifted}`);
    }
  });
}
