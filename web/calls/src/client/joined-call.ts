import { Backoff } from '../common/backoff.ts';
import { CallError } from '../service/errors.ts';
import type { CaptureChoice, LocalMedia } from '../media/local-media.ts';
import type { MediaTransport } from '../media/media.ts';
import type { SignalChannel } from '../media/peer-to-peer.ts';
import { Observable } from '../common/observable.ts';
import { ConditionExchange, conditionOf, type Condition } from '../media/condition.ts';
import { isOpen, type CallSession, type Credential, type CredentialAnswer } from '../service/types.ts';

export interface JoinedCallState {
  readonly session: CallSession;
  /** Why this device cannot go on with the call; null while it can, and when the call itself has ended. */
  readonly problem: CallError | null;
  /** True once this device has left and released its media, whether or not the call goes on. */
  readonly left: boolean;
}

export interface JoinedCallOptions {
  readonly answer: CredentialAnswer;
  readonly local: LocalMedia;
  readonly createTransport: (credential: Credential, local: LocalMedia, renew: () => void) => MediaTransport;
  readonly renew: () => Promise<CredentialAnswer>;
  /** Confirms the call; null unless this device has answered it. */
  readonly confirm: (() => Promise<CallSession>) | null;
  /** The way to the other participant's device; null where the two tell each other nothing. */
  readonly channel?: SignalChannel | null;
  readonly random?: () => number;
}

/** How many seconds before its end a credential is renewed: a fifth of its lifetime, at most two minutes. */
const renewalLead = (expiresIn: number): number => Math.min(120, expiresIn / 5);

/** A call that this device takes part in: its media, and the credential for them. */
export class JoinedCall {
  readonly state: Observable<JoinedCallState>;
  readonly local: LocalMedia;
  readonly media: MediaTransport;
  /** What the other participant's device says of itself; null until it has. */
  readonly other: ConditionExchange;
  readonly #options: JoinedCallOptions;
  readonly #backoff: Backoff;
  #renewal: ReturnType<typeof setTimeout> | undefined;
  readonly #cleanups: (() => void)[] = [];
  #entry: Condition['media'] = 'entering';
  /** True once this device has, or is getting, a credential that was issued after the answer. */
  #hasFullCredential: boolean;

