import { HttpTransportType, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { Backoff } from '../common/backoff.ts';
import { CallError, readHubError } from './errors.ts';
import { Observable } from '../common/observable.ts';

/** What is used of SignalR's connection. */
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
  /** What to do on every new connection before it counts as connected; the connection is given up where this throws. */
  readonly onConnected: () => Promise<void>;
  /** After an attempt that failed; the place to find out whether the token is still good. */
  readonly onFailed?: () => void;
  readonly backoff?: Backoff;
}

/** How long an attempt may take until it counts as failed, in milliseconds. */
const timeoutMs = 15_000;
/** After this an attempt is not waited for any longer where somebody hurries. */
const hurriedTimeoutMs = 3_000;

/** A connection to a hub that is made again, for ever, until it is stopped. */
export class Hub {
  readonly state = new Observable<HubState>('stopped');
  readonly #options: HubOptions;
  readonly #backoff: Backoff;
  readonly #listeners = new Map<string, (argument: never) => void>();
  #connection: HubConnectionLike | null = null;
  /** Of the attempt that is being made, its end; else when the next one begins. */
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
   * Tries again at once where it waits: the network is back, or the page is looked at again. An attempt from before a sleep may
   * hang for long, and gives way to a new one.
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

  /** Gives this connection up and makes another: nothing comes through. */
  reconnect(): void {
    const connection = this.#connection;
    if (connection !== null) {
      this.#lose(connection);
      void connection.stop();
      this.retryNow();
    }
  }

  /** @throws {CallError} The hub refused, or the connection is not there. */
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
    // By the wall clock, which goes on while a device sleeps; if it is set meanwhile, an attempt is made too early or late.
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
  /** Where `ws/` is, with a slash at the end. */
  readonly base: string;
  readonly path: 'ws/calls' | 'ws/monitor';
  /** Asked for with each connection. */
  readonly token: () => string | Promise<string>;
  readonly device?: string;
}

/** A connection of SignalR. Without its negotiation, which the service does not need and which costs a round trip. */
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
