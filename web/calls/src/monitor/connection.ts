import { Backoff } from '../common/backoff.ts';
import { CallError } from '../service/errors.ts';
import { Hub, signalRConnection } from '../service/hub.ts';
import { Observable } from '../common/observable.ts';
import { CallsRest } from '../service/rest.ts';
import { hubToken } from '../service/tickets.ts';
import { monitorSummary } from './requests.ts';
import type { MonitorStore } from './store.ts';
import type { MonitorCalls, MonitorSummary } from './types.ts';

export type MonitorState =
  | { readonly kind: 'connecting' }
  /** The store is up to date. */
  | { readonly kind: 'live' }
  /** The connection is lost and is being made again; the store keeps the last state. */
  | { readonly kind: 'lost' }
  /** The service does not let this user in; it is not tried again. */
  | { readonly kind: 'refused'; readonly error: CallError };

interface Options {
  /** The address of the service, with a slash at the end. */
  readonly base: string;
  /** The user's JWT, asked for with each connection. */
  readonly token: () => string;
  readonly store: MonitorStore;
}

/** Keeps a store up to date for as long as it runs. */
export class MonitorConnection {
  readonly state = new Observable<MonitorState>({ kind: 'connecting' });
  readonly #store: MonitorStore;
  readonly #rest: CallsRest;
  readonly #hub: Hub;

  constructor({ base, token, store }: Options) {
    this.#store = store;
    this.#rest = new CallsRest({ base, token, attempts: 1 });
    this.#hub = new Hub({
      connect: () => signalRConnection({ base, path: 'ws/monitor', token: () => hubToken(this.#rest, token) }),
      onConnected: () => Promise.resolve(),
      // A browser does not say why a WebSocket was refused; this request finds out.
      onFailed: () => void this.#ask(),
      backoff: new Backoff({ maxMs: 10_000 }),
    });
    this.#hub.on('monitor_calls', (message: MonitorCalls) => {
      if (store.applyCalls(message)) {
        this.state.set({ kind: 'live' });
      }
    });
    this.#hub.on('monitor_summary', (summary: MonitorSummary) => store.applySummary(summary));
    this.#hub.state.subscribe(() => {
      if (this.#hub.state.getSnapshot() === 'waiting') {
        this.state.set({ kind: 'lost' });
      }
    });
  }

  start(): void {
    this.#hub.start();
    void this.#ask();
  }

  stop(): void {
    this.#hub.stop();
  }

  /** Tries again at once if it is waiting for the next attempt. */
  readonly retryNow = (): void => this.#hub.retryNow();

  async #ask(): Promise<void> {
    try {
      this.#store.applySummary(await monitorSummary(this.#rest));
    } catch (error) {
      if (error instanceof CallError && !error.isTransient && (error.status === 401 || error.status === 403)) {
        this.#hub.stop();
        this.state.set({ kind: 'refused', error });
      }
    }
  }
}
