import type { Observable } from '../common/observable.ts';
import { LocalMedia } from '../media/local-media.ts';
import { createTransport } from '../media/transport.ts';
import { CallError } from '../service/errors.ts';
import type { CallsRest } from '../service/rest.ts';
import type { CallSession } from '../service/types.ts';
import type { ClientState, OpenedCall, StartingCall } from './client-state.ts';
import { JoinedCall } from './joined-call.ts';
import { rememberCall } from './remembered-call.ts';
import type { Signals } from './signals.ts';
import type { CallStore } from './store.ts';

interface Options {
  readonly rest: CallsRest;
  readonly state: Observable<ClientState>;
  readonly store: CallStore;
  readonly signals: Signals;
  readonly userId: string;
  readonly device: string;
  readonly openMedia: ((options: { camera: boolean }) => Promise<LocalMedia>) | undefined;
  readonly isFree: () => boolean;
  readonly end: (session: CallSession) => Promise<void>;
  readonly onJoined: (joined: JoinedCall) => void;
  readonly onUnauthorized: (error: unknown) => void;
}

/** Brings this device into calls: those that it makes, answers or comes back into. */
export class CallStarter {
  readonly #options: Options;
  #stopped = false;

  constructor(options: Options) {
    this.#options = options;
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Begins a call of this user: the microphone first, because nobody is to be called without one. */
  async make(starting: StartingCall, open: () => Promise<OpenedCall>): Promise<void> {
    const isCancelled = this.#start(starting);
    let local: LocalMedia | null = null;
    try {
      local = await this.#openMedia(starting);
      if (isCancelled()) {
        local.close();
        return;
      }

      const opened = await open();
      this.#options.store.apply(opened.answer.session);
      if (isCancelled()) {
        local.close();
        await this.#abandon(starting, opened);
        return;
      }

      this.#join(opened, local, starting);
    } catch (error) {
      local?.close();
      this.#applySessionOf(error);
      throw error;
    } finally {
      this.#startingIsOver(isCancelled);
    }
  }

  /** Goes into a call that somebody else has begun, or that went on meanwhile: the service first, and the microphone when that has agreed. */
  async enter(starting: StartingCall, open: () => Promise<OpenedCall>): Promise<void> {
    const isCancelled = this.#start(starting);
    try {
      const opened = await open();
      this.#options.store.apply(opened.answer.session);
      if (isCancelled()) {
        await this.#abandon(starting, opened);
      } else {
        this.#join(
          opened,
          LocalMedia.opening(() => this.#openMedia(starting)),
          starting,
        );
      }
    } catch (error) {
      this.#applySessionOf(error);
      throw error;
    } finally {
      this.#startingIsOver(isCancelled);
    }
  }

  /** Returns what tells whether this attempt was cancelled. It looks at this attempt only: another call may have been started meanwhile. */
  #start(starting: StartingCall): () => boolean {
    const { state, isFree } = this.#options;
    if (!isFree()) {
      throw new CallError('busy', 'There is a call on this device already.');
    }

    state.update({ starting, joined: null });
    return () => state.getSnapshot().starting !== starting;
  }

  #startingIsOver(isCancelled: () => boolean): void {
    if (!isCancelled()) {
      this.#options.state.update({ starting: null });
    }
  }

  #openMedia({ callType }: StartingCall): Promise<LocalMedia> {
    return (this.#options.openMedia ?? LocalMedia.open)({ camera: callType === 'VIDEO' });
  }

  async #abandon(starting: StartingCall, { answer }: OpenedCall): Promise<void> {
    if (!this.#stopped || starting.sessionId === null) {
      await this.#options.end(answer.session);
    }
  }

  #join({ answer, device }: OpenedCall, local: LocalMedia, { callType }: StartingCall): void {
    const { rest, state, store, signals, userId, onJoined, onUnauthorized } = this.#options;
    const { id, initiatorId, status } = answer.session;
    const initiator = initiatorId === userId;
    rememberCall({ id, device, camera: callType === 'VIDEO', owner: this.#options.device });
    const joined = new JoinedCall({
      answer,
      local,
      channel: signals.channel(id),
      createTransport: (credential, media, renew) =>
        createTransport({ credential, local: media, initiator, channel: signals.channel(id), onCredentialNeeded: renew }),
      renew: async () => {
        try {
          const renewed = await rest.credential(id, answer.credential.role, device);
          store.apply(renewed.session);
          state.update({ signedOut: false });
          return renewed;
        } catch (error) {
          onUnauthorized(error);
          throw error;
        }
      },
      confirm:
        initiator || status === 'ACTIVE'
          ? null
          : async () => {
              const { session } = await rest.setStatus(id, 'ACTIVE');
              store.apply(session);
              return session;
            },
    });
    state.update({ starting: null, joined });
    onJoined(joined);
    void joined.begin();
  }

  #applySessionOf(error: unknown): void {
    if (error instanceof CallError && error.session !== undefined) {
      this.#options.store.apply(error.session);
    }
  }
}
