// Stands between the service and PostgreSQL, or the service and its clients, and can be cut like a cable.
import { connect, createServer } from 'node:net';
import { once } from 'node:events';

export class TcpProxy {
  #server;
  #pairs = new Set();
  #isCut = false;
  #isStalled = false;
  #holdsAnswers = false;

  static async to(host, port) {
    const proxy = new TcpProxy();
    proxy.#server = createServer((client) => proxy.#join(client, host, port));
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    proxy.#server.unref(); // it is the service that keeps a test file alive
    proxy.port = proxy.#server.address().port;
    return proxy;
  }

  /** Every connection breaks, and new ones are refused. */
  cut() {
    this.#isCut = true;
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
  }

  /** Nothing gets through any more and no connection is closed, as when a machine loses its power. */
  stall() {
    this.#isStalled = true;
    for (const pair of this.#pairs) for (const socket of pair) socket.pause();
  }

  /** Requests get through, answers do not. */
  holdAnswers() {
    this.#holdsAnswers = true;
    for (const [, server] of this.#pairs) server.pause();
  }

  /** As it was before `cut`, `stall` or `holdAnswers`. */
  restore() {
    this.#isCut = this.#isStalled = this.#holdsAnswers = false;
    for (const pair of this.#pairs) for (const socket of pair) socket.resume();
  }

  #join(client, host, port) {
    if (this.#isCut) {
      client.destroy();
      return;
    }
    const server = connect(port, host);
    const pair = [client, server];
    this.#pairs.add(pair);
    for (const socket of pair) {
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#pairs.delete(pair);
        for (const other of pair) other.destroy();
      });
    }
    client.on('data', (chunk) => server.write(chunk));
    server.on('data', (chunk) => client.write(chunk));
    if (this.#isStalled) for (const socket of pair) socket.pause();
    if (this.#holdsAnswers) server.pause();
  }
}
