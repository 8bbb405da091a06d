import { expect, it } from 'vitest';
import { versionOf } from '../../src/ui/renewal/version';

it('takes the scripts of a page as its version, in whichever order and form they are named', () => {
  const page = '<script type="module" src="./assets/me-A.js"></script><link rel="modulepreload" href="./assets/ui-B.js">';
  expect(versionOf(page)).toBe('assets/me-A.js assets/ui-B.js');
  expect(versionOf('"./assets/ui-B.js" "./assets/me-A.js"')).toBe(versionOf(page));
  expect(versionOf(page.replace('ui-B', 'ui-C'))).not.toBe(versionOf(page));
});
