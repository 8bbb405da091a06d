import { Observable } from '../common/observable.ts';
import { findCaptureFault } from '../media/capture.ts';
import type { LocalMedia } from '../media/local-media.ts';
import { CallError } from '../service/errors.ts';
import { Hub, signalRConnection, type HubConnectionLike } from '../service/hub.ts';
import { hubToken } from '../service/tickets.ts';
import type { CallsRest } from '../service/rest.ts';
import { isOpen, type CallSession, type CallType, type CredentialRole, type Invitation } from '../service/types.ts';
import { CallStarter } from './call-starter.ts';
import type { ClientState } from './client-state.ts';
import type { JoinedCall } from './joined-call.ts';
import { followPage } from './page-lifecycle.ts';
import { forgetCall } from './remembered-call.ts';
import { PresenceWatch } from './presence.ts';
import { RingAcknowledger } from './ring-acknowledger.ts';
import { Signals } from './signals.ts';
import { CallStore } from './store.ts';
import { CallSync } from './sync.ts';
import { UnsentEnds, type EndStatus } from './unsent-ends.ts';

export interface ClientOptions {
  readonly rest: CallsRest;
  readonly base: string;
  /** The user's JWT, asked for with each connection. */
  readonly token: () => string | Promise<string>;
  readonly userId: string;
  /** The name of this device; see claimDevice(). */
  readonly device: string;
  /** The service no longer accepts the token. If a call is going on then, this is called when that call is over. */
  readonly onSignedOut: () => void;
  readonly connect?: () => HubConnectionLike;
  readonly openMedia?: (options: { camera: boolean }) => Promise<LocalMedia>;
  /** Whether the page shows a call that rings while this device is in another one. Such a ring is acknowledged only then. */
  readonly showsSecondRing?: boolean;
}

/** A user's calls on this device: receives, makes, answers and ends them. */
export class CallsClient {
  readonly state = new Observable<ClientState>({ starting: null, joined: null, signedOut: false, unsent: [] });
  readonly store: CallStore;
  readonly hub: Hub;
  readonly rest: CallsRest;
  readonly presence: PresenceWatch;
  readonly userId: string;
  readonly #options: ClientOptions;
  readonly #signals: Signals;
  readonly #acknowledger: RingAcknowledger;
  readonly #ends: UnsentEnds;
  readonly #starter: CallStarter;
  readonly #sync: CallSync;
  readonly #cleanups: (() => void)[] = [];
  #stopped = false;

