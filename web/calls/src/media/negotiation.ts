/** What two peers tell each other to agree on a connection. */
export type NegotiationMessage =
  | { readonly kind: 'description'; readonly description: RTCSessionDescriptionInit }
  | { readonly kind: 'candidate'; readonly candidate: RTCIceCandidateInit | null };

export interface NegotiationOptions {
  readonly connection: RTCPeerConnection;
  /** The polite one gives way when both offer at once. */
  readonly polite: boolean;
  readonly send: (message: NegotiationMessage) => void;
  /** Before an offer is answered: the time to say what is sent. */
  readonly beforeAnswer: () => Promise<void>;
}

/**
 * Perfect negotiation: either side may offer at any time, and one of two offers that cross wins.
 * https://w3c.github.io/webrtc-pc/#perfect-negotiation-example
 */
export class Negotiation {
  readonly #options: NegotiationOptions;
  #makingOffer = false;
  #ignoresOffer = false;
  #settingAnswer = false;
  /** Messages are taken one after the other: a candidate belongs to the description before it. */
  #turn: Promise<void> = Promise.resolve();

  constructor(options: NegotiationOptions) {
    this.#options = options;
    const { connection, send } = options;
    connection.addEventListener('negotiationneeded', () => void this.#offer());
    connection.addEventListener('icecandidate', ({ candidate }) => send({ kind: 'candidate', candidate: candidate?.toJSON() ?? null }));
  }

  /** Takes a message of the peer; rejects where it makes no sense. */
  handle(message: NegotiationMessage): Promise<void> {
    const done = this.#turn.then(() =>
      message.kind === 'description' ? this.#describe(message.description) : this.#add(message.candidate),
    );
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #offer(): Promise<void> {
    const { connection, send } = this.#options;
    try {
      this.#makingOffer = true;
      await connection.setLocalDescription();
      send({ kind: 'description', description: connection.localDescription!.toJSON() });
    } catch (error) {
      if (connection.signalingState !== 'closed') {
        throw error;
      }
    } finally {
      this.#makingOffer = false;
    }
  }

  async #describe(description: RTCSessionDescriptionInit): Promise<void> {
    const { connection, polite, send, beforeAnswer } = this.#options;
    const ready = !this.#makingOffer && (connection.signalingState === 'stable' || this.#settingAnswer);
    this.#ignoresOffer = !polite && description.type === 'offer' && !ready;
    if (this.#ignoresOffer) {
      return;
    }

    this.#settingAnswer = description.type === 'answer';
    try {
      await connection.setRemoteDescription(description);
    } finally {
      this.#settingAnswer = false;
    }

    if (description.type === 'offer') {
      await beforeAnswer();
      await connection.setLocalDescription();
      send({ kind: 'description', description: connection.localDescription!.toJSON() });
    }
  }

  async #add(candidate: RTCIceCandidateInit | null): Promise<void> {
    try {
      await this.#options.connection.addIceCandidate(candidate);
    } catch (error) {
      // Candidates of an offer that was ignored have nowhere to go.
      if (!this.#ignoresOffer) {
        throw error;
      }
    }
  }
}
