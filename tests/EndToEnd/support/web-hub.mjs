// The connection of the pages' client library, as it is in web/calls, in Node.js: `load()` gives its module.
import path from 'node:path';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { tokenFor } from './tokens.mjs';

const web = path.join(import.meta.dirname, '../../../web');

export class WebHubs {
  #vite;
  #module;
  #hubs = [];

  static async load() {
    const hubs = new WebHubs();
    const { createServer } = await import(pathToFileURL(createRequire(path.join(web, 'package.json')).resolve('vite')).href);
    hubs.#vite = await createServer({
      root: web, configFile: false, logLevel: 'error', server: { middlewareMode: true, ws: false, watch: null }, optimizeDeps: { noDiscovery: true },
    });
    hubs.#module = await hubs.#vite.ssrLoadModule('/calls/src/service/hub.ts');
    return hubs;
  }

  /** A connection of a user, which is made again whenever it is lost. Returns once it is there. */
  async connect(service, userId, claims) {
    const { Hub, signalRConnection } = this.#module;
    const hub = new Hub({
      connect: () => signalRConnection({ base: `${service.base}/`, path: 'ws/calls', token: async () => tokenFor(userId, claims) }),
      onConnected: async () => {},
    });
    this.#hubs.push(hub);
    const connected = new Promise((resolve) => {
      const stop = hub.state.subscribe(() => {
        if (hub.state.getSnapshot() !== 'connected') return;
        stop();
        resolve();
      });
    });
    hub.start();
    await connected;
    return hub;
  }

  async close() {
    for (const hub of this.#hubs) hub.stop();
    await this.#vite.close();
  }
}
