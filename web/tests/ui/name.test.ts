import { describe, expect, it } from 'vitest';
import { initialsOf, shownName } from '../../src/ui/name';

describe('a name as it is shown', () => {
  it.each([
    ['Ada Lovelace', 'Ada Lovelace'],
    ['Nguyễn Thị Ánh', 'Nguyễn Thị Ánh'],
    ['👩‍⚕️ Dr. Ärzte', '👩‍⚕️ Dr. Ärzte'],
    ['  two\nlines\tand  spaces ', 'two lines and spaces'],
    ['Ada\u202eecaf\u202c', 'Ada ecaf'],
    ['\u2067hidden\u2069', 'hidden'],
    ['\u0000\u200f', ''],
  ])('%j is %j', (name, shown) => {
    expect(shownName(name)).toBe(shown);
  });

  it('from right to left does not move the words beside it', () => {
    expect(shownName('יעל לוי')).toBe('\u2068יעל לוי\u2069');
    expect(shownName('محمد علي')).toBe('\u2068محمد علي\u2069');
  });

  it('of any length can be read, and ends with its own signs', () => {
    expect(shownName('x'.repeat(5_000))).toBe(`${'x'.repeat(80)}…`);
    expect(shownName('🙂'.repeat(100))).toBe(`${'🙂'.repeat(80)}…`);
  });

  it('has no tower of marks', () => {
    expect(shownName(`A${'\u0301'.repeat(50)}da`)).toBe(`A${'\u0301'.repeat(4)}da`);
  });
});

describe('initials', () => {
  it.each([
    ['Ada Lovelace', 'AL'],
    ['ada', 'AD'],
    ['🙂 Ada', '🙂A'],
    ['👩‍⚕️ Ada', '👩‍⚕️A'],
    ['\u2068יעל לוי\u2069', 'יל'],
    ['', '?'],
  ])('of %j are %j', (name, initials) => {
    expect(initialsOf(name)).toBe(initials);
  });
});
