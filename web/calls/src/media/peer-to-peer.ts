import { Backoff } from '../common/backoff.ts';
import { newId } from '../common/ids.ts';
import { Observable } from '../common/observable.ts';
import type { Credential, IceServer, PeerCredential } from '../service/types.ts';
import type { LocalMedia } from './local-media.ts';
import { initialMediaState, type MediaState, type MediaTransport } from './media.ts';
import { isPeerMessage, type PeerMessage } from './peer-message.ts';
import { Peer } from './peer.ts';

/** Sends messages to the other participant through the service, and receives theirs. Messages may be lost. */
export interface SignalChannel {
  send(payload: unknown): Promise<void>;
  listen(listener: (payload: unknown) => void): () => void;
}

export interface PeerToPeerOptions {
  readonly credential: PeerCredential;
  /** Whether this device's user has made the call. The initiator makes the offers and does not give way. */
  readonly initiator: boolean;
  readonly local: LocalMedia;
  readonly channel: SignalChannel;
  readonly createConnection?: (configuration: RTCConfiguration) => RTCPeerConnection;
}

const helloEveryMs = 2_000;
const restartAfterMs = 2_500;
/** How long an attempt may take until this side says that nothing comes through, in milliseconds. It goes on. */
const slowAfterMs = 15_000;

/** Sound and picture directly from browser to browser. The service only carries the messages that set up the connection. */
export class PeerToPeer implements MediaTransport {
  readonly state = new Observable<MediaState>(initialMediaState);
  readonly #options: PeerToPeerOptions;
  readonly #instance = newId();
  readonly #rescueBackoff = new Backoff({ initialMs: 10_000, maxMs: 30_000 });
  readonly #cleanups: (() => void)[] = [];
  #iceServers: readonly IceServer[];
  #peer: Peer | null = null;
  #wasConnected = false;
  #greeting: ReturnType<typeof setInterval> | undefined;
  #rescue: ReturnType<typeof setTimeout> | undefined;
  #slow: ReturnType<typeof setTimeout> | undefined;

  constructor(options: PeerToPeerOptions) {
    this.#options = options;
    this.#iceServers = options.credential.iceServers;
  }

