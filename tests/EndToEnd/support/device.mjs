// A device of a user: npm's official SignalR client, and everything the hub told it.
import { HttpTransportType, HubConnectionBuilder, HubConnectionState, LogLevel } from '@microsoft/signalr';
import { tokenFor } from './tokens.mjs';
import { PATIENCE_MS, within } from './wait.mjs';

const TOLD = ['connected', 'call_invitation', 'call_status', 'call_joined', 'token_issued', 'signal'];

export class Device {
  #connection;
  #waiting = new Set();
  received = [];

  /**
   * @param service where it connects to: its `base`, and `connectionOptions` for SignalR's client where it needs any
   * @param options.negotiate true: negotiation first, as the client does by default; false: WebSockets at once
   * @param options.device the device's name in the query
   */
  static async connect(service, userId, { negotiate = true, device, claims, token = tokenFor(userId, claims), acknowledge = false } = {}) {
    const made = new Device();
    const query = device === undefined ? '' : `?device=${encodeURIComponent(device)}`;
    made.#connection = new HubConnectionBuilder()
      .withUrl(`${service.base}/ws/calls${query}`, {
        accessTokenFactory: () => token,
        ...service.connectionOptions,
        ...(!negotiate && { skipNegotiation: true, transport: HttpTransportType.WebSockets }),
      })
      .configureLogging(LogLevel.None)
      .build();
    for (const name of TOLD) made.#connection.on(name, (body) => made.#take(name, body));
    if (acknowledge) {
      made.#connection.on('call_invitation', (session) => made.invoke('invitation_ack', { sessionId: session.id }).catch(() => {}));
    }
    const closed = new Promise((resolve) => made.#connection.onclose(resolve));
    made.closed = closed;
    await within(PATIENCE_MS, 'the hub accepts the connection', made.#connection.start());
    await made.told('connected');
    return made;
  }

  get isConnected() {
    return this.#connection.state === HubConnectionState.Connected;
  }

  invoke(method, ...args) {
    return within(PATIENCE_MS, `${method} is answered`, this.#connection.invoke(method, ...args));
  }

  /** The first message of that name, now or later, for which `matches` holds. */
  async told(name, matches = () => true, limit = PATIENCE_MS) {
    const wanted = (message) => message.name === name && matches(message.body);
    const already = this.received.find(wanted);
    if (already) return already.body;
    let waiter;
    const arrival = new Promise((resolve) => {
      waiter = { wanted, resolve };
      this.#waiting.add(waiter);
    });
    try {
      return (await within(limit, `${name} arrives; so far: ${this.summary()}`, arrival)).body;
    } finally {
      this.#waiting.delete(waiter);
    }
  }

  invited = (callId, limit) => this.told('call_invitation', (session) => session.id === callId, limit);
  toldStatus = (callId, status, limit) => this.told('call_status', (session) => session.id === callId && session.status === status, limit);

  /** All messages of that name about a call. */
  about(callId, name) {
    return this.received.filter((message) => message.name === name && message.body.id === callId).map((message) => message.body);
  }

  summary() {
    return this.received.map(({ name, body }) => `${name}${body?.status ? ` ${body.status}` : ''}`).join(', ') || 'nothing';
  }

  disconnect() {
    return this.#connection.stop();
  }

  #take(name, body) {
    const message = { name, body, at: Date.now() };
    this.received.push(message);
    for (const waiter of this.#waiting) {
      if (waiter.wanted(message)) waiter.resolve(message);
    }
  }
}
