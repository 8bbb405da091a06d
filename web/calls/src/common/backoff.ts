export interface BackoffOptions {
  readonly firstMs?: number;
  readonly longestMs?: number;
  /** 0 to 1, exclusive. */
  readonly random?: () => number;
}

/**
 * Waits that double up to a longest one. Each is drawn from the upper half of its span, so that clients who lost their
 * connections together do not come back together, and none comes back at once.
 */
export class Backoff {
  readonly #firstMs: number;
  readonly #longestMs: number;
  readonly #random: () => number;
  #attempts = 0;

  constructor({ firstMs = 500, longestMs = 10_000, random = Math.random }: BackoffOptions = {}) {
    this.#firstMs = firstMs;
    this.#longestMs = longestMs;
    this.#random = random;
  }

  /** How long to wait before the next attempt, in milliseconds. */
  next(): number {
    const span = Math.min(this.#longestMs, this.#firstMs * 2 ** Math.min(this.#attempts, 30));
    this.#attempts++;
    return span * (0.5 + this.#random() / 2);
  }

  reset(): void {
    this.#attempts = 0;
  }
}
