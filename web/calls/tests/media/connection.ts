import { FakeTrack } from './browser.ts';

interface Sender {
  track: unknown;
  replaceTrack: (track: unknown) => Promise<void>;
}

interface Description {
  readonly type: 'offer' | 'answer';
  readonly sdp: string;
}

let connections = 0;

/**
 * The signalling half of an RTCPeerConnection, as the specification has it: states, implicit descriptions, rollback. Two of
 * them that know each other's descriptions are connected.
 */
export class FakeConnection extends EventTarget {
  readonly id = ++connections;
  signalingState: RTCSignalingState = 'stable';
  connectionState: RTCPeerConnectionState = 'new';
  localDescription: (Description & { toJSON: () => Description }) | null = null;
  remote: Description | null = null;
  restarts = 0;
  rollbacks = 0;
  configuration: unknown;
  /** What setLocalDescription waits for. */
  held: Promise<void> = Promise.resolve();
  readonly candidates: unknown[] = [];
  readonly transceivers: { direction: string; receiver: { track: FakeTrack }; sender: Sender }[] = [];
  #offers = 0;

  constructor(configuration: unknown = {}) {
    super();
    this.configuration = configuration;
  }

  addTransceiver(kind: 'audio' | 'video', direction = 'sendrecv'): void {
    this.transceivers.push({ direction, receiver: { track: new FakeTrack(kind) }, sender: fakeSender() });
    this.#needNegotiation();
  }

  getTransceivers(): unknown[] {
    return this.transceivers;
  }

  setConfiguration(configuration: unknown): void {
    this.configuration = configuration;
  }

  restartIce(): void {
    this.restarts++;
    this.#needNegotiation();
  }

  async setLocalDescription(): Promise<void> {
    await this.held;
    const type = this.signalingState === 'have-remote-offer' ? 'answer' : 'offer';
    const description = { type, sdp: `${this.id}.${type}.${++this.#offers}` } as const;
    this.localDescription = { ...description, toJSON: () => description };
    this.signalingState = type === 'offer' ? 'have-local-offer' : 'stable';
    if (type === 'answer') {
      this.become('connected');
    }
  }

  async setRemoteDescription(description: Description): Promise<void> {
    await Promise.resolve();
    if (description.type === 'answer') {
      if (this.signalingState !== 'have-local-offer') {
        throw new Error(`InvalidStateError: an answer in ${this.signalingState}`);
      }

      this.signalingState = 'stable';
      this.remote = description;
      this.become('connected');
      return;
    }

    if (this.signalingState === 'have-local-offer') {
      this.rollbacks++;
    }

    this.signalingState = 'have-remote-offer';
    this.remote = description;
    while (this.transceivers.length < 2) {
      this.transceivers.push({
        direction: 'recvonly',
        receiver: { track: new FakeTrack(this.transceivers.length === 0 ? 'audio' : 'video') },
        sender: fakeSender(),
      });
    }
  }

  addIceCandidate(candidate: unknown): Promise<void> {
    if (this.remote === null) {
      return Promise.reject(new Error('InvalidStateError: a candidate before any description'));
    }

    this.candidates.push(candidate);
    return Promise.resolve();
  }

  getStats(): Promise<Map<string, unknown>> {
    return Promise.resolve(new Map<string, unknown>());
  }

  close(): void {
    this.signalingState = 'closed';
    this.connectionState = 'closed';
  }

  become(state: RTCPeerConnectionState): void {
    if (this.connectionState !== state && this.connectionState !== 'closed') {
      this.connectionState = state;
      this.dispatchEvent(new Event('connectionstatechange'));
    }
  }

  #needNegotiation(): void {
    queueMicrotask(() => {
      if (this.signalingState === 'stable') {
        this.dispatchEvent(new Event('negotiationneeded'));
      }
    });
  }
}

function fakeSender(): Sender {
  const sender: Sender = {
    track: null,
    replaceTrack: track => {
      sender.track = track;
      return Promise.resolve();
    },
  };
  return sender;
}
