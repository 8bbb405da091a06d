import { Backoff } from '../common/backoff.ts';
import { Observable } from '../common/observable.ts';
import { CallError } from '../service/errors.ts';
import type { LocalMediaState } from './local-media.ts';
import type { SignalChannel } from './peer-to-peer.ts';

/** What the device of one participant tells the other one's about itself, so that each side can say why it hears or sees nothing. */
export interface Condition {
  /** `opening`: the browser is asking for permission, perhaps. `interrupted`: its system has taken it, for a phone call perhaps. */
  readonly microphone: 'on' | 'muted' | 'opening' | 'interrupted' | 'missing';
  readonly camera: 'on' | 'off' | 'interrupted';
  /** Whether the device is where sound and picture are exchanged. `failed`: it cannot get there. */
  readonly media: 'entering' | 'entered' | 'failed';
}

interface ConditionMessage {
  readonly kind: 'condition';
  readonly condition: Condition;
  /** True if the sender has lost what it knew, and wants to be told. */
  readonly asks: boolean;
}

const microphones: readonly unknown[] = ['on', 'muted', 'opening', 'interrupted', 'missing'] satisfies Condition['microphone'][];
const cameras: readonly unknown[] = ['on', 'off', 'interrupted'] satisfies Condition['camera'][];
const entries: readonly unknown[] = ['entering', 'entered', 'failed'] satisfies Condition['media'][];

/** The condition of the microphone and the camera of this device. */
export function conditionOf(local: LocalMediaState, media: Condition['media']): Condition {
  const { opening, microphone, camera, interrupted, muted } = local;
  return {
    microphone:
      microphone === null ? (opening ? 'opening' : 'missing') : interrupted.includes('microphone') ? 'interrupted' : muted ? 'muted' : 'on',
    camera: camera === null ? 'off' : interrupted.includes('camera') ? 'interrupted' : 'on',
    media,
  };
}

/** Tells the other participant's device the condition of this one, and is told its condition. Null until it has told; older pages never do. */
export class ConditionExchange extends Observable<Condition | null> {
  readonly #channel: SignalChannel | null;
  readonly #own: () => Condition;
  readonly #backoff = new Backoff({ initialMs: 500, maxMs: 10_000 });
  #sent = '';
  /** Whether a message that asks could not be sent. */
  #hasToAsk = false;
  #repeat: ReturnType<typeof setTimeout> | undefined;
  #unlisten: (() => void) | null = null;

  constructor(channel: SignalChannel | null, own: () => Condition) {
    super(null);
    this.#channel = channel;
    this.#own = own;
  }

  start(): void {
    this.#unlisten = this.#channel?.listen(payload => this.#receive(payload)) ?? null;
    this.ask();
  }

  stop(): void {
    clearTimeout(this.#repeat);
    this.#unlisten?.();
    this.#unlisten = null;
  }

  /** Tells this device's condition if it has changed. */
  tell(): void {
    if (this.#unlisten !== null && JSON.stringify(this.#own()) !== this.#sent) {
      this.#send(false);
    }
  }

  /** Tells this device's condition and asks for the other's. To be called when messages may have been lost. */
  ask(): void {
    this.#send(true);
  }

  #receive(payload: unknown): void {
    if (isConditionMessage(payload)) {
      this.set(payload.condition);
      if (payload.asks) {
        this.#send(false);
      }
    }
  }

  #send(asks: boolean): void {
    clearTimeout(this.#repeat);
    const condition = this.#own();
    this.#sent = JSON.stringify(condition);
    const message: ConditionMessage = { kind: 'condition', condition, asks: asks || this.#hasToAsk };
    this.#hasToAsk = false;
    this.#channel?.send(message).then(
      () => this.#backoff.reset(),
      (error: unknown) => this.#notSent(message, error),
    );
  }

  #notSent({ asks }: ConditionMessage, error: unknown): void {
    this.#sent = '';
    this.#hasToAsk ||= asks;
    // The service refuses it while nobody has answered, and once the call is over; ask() makes up for the first. Whatever else is passing.
    if (this.#unlisten !== null && !(error instanceof CallError && !error.isTransient)) {
      clearTimeout(this.#repeat);
      this.#repeat = setTimeout(() => this.#send(false), this.#backoff.next());
    }
  }
}

function isConditionMessage(payload: unknown): payload is ConditionMessage {
  const { kind, condition } = (payload ?? {}) as Partial<ConditionMessage>;
  return (
    kind === 'condition' &&
    typeof condition === 'object' &&
    microphones.includes(condition.microphone) &&
    cameras.includes(condition.camera) &&
    entries.includes(condition.media)
  );
}