  constructor(options: ClientOptions) {
    const { rest, base, token, userId, device } = options;
    this.#options = options;
    this.rest = rest;
    this.userId = userId;
    this.store = new CallStore({ userId });
    this.hub = new Hub({
      connect: options.connect ?? (() => signalRConnection({ base, path: 'ws/calls', token: () => hubToken(rest, token), device })),
      onConnected: () => this.#sync.run(),
      onFailed: () => this.#checkToken(),
    });
    this.hub.on('call_invitation', (invitation: Invitation) => this.#invited(invitation));
    this.hub.on('call_status', (session: CallSession) => this.store.apply(session));
    this.hub.on('token_expired', () => void this.#renewToken());
    this.presence = new PresenceWatch(this.hub);
    this.#signals = new Signals(this.hub);
    this.#ends = new UnsentEnds({
      rest,
      userId,
      onSession: session => this.store.apply(session),
      onChange: unsent => this.state.update({ unsent }),
    });
    this.state.update({ unsent: this.#ends.ids });
    this.#ends.ids.forEach(id => this.store.silence(id));
    this.#starter = new CallStarter({
      rest,
      state: this.state,
      store: this.store,
      signals: this.#signals,
      userId,
      device,
      openMedia: options.openMedia,
      isFree: () => this.isFree,
      end: session => this.end(session),
      onJoined: joined => this.#joined(joined),
      onUnauthorized: error => this.#handleUnauthorized(error),
    });
    this.#acknowledger = new RingAcknowledger({
      isFree: () => this.isFree || (options.showsSecondRing === true && this.state.getSnapshot().starting === null),
      ringing: () => this.store.getSnapshot().rings.map(({ session }) => session.id),
      send: sessionId => void this.hub.invoke('invitation_ack', { sessionId }).catch(() => undefined),
    });
    this.#sync = new CallSync({
      hub: this.hub,
      rest,
      state: this.state,
      store: this.store,
      ends: this.#ends,
      device,
      acknowledge: id => this.#acknowledge(id),
      rejoin: (session, camera, of) => this.rejoin(session, camera, of),
    });
  }

  /** The service's time, in milliseconds. Only for showing how long something has lasted since one of the service's timestamps. */
  serverNow(): number {
    return performance.now() + this.#sync.clockOffsetMs;
  }

  /** False while this device is in a call or is starting one. A ring that arrives then is shown once the device is free. */
  get isFree(): boolean {
    const { starting, joined } = this.state.getSnapshot();
    return starting === null && joined?.isOngoing !== true;
  }

  start(): void {
    this.#cleanups.push(
      this.store.subscribe(() => this.#updateJoined()),
      this.state.subscribe(() => this.#acknowledger.acknowledgeHeld()),
      followPage({
        onAwake: () => this.#sync.check(),
        onRestored: () => this.#sync.restored(),
        onLeft: () => this.state.getSnapshot().joined?.leave(),
      }),
    );
    this.hub.start();
  }

  /** Stops everything on this device. Calls go on without it, except for one that it is just making, which ends. */
  stop(): void {
    this.#stopped = true;
    this.#starter.stop();
    this.#cleanups.splice(0).forEach(cleanUp => cleanUp());
    this.state.getSnapshot().joined?.leave();
    this.state.update({ starting: null });
    this.#ends.stop();
    this.hub.stop();
    this.store.clear();
  }

  /**
   * Calls somebody. If that user's own call is ringing here, it is answered instead.
   * @throws {CaptureError} There is no microphone; nobody has been called.
   * @throws {CallError}
   */
  async call(recipientId: string, callType: CallType): Promise<void> {
    const ring = this.store.getSnapshot().rings.find(({ session }) => session.initiatorId === recipientId);
    if (ring !== undefined) {
      return this.answer(ring.session, callType);
    }

    await this.#starter.make({ callType, otherId: recipientId, sessionId: null }, async () => {
      await this.#ends.tellAll();
      const answer = await this.rest.create({ recipientId, callType });
      // The recipient was calling us already, and our call has answered theirs. The service has recorded no device for such an answer.
      return { answer, device: answer.session.initiatorId === this.userId ? this.#options.device : null };
    });
  }

  /**
   * Answers a call that rings here. The service is told first and the microphone opened after that: while the browser asks for permission, the ring
   * must not run out. Without a microphone the other side is at least heard.
   * @throws {CaptureError} There certainly is no microphone; the call keeps ringing.
   * @throws {CallError}
   */
  async answer(session: CallSession, callType: CallType): Promise<void> {
    await this.#starter.enter({ callType, otherId: session.initiatorId, sessionId: session.id }, async () => {
      const fault = await findCaptureFault();
      if (fault !== null) {
        throw fault;
      }

      this.store.silence(session.id);
      try {
        return { answer: await this.rest.credential(session.id, 'AUDIENCE', this.#options.device), device: this.#options.device };
      } catch (error) {
        this.#applySessionOf(error);
        this.store.resume(session.id);
        throw error;
      }
    });
  }

  /**
   * Ends the call that this device takes part in, and answers another one that rings here.
   * @throws {CaptureError}
   * @throws {CallError} Also where the service cannot be told of the end: nobody is in two calls.
   */
  async answerInstead(session: CallSession, callType: CallType): Promise<void> {
    const current = this.state.getSnapshot().joined?.state.getSnapshot().session;
    await this.hangUp();
    await this.#ends.tellAll();
    if (current !== undefined && this.#ends.has(current.id)) {
      throw new CallError('unavailable', 'The call before could not be ended yet.');
    }

    await this.answer(session, callType);
  }

  /**
   * Declines for the user, on all devices. Where the service cannot be told now, it is told later; the ring has stopped here.
   * @throws {CallError} The service refuses it; the call rings again.
   */
  async decline(id: string): Promise<void> {
    this.store.silence(id);
    try {
      await this.#ends.tell(id, 'CANCELLED');
    } catch (error) {
      this.store.resume(id);
      throw error;
    }
  }

  /** Stops the ring on this device only. */
  dismiss(id: string): void {
    this.store.silence(id);
  }

  /**
   * Ends the call that this device takes part in, or cancels the one that is being started. Where the service cannot be told now, it is told later.
   * @throws {CallError} The service refuses it.
   */
  async hangUp(): Promise<void> {
    const { joined } = this.state.getSnapshot();
    if (joined === null) {
      this.state.update({ starting: null });
      return;
    }

    const { session } = joined.state.getSnapshot();
    joined.leave();
    forgetCall();
    if (isOpen(session)) {
      await this.end(session);
    }
  }

  /** Ends a call of the user, also one that this device takes no part in, such as one that the user was in before the browser crashed. */
  async end(session: CallSession): Promise<void> {
    const status: EndStatus = session.answeredAt === null ? 'CANCELLED' : 'COMPLETED';
    await this.#ends.tell(session.id, status);
  }

  /** Closes the call on this device. If it still goes on, this device leaves it. */
  close(): void {
    this.state.getSnapshot().joined?.leave();
    forgetCall();
    this.state.update({ joined: null });
  }

  /** Joins a call that goes on without this device: after a reload, or on another device of the initiator. */
  async rejoin(session: CallSession, camera: boolean, device: string | null = this.#options.device): Promise<void> {
    const role: CredentialRole = session.initiatorId === this.userId ? 'HOST' : 'AUDIENCE';
    await this.#starter.enter({ callType: camera ? 'VIDEO' : 'VOICE', otherId: null, sessionId: session.id }, async () => ({
      answer: await this.rest.credential(session.id, role, device),
      device,
    }));
  }

  #joined(joined: JoinedCall): void {
    joined.state.subscribe(() => {
      if (joined.state.getSnapshot().problem !== null) {
        // The call goes on elsewhere, or not at all. A reload of this page must not take it back.
        forgetCall();
      }

      this.#acknowledger.acknowledgeHeld();
      if (this.state.getSnapshot().signedOut && !joined.isOngoing) {
        this.state.update({ signedOut: false });
        this.#options.onSignedOut();
      }
    });
    // The call may have ended while the microphone was being opened.
    this.#updateJoined();
  }

  #invited(invitation: Invitation): void {
    this.store.invite(invitation);
    this.#acknowledge(invitation.id);
  }

  /** A call that was declined here does not ring, although the service may not know that yet. */
  #acknowledge(id: string): void {
    if (!this.#ends.has(id)) {
      this.#acknowledger.acknowledge(id);
    }
  }

  #updateJoined(): void {
    const { joined } = this.state.getSnapshot();
    const session = joined === null ? undefined : this.store.getSnapshot().calls.get(joined.state.getSnapshot().session.id);
    if (session !== undefined) {
      joined!.follow(session);
      if (!isOpen(session)) {
        forgetCall();
      }
    }
  }

  #applySessionOf(error: unknown): void {
    if (error instanceof CallError && error.session !== undefined) {
      this.store.apply(error.session);
    }
  }

  /**
   * Hands over the newest token when that of the connection has expired. Without one the service closes the connection a moment later, and the next one
   * finds out whether the user has to sign in again.
   */
  async #renewToken(): Promise<void> {
    try {
      await this.hub.invoke('renew_token', { token: await this.#options.token() });
    } catch {
      // The connection closes, and a new one is opened with what the page has then.
    }
  }

  /** A browser does not say why a WebSocket was refused. A REST request finds out whether it was the token. */
  #checkToken(): void {
    this.rest.request('me', { attempts: 1 }).catch((error: unknown) => this.#handleUnauthorized(error));
  }

  /** A call does not need the token to go on, so people who are talking are not interrupted; they sign in again afterwards. */
  #handleUnauthorized(error: unknown): void {
    if (!(error instanceof CallError) || !error.isUnauthorized || this.#stopped) {
      return;
    }

    if (this.state.getSnapshot().joined?.isOngoing === true) {
      this.state.update({ signedOut: true });
    } else {
      this.#options.onSignedOut();
    }
  }
}
