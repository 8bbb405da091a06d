import { afterEach, describe, expect, it, vi } from 'vitest';
import { newId } from '../../src/common/ids.ts';

afterEach(() => vi.unstubAllGlobals());

describe('newId', () => {
  it('is a UUID of version 4, another one each time, also where the browser makes none', () => {
    const real = crypto;
    vi.stubGlobal('crypto', { getRandomValues: (bytes: Uint8Array<ArrayBuffer>) => real.getRandomValues(bytes) });
    const ids = Array.from({ length: 100 }, newId);
    expect(new Set(ids).size).toBe(100);
    ids.forEach(id => expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/));
  });
});
