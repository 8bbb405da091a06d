import { CallError, CallsRest, serviceBase, throwIfAborted, wait, type Me } from '@fayo/calls';
import { demoSession } from './demo';
import { replaceToken } from './token';

export const retryEveryMs = 8_000;

/** One visit of one user. A newer token of the same user replaces the old one while calls go on. */
export class Visit {
  token: string;
  /** The user, once the service has said who it is; null again when the visit is over. */
  userId: string | null = null;
  readonly rest: CallsRest;
  #isDemo = true;

  constructor(token: string) {
    this.token = token;
    this.rest = new CallsRest({ base: serviceBase(), token: this.latest, renew: () => this.#renew() });
  }

  readonly latest = (): string => this.token;

  /**
   * Uses the token if it is this user's. Returns whose it is if it is somebody else's, and otherwise null: the visit goes on, with this token or, if
   * the service refuses it, with the old one. While the service cannot answer it is asked again.
   */
  async adoptToken(token: string, signal: AbortSignal): Promise<Me | null> {
    const rest = new CallsRest({ base: serviceBase(), token: () => token });
    for (;;) {
      try {
        const me = await rest.me(signal);
        throwIfAborted(signal);
        if (me.id !== this.userId) {
          return me;
        }

        this.#take(token);
        return null;
      } catch (error) {
        throwIfAborted(signal);
        if (error instanceof CallError && error.isUnauthorized) {
          return null;
        }

        await wait(retryEveryMs, signal);
      }
    }
  }

  #take(token: string): void {
    this.token = token;
    replaceToken(token);
  }

  /** Gets a new token from the local demo, where this browser may be any user; elsewhere returns false. */
  async #renew(): Promise<boolean> {
    const { userId, token: refused } = this;
    if (userId === null || !this.#isDemo) {
      return false;
    }

    try {
      const anyone = new CallsRest({ base: serviceBase(), token: () => null, attempts: 1 });
      const { token } = await anyone.demoToken(userId, await demoSession());
      if (this.userId !== userId) {
        return false;
      }

      // A newer token may have been handed over meanwhile.
      if (this.token === refused) {
        this.#take(token);
      }

      return true;
    } catch (error) {
      this.#isDemo = !(error instanceof CallError && !error.isTransient && (error.status === 404 || error.status === 403));
      return false;
    }
  }
}
