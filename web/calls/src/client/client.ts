import { Observable } from '../common/observable.ts';
import { LocalMedia } from '../media/local-media.ts';
import { createTransport } from '../media/transport.ts';
import { CallError } from '../service/errors.ts';
import { Hub, signalRConnection, type HubConnectionLike } from '../service/hub.ts';
import { hubToken } from '../service/tickets.ts';
import type { CallsRest } from '../service/rest.ts';
import { isOpen, type CallSession, type CallType, type CredentialAnswer, type CredentialRole, type Invitation } from '../service/types.ts';
import type { ClientState, StartingCall } from './client-state.ts';
import { JoinedCall } from './joined-call.ts';
import { followPage } from './page-lifecycle.ts';
import { forgetCall, recallCall, rememberCall } from './remembered-call.ts';
import { RingAcknowledger } from './ring-acknowledger.ts';
import { Signals } from './signals.ts';
import { CallStore } from './store.ts';
import { refreshCalls, requestSync } from './sync.ts';

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
}

/** A user's calls on this device: receives, makes, answers and ends them. */
export class CallsClient {
  readonly state = new Observable<ClientState>({ starting: null, joined: null, signedOut: false });
  readonly store: CallStore;
  readonly hub: Hub;
  readonly rest: CallsRest;
  readonly userId: string;
  readonly #options: ClientOptions;
  readonly #signals: Signals;
  readonly #acknowledger: RingAcknowledger;
  readonly #cleanups: (() => void)[] = [];
  #clockOffsetMs = 0;
  #stopped = false;

