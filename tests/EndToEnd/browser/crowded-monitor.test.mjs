// Ten thousand open calls in the monitor, in a real browser: it counts them, goes through them and stays quick.
import assert from 'node:assert/strict';
import { noBrowser } from '../support/browser.mjs';
import { insertOpenCalls } from '../support/open-calls.mjs';
import { Stage } from '../support/stage.mjs';
import { DIRECT, visitorsOf } from '../support/visitors.mjs';
import { newUser } from '../support/tokens.mjs';
import { eventually, stoodStillSince } from '../support/wait.mjs';

const CALLS = 10_000;
// Generous, for machines that do other things besides; all rows instead of those in sight take many seconds.
const MOST_ROWS = 60;
const ANSWERS_WITHIN_MS = 500;
const CHANGES_MS = 5000;
const FEWEST_CHANGES = 20;
const LONGEST_TASK_MS = 500;
const LONG_TASKS_MS = 2500;

const stage = Stage.forThisFile(DIRECT, { start: !noBrowser, prepare: ({ database }) => insertOpenCalls(database, CALLS) });
const { scene, arrive } = visitorsOf(stage);

const rows = (page) => page.getByRole('row').filter({ has: page.getByRole('gridcell') });

async function watch() {
  const { page } = await arrive('monitor', { role: 'ADMIN', firstName: 'Wim', devices: [], viewport: { width: 1440, height: 900 } });
  await page.getByText('10,000 open', { exact: true }).waitFor();
  return page;
}

// Runs in the page: fills a field as somebody who pastes or chooses does, and tells how long it takes until the screen shows either
// one row, with `left` in it, or none where that is null.
function answerTo(field, { value, left }) {
  const setValue = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), 'value').set;
  const start = performance.now();
  setValue.call(field, value);
  field.dispatchEvent(new Event(field instanceof HTMLSelectElement ? 'change' : 'input', { bubbles: true }));
  return new Promise((resolve) => {
    const look = () => {
      const found = document.querySelectorAll('[data-call]');
      const isThere = left === null ? found.length === 0 : found.length === 1 && found[0].textContent.includes(left);
      if (isThere) resolve(performance.now() - start);
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}

scene('ten thousand open calls are counted, and only the rows in sight exist', async () => {
  const page = await watch();
  assert.equal(await page.getByRole('grid').getAttribute('aria-rowcount'), String(CALLS + 1));
  await rows(page).first().focus();
  for (const [key, row] of [['End', CALLS], ['Home', 1], ['ArrowDown', 2], ['End', CALLS], ['ArrowUp', CALLS - 1]]) {
    await page.keyboard.press(key);
    await eventually(`row ${row} has the focus after ${key} and is in sight`, () => page.evaluate((index) => {
      const row = document.activeElement;
      const [at, sight] = [row, document.querySelector('.call-scroller')].map((element) => element.getBoundingClientRect());
      return row.ariaRowIndex === index && at.top >= sight.top - 1 && at.bottom <= sight.bottom + 1;
    }, String(row + 1)));
    const count = await rows(page).count();
    assert.ok(count > 0 && count <= MOST_ROWS, `${count} rows exist after ${key}`);
  }
});

scene('a search among ten thousand open calls answers while one types', async (test) => {
  const page = await watch();
  const search = page.getByRole('searchbox');
  const took = [];
  const measure = async (field, change) => {
    const started = Date.now();
    took.push(await field.evaluate(answerTo, change) - stoodStillSince(started));
  };
  for (const words of ['recipient 9999', 'initiator 4711', 'recipient 10000']) await measure(search, { value: words, left: words });
  await page.getByText('1 of 10,000 open').waitFor();
  await search.fill('');
  await page.getByText('10,000 open', { exact: true }).waitFor();
  await measure(page.getByRole('combobox', { name: 'Status' }), { value: 'pending', left: null });
  await page.getByText('No call matches').waitFor();
  test.diagnostic(`the rows looked for are left after ${took.map(Math.round).join(', ')} ms`);
  assert.ok(Math.max(...took) < ANSWERS_WITHIN_MS, `${took}`);
});

scene('while calls come and go among ten thousand, the page stays free for whoever uses it', async (test) => {
  const page = await watch();
  await page.evaluate(() => {
    window.longTasks = [];
    new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: 'longtask' });
  });
  let changes = 0;
  const started = Date.now();
  await Promise.all(Array.from({ length: 4 }, async () => {
    const { rest } = stage.staff();
    while (Date.now() - started < CHANGES_MS + stoodStillSince(started)) {
      const { session } = await rest.call(newUser('patient'));
      await rest.status(session.id, 'CANCELLED');
      changes += 2;
    }
  }));
  const last = stage.staff();
  const { session } = await last.rest.call(newUser('patient'));
  await rows(page).filter({ hasText: last.id }).waitFor();
  const tasks = await page.evaluate(() => window.longTasks);
  const sum = tasks.reduce((all, each) => all + each, 0);
  test.diagnostic(`${changes} changes; long tasks: ${tasks.length}, ${Math.round(sum)} ms in all, longest ${Math.round(Math.max(0, ...tasks))} ms`);
  assert.ok(changes >= FEWEST_CHANGES, `${changes} changes`);
  const stoodStill = stoodStillSince(started);
  assert.ok(Math.max(0, ...tasks) < LONGEST_TASK_MS + stoodStill && sum < LONG_TASKS_MS + stoodStill, `long tasks of ${tasks.map(Math.round)} ms`);
  await last.rest.status(session.id, 'CANCELLED');
});
