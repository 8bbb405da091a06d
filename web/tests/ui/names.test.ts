import { describe, expect, it } from 'vitest';
import type { CallSession } from '@fayo/calls';
import { namesOfCallers, noNames, otherName } from '../../src/ui/call/names';

const session = (change: Partial<CallSession>): CallSession =>
  ({
    id: 'call-1',
    initiatorId: 'ada',
    initiatorName: 'Ada Lovelace',
    recipientId: 'ben',
    metadata: { initiatorName: 'Chief physician', recipientName: 'Somebody' },
    ...change,
  }) as CallSession;

describe('the name of the other side', () => {
  it("is what the page knows, else the name in the caller's token, else the id", () => {
    expect(otherName(session({}), 'ben', () => 'Dr. Ada')).toBe('Dr. Ada');
    expect(otherName(session({}), 'ben', noNames)).toBe('Ada Lovelace');
    expect(otherName(session({ initiatorName: null }), 'ben', noNames)).toBe('ada');
    expect(otherName(session({ recipientId: null }), 'ada', noNames)).toBe('Nobody yet');
  });

  it('is never what the caller wrote into the call', () => {
    expect(otherName(session({ initiatorName: null }), 'ben', noNames)).not.toContain('physician');
    expect(otherName(session({}), 'ada', noNames)).toBe('ben');
  });

  it('is remembered of those who have called', () => {
    const names = namesOfCallers([session({}), session({ initiatorId: 'eve', initiatorName: null })]);
    expect(names('ada')).toBe('Ada Lovelace');
    expect(names('eve')).toBeUndefined();
  });
});
