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
    const context = this.#open();
    void context.resume().then(() => this.#notice());
  }

  /** Finds out whether the browser lets this page play sound without a tap. */
  check(): void {
    this.#open();
    this.#notice();
  }

  start(): void {
    if (this.#timer !== undefined) {
      return;
    }

    const context = this.#open();
    this.#gain = new GainNode(context, { gain: 0.22 });
    this.#gain.connect(context.destination);
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

  #open(): AudioContext {
    if (this.#context === null) {
      this.#context = new AudioContext();
      this.#context.addEventListener('statechange', () => this.#notice());
    }

    return this.#context;
  }

  #notice(): void {
    this.silent.set(this.#context?.state !== 'running');
  }

  #ring(): void {
    vibrate([400, 200, 400, 1_000]);
    const context = this.#context!;
    if (context.state !== 'running') {
      return;
    }

    for (const [at, hertz] of chords) {
      const start = context.currentTime + at;
      const tone = new OscillatorNode(context, { type: 'triangle', frequency: hertz });
      const envelope = new GainNode(context, { gain: 0 });
      envelope.gain.setValueAtTime(0, start);
      envelope.gain.linearRampToValueAtTime(1, start + 0.02);
      envelope.gain.exponentialRampToValueAtTime(0.001, start + 0.5);
      tone.connect(envelope).connect(this.#gain!);
      tone.start(start);
      tone.stop(start + 0.55);
    }
  }
}

/** Vibrates if the browser can; none does before the first tap. */
function vibrate(pattern: number | number[]): void {
  if ('vibrate' in navigator && navigator.userActivation.hasBeenActive) {
    navigator.vibrate(pattern);
  }
}
