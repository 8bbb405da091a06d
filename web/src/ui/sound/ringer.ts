import { Observable } from '@fayo/calls';

/** Something that is played again and again. */
export interface Tune {
  /** After how many seconds it begins again. */
  readonly seconds: number;
  /** 0 to 1. */
  readonly loudness: number;
  readonly notes: readonly (readonly [at: number, hertz: number])[];
  /** In milliseconds, on and off by turns; null where the phone does not vibrate. */
  readonly vibration: readonly number[] | null;
}

export const ringTone: Tune = {
  seconds: 3,
  loudness: 0.22,
  notes: [
    [0, 587.33],
    [0.22, 739.99],
    [0.44, 880],
    [1.1, 587.33],
    [1.32, 739.99],
    [1.54, 880],
  ],
  vibration: [400, 200, 400, 1_000],
};

/** Soft and short, because the user is talking to somebody; and the microphone would hear the phone vibrate. */
export const callWaitingTone: Tune = {
  seconds: 4,
  loudness: 0.08,
  notes: [
    [0, 440],
    [0.3, 440],
  ],
  vibration: null,
};

/**
 * Plays a tune, and lets the phone vibrate. Browsers let a page play sound only after a tap: until then `silent` is true, and the page needs
 * a tap on something that calls {@link Ringer.allow}.
 */
export class Ringer {
  readonly silent = new Observable(true);
  #context: AudioContext | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #gain: GainNode | null = null;

  /** Allows sound. To be called while the browser handles a tap or a key press. */
  allow(): void {
    this.#resume();
  }

  /** Finds out whether the browser lets this page play sound without a tap, and goes on with sound that the system had stopped. */
  check(): void {
    this.#resume();
    this.#notice();
  }

  start(tune: Tune): void {
    if (this.#timer !== undefined) {
      return;
    }

    this.#play(tune);
    this.#timer = setInterval(() => this.#play(tune), tune.seconds * 1_000);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#gain?.disconnect();
    this.#gain = null;
    vibrate(0);
  }

  /** Null where the browser has no sound of this kind, or refuses it. The ring is then only seen. */
  #open(): AudioContext | null {
    if (this.#context === null) {
      try {
        this.#context = new AudioContext();
        this.#context.addEventListener('statechange', () => this.#notice());
      } catch {
        return null;
      }
    }

    return this.#context;
  }

  /** The system suspends sound for a phone call, for example. Without a tap the browser may refuse to go on with it. */
  #resume(): void {
    const context = this.#open();
    if (context !== null && context.state !== 'running') {
      context.resume().then(
        () => this.#notice(),
        () => this.#notice(),
      );
    }
  }

  #notice(): void {
    this.silent.set(this.#context?.state !== 'running');
  }

  #play({ loudness, notes, vibration }: Tune): void {
    if (vibration !== null) {
      vibrate([...vibration]);
    }

    const context = this.#open();
    if (context?.state !== 'running') {
      this.#resume();
      return;
    }

    if (this.#gain === null) {
      this.#gain = new GainNode(context, { gain: loudness });
      this.#gain.connect(context.destination);
    }

    for (const [at, hertz] of notes) {
      const start = context.currentTime + at;
      const tone = new OscillatorNode(context, { type: 'triangle', frequency: hertz });
      const envelope = new GainNode(context, { gain: 0 });
      envelope.gain.setValueAtTime(0, start);
      envelope.gain.linearRampToValueAtTime(1, start + 0.02);
      envelope.gain.exponentialRampToValueAtTime(0.001, start + 0.5);
      tone.connect(envelope).connect(this.#gain);
      tone.start(start);
      tone.stop(start + 0.55);
    }
  }
}

/** Vibrates if the browser can; none does before the first tap. */
function vibrate(pattern: number | number[]): void {
  const { userActivation } = navigator as Partial<Navigator>;
  // Older browsers do not say whether there was a tap, and ignore the request if there was none.
  if ('vibrate' in navigator && userActivation?.hasBeenActive !== false) {
    navigator.vibrate(pattern);
  }
}