  constructor(options: JoinedCallOptions) {
    const { answer, local, createTransport } = options;
    this.#options = options;
    this.#backoff = new Backoff({ initialMs: 1_000, maxMs: 15_000, ...(options.random === undefined ? {} : { random: options.random }) });
    this.state = new Observable<JoinedCallState>({ session: answer.session, problem: null, left: false });
    this.local = local;
    this.#hasFullCredential = answer.credential.provider !== 'p2p' || answer.session.answeredAt !== null;
    this.media = createTransport(answer.credential, local, () => this.#renewNow());
    this.other = new ConditionExchange(options.channel ?? null, () => conditionOf(local.getSnapshot(), this.#entry));
    let { connection } = this.media.state.getSnapshot();
    this.#cleanups.push(
      this.media.state.subscribe(() => {
        const before = connection;
        ({ connection } = this.media.state.getSnapshot());
        if (connection === 'replaced') {
          this.#fail(new CallError('continued_elsewhere', 'The call goes on on another device of this user.'));
        } else if (connection === 'connected' && before !== 'connected') {
          // What was said before the other side was there is lost.
          this.other.ask();
        }
      }),
      local.subscribe(() => this.other.tell()),
      () => this.other.stop(),
    );
  }

  /** True while the call is open and this device is in it. */
  get isOngoing(): boolean {
    return !this.#left && isOpen(this.state.getSnapshot().session);
  }

  /** Enters the media channel, and confirms the call if this device has answered it. */
  async begin(): Promise<void> {
    const { answer } = this.#options;
    this.#renewLater(answer.credential);
    this.other.start();
    try {
      const [, session] = await Promise.all([this.#enter(), this.#confirm()]);
      this.follow(session);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The connection to the service is back. What was sent while it was lost may not have arrived. */
  hubReconnected(): void {
    this.media.hubReconnected();
    if (!this.#left) {
      this.other.ask();
    }
  }

  async #enter(): Promise<void> {
    try {
      await this.media.join();
      this.#entry = 'entered';
    } catch (error) {
      this.#entry = 'failed';
      throw error;
    } finally {
      this.other.tell();
    }
  }

  /** Confirms the call once it is clear whether there is a microphone; until then the caller is shown that the call is being answered. */
  async #confirm(): Promise<CallSession> {
    const { answer, confirm } = this.#options;
    if (confirm === null) {
      return answer.session;
    }

    await this.#mediaOpened();
    const backoff = new Backoff({ initialMs: 500, maxMs: 5_000 });
    while (!this.#left) {
      try {
        return await confirm();
      } catch (error) {
        if (!(error instanceof CallError) || !(error.isTransient || isTokenError(error))) {
          throw error;
        }

        await new Promise(resolve => setTimeout(resolve, backoff.next()));
      }
    }

    return answer.session;
  }

  #mediaOpened(): Promise<void> {
    return new Promise(resolve => {
      const look = (): void => {
        if (!this.local.getSnapshot().opening || this.#left) {
          resolve();
        }
      };
      this.#cleanups.push(this.local.subscribe(look), resolve);
      look();
    });
  }

  /** Takes over a newer version of the call. */
  follow(session: CallSession): void {
    if (session.version > this.state.getSnapshot().session.version) {
      this.state.update({ session });
    }

    const current = this.state.getSnapshot().session;
    if (!isOpen(current)) {
      this.leave();
    } else if (!this.#hasFullCredential && current.answeredAt !== null && !this.#left) {
      // Relays are given only for answered calls, and this credential is older than the answer.
      this.#hasFullCredential = true;
      this.#renewNow();
      this.other.ask();
    }
  }

  setMuted(muted: boolean): void {
    this.local.setMuted(muted);
  }

  setCamera(on: boolean): Promise<void> {
    return this.local.setCamera(on);
  }

  use(choice: CaptureChoice): Promise<void> {
    return this.local.use(choice);
  }

  /** Releases the microphone, the camera and the connection; the call itself goes on. */
  leave(): void {
    if (this.#left) {
      return;
    }

    this.#cleanups.splice(0).forEach(cleanUp => cleanUp());
    clearTimeout(this.#renewal);
    this.media.leave();
    this.local.close();
    this.state.update({ left: true });
  }

  get #left(): boolean {
    return this.state.getSnapshot().left;
  }

  #renewLater({ expiresIn }: Credential): void {
    clearTimeout(this.#renewal);
    this.#renewal = setTimeout(() => this.#renewNow(), (expiresIn - renewalLead(expiresIn)) * 1_000);
  }

  #renewNow(): void {
    clearTimeout(this.#renewal);
    this.#options
      .renew()
      .then(async answer => {
        if (!this.#left) {
          this.#backoff.reset();
          this.#renewLater(answer.credential);
          this.follow(answer.session);
          await this.media.renew(answer.credential);
        }
      })
      .catch((error: unknown) => {
        // A refused or missing token does not end the call: it goes on with the credential that it has, and the user can sign in meanwhile.
        if (!this.#left && error instanceof CallError && !error.isTransient && !isTokenError(error)) {
          this.#fail(error);
        } else if (!this.#left) {
          this.#renewal = setTimeout(() => this.#renewNow(), this.#backoff.next());
        }
      });
  }

  #fail(error: unknown): void {
    if (this.#left) {
      return;
    }

    const problem =
      error instanceof CallError ? error : new CallError('media_failed', 'The connection for sound and picture failed.', { cause: error });
    if (problem.session !== undefined) {
      this.follow(problem.session);
    }

    this.state.update({ problem });
    this.leave();
  }
}

function isTokenError(error: CallError): boolean {
  return error.isUnauthorized || error.code === 'no_token';
}
