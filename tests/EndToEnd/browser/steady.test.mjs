// Nothing on the pages moves by itself under somebody's hand, in a real browser.
import assert from 'node:assert/strict';
import { noBrowser } from '../support/browser.mjs';
import { Stage } from '../support/stage.mjs';
import { answer, call, DIRECT, press, says, visitorsOf } from '../support/visitors.mjs';
import { newUser } from '../support/tokens.mjs';

const MOST_SHIFT = 0.05;

const stage = Stage.shared(DIRECT, { start: !noBrowser });
const { scene, arrive, staffAtConsole, patientAtPhone } = visitorsOf(stage);

// Runs in the page: keeps what moves without having been touched half a second before, as browsers measure it.
function noteShifts() {
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, startTime } of list.getEntries()) if (!hadRecentInput) window.shifts.push({ value, startTime });
  }).observe({ type: 'layout-shift', buffered: true });
}

// What has been drawn is told of with the next frame.
const drawn = (page) => page.evaluate(() => new Promise((resolve) => {
  requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now())));
}));

/** Does what somebody does at a page, and leaves out what moves until the result shows: on a slow machine that is later than half a second. */
async function act(page, deed) {
  const from = await drawn(page);
  await deed();
  const until = await drawn(page);
  await page.evaluate(([start, end]) => {
    window.shifts = window.shifts.filter(({ startTime }) => startTime < start || startTime > end);
  }, [from, until]);
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
    await act(staff.page, () => call(staff, patient));
    await act(patient.page, async () => {
      await answer(patient.page);
      await says(patient.page, /^\d+:\d\d/);
    });
    await says(staff.page, /^\d+:\d\d/);
    await act(staff.page, async () => {
      await press(staff.page, 'Hang up');
      await says(staff.page, 'You hung up');
    });
    await says(patient.page, 'The other side hung up');
    for (const [name, { page }] of Object.entries({ console: staff, patient, monitor: watcher })) {
      await drawn(page);
      const shifted = await page.evaluate(() => window.shifts.reduce((sum, { value }) => sum + value, 0));
      test.diagnostic(`${name}: ${shifted.toFixed(4)}`);
      assert.ok(shifted < MOST_SHIFT, `the ${name} page has shifted by ${shifted}`);
    }
  });
}
