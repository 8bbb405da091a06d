import { CallsRest } from '@fayo/calls';
import { describe, expect, it } from 'vitest';
import { fetchPushKey } from '../../src/patient/push/push-device';

/** What the page makes of an answer to its question for the service's key. */
function keyIn(answer: () => Response): Promise<string | null> {
  const rest = new CallsRest({
    base: 'https://calls.example/',
    token: () => 'jwt',
    fetch: () => Promise.resolve(answer()),
    wait: () => Promise.resolve(),
  });
  return fetchPushKey(rest, new AbortController().signal);
}

describe('the key that a browser subscribes to', () => {
  it('is there, or is not where the service says so', async () => {
    expect(await keyIn(() => Response.json({ key: 'BFc2' }))).toBe('BFc2');
    const off = { status: 404, headers: { 'Content-Type': 'application/problem+json' } };
    expect(await keyIn(() => Response.json({ code: 'push_off', detail: '' }, off))).toBeNull();
  });

  it.each([
    ['a page with 404', () => new Response('<html>', { status: 404 })],
    ['JSON with 404', () => Response.json({ code: 'no_route' }, { status: 404 })],
    ['JSON with 200', () => Response.json({})],
  ])('is not known where a gateway answers with %s', async (_, answer) => {
    await expect(keyIn(answer)).rejects.toMatchObject({ code: 'bad_answer', isTransient: true });
  });
});
