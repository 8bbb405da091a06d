import { describe, expect, it } from 'vitest';
import { Backoff } from '../../src/common/backoff.ts';

describe('Backoff', () => {
  it('doubles up to the longest wait', () => {
    const backoff = new Backoff({ initialMs: 100, maxMs: 500, random: () => 0.999_999 });
    expect([1, 2, 3, 4, 5].map(() => Math.round(backoff.next()))).toEqual([100, 200, 400, 500, 500]);
  });

  it('draws each wait from the upper half of its span', () => {
    const backoff = new Backoff({ initialMs: 100, maxMs: 500, random: () => 0 });
    expect([backoff.next(), backoff.next()]).toEqual([50, 100]);
  });

  it('stays finite after very many attempts', () => {
    const backoff = new Backoff({ initialMs: 100, maxMs: 500, random: () => 0 });
    Array.from({ length: 5_000 }, () => backoff.next());
    expect(backoff.next()).toBe(250);
  });

  it('begins anew after a success', () => {
    const backoff = new Backoff({ initialMs: 100, random: () => 0 });
    backoff.next();
    backoff.next();
    backoff.reset();
    expect(backoff.next()).toBe(50);
  });
});
