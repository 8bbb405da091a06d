import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (file: string): string => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');

test('the example in the README is the one that is compiled', () => {
  expect(read('README.md')).toContain(`\`\`\`ts\n${read('example/main.ts')}\`\`\``);
});

test('the changelog and the README name the version of the package', () => {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  expect(/^## (\S+)/m.exec(read('CHANGELOG.md'))?.[1]).toBe(version);
  expect(read('README.md')).toContain(`fayo-calls-${version}.tgz`);
});
