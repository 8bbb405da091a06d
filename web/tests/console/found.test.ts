import { describe, expect, it } from 'vitest';
import type { DirectoryPage } from '@fayo/calls';
import { withPage, type Found } from '../../src/console/found';

const pageOf = (ids: string, nextPage: number | null, online = false): DirectoryPage => ({
  items: Array.from(ids).map(id => ({ id, firstName: null, lastName: null, role: null, phone: null, online, devices: 0 })),
  nextPage,
});
const idsIn = (found: Found): string => found.users.map(({ id }) => id).join('');
const first = withPage(undefined, { search: '', page: 1 }, pageOf('ab', 2));
const both = withPage(first, { search: '', page: 2 }, pageOf('cd', 3));

describe('withPage', () => {
  it('puts one page after the other, and tells whether there are more', () => {
    expect([idsIn(first), first.more]).toEqual(['ab', true]);
    expect([idsIn(both), both.more]).toEqual(['abcd', true]);
    expect(withPage(both, { search: '', page: 3 }, pageOf('e', null)).more).toBe(false);
  });

  it('takes a page anew without losing the others', () => {
    const found = withPage(both, { search: '', page: 1 }, pageOf('ab', 2, true));
    expect(found.users.map(({ online }) => online)).toEqual([true, true, false, false]);
    expect(found.more).toBe(true);
  });

  it('shows nobody twice whom somebody new has moved on to the next page', () => {
    expect(idsIn(withPage(both, { search: '', page: 2 }, pageOf('bc', 3)))).toBe('abc');
  });

  it('ends where a page is the last one now', () => {
    const found = withPage(both, { search: '', page: 1 }, pageOf('ab', null));
    expect([idsIn(found), found.more]).toEqual(['ab', false]);
  });

  it('begins anew with another search', () => {
    expect(idsIn(withPage(both, { search: 'x', page: 1 }, pageOf('x', null)))).toBe('x');
  });
});
