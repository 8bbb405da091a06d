/** What two peers send each other to agree on a connection. */
export type NegotiationMessage =
  | { readonly kind: 'description'; readonly description: RTCSessionDescriptionInit }
  | { readonly kind: 'candidate'; readonly candidate: RTCIceCandidateInit | null };

export interface NegotiationOptions {
  readonly connection: RTCPeerConnection;
  /** The polite peer gives way when both make an offer at the same time. */
  readonly polite: boolean;
  readonly send: (message: NegotiationMessage) => void;
  /** Called before an offer is answered, to attach the tracks that are to be sent. */
  readonly beforeAnswer: () => Promise<void>;
}

/**
 * Perfect negotiation: either side may make an offer at any time, and if two offers cross, one of them wins.
 * https://w3c.github.io/webrtc-pc/#perfect-negotiation-example
 */
export class Negotiation {
  readonly #options: NegotiationOptions;
  #makingOffer = false;
  #ignoresOffer = false;
  #settingAnswer = false;
  /** The last message being handled. Messages wait for each other because a candidate belongs to the description before it. */
  #turn: Promise<void> = Promise.resolve();

  constructor(options: NegotiationOptions) {
    this.#options = options;
    const { connection, send } = options;
    connection.addEventListener('negotiationneeded', () => void this.#offer());
    connection.addEventListener('icecandidate', ({ candidate }) => send({ kind: 'candidate', candidate: candidate?.toJSON() ?? null }));
  }

  /** Handles a message of the peer; rejects if it does not fit the state of the connection. */
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
      // Candidates of an ignored offer do not belong to this connection.
      if (!this.#ignoresOffer) {
        throw error;
      }
    }
  }
}
