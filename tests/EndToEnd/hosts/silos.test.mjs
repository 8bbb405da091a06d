// Hosts that vanish, are cut off, or are all replaced, while people call each other through the proxy.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { eventually } from '../support/wait.mjs';
import { checkBooks } from './support/books.mjs';
import { DEAD } from './support/host-database.mjs';
import { Site, skip } from './support/site.mjs';

const DEAD_WITHIN_MS = 20_000;
const READY_WITHIN_MS = 20_000;
const UNREADY_WITHIN_MS = 5000;
const PATIENCE_MS = 60_000;

describe('three hosts', { skip }, () => {
  let site;
  let traffic;

  beforeEach(async () => {
    site = await Site.open();
    traffic = await site.startTraffic();
  });
  afterEach(() => site?.close());

  /** Lets the traffic end and checks the books; tells the figures. */
  async function settle(t, { outages, figures = {} } = {}) {
    await traffic.stop();
    const books = await checkBooks({ ...site, traffic, outages });
    t.diagnostic(JSON.stringify({ ...figures, ...books, unheard: traffic.unheard.length, outcomes: site.front.outcomes }));
  }

  /** The time from `from` until the silo is declared dead. */
  async function declaredDead(silo, from) {
    const { address } = silo.host;
    await eventually(`${address} is declared dead`, async () => (await site.database.memberStatus(address)) === DEAD, PATIENCE_MS);
    return Date.now() - from;
  }

  test('a host that vanishes while it rings is declared dead within 20 seconds, and what rang there ends', async (t) => {
    const [silo] = site.silos;
    await traffic.ring(6);
    const from = Date.now();
    silo.host.unplug();
    const dead = await declaredDead(silo, from);
    const until = Date.now();
    await traffic.goesOn(10);
    silo.host.plugIn();
    const plugged = Date.now();
    await eventually('the silo that was declared dead is not ready', async () => !(await silo.isReady()), UNREADY_WITHIN_MS);
    const unready = Date.now() - plugged;
    await silo.kill();
    const ready = await silo.start();
    await settle(t, { outages: [{ from, until }], figures: { dead, unready, ready } });
    assert.ok(dead <= DEAD_WITHIN_MS, `declared dead after ${dead} ms`);
  });

  test('a network that splits and heals leaves no call that is ACTIVE twice and no ring that goes on', async (t) => {
    const [, , lone] = site.silos;
    await traffic.ring(6);
    const from = Date.now();
    site.network.split(lone.host);
    const dead = await Promise.any(site.silos.map((silo) => declaredDead(silo, from).then((after) => ({ silo, after }))));
    await eventually('the silo that was declared dead is not ready', async () => !(await dead.silo.isReady()), UNREADY_WITHIN_MS);
    const unready = Date.now() - from - dead.after;
    await traffic.goesOn(10);
    site.network.heal(lone.host);
    const until = Date.now();
    await traffic.goesOn(10);
    for (const silo of site.silos) {
      if (await silo.isReady()) continue;
      await silo.kill();
      await silo.start();
    }
    await settle(t, { outages: [{ from, until }], figures: { dead: dead.after, which: dead.silo === lone ? 'the lone one' : 'one of the two', unready } });
  });

  test('a cluster that is killed whole and started at new addresses is ready within 20 seconds', async (t) => {
    await traffic.ring(6);
    const from = Date.now();
    await Promise.all(site.silos.map((silo) => silo.kill()));
    for (const { host } of site.silos) host.move(10);
    const ready = await Promise.all(site.silos.map((silo) => silo.start()));
    const until = Date.now();
    site.front.reconfigure(site.silos.map(({ address }) => address));
    await traffic.goesOn(10);
    await settle(t, { outages: [{ from, until }], figures: { ready } });
    assert.ok(Math.max(...ready) <= READY_WITHIN_MS, `ready after ${ready} ms`);
  });

  test('silos that are restarted one after the other refuse nobody', async (t) => {
    const restarts = [];
    for (const silo of site.silos) {
      await traffic.ring(2);
      const from = Date.now();
      const { code } = await silo.stop();
      assert.equal(code, 0, silo.log.slice(-3000));
      const stopped = Date.now() - from;
      restarts.push({ stopped, ready: await silo.start() });
      await traffic.goesOn(7);
    }
    await settle(t, { figures: { restarts } });
    const unknown = Object.keys(site.front.outcomes).filter((kind) => !/^([24]\d\d|503)$/.test(kind));
    assert.deepEqual(unknown, [], 'clients see answers that mean something');
    // A request that reaches a grain of a silo that stops just then is told to try again, and nothing else.
    const nonsense = site.front.refusals.filter((refusal) => !/503, Retry-After \d+, .*"code":"unavailable"/.test(refusal));
    assert.deepEqual(nonsense, [], 'whoever is refused is told when to try again');
    assert.deepEqual(traffic.unheard, [], 'every call rang');
  });
});
