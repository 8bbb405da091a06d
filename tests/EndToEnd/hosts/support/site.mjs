// Three hosts with a silo each, TLS between them, nginx with TLS before them, and a PostgreSQL: everything that runs in production.
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Authority } from '../../support/certificates.mjs';
import { ROOT, run } from '../../support/deploy-tools.mjs';
import { WITHOUT_QUOTAS } from '../../support/stage.mjs';
import { Front, nginx } from './front.mjs';
import { HostDatabase } from './host-database.mjs';
import { HostSilo } from './host-silo.mjs';
import { Network, whyNoHosts } from './network.mjs';
import { Traffic } from './traffic.mjs';

const HOSTS = 3;

/** How long a call rings here. */
export const RING_MS = 8000;

/** Why these tests cannot run here; false where they can. */
export const skip = whyNoHosts() ?? nginx.missing ?? (run('openssl', ['version']).status === 0 ? false : 'there is no program openssl');

// Whoever stops the tests leaves no host and no database behind.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(130));

export class Site {
  #folder;
  #opened = [];
  #abandon = () => {
    this.network?.remove();
    run(join(ROOT, 'scripts', 'postgres.sh'), ['stop', join(this.#folder, 'postgres')]);
    rmSync(this.#folder, { recursive: true, force: true });
  };

  /** `assemblies`: what the silos run, where it is not what was just built. */
  static async open({ settings = {}, assemblies = [] } = {}) {
    const site = new Site();
    site.#folder = mkdtempSync(join(tmpdir(), 'fayo-hosts-'));
    chmodSync(site.#folder, 0o711);
    process.on('exit', site.#abandon);
    try {
      await site.#open(settings, assemblies);
      return site;
    } catch (error) {
      await site.close();
      throw error;
    }
  }

  async #open(settings, assemblies) {
    this.network = Network.create(HOSTS);
    this.#opened.push(() => this.network.remove());
    this.database = HostDatabase.start(join(this.#folder, 'postgres'), this.network);
    this.#opened.push(() => this.database.close());
    const authority = new Authority(this.#folder);
    authority.issue({ name: 'silo' });
    authority.issue({ name: 'proxy', uses: 'serverAuth' });
    const all = {
      DATABASE_URL: this.database.url,
      Calls__Clustering: 'AdoNet',
      Calls__ClusterId: `hosts-${randomBytes(4).toString('hex')}`,
      Calls__SiloAddress: 'auto',
      Calls__SiloTls: join(this.#folder, 'silo'),
      Calls__TrustedProxies: this.network.address,
      Calls__RingTimeout: `00:00:0${RING_MS / 1000}`,
      Calls__ConnectionLostAfter: '00:00:10',
      Calls__MaxDuration: '00:04:00',
      AGORA_TOKEN_TTL: '240',
      Calls__DrainDelay: '00:00:00',
      Calls__DrainSpread: '00:00:03',
      Calls__RequestsPerSecond: '100000',
      Calls__RequestBurst: '100000',
      ...WITHOUT_QUOTAS,
      ...settings,
    };
    this.silos = this.network.hosts.map((host, i) => new HostSilo(host, all, assemblies[i]));
    this.#opened.push(() => Promise.all(this.silos.map((silo) => silo.kill())));
    // The first one makes the tables.
    await this.silos[0].start();
    await Promise.all(this.silos.slice(1).map((silo) => silo.start()));
    this.front = await Front.start(this.#folder, join(this.#folder, 'proxy'), authority.file('ca.crt'), this.silos.map(({ address }) => address));
    this.#opened.push(() => this.front.close());
  }

  /** People who call each other until `close`, or until the traffic is stopped. */
  async startTraffic() {
    this.front.outcomes = {};
    this.front.refusals = [];
    const traffic = await Traffic.start(this.front);
    this.#opened.push(() => traffic.close());
    return traffic;
  }

  async close() {
    try {
      for (const close of this.#opened.reverse()) await close();
      process.off('exit', this.#abandon);
    } finally {
      this.#abandon();
    }
  }
}
