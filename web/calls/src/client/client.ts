import { CallError } from '../service/errors.ts';
import { Hub, signalRConnection, type HubConnectionLike } from '../service/hub.ts';
import { JoinedCall } from './joined-call.ts';
import { AgoraMedia } from '../media/agora.ts';
import { LocalMedia } from '../media/local-media.ts';
import type { MediaTransport } from '../media/media.ts';
import { PeerToPeer, type SignalChannel } from '../media/peer-to-peer.ts';
import { Observable } from '../common/observable.ts';
import type { CallsRest } from '../service/rest.ts';
import { CallStore } from './store.ts';
import {
  isOpen,
  type CallSession,
  type CallType,
  type Credential,
  type CredentialAnswer,
  type CredentialRole,
  type Invitation,
  type Signal,
  type Sync,
} from '../service/types.ts';

export interface ClientOptions {
  readonly rest: CallsRest;
  readonly base: string;
  /** The user's JWT, asked for with each connection. */
  readonly token: () => string | Promise<string>;
  readonly userId: string;
  /** What this device is called; see claimDevice(). */
  readonly device: string;
  /** The service no longer takes the token. Where a call goes on then, this comes when that is over. */
  readonly onSignedOut: () => void;
  readonly connect?: () => HubConnectionLike;
  readonly openMedia?: (options: { camera: boolean }) => Promise<LocalMedia>;
}

/** A call that is being opened or answered here: microphone and service are being asked. */
export interface StartingCall {
  readonly callType: CallType;
  /** The other participant; null where a call is being come back into. */
  readonly otherId: string | null;
  readonly sessionId: string | null;
}

export interface ClientState {
  readonly starting: StartingCall | null;
  /** The call that this device takes part in, until it is closed: also for a while after its end. */
  readonly joined: JoinedCall | null;
  /** The service no longer takes the token, and a call goes on. */
  readonly signedOut: boolean;
}

/** What a person said about a call that is on its way: both names, for those whose page knows no directory. */
export interface CallNames {
  readonly initiatorName: string;
  readonly recipientName: string;
}

interface Remembered {
  readonly id: string;
  readonly device: string | null;
  readonly camera: boolean;
}

const rememberedKey = 'fayo.call';
const syncPatienceMs = 8_000;

/** A user's calls on this device: being told of them, opening, answering and ending them. */
export class CallsClient {
  readonly state = new Observable<ClientState>({ starting: null, joined: null, signedOut: false });
  readonly store: CallStore;
  readonly hub: Hub;
  readonly rest: CallsRest;
  readonly userId: string;
  readonly #options: ClientOptions;
  readonly #signalListeners = new Map<string, Set<(payload: unknown) => void>>();
  readonly #undo: (() => void)[] = [];
  /** What has been told of while this device was not free, and is not shown. */
  readonly #held = new Set<string>();
  #serverAhead = 0;
  #stopped = false;

