// Whether buttons can be reached on a screen.
import assert from 'node:assert/strict';

/** Fails unless these buttons are on the screen, and a tap on their middle is theirs. */
export async function canBeTapped(page, names, where) {
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
