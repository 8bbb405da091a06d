// A proxy as hospitals have them: it serves the pages under a path prefix, and removes that prefix before it forwards a request.
import { once } from 'node:events';
import { createServer, request } from 'node:http';

export class PrefixProxy {
  /** The paths that were asked for and do not lie under the prefix. */
  outside = [];

  /** Answers instead of the target and returns true; or returns false. */
  instead = () => false;

  #prefix;
  #server;
  #target;

  /** @param target gives the port of whoever answers; @param prefix such as `/calls-app`, or nothing */
  static async to(target, prefix) {
    const proxy = new PrefixProxy();
    proxy.#target = target;
    proxy.#prefix = prefix;
    proxy.#server = createServer((incoming, outgoing) => proxy.#pass(incoming, outgoing));
    proxy.#server.on('upgrade', (incoming, socket, head) => proxy.#upgrade(incoming, socket, head));
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    proxy.#server.unref(); // it is the service that keeps a test file alive
    proxy.base = `http://127.0.0.1:${proxy.#server.address().port}${prefix}`;
    return proxy;
  }

  close() {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #ask({ method, url, headers }) {
    const path = url.slice(this.#prefix.length);
    return request({ host: '127.0.0.1', port: this.#target(), method, path, headers });
  }

  #isInside({ url }) {
    const inside = url.startsWith(`${this.#prefix}/`);
    if (!inside) this.outside.push(url);
    return inside;
  }

  #pass(incoming, outgoing) {
    if (!this.#isInside(incoming)) {
      outgoing.writeHead(404).end();
      return;
    }
    if (this.instead(incoming, outgoing)) return;
    const asked = this.#ask(incoming);
    asked.on('response', (answer) => {
      outgoing.writeHead(answer.statusCode, answer.headers);
      answer.pipe(outgoing);
    });
    asked.on('error', () => outgoing.destroy());
    outgoing.on('close', () => asked.destroy());
    incoming.pipe(asked);
  }

  #upgrade(incoming, socket, head) {
    if (!this.#isInside(incoming)) {
      socket.destroy();
      return;
    }
    const asked = this.#ask(incoming);
    asked.on('upgrade', (answer, server, first) => {
      const lines = [];
      for (let i = 0; i < answer.rawHeaders.length; i += 2) lines.push(`${answer.rawHeaders[i]}: ${answer.rawHeaders[i + 1]}`);
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`);
      for (const [from, to] of [[socket, server], [server, socket]]) {
        from.on('error', () => {});
        from.on('close', () => to.destroy());
        from.pipe(to);
      }
      server.write(head);
      socket.write(first);
    });
    asked.on('response', () => socket.destroy());
    asked.on('error', () => socket.destroy());
    asked.end();
  }
}
