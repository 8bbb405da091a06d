export interface BackoffOptions {
  readonly initialMs?: number;
  readonly maxMs?: number;
  /** 0 to 1, exclusive. */
  readonly random?: () => number;
}

/**
 * Waiting times that double up to a maximum. Each is drawn at random from the upper half of its span, so that clients that lost their
 * connections together do not all reconnect at the same moment, and none reconnects immediately.
 */
export class Backoff {
  readonly #initialMs: number;
  readonly #maxMs: number;
  readonly #random: () => number;
  #attempts = 0;

  constructor({ initialMs = 500, maxMs = 10_000, random = Math.random }: BackoffOptions = {}) {
    this.#initialMs = initialMs;
    this.#maxMs = maxMs;
    this.#random = random;
  }

  /** How long to wait before the next attempt, in milliseconds. */
  next(): number {
    const span = Math.min(this.#maxMs, this.#initialMs * 2 ** Math.min(this.#attempts, 30));
    this.#attempts++;
    return span * (0.5 + this.#random() / 2);
  }

  reset(): void {
    this.#attempts = 0;
  }
}
