import { expect, test } from 'vitest';
import { linePath, niceTop } from '../../src/monitor/charts/scale';

test('the top of a scale is a round number that no value is above', () => {
  expect([0, 1, 3, 7, 10, 11, 480].map(value => niceTop(value))).toEqual([1, 1, 5, 10, 10, 20, 500]);
  expect([0, 1400, 13_000].map(value => niceTop(value, 1000))).toEqual([1000, 2000, 20_000]);
});

test('a line is broken where nothing is known, and a value alone is a dot', () => {
  expect(linePath([0, 5, null, 10, null], 10)).toBe('M0 100L1 50M3 0h0');
});

test('the running minute is drawn at its own place', () => expect(linePath([5, 10], 10, 58)).toBe('M58 50L59 0'));
