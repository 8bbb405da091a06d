import { CallError, CallsRest, serviceBase, wait } from '@fayo/calls';
import { saveToken } from './token';

export const retryEveryMs = 8_000;

/** One visit of one user: a newer token of theirs is put into it, and calls go on. */
export class Visit {
  token: string;
  /** Who it is, once the service has told; null also when the visit is over. */
  userId: string | null = null;
  readonly rest: CallsRest;
  #isDemo = true;

  constructor(token: string) {
    this.token = token;
    this.rest = new CallsRest({ base: serviceBase(), token: this.latest, renew: () => this.#renew() });
  }

  readonly latest = (): string => this.token;

  /**
   * Takes a token that is this user's. False where it is somebody else's; true where the visit goes on, with that token or,
   * where the service refuses it, with its own. While the service cannot tell it is asked again.
   */
  async adoptToken(token: string, signal: AbortSignal): Promise<boolean> {
    const rest = new CallsRest({ base: serviceBase(), token: () => token });
    for (;;) {
      try {
        const { id } = await rest.me(signal);
        signal.throwIfAborted();
        if (id !== this.userId) {
          return false;
        }

        this.#take(token);
        return true;
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof CallError && error.status === 401) {
          return true;
        }

        await wait(retryEveryMs, signal);
      }
    }
  }

  #take(token: string): void {
    this.token = token;
    saveToken(token);
  }

  /** In the local demo, whose users anybody may be; false elsewhere. */
  async #renew(): Promise<boolean> {
    const { userId, token: refused } = this;
    if (userId === null || !this.#isDemo) {
      return false;
    }

    try {
      const anyone = new CallsRest({ base: serviceBase(), token: () => null, attempts: 1 });
      const { token } = await anyone.demoToken(userId);
      if (this.userId !== userId) {
        return false;
      }

      // Another may have been handed over meanwhile, and is the newer one.
      if (this.token === refused) {
        this.#take(token);
      }

      return true;
    } catch (error) {
      this.#isDemo = !(error instanceof CallError && error.status === 404);
      return false;
    }
  }
}
