import { describe, expect, it } from 'vitest';
import { pushCapability } from '../../src/patient/push/capability';
import { pushTexts, type PushState } from '../../src/patient/push/readiness';
import { withReturn } from '../../src/ui/sign-in/useSignInAddress';

describe('the readiness card', () => {
  it.each<PushState>([
    { kind: 'off' },
    { kind: 'insecure' },
    { kind: 'install-first' },
    { kind: 'unsupported' },
    { kind: 'denied' },
    { kind: 'failed', problem: null },
  ])('never promises a ring that does not come: $kind', state => {
    const texts = pushTexts(state)!;
    expect(texts.good).toBe(false);
    expect(texts.title).toMatch(/^(Does not ring while|Rings only while)/);
  });

  it('asks in words before the browser does', () => {
    const { detail, action } = pushTexts({ kind: 'ask' })!;
    expect(detail).toContain('choose “Allow”');
    expect(action).toEqual({ does: 'turn-on', label: 'Let this phone ring' });
  });

  it.each(['denied', 'install-first', 'unsupported', 'insecure', 'off'] as const)('offers no button that could do nothing: %s', kind => {
    expect(pushTexts({ kind })!.action).toBeNull();
  });

  it('offers the test, and says when it did not arrive', () => {
    expect(pushTexts({ kind: 'on', test: 'none' })!.action?.label).toBe('Ring this phone now');
    expect(pushTexts({ kind: 'on', test: 'silent' })).toMatchObject({
      good: false,
      detail: expect.stringContaining('Nothing has arrived') as string,
    });
    expect(pushTexts({ kind: 'on', test: 'none', problem: 'No service.' })).toMatchObject({ good: false, detail: 'No service.' });
  });
});

describe('what a browser can do', () => {
  it.each([
    ['possible', { isSecure: true, hasPush: true, standalone: undefined }],
    ['possible', { isSecure: true, hasPush: true, standalone: true }],
    ['install-first', { isSecure: true, hasPush: false, standalone: false }],
    ['unsupported', { isSecure: true, hasPush: false, standalone: true }],
    ['unsupported', { isSecure: true, hasPush: false, standalone: undefined }],
    ['insecure', { isSecure: false, hasPush: false, standalone: undefined }],
  ])('is %s with %o', (capability, browser) => {
    expect(pushCapability(browser)).toBe(capability);
  });
});

describe('where people sign in', () => {
  it('knows the way back to the page', () => {
    expect(withReturn('https://portal.example/login?next={page}', 'https://calls.example/app/me')).toBe(
      'https://portal.example/login?next=https%3A%2F%2Fcalls.example%2Fapp%2Fme',
    );
    expect(withReturn('https://portal.example/login', 'https://calls.example/me')).toBe('https://portal.example/login');
  });
});
