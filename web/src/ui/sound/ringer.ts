import { Observable } from '@fayo/calls';

const bar = 3;
const chords: readonly (readonly [at: number, hertz: number])[] = [
  [0, 587.33],
  [0.22, 739.99],
  [0.44, 880],
  [1.1, 587.33],
  [1.32, 739.99],
  [1.54, 880],
];

/**
 * The ring tone, and the phone's vibration. Browsers let a page play sound only after a tap: until then `silent` is true, and the page needs
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

  start(): void {
    if (this.#timer !== undefined) {
      return;
    }

    this.#ring();
    this.#timer = setInterval(() => this.#ring(), bar * 1_000);
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

  #ring(): void {
    vibrate([400, 200, 400, 1_000]);
    const context = this.#open();
    if (context?.state !== 'running') {
      this.#resume();
      return;
    }

    if (this.#gain === null) {
      this.#gain = new GainNode(context, { gain: 0.22 });
      this.#gain.connect(context.destination);
    }

    for (const [at, hertz] of chords) {
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
