import { afterEach, describe, expect, it, vi } from 'vitest';
import { keptValues, outlivesReload } from '../../src/common/storage.ts';

afterEach(() => {
  keptValues('session').remove('key');
  vi.unstubAllGlobals();
});

function refuse(name: 'sessionStorage' | 'localStorage'): void {
  vi.stubGlobal(name, null);
  Object.defineProperty(globalThis, name, {
    configurable: true,
    get: () => {
      throw new Error('SecurityError');
    },
  });
}

describe('kept values', () => {
  it.each(['session', 'local'] as const)('last as long as the page where the browser refuses its storage (%s)', kind => {
    refuse(kind === 'session' ? 'sessionStorage' : 'localStorage');
    const values = keptValues(kind);
    expect(values.get('key')).toBeNull();
    values.set('key', 'value');
    expect(values.get('key')).toBe('value');
    values.remove('key');
    expect(values.get('key')).toBeNull();
  });

  it('last as long as the page where the storage is full, and it is known that a reload would lose them', () => {
    const full = (): never => {
      throw new Error('QuotaExceededError');
    };
    vi.stubGlobal('sessionStorage', { getItem: () => null, setItem: full, removeItem: () => undefined });
    const values = keptValues('session');
    expect(outlivesReload()).toBe(true);
    values.set('key', 'value');
    expect(values.get('key')).toBe('value');
    expect(outlivesReload()).toBe(false);
  });
});
