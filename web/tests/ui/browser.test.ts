import { expect, it } from 'vitest';
import { capableBrowser } from '../../src/ui/browser';

it.each([
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 15_8 like Mac OS X) AppleWebKit/605.1.15 [FBAN/FBIOS;FBAV/450.0]', 'Safari'],
  ['Mozilla/5.0 (Linux; Android 9; SM-J330F; wv) AppleWebKit/537.36 Chrome/95.0.4638.74 Mobile Safari/537.36 Instagram 300', 'Chrome'],
  ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36', 'Chrome, Firefox or Safari'],
])('a browser without a microphone for pages, %s, sends people to %s', (userAgent, browser) => {
  expect(capableBrowser(userAgent)).toBe(browser);
});
