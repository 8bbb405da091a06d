import { qualityOf, type MediaState } from './media.ts';
import { Negotiation, type NegotiationMessage } from './negotiation.ts';

const qualityEveryMs = 2_000;

interface PeerOptions {
  readonly instance: string;
  readonly offers: boolean;
  readonly connection: RTCPeerConnection;
  readonly send: (message: NegotiationMessage) => void;
  readonly onConnection: () => void;
  readonly onStream: (stream: MediaStream) => void;
  readonly onQuality: (quality: MediaState['quality']) => void;
  /** A STUN or TURN server does not answer, or refuses: its address, and why. */
  readonly onServerProblem: (problem: string) => void;
}

/**
 * A connection to one instance of the other side. It has one transceiver for sound and one for the picture from the beginning, so that
 * turning a camera on or off later needs no negotiation.
 */
export class Peer {
  readonly instance: string;
  readonly connection: RTCPeerConnection;
  readonly negotiation: Negotiation;
  readonly #options: PeerOptions;
  readonly #received: MediaStreamTrack[] = [];
  readonly #watch: ReturnType<typeof setInterval>;
  #tracks: { readonly audio: MediaStreamTrack | null; readonly video: MediaStreamTrack | null } = { audio: null, video: null };
  #before = { received: 0, lost: 0 };

  constructor(options: PeerOptions) {
    this.#options = options;
    this.instance = options.instance;
    this.connection = options.connection;
    this.negotiation = new Negotiation({
      connection: options.connection,
      polite: !options.offers,
      send: options.send,
      beforeAnswer: () => this.#attach(),
    });
    this.connection.addEventListener('connectionstatechange', options.onConnection);
    this.connection.addEventListener('icecandidateerror', ({ url, errorCode, errorText }) =>
      options.onServerProblem(`${url}: ${errorText || 'no answer'} (${errorCode})`),
    );
    this.connection.addEventListener('track', ({ track }) => {
      this.#received.push(track);
      options.onStream(new MediaStream(this.#received));
    });
    if (options.offers) {
      this.connection.addTransceiver('audio');
      this.connection.addTransceiver('video');
    }

    this.#watch = setInterval(() => void this.#measure(), qualityEveryMs);
  }

  sendTracks(audio: MediaStreamTrack | null, video: MediaStreamTrack | null): void {
    this.#tracks = { audio, video };
    void this.#attach();
  }

  restart(): void {
    if (this.#options.offers) {
      this.connection.restartIce();
    }
  }

  close(): void {
    clearInterval(this.#watch);
    this.connection.removeEventListener('connectionstatechange', this.#options.onConnection);
    this.connection.close();
  }

  async #attach(): Promise<void> {
    await Promise.all(
      this.connection.getTransceivers().map(async ({ sender, receiver }, index, all) => {
        const track = this.#tracks[receiver.track.kind as 'audio' | 'video'];
        all[index]!.direction = 'sendrecv';
        if (sender.track !== track) {
          // Rejected only if the connection has been closed meanwhile.
          await sender.replaceTrack(track).catch(() => undefined);
        }
      }),
    );
  }

  async #measure(): Promise<void> {
    if (this.connection.connectionState !== 'connected') {
      return;
    }

    let received = 0;
    let lost = 0;
    let roundTripMs = 0;
    for (const entry of ((await this.connection.getStats()) as ReadonlyMap<string, RTCStats>).values()) {
      if (entry.type === 'inbound-rtp') {
        const { packetsReceived, packetsLost } = entry as RTCInboundRtpStreamStats;
        received += packetsReceived ?? 0;
        lost += packetsLost ?? 0;
      } else if (entry.type === 'candidate-pair' && (entry as RTCIceCandidatePairStats).nominated === true) {
        roundTripMs = Math.max(roundTripMs, ((entry as RTCIceCandidatePairStats).currentRoundTripTime ?? 0) * 1000);
      }
    }

    const lostSince = Math.max(0, lost - this.#before.lost);
    const all = lostSince + Math.max(0, received - this.#before.received);
    this.#before = { received, lost };
    this.#options.onQuality(qualityOf(all === 0 ? 0 : lostSince / all, roundTripMs));
  }
}
