import { CallError } from './errors.ts';
import type { CallsRest } from './rest.ts';

/**
 * What a WebSocket is opened with: a ticket that is good for one connection, so that the token itself is in no address and in no log of a
 * proxy. A service that is too old for tickets gets the token.
 */
export async function hubToken(rest: CallsRest, token: () => string | Promise<string>): Promise<string> {
  try {
    return (await rest.ticket()).ticket;
  } catch (error) {
    if (error instanceof CallError && error.status === 404 && !error.isTransient) {
      return token();
    }

    throw error;
  }
}
