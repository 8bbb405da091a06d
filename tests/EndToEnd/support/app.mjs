// A user's app that speaks Socket.IO, by npm's own client, as FAYO's shipped app does: it never acknowledges an invitation.
import { io } from 'socket.io-client';
import { Inbox } from './inbox.mjs';
import { tokenFor } from './tokens.mjs';
import { PATIENCE_MS, within } from './wait.mjs';

export class App extends Inbox {
  /** Why it was disconnected, each time. */
  disconnects = [];

  /**
   * @param service where it connects to: its `base`
   * @param options.token its token; a function for a new one with every connection
   * @param options.in where the token goes: `auth`, `header` or `query`
   * @param options.path where the path of Socket.IO is not `/socket.io/`
   * @param options.more further options of the client
   */
  constructor(service, userId, { token = tokenFor(userId), in: place = 'auth', device, path = '/socket.io/', ...more } = {}) {
    super();
    const { origin } = new URL(service.base);
    this.socket = io(`${origin}/ws/calls`, {
      path,
      transports: ['websocket'],
      forceNew: true,
      // So that a test does not wait for seconds.
      reconnectionDelay: 50,
      reconnectionDelayMax: 200,
      ...(place === 'auth' && { auth: typeof token === 'function' ? (give) => give({ token: token() }) : { token } }),
      ...(place === 'header' && { extraHeaders: { Authorization: `Bearer ${token}` } }),
      query: { ...(place === 'query' && { token }), ...(device && { device }) },
      ...more,
    });
    this.socket.onAny((name, body) => this.take(name, body));
    this.socket.on('disconnect', (reason) => this.disconnects.push(reason));
    this.refusals = [];
    this.socket.on('connect_error', (error) => this.refusals.push(error));
  }

  /** An app that is connected. */
  static async connect(service, userId, options) {
    const app = new App(service, userId, options);
    await app.told('connected');
    return app;
  }

  /** An app that is refused, and why. */
  static async refused(service, userId, options) {
    const app = new App(service, userId, { reconnection: false, ...options });
    try {
      return await within(PATIENCE_MS, 'the app is refused', new Promise((resolve) => { app.socket.once('connect_error', resolve); }));
    } finally {
      app.disconnect();
    }
  }

  /** Emits an event and returns what its acknowledgement has. */
  emit(name, ...args) {
    return this.socket.timeout(PATIENCE_MS).emitWithAck(name, ...args);
  }

  /** The network is gone: nothing is said to the other side. */
  loseNetwork() {
    this.socket.io.engine.transport.ws.terminate();
  }

  disconnect() {
    this.socket.disconnect();
  }
}
