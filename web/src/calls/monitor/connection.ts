import { HttpTransportType, HubConnectionBuilder, LogLevel, type HubConnection } from '@microsoft/signalr';
import { Backoff } from '../backoff';
import { CallError } from '../errors';
import { CallsRest, wait } from '../rest';
import { monitorSummary } from './requests';
import type { MonitorStore } from './store';
import type { MonitorCalls, MonitorSummary } from './types';

export type MonitorState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** It tries again by itself. Before the first success nothing is known, after it the store holds the last state. */
  | { readonly kind: 'lost'; readonly error: unknown }
  /** It does not try again: the service does not let this user in. */
  | { readonly kind: 'refused'; readonly error: CallError };

interface Options {
  /** Where the service is, with a slash at the end. */
  readonly base: string;
  readonly token: string;
  readonly store: MonitorStore;
  readonly backoff?: Backoff;
}

/** Keeps a store up to date for as long as it runs, with a new connection whenever the last one is lost. */
export class MonitorConnection {
  readonly #base: string;
  readonly #token: string;
  readonly #store: MonitorStore;
  readonly #rest: CallsRest;
  readonly #backoff: Backoff;
  readonly #listeners = new Set<() => void>();
  #state: MonitorState = { kind: 'connecting' };
  #stopped = new AbortController();
  #pause = new AbortController();

  constructor({ base, token, store, backoff = new Backoff({ longestMs: 10_000 }) }: Options) {
    this.#base = base;
    this.#token = token;
    this.#store = store;
    this.#backoff = backoff;
    this.#rest = new CallsRest({ base, token: () => token, attempts: 1 });
  }

  /** For React's useSyncExternalStore, as `state` is. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly state = (): MonitorState => this.#state;

  start(): void {
    this.#stopped = new AbortController();
    void this.#keepConnected(this.#stopped.signal);
  }

  stop(): void {
    this.#stopped.abort();
  }

  /** Tries at once where it waits for the next attempt. */
  readonly tryNow = (): void => this.#pause.abort();

  async #keepConnected(stopped: AbortSignal): Promise<void> {
    while (!stopped.aborted) {
      const error = await this.#connect(stopped);
      if (stopped.aborted) {
        return;
      }

      if (error instanceof CallError && (error.status === 401 || error.status === 403)) {
        this.#show({ kind: 'refused', error });
        return;
      }

      this.#show({ kind: 'lost', error });
      this.#pause = new AbortController();
      await wait(this.#backoff.next(), AbortSignal.any([stopped, this.#pause.signal])).catch(() => undefined);
    }
  }

  /** One connection from its start to its end; returns why it ended. */
  async #connect(stopped: AbortSignal): Promise<unknown> {
    try {
      // A browser does not tell why a WebSocket was refused: this request does.
      this.#store.takeSummary(await monitorSummary(this.#rest, stopped));
      const hub = this.#newHub();
      const closed = new Promise<unknown>(resolve => hub.onclose(resolve));
      const stop = (): void => void hub.stop();
      stopped.addEventListener('abort', stop);
      try {
        await hub.start();
        return await closed;
      } finally {
        stopped.removeEventListener('abort', stop);
      }
    } catch (error) {
      return error;
    }
  }

  #newHub(): HubConnection {
    const hub = new HubConnectionBuilder()
      .withUrl(new URL('ws/monitor', this.#base).href, {
        accessTokenFactory: () => this.#token,
        // Negotiation and the socket may meet different silos.
        skipNegotiation: true,
        transport: HttpTransportType.WebSockets,
      })
      .configureLogging(LogLevel.None)
      .build();
    hub.on('monitor_calls', (message: MonitorCalls) => {
      if (this.#store.takeCalls(message)) {
        this.#backoff.reset();
        this.#show({ kind: 'live' });
      }
    });
    hub.on('monitor_summary', (summary: MonitorSummary) => this.#store.takeSummary(summary));
    return hub;
  }

  #show(state: MonitorState): void {
    this.#state = state;
    this.#listeners.forEach(listener => listener());
  }
}
