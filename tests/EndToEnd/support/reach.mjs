// Whether buttons can be reached, and words be read, on a screen.
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

/** Fails unless the first and the last line of this element are on the screen, and nothing covers them. */
export async function canBeRead(page, selector, where) {
  const found = await page.locator(selector).evaluate((element) => {
    const { left, right, top, bottom, height } = element.getBoundingClientRect();
    const isSeen = (y) => element.contains(document.elementFromPoint((left + right) / 2, y));
    return { top, bottom, height, isSeen: isSeen(top + 8) && isSeen(bottom - 8) };
  });
  const { width, height } = page.viewportSize();
  assert.ok(found.height >= 16 && found.isSeen, `${selector}, ${where}, at ${width} x ${height}: ${JSON.stringify(found)}`);
}