  constructor(options: ClientOptions) {
    const { rest, base, token, userId, device } = options;
    this.#options = options;
    this.rest = rest;
    this.userId = userId;
    this.store = new CallStore({ userId });
    this.hub = new Hub({
      connect: options.connect ?? (() => signalRConnection({ base, path: 'ws/calls', token, device })),
      onConnected: () => this.#sync(),
      onFailed: () => this.#checkToken(),
    });
    this.hub.on('call_invitation', (invitation: Invitation) => this.#invited(invitation));
    this.hub.on('call_status', (session: CallSession) => this.store.apply(session));
    this.hub.on('signal', ({ sessionId, payload }: Signal) => {
      this.#signalListeners.get(sessionId)?.forEach(listener => listener(payload));
    });
  }

  /** The service's time, in milliseconds; only for showing how long something has lasted by its timestamps. */
  serverNow(): number {
    return performance.now() + this.#serverAhead;
  }

  /** False while this device is in a call or on its way into one: what rings then is not shown until it is free. */
  get isFree(): boolean {
    const { starting, joined } = this.state.getSnapshot();
    return starting === null && joined?.goesOn !== true;
  }

  start(): void {
    this.#undo.push(this.store.subscribe(() => this.#followStore()));
    this.#undo.push(this.state.subscribe(() => this.#acknowledgeHeld()));
    this.#listenTo(window, 'online', () => this.#wake());
    this.#listenTo(window, 'pageshow', event => this.#shownAgain(event as PageTransitionEvent));
    this.#listenTo(document, 'visibilitychange', () => {
      if (document.visibilityState === 'visible') {
        this.#wake();
      }
    });
    this.#listenTo(window, 'pagehide', () => this.state.getSnapshot().joined?.leave());
    this.hub.start();
  }

  /** Lets go of everything; calls go on without this device, but for one that it is just opening. */
  stop(): void {
    this.#stopped = true;
    this.#undo.splice(0).forEach(undo => undo());
    this.state.getSnapshot().joined?.leave();
    this.state.update({ starting: null });
    this.hub.stop();
    this.store.clear();
  }

  /**
   * Calls somebody. Where that somebody is ringing here, this answers.
   * @throws {CaptureError} There is no microphone: nobody has been called.
   * @throws {CallError}
   */
  async call(recipientId: string, callType: CallType, names?: CallNames): Promise<void> {
    const ring = this.store.getSnapshot().rings.find(({ session }) => session.initiatorId === recipientId);
    if (ring !== undefined) {
      return this.answer(ring.session, callType);
    }

    await this.#begin({ callType, otherId: recipientId, sessionId: null }, async () => {
      const request = { recipientId, callType, ...(names === undefined ? {} : { metadata: names }) };
      const answer = await this.rest.create(request);
      // "Already ringing you": the service knows no device of whoever answers by calling back.
      return { answer, device: answer.session.initiatorId === this.userId ? this.#options.device : null };
    });
  }

  /**
   * Answers a call that rings here.
   * @throws {CaptureError} There is no microphone: it rings on.
   * @throws {CallError}
   */
  async answer(session: CallSession, callType: CallType): Promise<void> {
    await this.#begin({ callType, otherId: session.initiatorId, sessionId: session.id }, async () => {
      this.store.silence(session.id);
      try {
        return { answer: await this.rest.credential(session.id, 'AUDIENCE', this.#options.device), device: this.#options.device };
      } catch (error) {
        this.#learnFrom(error);
        this.store.resume(session.id);
        throw error;
      }
    });
  }

  /** Says no for the user, on all devices. */
  async decline(id: string): Promise<void> {
    this.store.silence(id);
    try {
      this.store.apply((await this.rest.setStatus(id, 'CANCELLED')).session);
    } catch (error) {
      this.#learnFrom(error);
      this.store.resume(id);
      throw error;
    }
  }

  /** Stops the ring on this device alone. */
  dismiss(id: string): void {
    this.store.silence(id);
  }

  /** Ends the call that this device takes part in, or stops opening it. */
  async hangUp(): Promise<void> {
    const { joined } = this.state.getSnapshot();
    if (joined === null) {
      this.state.update({ starting: null });
      return;
    }

    const { session } = joined.state.getSnapshot();
    joined.leave();
    forget();
    if (isOpen(session)) {
      await this.#end(session);
    }
  }

  /** Takes the call off the screen; one that still goes on is left on this device. */
  close(): void {
    this.state.getSnapshot().joined?.leave();
    forget();
    this.state.update({ joined: null });
  }

  /** Comes into a call that goes on without this device: after a reload, or on another device of the initiator. */
  async comeBack(session: CallSession, camera: boolean, device: string | null = this.#options.device): Promise<void> {
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

    // Of this attempt alone: by the time its microphone is there, another call may be on its way.
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

      remember({ id: answer.session.id, device, camera });
      this.#join(answer, local, device);
    } catch (error) {
      local?.close();
      this.#learnFrom(error);
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
      createTransport: (credential, media, renew) => this.#createTransport(id, initiator, credential, media, renew),
      renew: async () => {
        try {
          const renewed = await this.rest.credential(id, answer.credential.role, device);
          this.store.apply(renewed.session);
          this.state.update({ signedOut: false });
          return renewed;
        } catch (error) {
          this.#noteRefusal(error);
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
        // Going on elsewhere, or not at all: a reload of this page is not to take the call back.
        forget();
      }

      this.#acknowledgeHeld();
      if (this.state.getSnapshot().signedOut && !joined.goesOn) {
        this.state.update({ signedOut: false });
        this.#options.onSignedOut();
      }
    });
    void joined.begin();
    // It may have ended while the microphone was being opened.
    this.#followStore();
  }

  #createTransport(sessionId: string, initiator: boolean, credential: Credential, local: LocalMedia, renew: () => void): MediaTransport {
    return credential.provider === 'agora'
      ? new AgoraMedia({ credential, local, onCredentialNeeded: renew })
      : new PeerToPeer({ credential, initiator, local, channel: this.#channel(sessionId) });
  }

  #channel(sessionId: string): SignalChannel {
    return {
      send: async payload => {
        await this.hub.invoke('signal', { sessionId, payload });
      },
      listen: listener => {
        const listeners = this.#signalListeners.get(sessionId) ?? new Set();
        this.#signalListeners.set(sessionId, listeners.add(listener));
        return () => {
          listeners.delete(listener);
          if (listeners.size === 0) {
            this.#signalListeners.delete(sessionId);
          }
        };
      },
    };
  }

  async #end(session: CallSession): Promise<void> {
    try {
      this.store.apply((await this.rest.setStatus(session.id, session.answeredAt === null ? 'CANCELLED' : 'COMPLETED')).session);
    } catch (error) {
      this.#learnFrom(error);
      if (!(error instanceof CallError) || error.code !== 'call_ended') {
        throw error;
      }
    }
  }

  #invited(invitation: Invitation): void {
    this.store.invite(invitation);
    this.#acknowledge(invitation.id);
  }

  /** Every time, for the acknowledgement before may have been lost; also where it was dismissed here. */
  #acknowledge(id: string): void {
    if (this.isFree) {
      this.hub.invoke('invitation_ack', { sessionId: id }).catch(() => undefined);
    } else {
      // It tells the caller that it rings, and nothing does.
      this.#held.add(id);
    }
  }

  #acknowledgeHeld(): void {
    if (this.isFree && this.#held.size > 0) {
      const held = new Set(this.#held);
      this.#held.clear();
      this.store
        .getSnapshot()
        .rings.filter(({ session }) => held.has(session.id))
        .forEach(({ session }) => this.#acknowledge(session.id));
    }
  }

  async #sync(): Promise<void> {
    const isNew = this.hub.state.getSnapshot() === 'connecting';
    const everything = await this.#askForEverything();
    if (isNew) {
      this.state.update({ signedOut: false });
    }

    this.#serverAhead = Date.parse(everything.serverTime) - performance.now();
    const unsure = this.store.sync(everything);
    everything.invitations.forEach(({ id }) => this.#acknowledge(id));
    await Promise.all(unsure.map(id => this.#askFor(id)));
    const joined = this.state.getSnapshot().joined;
    joined?.media.hubReturned();
    if (joined === null) {
      this.#comeBackToRemembered(everything.calls);
    }
  }

  async #askFor(id: string): Promise<void> {
    try {
      this.store.apply(await this.rest.call(id));
    } catch (error) {
      if (!(error instanceof CallError) || (error.status !== 403 && error.status !== 404)) {
        throw error;
      }

      this.store.drop(id);
    }
  }

  async #askForEverything(): Promise<Sync> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      return await Promise.race([
        this.hub.invoke<Sync>('sync', {}),
        new Promise<never>((_, reject) => {
          timer = setTimeout(() => reject(new CallError('disconnected', 'No answer came.')), syncPatienceMs);
        }),
      ]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** After a sleep a connection may look open and be dead: it has to answer, or is made again. */
  #wake(): void {
    if (this.hub.state.getSnapshot() === 'connected') {
      this.#sync().catch(() => this.hub.reconnect());
    } else {
      this.hub.hurry();
    }
  }

  /** A page that the browser has put away and brought back has given up its media, and is best begun anew. */
  #shownAgain({ persisted }: PageTransitionEvent): void {
    if (persisted && recall() !== null) {
      location.reload();
    } else {
      this.#wake();
    }
  }

  #comeBackToRemembered(calls: readonly CallSession[]): void {
    const remembered = recall();
    const session = calls.find(({ id }) => id === remembered?.id);
    if (remembered === null || session === undefined) {
      forget();
    } else if (this.state.getSnapshot().starting === null) {
      this.comeBack(session, remembered.camera, remembered.device).catch(() => forget());
    }
  }

  #followStore(): void {
    const { joined } = this.state.getSnapshot();
    const session = joined === null ? undefined : this.store.getSnapshot().calls.get(joined.state.getSnapshot().session.id);
    if (session !== undefined) {
      joined!.follow(session);
      if (!isOpen(session)) {
        forget();
      }
    }
  }

  #learnFrom(error: unknown): void {
    if (error instanceof CallError && error.session !== undefined) {
      this.store.apply(error.session);
    }
  }

  /** A browser does not tell why a WebSocket was refused; the REST interface does. */
  #checkToken(): void {
    this.rest.request('me', { attempts: 1 }).catch((error: unknown) => this.#noteRefusal(error));
  }

  /** A call needs no token to go on: the microphone is not taken away from people who talk. */
  #noteRefusal(error: unknown): void {
    if (!(error instanceof CallError) || error.status !== 401 || this.#stopped) {
      return;
    }

    if (this.state.getSnapshot().joined?.goesOn === true) {
      this.state.update({ signedOut: true });
    } else {
      this.#options.onSignedOut();
    }
  }

  #listenTo(target: EventTarget, event: string, listener: (event: Event) => void): void {
    target.addEventListener(event, listener);
    this.#undo.push(() => target.removeEventListener(event, listener));
  }
}

function remember(call: Remembered): void {
  sessionStorage.setItem(rememberedKey, JSON.stringify(call));
}

function forget(): void {
  sessionStorage.removeItem(rememberedKey);
}

function recall(): Remembered | null {
  const kept = sessionStorage.getItem(rememberedKey);
  return kept === null ? null : (JSON.parse(kept) as Remembered);
}
