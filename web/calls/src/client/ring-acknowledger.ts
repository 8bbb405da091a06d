interface Options {
  /** False while a ring would not be shown on this device. */
  readonly isFree: () => boolean;
  /** The ids of the calls that ring here now. */
  readonly ringing: () => readonly string[];
  /** Tells the service that the call rings on this device. */
  readonly send: (sessionId: string) => void;
}

/**
 * Tells the service of each invitation that it rings here. The caller is shown that, so an acknowledgement is held back for as long as
 * this device is not free and shows no ring.
 */
export class RingAcknowledger {
  readonly #options: Options;
  readonly #held = new Set<string>();

  constructor(options: Options) {
    this.#options = options;
  }

  /** To be called for each invitation, also a repeated one: the acknowledgement before may have been lost. */
  acknowledge(sessionId: string): void {
    if (this.#options.isFree()) {
      this.#options.send(sessionId);
    } else {
      this.#held.add(sessionId);
    }
  }

  /** Once this device is free, acknowledges what was held back and still rings. To be called whenever that may have changed. */
  acknowledgeHeld(): void {
    if (this.#held.size === 0 || !this.#options.isFree()) {
      return;
    }

    const held = new Set(this.#held);
    this.#held.clear();
    this.#options
      .ringing()
      .filter(id => held.has(id))
      .forEach(id => this.acknowledge(id));
  }
}
