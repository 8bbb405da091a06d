import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Visit } from '../../src/ui/sign-in/visit';

type Answer = () => Response | Promise<Response>;

const is =
  (id: string): Answer =>
  () =>
    Response.json({ id });
const demo =
  (token: string): Answer =>
  () =>
    Response.json({ token });
const refuses =
  (status: number): Answer =>
  () =>
    Response.json(
      { code: { 401: 'unauthorized', 503: 'unavailable' }[status] ?? 'not_found', detail: '' },
      { status, headers: { 'Content-Type': 'application/problem+json' } },
    );

let kept: string;

/** Alice's visit with the token `old`; the service answers each token, and each request for a demo token, as it is told to. */
function setUp(answers: Readonly<Record<string, Answer>>) {
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (url: URL, { headers, signal }: { headers: Record<string, string>; signal: AbortSignal | null }) => {
    const name = url.pathname.endsWith('/demo/token') ? 'demo' : headers['Authorization']!.replace('Bearer ', '');
    asked.push(name);
    const answer = await answers[name]!();
    signal?.throwIfAborted();
    return answer;
  });
  const visit = new Visit('old');
  visit.userId = 'alice';
  return { visit, asked };
}

function later() {
  let answer!: (response: Response) => void;
  const response = new Promise<Response>(resolve => {
    answer = resolve;
  });
  return { answer, asked: () => response };
}

beforeEach(() => {
  kept = 'old';
  vi.useFakeTimers();
  vi.stubGlobal('document', { baseURI: 'https://calls.example/' });
  vi.stubGlobal('location', { search: '', pathname: '/', hash: '' });
  vi.stubGlobal('localStorage', { getItem: () => 'the session' });
  vi.stubGlobal('sessionStorage', { setItem: (_: string, token: string) => void (kept = token) });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const never = new AbortController().signal;

describe('Visit', () => {
  it('takes a newer token of its user, and leaves another user’s', async () => {
    const { visit } = setUp({ newer: is('alice'), another: is('bob') });
    expect(await visit.adoptToken('newer', never)).toBeNull();
    expect(await visit.adoptToken('another', never)).toEqual({ id: 'bob' });
    expect({ token: visit.token, kept }).toEqual({ token: 'newer', kept: 'newer' });
  });

  it('goes on with its own token where the one handed over is refused', async () => {
    const { visit } = setUp({ stale: refuses(401) });
    expect(await visit.adoptToken('stale', never)).toBeNull();
    expect({ token: visit.token, kept }).toEqual({ token: 'old', kept: 'old' });
  });

  it('asks of a token until the service can tell, and goes on with its own meanwhile', async () => {
    let answer = refuses(503);
    const { visit, asked } = setUp({ newer: () => answer() });
    const taken = visit.adoptToken('newer', never);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(asked.length).toBeGreaterThan(5);
    expect({ token: visit.token, kept }).toEqual({ token: 'old', kept: 'old' });
    answer = is('alice');
    await vi.advanceTimersByTimeAsync(20_000);
    expect(await taken).toBeNull();
    expect(visit.token).toBe('newer');
  });

  it.each([503, 200])('leaves a token that is not asked for any more by the time the service answers %d', async status => {
    const { answer, asked } = later();
    const { visit, asked: requests } = setUp({ newer: asked });
    const asking = new AbortController();
    const taken = visit.adoptToken('newer', asking.signal);
    const thrown = expect(taken).rejects.toMatchObject({ name: 'AbortError' });
    asking.abort();
    answer(Response.json({ id: 'alice' }, { status }));
    await thrown;
    await vi.advanceTimersByTimeAsync(60_000);
    expect({ token: visit.token, kept, requests }).toEqual({ token: 'old', kept: 'old', requests: ['newer'] });
  });

  it('fetches another token in the demo', async () => {
    const { visit } = setUp({ old: refuses(401), demo: demo('fresh'), fresh: is('alice') });
    expect(await visit.rest.me()).toEqual({ id: 'alice' });
    expect({ token: visit.token, kept }).toEqual({ token: 'fresh', kept: 'fresh' });
  });

  it('signs nobody in again with a demo token that comes when it is over', async () => {
    const { answer, asked } = later();
    const { visit } = setUp({ old: refuses(401), demo: asked });
    const refused = expect(visit.rest.me()).rejects.toMatchObject({ status: 401 });
    await vi.advanceTimersByTimeAsync(0);
    visit.userId = null;
    answer(Response.json({ token: 'fresh' }));
    await refused;
    expect({ token: visit.token, kept }).toEqual({ token: 'old', kept: 'old' });
  });

  it('prefers a token handed over meanwhile to the demo’s', async () => {
    const { answer, asked } = later();
    const { visit } = setUp({ old: refuses(401), demo: asked, newer: is('alice') });
    const me = visit.rest.me();
    await vi.advanceTimersByTimeAsync(0);
    await visit.adoptToken('newer', never);
    answer(Response.json({ token: 'fresh' }));
    expect(await me).toEqual({ id: 'alice' });
    expect({ token: visit.token, kept }).toEqual({ token: 'newer', kept: 'newer' });
  });

  it('asks for a demo token once where there is no demo, and again where the service merely could not tell', async () => {
    for (const [status, requests] of [
      [404, ['old', 'demo', 'old']],
      [503, ['old', 'demo', 'old', 'demo']],
    ] as const) {
      const { visit, asked } = setUp({ old: refuses(401), demo: refuses(status) });
      await expect(visit.rest.me()).rejects.toMatchObject({ status: 401 });
      await expect(visit.rest.me()).rejects.toMatchObject({ status: 401 });
      expect(asked).toEqual(requests);
    }
  });
});
