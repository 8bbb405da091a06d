// Answer, Decline and Hang up can be reached on every screen, upright, on its side and magnified, whoever calls by whatever name; and who that is can be read.
import assert from 'node:assert/strict';
import { noBrowser } from '../support/browser.mjs';
import { canBeRead, canBeTapped } from '../support/reach.mjs';
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

const rung = (name) => stage.rest(newUser('staff'), { role: 'ADMIN', name });

for (const [index, name] of NAMES.entries()) {
  scene(`a ring, a call and a second ring of name ${index + 1} keep their buttons on every screen`, async () => {
    const { page, id } = await patientAtPhone({ viewport: { width: 390, height: 844 } });
    await rung(name).call(id, { callType: 'VIDEO' });
    await page.getByRole('dialog').filter({ hasText: 'Incoming' }).waitFor();
    for (const [width, height] of SIZES) {
      await page.setViewportSize({ width, height });
      await canBeTapped(page, ['Decline', 'Voice only', 'Answer', 'Stop ringing on this device'], 'the ring');
      for (const words of ['#incoming-name', '#incoming-kind']) await canBeRead(page, words, 'the ring');
    }
    await page.getByRole('button', { name: 'Answer', exact: true }).click();
    await says(page, 'Waiting for the other side …');
    for (const [width, height] of SIZES) {
      await page.setViewportSize({ width, height });
      await canBeTapped(page, ['Mute', 'Turn camera off', 'Choose devices', 'Hang up'], 'the call');
    }
  });
}

scene('a ring that cannot be answered without a microphone says so, and still by whom it is', async () => {
  const { page, id } = await patientAtPhone({ devices: [] });
  for (const [width, height] of SIZES) {
    await page.setViewportSize({ width, height });
    const right = await page.getByRole('button', { name: 'Sign out' }).evaluate((button) => button.getBoundingClientRect().right);
    assert.ok(right <= width, `Sign out, at ${width} x ${height}: ${right}`);
  }
  await rung(NAMES[1]).call(id, { callType: 'VOICE' });
  await page.getByRole('dialog').filter({ hasText: 'Incoming' }).waitFor();
  await page.getByRole('button', { name: 'Answer', exact: true }).click();
  await page.getByRole('dialog').filter({ hasText: 'This page may not use the microphone' }).waitFor();
  for (const [width, height] of SIZES) {
    await page.setViewportSize({ width, height });
    await canBeTapped(page, ['Decline', 'Answer', 'Stop ringing on this device'], 'the refused ring');
    await canBeRead(page, '#incoming-name', 'the refused ring');
  }
});

scene('a second ring in a call keeps its buttons and those of the call on every screen', async () => {
  const { page, id } = await patientAtPhone({ viewport: { width: 390, height: 844 } });
  await rung('Ada').call(id, { callType: 'VIDEO' });
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
    await page.locator('.second-ring-who').scrollIntoViewIfNeeded();
    await canBeRead(page, '.second-ring-who > span', 'the second ring');
    const [own, ring] = await Promise.all(['.own-picture', '.second-ring'].map((part) => page.locator(part).boundingBox()));
    if (width >= 320 && height > 480) assert.ok(own.y + own.height <= ring.y || own.x >= ring.x + ring.width, `the own picture is covered at ${width} x ${height}`);
  }
});
