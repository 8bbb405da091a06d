import { describe, expect, it } from 'vitest';
import { CallsRest } from '../../src/service/rest.ts';
import { hubToken } from '../../src/service/tickets.ts';

const answered = (status: number, body: unknown): CallsRest =>
  new CallsRest({
    base: 'https://calls.example/',
    token: () => 'the token',
    fetch: () =>
      Promise.resolve(
        new Response(JSON.stringify(body), {
          status,
          headers: { 'Content-Type': status < 400 ? 'application/json' : 'application/problem+json' },
        }),
      ),
  });

describe('hubToken', () => {
  it('is a ticket', async () => {
    await expect(hubToken(answered(200, { ticket: 'ticket_1', expiresIn: 30 }), () => 'the token')).resolves.toBe('ticket_1');
  });

  it('is the token where the service is too old for tickets', async () => {
    const rest = answered(404, { code: 'not_found', message: 'This path does not exist.', status: 404 });

    await expect(hubToken(rest, () => 'the token')).resolves.toBe('the token');
  });

  it('is nothing while the service cannot answer, so that the token gets into no address', async () => {
    const rest = answered(503, { code: 'unavailable', message: 'Try again.', status: 503 });

    await expect(hubToken(rest, () => 'the token')).rejects.toMatchObject({ status: 503 });
  });
});
