import type { SignalChannel } from '../media/peer-to-peer.ts';
import type { Hub } from '../service/hub.ts';
import type { Signal } from '../service/types.ts';

type Listener = (payload: unknown) => void;

/** The signals between the participants of calls, which go through the hub. */
export class Signals {
  readonly #hub: Hub;
  readonly #listeners = new Map<string, Set<Listener>>();

  constructor(hub: Hub) {
    this.#hub = hub;
    hub.on('signal', ({ sessionId, payload }: Signal) => {
      this.#listeners.get(sessionId)?.forEach(listener => listener(payload));
    });
  }

  /** The way to the other participant of one call. */
  channel(sessionId: string): SignalChannel {
    return {
      send: async payload => {
        await this.#hub.invoke('signal', { sessionId, payload });
      },
      listen: listener => this.#listen(sessionId, listener),
    };
  }

  #listen(sessionId: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(sessionId) ?? new Set();
    this.#listeners.set(sessionId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) {
        this.#listeners.delete(sessionId);
      }
    };
  }
}
