import { HttpTransportType, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { Backoff } from '../common/backoff.ts';
import { CallError, readHubError } from './errors.ts';
import { Observable } from '../common/observable.ts';

/** The part of SignalR's connection that is used. */
export interface HubConnectionLike {
  start(): Promise<void>;
  stop(): Promise<void>;
  on(event: string, listener: (argument: never) => void): void;
  onclose(listener: () => void): void;
  invoke<T>(method: string, argument: unknown): Promise<T>;
}

export type HubState = 'stopped' | 'connecting' | 'connected' | 'waiting';

export interface HubOptions {
  readonly connect: () => HubConnectionLike;
  /** What to do on every new connection before it counts as connected. If this throws, the connection is closed and made again. */
  readonly onConnected: () => Promise<void>;
  /** Called after a failed attempt, to find out whether the token is still valid. */
  readonly onFailed?: () => void;
  readonly backoff?: Backoff;
}

/** How long an attempt may take until it counts as failed, in milliseconds. */
const timeoutMs = 15_000;
/** How long an attempt may take before {@link Hub.retryNow} replaces it, in milliseconds. */
const hurriedTimeoutMs = 3_000;

/** A connection to a hub. It is made again whenever it is lost, until it is stopped. */
export class Hub {
  readonly state = new Observable<HubState>('stopped');
  readonly #options: HubOptions;
  readonly #backoff: Backoff;
  readonly #listeners = new Map<string, (argument: never) => void>();
  #connection: HubConnectionLike | null = null;
  /** Ends the current attempt when it takes too long; between attempts, starts the next one. */
  #timer: ReturnType<typeof setTimeout> | undefined;
  #begunAt = 0;

  constructor(options: HubOptions) {
    this.#options = options;
    this.#backoff = options.backoff ?? new Backoff();
  }

  /** Listens to an event on this connection and on later ones. To be called before {@link start}. */
  on(event: string, listener: (argument: never) => void): void {
    this.#listeners.set(event, listener);
  }

  start(): void {
    if (this.state.getSnapshot() === 'stopped') {
      void this.#connect();
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
    const connection = this.#connection;
    this.#connection = null;
    this.state.set('stopped');
    void connection?.stop();
  }

  /**
   * Tries again at once if it is waiting: the network is back, or the page is visible again. An attempt that began before the device
   * slept may hang for a long time, so it is replaced by a new one.
   */
  retryNow(): void {
    const state = this.state.getSnapshot();
    if (state === 'waiting') {
      this.#backoff.reset();
      void this.#connect();
    } else if (state === 'connecting' && Date.now() - this.#begunAt > hurriedTimeoutMs) {
      this.reconnect();
    }
  }

  /** Closes this connection, on which nothing arrives any more, and makes a new one. */
  reconnect(): void {
    const connection = this.#connection;
    if (connection !== null) {
      this.#lose(connection);
      void connection.stop();
      this.retryNow();
    }
  }

  /** @throws {CallError} The hub refused, or there is no connection. */
  async invoke<T>(method: string, argument: unknown): Promise<T> {
    const connection = this.#connection;
    if (connection === null) {
      throw new CallError('disconnected', 'There is no connection at the moment.');
    }

    try {
      return await connection.invoke<T>(method, argument);
    } catch (error) {
      throw readHubError(error);
    }
  }

  async #connect(): Promise<void> {
    clearTimeout(this.#timer);
    const connection = this.#options.connect();
    this.#connection = connection;
    this.#listeners.forEach((listener, event) => connection.on(event, listener));
    connection.onclose(() => this.#lose(connection));
    // The wall clock, because it goes on while a device sleeps. If it is set meanwhile, an attempt is only made too early or too late.
    this.#begunAt = Date.now();
    this.#timer = setTimeout(() => this.#fail(connection), timeoutMs);
    this.state.set('connecting');
    try {
      await connection.start();
      if (this.#connection === connection) {
        await this.#options.onConnected();
      }

      if (this.#connection === connection) {
        clearTimeout(this.#timer);
        this.#backoff.reset();
        this.state.set('connected');
      }
    } catch {
      this.#fail(connection);
    }
  }

  #fail(connection: HubConnectionLike): void {
    if (this.#connection === connection) {
      this.#lose(connection);
      void connection.stop();
      this.#options.onFailed?.();
    }
  }

  #lose(connection: HubConnectionLike): void {
    if (this.#connection !== connection) {
      return;
    }

    this.#connection = null;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#connect(), this.#backoff.next());
    this.state.set('waiting');
  }
}

export interface HubAddress {
  /** The address that `ws/` is relative to, with a slash at the end. */
  readonly base: string;
  readonly path: 'ws/calls' | 'ws/monitor';
  /** A ticket or a token, asked for with each connection. */
  readonly token: () => Promise<string>;
  readonly device?: string;
}

/** A connection of SignalR, without negotiation: the service does not need it, and it costs a round trip. */
export function signalRConnection({ base, path, token, device }: HubAddress): HubConnectionLike {
  const url = new URL(path, base);
  if (device !== undefined) {
    url.searchParams.set('device', device);
  }

  return new HubConnectionBuilder()
    .withUrl(url.href, { accessTokenFactory: token, skipNegotiation: true, transport: HttpTransportType.WebSockets })
    .configureLogging(LogLevel.None)
    .build();
}
