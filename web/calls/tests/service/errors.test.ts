import { describe, expect, it } from 'vitest';
import { readError, readHubError } from '../../src/service/errors.ts';
import { session } from '../calls.ts';

const problem = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/problem+json', ...headers } });

describe('an answer that is not 2xx', () => {
  it('gives the problem document’s code, detail and session', async () => {
    const call = session({ status: 'CANCELLED', endReason: 'busy' });
    const error = await readError(problem(409, { code: 'busy', detail: 'One of the two is in another call.', session: call }));
    expect(error).toMatchObject({
      code: 'busy',
      message: 'One of the two is in another call.',
      status: 409,
      session: call,
      isTransient: false,
    });
  });

  it('gives Retry-After in milliseconds', async () => {
    const error = await readError(problem(503, { code: 'unavailable', detail: 'Later.' }, { 'Retry-After': '3' }));
    expect(error).toMatchObject({ code: 'unavailable', retryAfterMs: 3_000, isTransient: true });
  });

  it.each([
    [new Response('<html>', { status: 503 }), 'unavailable'],
    [new Response('<html>', { status: 502 }), 'bad_answer'],
    [new Response('<html>', { status: 401 }), 'bad_answer'],
    [new Response('<html>', { status: 404 }), 'bad_answer'],
    [Response.json({ error: 'who are you?' }, { status: 403 }), 'bad_answer'],
    [Response.json({ code: 'rest_no_route', message: 'No route was found.' }, { status: 404 }), 'bad_answer'],
    [problem(403, { status: 403, title: 'Blocked by the firewall' }), 'bad_answer'],
  ])('passes where not the service has given it', async (response, code) => {
    const error = await readError(response);
    expect(error).toMatchObject({ code, isTransient: true, isUnauthorized: false });
  });

  it.each([
    [500, 'internal', true],
    [503, 'overloaded', true],
    [429, 'too_many', true],
    [429, 'too_many_calls_to_user', false],
    [502, 'directory_unavailable', false],
    [403, 'forbidden', false],
  ])('of the service passes or not: %d %s', async (status, code, passes) => {
    expect((await readError(problem(status, { code, detail: '' }))).isTransient).toBe(passes);
  });

  it('says whether the service itself refuses the token', async () => {
    expect((await readError(problem(401, { code: 'unauthorized', detail: '' }))).isUnauthorized).toBe(true);
  });

  it('ignores a Retry-After that is a date', async () => {
    const error = await readError(problem(503, { code: 'unavailable' }, { 'Retry-After': 'Wed, 21 Oct 2026 07:28:00 GMT' }));
    expect(error.retryAfterMs).toBeUndefined();
  });
});

describe('a refusal of the hub', () => {
  it('gives code and sentence from behind SignalR’s preface', () => {
    const thrown = new Error(
      "An unexpected error occurred invoking 'signal' on the server. HubException: answered_elsewhere: The call was answered.",
    );
    expect(readHubError(thrown)).toMatchObject({ code: 'answered_elsewhere', message: 'The call was answered.' });
  });

  it('is a lost connection where it has no code', () => {
    expect(readHubError(new Error('Invocation canceled due to the underlying connection being closed.')).code).toBe('disconnected');
  });
});