  join(): Promise<void> {
    const { channel, local } = this.#options;
    this.#cleanups.push(
      channel.listen(payload => this.#receive(payload)),
      local.subscribe(() => this.#followLocal()),
    );
    this.#greeting = setInterval(() => this.#greetIfAlone(), helloEveryMs);
    this.#greetIfAlone();
    return Promise.resolve();
  }

  renew(credential: Credential): Promise<void> {
    if (credential.provider === 'p2p') {
      const brought = bringsRelay(this.#iceServers, credential.iceServers);
      this.#iceServers = credential.iceServers;
      try {
        this.#peer?.connection.setConfiguration(this.#configuration());
      } catch (error) {
        this.#noteServerProblem(error);
      }

      if (brought && this.state.getSnapshot().connection !== 'connected') {
        // The connection has looked for ways before it knew of the relay.
        this.#peer?.restart();
      }
    }

    return Promise.resolve();
  }

  hubReconnected(): void {
    const { connection } = this.state.getSnapshot();
    if (connection === 'closed' || connection === 'replaced') {
      return;
    }

    if (this.#peer !== null && connection !== 'connected') {
      this.#startOver(this.#peer.instance);
    }

    this.#sayHello(false);
  }

  leave(): void {
    if (this.state.getSnapshot().connection === 'closed') {
      return;
    }

    if (this.state.getSnapshot().connection !== 'replaced') {
      this.#send({ kind: 'bye', from: this.#instance });
    }

    this.#release();
    this.state.set({ ...initialMediaState, connection: 'closed' });
  }

  #release(): void {
    this.#cleanups.splice(0).forEach(cleanUp => cleanUp());
    clearInterval(this.#greeting);
    clearTimeout(this.#rescue);
    clearTimeout(this.#slow);
    this.#peer?.close();
    this.#peer = null;
  }

  #receive(payload: unknown): void {
    if (!isPeerMessage(payload)) {
      return;
    }

    switch (payload.kind) {
      case 'hello':
        if (this.#peer?.instance !== payload.from) {
          this.#startOver(payload.from);
        } else if (!payload.answers && this.state.getSnapshot().connection !== 'connected') {
          this.#peer.restart();
        }

        if (!payload.answers) {
          this.#sayHello(true);
        }

        this.#sendMediaState();
        break;
      case 'bye':
        if (this.#peer?.instance === payload.from) {
          this.#closePeer();
        }

        break;
      case 'replaced':
        if (payload.to === this.#instance) {
          this.#release();
          this.state.set({ ...initialMediaState, connection: 'replaced' });
        }

        break;
      case 'sends':
        if (this.#peer?.instance === payload.from) {
          const { remote } = this.state.getSnapshot();
          this.state.update({ remote: { ...remote, camera: payload.camera, muted: payload.muted } });
        }

        break;
      default:
        if (payload.to === this.#instance) {
          if (this.#peer?.instance !== payload.from) {
            this.#startOver(payload.from);
          }

          // A message that does not fit belongs to a connection that was given up; the rescue timer makes a new one.
          this.#peer?.negotiation.handle(payload).catch(() => undefined);
        }
    }
  }

  /** Makes a new connection, with this instance of the other participant. */
  #startOver(instance: string): void {
    if (this.#peer !== null && this.#peer.instance !== instance) {
      // If that instance still exists in another tab of the same user, the two tabs would keep taking the call from each other.
      this.#send({ kind: 'replaced', from: this.#instance, to: this.#peer.instance });
    }

    this.#peer?.close();
    const peer: Peer = new Peer({
      instance,
      offers: this.#options.initiator,
      connection: this.#createConnection(),
      send: message => this.#send({ ...message, from: this.#instance, to: instance }),
      onConnection: () => this.#follow(peer),
      onStream: stream => this.state.update({ remote: { ...this.state.getSnapshot().remote, stream } }),
      onQuality: quality => this.state.update({ quality }),
      onServerProblem: serverProblem => this.state.update({ serverProblem }),
    });
    this.#peer = peer;
    const { camera, microphone } = this.#options.local.getSnapshot();
    peer.sendTracks(microphone, camera);
    this.state.update({ connection: this.#wasConnected ? 'reconnecting' : 'connecting', quality: 'unknown', gone: false });
    this.#rescueLater();
    this.#slow ??= setTimeout(() => this.#saySlow(), slowAfterMs);
  }

  /** An address that the browser cannot read must not keep the two apart: the connection is then made without any server. */
  #createConnection(): RTCPeerConnection {
    const create = this.#options.createConnection ?? ((configuration: RTCConfiguration) => new RTCPeerConnection(configuration));
    try {
      return create(this.#configuration());
    } catch (error) {
      this.#noteServerProblem(error);
      return create({});
    }
  }

  #noteServerProblem(error: unknown): void {
    this.state.update({ serverProblem: error instanceof Error ? error.message : String(error) });
  }

  #saySlow(): void {
    this.#slow = undefined;
    const { connection } = this.state.getSnapshot();
    if (connection === 'connecting' || connection === 'reconnecting') {
      this.state.update({ connection: 'failed' });
    }
  }

  #follow(peer: Peer): void {
    if (peer !== this.#peer) {
      return;
    }

    switch (peer.connection.connectionState) {
      case 'connected':
        clearTimeout(this.#rescue);
        this.#rescue = undefined;
        clearTimeout(this.#slow);
        this.#slow = undefined;
        this.#rescueBackoff.reset();
        this.#wasConnected = true;
        this.state.update({ connection: 'connected', serverProblem: null });
        this.#sendMediaState();
        break;
      case 'disconnected':
        this.state.update({ connection: 'reconnecting', quality: 'unknown' });
        this.#slow ??= setTimeout(() => this.#saySlow(), slowAfterMs);
        setTimeout(() => {
          if (peer === this.#peer && peer.connection.connectionState === 'disconnected') {
            peer.restart();
          }
        }, restartAfterMs);
        this.#rescueLater();
        break;
      case 'failed':
        this.state.update({ connection: this.#wasConnected ? 'reconnecting' : 'failed', quality: 'unknown' });
        peer.restart();
        this.#rescueLater();
        break;
      default:
    }
  }

  /** Only the initiator starts over by itself. If both did, each would undo what the other has begun. */
  #rescueLater(): void {
    if (!this.#options.initiator || this.#rescue !== undefined) {
      return;
    }

    this.#rescue = setTimeout(() => {
      this.#rescue = undefined;
      if (this.#peer !== null && this.state.getSnapshot().connection !== 'connected') {
        this.#startOver(this.#peer.instance);
        this.state.update({ connection: 'failed' });
      }
    }, this.#rescueBackoff.next());
  }

  /** The other side has left for now: it closed the page, or is loading it again. */
  #closePeer(): void {
    this.#peer?.close();
    this.#peer = null;
    clearTimeout(this.#rescue);
    this.#rescue = undefined;
    clearTimeout(this.#slow);
    this.#slow = undefined;
    this.state.set({ ...initialMediaState, connection: this.#wasConnected ? 'reconnecting' : 'waiting', gone: true });
  }

  #greetIfAlone(): void {
    if (this.#peer === null) {
      this.#sayHello(false);
    }
  }

  #sayHello(answers: boolean): void {
    this.#send({ kind: 'hello', from: this.#instance, answers });
  }

  #followLocal(): void {
    const { camera, microphone } = this.#options.local.getSnapshot();
    this.#peer?.sendTracks(microphone, camera);
    this.#sendMediaState();
  }

  #sendMediaState(): void {
    const { camera, microphone, muted } = this.#options.local.getSnapshot();
    this.#send({ kind: 'sends', from: this.#instance, camera: camera !== null, muted: muted || microphone === null });
  }

  #send(message: PeerMessage): void {
    // The message is lost while there is no connection to the hub; hubReconnected() makes up for that.
    this.#options.channel.send(message).catch(() => undefined);
  }

  #configuration(): RTCConfiguration {
    return { iceServers: this.#iceServers.map(server => ({ ...server, urls: [...server.urls] })) };
  }
}

/** True if only the newer servers have a relay. */
function bringsRelay(before: readonly IceServer[], after: readonly IceServer[]): boolean {
  const hasRelay = (servers: readonly IceServer[]): boolean => servers.some(({ urls }) => urls.some(url => url.startsWith('turn')));
  return hasRelay(after) && !hasRelay(before);
}
