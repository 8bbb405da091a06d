// Answer, Decline and Hang up can be reached on every screen, upright, on its side and magnified, whoever calls by whatever name.
import assert from 'node:assert/strict';
import { noBrowser } from '../support/browser.mjs';
import { Stage } from '../support/stage.mjs';
import { newUser } from '../support/tokens.mjs';
import { DIRECT, says, visitorsOf } from '../support/visitors.mjs';

const stage = Stage.shared(DIRECT, { start: !noBrowser });
const { scene, patientAtPhone } = visitorsOf(stage);

// The last two are what is left of 667 x 331 and of 390 x 844 at 200 %.
const SIZES = [[320, 568], [390, 844], [667, 331], [768, 1024], [1440, 900], [333, 165], [195, 422]];

const NAMES = [
  'Ada',
  `${'Wolfeschlegelsteinhausenbergerdorff'.repeat(4)} ${'W'.repeat(120)}`,
  'د. محمد عبد الرحمن بن عبد العزيز آل سعود',
  '👩‍⚕️🏳️‍🌈 Zoë \u202eedils\u202c Ñandú',
  `Z${'\u0301\u0327'.repeat(200)}algo`,
];

/** Fails unless these buttons are on the screen, and a tap on their middle is theirs. */
async function canBeTapped(page, names, where) {
  for (const name of names) {
    const found = await page.getByRole('button', { name, exact: true }).last().evaluate((button) => {
      const { left, top, right, bottom, width, height } = button.getBoundingClientRect();
      const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      return { left, top, right, bottom, width, height, isHit: button.contains(hit) };
    });
    const { width, height } = page.viewportSize();
    const isInside = found.left >= 0 && found.top >= 0 && found.right <= width && found.bottom <= height;
    assert.ok(isInside && found.isHit, `${name}, ${where}, at ${width} x ${height}: ${JSON.stringify(found)}`);
    assert.ok(found.width >= 40 && found.height >= 40, `${name}, ${where}, is too small: ${JSON.stringify(found)}`);
  }
  const { overflow, text } = await page.evaluate(() => ({
    overflow: Math.max(...[document.querySelector('dialog[open]'), ...document.querySelectorAll('dialog[open] *')]
      .filter((element) => getComputedStyle(element).overflowX !== 'hidden' && getComputedStyle(element).overflowX !== 'visible')
      .map((element) => element.scrollWidth - element.clientWidth), 0),
    text: document.querySelector('dialog[open]').textContent,
  }));
  assert.ok(overflow <= 0, `${where} is wider than the screen by ${overflow} pixels`);
  assert.doesNotMatch(text, /[\u202a-\u202e]/);
}

const rung = (name) => stage.rest(newUser('staff'), { role: 'ADMIN', name });

for (const [index, name] of NAMES.entries()) {
  scene(`a ring, a call and a second ring of name ${index + 1} keep their buttons on every screen`, async () => {
    const { page, id } = await patientAtPhone({ viewport: { width: 390, height: 844 } });
    await rung(name).call(id, { callType: 'VIDEO' });
    await page.getByRole('dialog').filter({ hasText: 'Incoming' }).waitFor();
    for (const [width, height] of SIZES) {
      await page.setViewportSize({ width, height });
      await canBeTapped(page, ['Decline', 'Voice only', 'Answer', 'Stop ringing on this device'], 'the ring');
    }
    await page.getByRole('button', { name: 'Answer', exact: true }).click();
    await says(page, 'Waiting for the other side …');
    for (const [width, height] of SIZES) {
      await page.setViewportSize({ width, height });
      await canBeTapped(page, ['Mute', 'Turn camera off', 'Choose devices', 'Hang up'], 'the call');
    }
  });
}

scene('a second ring in a call keeps its buttons and those of the call on every screen', async () => {
  const { page, id } = await patientAtPhone({ viewport: { width: 390, height: 844 } });
  await rung('Ada').call(id, { callType: 'VOICE' });
  await page.getByRole('dialog').filter({ hasText: 'Incoming' }).waitFor();
  // Nobody is in the call by the record until its recipient has confirmed it, so that a second one still rings.
  await page.route('**/status', (route) => route.abort());
  await page.getByRole('button', { name: 'Answer', exact: true }).click();
  await says(page, /Waiting/);
  await rung(NAMES[1]).call(id, { callType: 'VIDEO' });
  await page.getByRole('alertdialog').waitFor();
  for (const [width, height] of SIZES) {
    await page.setViewportSize({ width, height });
    await canBeTapped(page, ['Hang up'], 'the call');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Decline' }).scrollIntoViewIfNeeded();
    await canBeTapped(page, ['Decline'], 'the second ring');
    await page.getByRole('alertdialog').getByRole('button', { name: 'End this call and answer' }).scrollIntoViewIfNeeded();
    await canBeTapped(page, ['End this call and answer'], 'the second ring');
  }
});