  constructor(options: ClientOptions) {
    const { rest, base, token, userId, device } = options;
    this.#options = options;
    this.rest = rest;
    this.userId = userId;
    this.store = new CallStore({ userId });
    this.hub = new Hub({
      connect: options.connect ?? (() => signalRConnection({ base, path: 'ws/calls', token: () => hubToken(rest, token), device })),
      onConnected: () => this.#sync(),
      onFailed: () => this.#checkToken(),
    });
    this.hub.on('call_invitation', (invitation: Invitation) => this.#invited(invitation));
    this.hub.on('call_status', (session: CallSession) => this.store.apply(session));
    this.#signals = new Signals(this.hub);
    this.#acknowledger = new RingAcknowledger({
      isFree: () => this.isFree,
      ringing: () => this.store.getSnapshot().rings.map(({ session }) => session.id),
      send: sessionId => void this.hub.invoke('invitation_ack', { sessionId }).catch(() => undefined),
    });
  }

  /** The service's time, in milliseconds. Only for showing how long something has lasted since one of the service's timestamps. */
  serverNow(): number {
    return performance.now() + this.#clockOffsetMs;
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
        onAwake: () => this.#checkConnection(),
        onRestored: () => this.#restored(),
        onLeft: () => this.state.getSnapshot().joined?.leave(),
      }),
    );
    this.hub.start();
  }

  /** Stops everything on this device. Calls go on without it, except for one that it is just making, which ends. */
  stop(): void {
    this.#stopped = true;
    this.#cleanups.splice(0).forEach(cleanUp => cleanUp());
    this.state.getSnapshot().joined?.leave();
    this.state.update({ starting: null });
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

    await this.#begin({ callType, otherId: recipientId, sessionId: null }, async () => {
      const answer = await this.rest.create({ recipientId, callType });
      // The recipient was calling us already, and our call has answered theirs. The service has recorded no device for such an answer.
      return { answer, device: answer.session.initiatorId === this.userId ? this.#options.device : null };
    });
  }

  /**
   * Answers a call that rings here.
   * @throws {CaptureError} There is no microphone; the call keeps ringing.
   * @throws {CallError}
   */
  async answer(session: CallSession, callType: CallType): Promise<void> {
    await this.#begin({ callType, otherId: session.initiatorId, sessionId: session.id }, async () => {
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

  /** Declines for the user, on all devices. */
  async decline(id: string): Promise<void> {
    this.store.silence(id);
    try {
      this.store.apply((await this.rest.setStatus(id, 'CANCELLED')).session);
    } catch (error) {
      this.#applySessionOf(error);
      this.store.resume(id);
      throw error;
    }
  }

  /** Stops the ring on this device only. */
  dismiss(id: string): void {
    this.store.silence(id);
  }

  /** Ends the call that this device takes part in, or cancels the one that is being started. */
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
      await this.#end(session);
    }
  }

  /** Ends a call that this device takes no part in, such as one that the user was in before the browser crashed. */
  async end(session: CallSession): Promise<void> {
    await this.#end(session);
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
    await this.#begin({ callType: camera ? 'VIDEO' : 'VOICE', otherId: null, sessionId: session.id }, async () => ({
      answer: await this.rest.credential(session.id, role, device),
      device,
    }));
  }

  async #begin(starting: StartingCall, open: () => Promise<{ answer: CredentialAnswer; device: string | null }>): Promise<void> {
    if (!this.isFree) {
      throw new CallError('busy', 'There is a call on this device already.');
    }

    // Looks at this attempt only: by the time its microphone is open, another call may have been started.
    const isCancelled = (): boolean => this.state.getSnapshot().starting !== starting;
    const camera = starting.callType === 'VIDEO';
    this.state.update({ starting, joined: null });
    let local: LocalMedia | null = null;
    try {
      local = await (this.#options.openMedia ?? LocalMedia.open)({ camera });
      if (isCancelled()) {
        local.close();
        return;
      }

      const { answer, device } = await open();
      this.store.apply(answer.session);
      if (isCancelled()) {
        local.close();
        if (!this.#stopped || starting.sessionId === null) {
          await this.#end(answer.session);
        }

        return;
      }

      rememberCall({ id: answer.session.id, device, camera });
      this.#join(answer, local, device);
    } catch (error) {
      local?.close();
      this.#applySessionOf(error);
      throw error;
    } finally {
      if (!isCancelled()) {
        this.state.update({ starting: null });
      }
    }
  }

  #join(answer: CredentialAnswer, local: LocalMedia, device: string | null): void {
    const { id, initiatorId, status } = answer.session;
    const initiator = initiatorId === this.userId;
    const joined = new JoinedCall({
      answer,
      local,
      createTransport: (credential, media, renew) =>
        createTransport({ credential, local: media, initiator, channel: this.#signals.channel(id), onCredentialNeeded: renew }),
      renew: async () => {
        try {
          const renewed = await this.rest.credential(id, answer.credential.role, device);
          this.store.apply(renewed.session);
          this.state.update({ signedOut: false });
          return renewed;
        } catch (error) {
          this.#handleUnauthorized(error);
          throw error;
        }
      },
      confirm:
        initiator || status === 'ACTIVE'
          ? null
          : async () => {
              const { session } = await this.rest.setStatus(id, 'ACTIVE');
              this.store.apply(session);
              return session;
            },
    });
    this.state.update({ starting: null, joined });
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
    void joined.begin();
    // The call may have ended while the microphone was being opened.
    this.#updateJoined();
  }

  async #end(session: CallSession): Promise<void> {
    try {
      this.store.apply((await this.rest.setStatus(session.id, session.answeredAt === null ? 'CANCELLED' : 'COMPLETED')).session);
    } catch (error) {
      this.#applySessionOf(error);
      if (!(error instanceof CallError) || error.code !== 'call_ended') {
        throw error;
      }
    }
  }

  #invited(invitation: Invitation): void {
    this.store.invite(invitation);
    this.#acknowledger.acknowledge(invitation.id);
  }

  async #sync(): Promise<void> {
    const isNew = this.hub.state.getSnapshot() === 'connecting';
    const everything = await requestSync(this.hub);
    if (isNew) {
      this.state.update({ signedOut: false });
    }

    this.#clockOffsetMs = Date.parse(everything.serverTime) - performance.now();
    const unsure = this.store.sync(everything);
    everything.invitations.forEach(({ id }) => this.#acknowledger.acknowledge(id));
    await refreshCalls(unsure, this.rest, this.store);
    const joined = this.state.getSnapshot().joined;
    joined?.media.hubReconnected();
    if (joined === null) {
      this.#rejoinRemembered(everything.calls);
    }
  }

  /** After a sleep a connection may look open and be dead. If it does not answer, a new one is made. */
  #checkConnection(): void {
    if (this.hub.state.getSnapshot() === 'connected') {
      this.#sync().catch(() => this.hub.reconnect());
    } else {
      this.hub.retryNow();
    }
  }

  /** A page that the browser restores has released its media. If it was in a call, loading it again brings the call back. */
  #restored(): void {
    if (recallCall() !== null) {
      location.reload();
    } else {
      this.#checkConnection();
    }
  }

  #rejoinRemembered(calls: readonly CallSession[]): void {
    const remembered = recallCall();
    const session = calls.find(({ id }) => id === remembered?.id);
    if (remembered === null || session === undefined) {
      forgetCall();
    } else if (this.state.getSnapshot().starting === null) {
      this.rejoin(session, remembered.camera, remembered.device).catch(() => forgetCall());
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

  /** A browser does not say why a WebSocket was refused. A REST request finds out whether it was the token. */
  #checkToken(): void {
    this.rest.request('me', { attempts: 1 }).catch((error: unknown) => this.#handleUnauthorized(error));
  }

  /** A call does not need the token to go on, so people who are talking are not interrupted; they sign in again afterwards. */
  #handleUnauthorized(error: unknown): void {
    if (!(error instanceof CallError) || error.status !== 401 || this.#stopped) {
      return;
    }

    if (this.state.getSnapshot().joined?.isOngoing === true) {
      this.state.update({ signedOut: true });
    } else {
      this.#options.onSignedOut();
    }
  }
}
