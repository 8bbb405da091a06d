import { describe, expect, it } from 'vitest';
import { CallsRest, type RestOptions } from '../../src/service/rest.ts';
import { session } from '../calls.ts';

interface Sent {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: unknown;
}

function client(answers: (() => Response)[], options: Partial<RestOptions> = {}): { rest: CallsRest; sent: Sent[]; waits: number[] } {
  const sent: Sent[] = [];
  const waits: number[] = [];
  const rest = new CallsRest({
    base: 'https://calls.example/prefix/',
    token: () => 'jwt',
    fetch: (url, init) => {
      sent.push({
        url: (url as URL).href,
        method: init!.method!,
        headers: new Headers(init!.headers),
        body: typeof init!.body === 'string' ? JSON.parse(init!.body) : null,
      });
      return Promise.resolve().then(answers[sent.length - 1]);
    },
    wait: ms => {
      waits.push(ms);
      return Promise.resolve();
    },
    ...options,
  });
  return { rest, sent, waits };
}

const ok =
  (body: unknown): (() => Response) =>
  () =>
    Response.json(body);
const refuse =
  (status: number, code: string, headers: Record<string, string> = {}) =>
  () =>
    Response.json({ code, detail: code }, { status, headers: { 'Content-Type': 'application/problem+json', ...headers } });
const unreachable = (): never => {
  throw new TypeError('Failed to fetch');
};

const issued = { message: '', session: session(), credential: {} };

describe('CallsRest', () => {
  it('asks under the base’s own path, with the token', async () => {
    const { rest, sent } = client([ok({ items: [], nextPage: null })]);
    await rest.users('ann & bob', 2);
    expect(sent[0]!.url).toBe('https://calls.example/prefix/api/v1/users?search=ann+%26+bob&page=2');
    expect(sent[0]!.headers.get('Authorization')).toBe('Bearer jwt');
  });

  it('repeats after 503, no sooner than Retry-After says', async () => {
    const { rest, waits } = client([refuse(503, 'unavailable', { 'Retry-After': '7' }), ok(session())]);
    expect(await rest.call('call-1')).toEqual(session());
    expect(waits).toEqual([7_000]);
  });

  it.each([502, 504, 401, 200])('repeats after a page of a proxy with status %d', async status => {
    const { rest, sent } = client([
      () => new Response('<h1>proxy</h1>', { status, headers: { 'Content-Type': 'text/html' } }),
      ok(session()),
    ]);
    expect(await rest.call('call-1')).toEqual(session());
    expect(sent).toHaveLength(2);
  });

  it.each([[{}], [null], ['ok'], [{ status: 'ok' }], [undefined]])(
    'repeats after an answer with 200 that is JSON, but not the service’s: %j',
    async body => {
      const { rest, sent } = client([() => (body === undefined ? new Response(null, { status: 204 }) : Response.json(body)), ok(issued)]);
      expect(await rest.credential('call-1', 'AUDIENCE', 'phone')).toMatchObject({ session: session() });
      expect(sent).toHaveLength(2);
    },
  );

  it('repeats what hangs, and does not wait as long as a proxy asks for', async () => {
    const waits: number[] = [];
    const answers = [
      (): Promise<Response> => new Promise(() => undefined),
      refuse(503, 'unavailable', { 'Retry-After': '86400' }),
      ok(session()),
    ];
    const rest = new CallsRest({
      base: 'https://calls.example/',
      token: () => 'jwt',
      timeoutMs: 5,
      fetch: (_, init) =>
        Promise.race([
          Promise.resolve(answers.shift()!()),
          new Promise<never>((__, reject) => init!.signal!.addEventListener('abort', () => reject(new Error('aborted')))),
        ]),
      wait: ms => {
        waits.push(ms);
        return Promise.resolve();
      },
    });
    expect(await rest.call('call-1')).toEqual(session());
    expect(waits).toEqual([expect.any(Number), 60_000]);
  });

  it('creates one call with all its attempts: each has the same key', async () => {
    const { rest, sent } = client([unreachable, refuse(503, 'unavailable'), ok(issued)]);
    await rest.create({ recipientId: 'bob', callType: 'VIDEO' });
    const keys = sent.map(({ headers }) => headers.get('Idempotency-Key'));
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[!-~]{1,255}$/);
  });

  it('creates another call with the next click', async () => {
    const { rest, sent } = client([ok(issued), ok(issued)]);
    await rest.create({ recipientId: 'bob', callType: 'VIDEO' });
    await rest.create({ recipientId: 'bob', callType: 'VIDEO' });
    expect(new Set(sent.map(({ headers }) => headers.get('Idempotency-Key'))).size).toBe(2);
  });

  it('does not repeat what is refused for good', async () => {
    const { rest, sent } = client([refuse(409, 'answered_elsewhere')]);
    await expect(rest.credential('call-1', 'AUDIENCE', 'phone')).rejects.toMatchObject({ code: 'answered_elsewhere' });
    expect(sent).toHaveLength(1);
  });

  it('gives up after five attempts', async () => {
    const { rest, sent } = client(Array.from({ length: 9 }, () => unreachable));
    await expect(rest.call('call-1')).rejects.toMatchObject({ code: 'network' });
    expect(sent).toHaveLength(5);
  });

  it('names no device where the call was answered without one', async () => {
    const { rest, sent } = client([ok(issued), ok(issued)]);
    await rest.credential('call-1', 'AUDIENCE', null);
    await rest.credential('call-1', 'AUDIENCE', 'phone');
    expect(sent.map(({ body }) => body)).toEqual([{ role: 'AUDIENCE' }, { role: 'AUDIENCE', deviceId: 'phone' }]);
  });

  it('asks for another token where the service refuses the one it has, and repeats the request with that', async () => {
    let token = 'old';
    const { rest, sent } = client([refuse(401, 'unauthorized'), ok({ id: 'alice' })], {
      token: () => Promise.resolve(token),
      renew: () => {
        token = 'new';
        return Promise.resolve(true);
      },
    });
    expect(await rest.me()).toEqual({ id: 'alice' });
    expect(sent.map(({ headers }) => headers.get('Authorization'))).toEqual(['Bearer old', 'Bearer new']);
  });

  it('asks for nothing without the token, and says that it is the token that cannot be had', async () => {
    const cause = new Error('no session');
    const { rest, sent, waits } = client([], { token: () => Promise.reject(cause) });
    await expect(rest.me()).rejects.toMatchObject({ name: 'CallError', code: 'no_token', isTransient: false, cause });
    expect({ sent, waits }).toEqual({ sent: [], waits: [] });
  });

  it('throws an error of its own also where another token cannot be asked for', async () => {
    const cause = new Error('no session');
    const { rest, sent } = client([refuse(401, 'unauthorized')], { renew: () => Promise.reject(cause) });
    await expect(rest.me()).rejects.toMatchObject({ name: 'CallError', code: 'no_token', cause });
    expect(sent).toHaveLength(1);
  });

  it('asks once, and not again where there is none or the new one is refused too', async () => {
    for (const [renewed, requests] of [
      [true, 2],
      [false, 1],
    ] as const) {
      const { rest, sent } = client([refuse(401, 'unauthorized'), refuse(401, 'unauthorized')], { renew: () => Promise.resolve(renewed) });
      await expect(rest.me()).rejects.toMatchObject({ status: 401 });
      expect(sent).toHaveLength(requests);
    }
  });
});
