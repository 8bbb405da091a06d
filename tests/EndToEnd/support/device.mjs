// A device of a user: npm's official SignalR client, and everything the hub told it.
import { HttpTransportType, HubConnectionBuilder, HubConnectionState, LogLevel } from '@microsoft/signalr';
import { Inbox } from './inbox.mjs';
import { tokenFor } from './tokens.mjs';
import { PATIENCE_MS, within } from './wait.mjs';

const TOLD = ['connected', 'call_invitation', 'call_status', 'call_joined', 'token_issued', 'presence', 'signal'];

export class Device extends Inbox {
  #connection;

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
    for (const name of TOLD) made.#connection.on(name, (body) => made.take(name, body));
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

  disconnect() {
    return this.#connection.stop();
  }
}
